//! How large a blob is: what the caller says, or else what its store answers.

use std::time::Duration;

use reqwest::header::CONTENT_LENGTH;
use url::Url;

use crate::Compression;

/// How long a store may take to answer; then the size stays unknown.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// Returns the bytes of a blob and how these are compressed, if they can be told.
///
/// A blob that only the service may read (`;impersonate` and the like), or whose store does not answer a HEAD request,
/// stays without a size.
pub(super) async fn of(
    http: &reqwest::Client,
    url: &str,
    compression: Compression,
    raw_size: Option<u64>,
) -> Option<(u64, Compression)> {
    if let Some(raw_size) = raw_size {
        return Some((raw_size, Compression::None));
    }
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    if url.path().contains(';') || url.query().is_some_and(|query| query.contains(';')) {
        return None;
    }
    let answer = http.head(url).timeout(ANSWER_TIMEOUT).send().await.ok()?;
    if !answer.status().is_success() {
        return None;
    }
    // Not `content_length`, which is that of the body, and HEAD has none.
    let bytes = answer.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()?;
    Some((bytes, compression))
}

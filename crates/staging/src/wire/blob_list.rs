//! A list of blobs as XML.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/list-blobs>

use super::{time::http_date, xml::push_element};
use crate::{BlobPage, BlobProperties};

/// What the client asked for.
#[derive(Debug, Clone, Copy)]
pub struct BlobListRequest<'a> {
    /// `<scheme>://<host>:<port>/<account>`.
    pub endpoint: &'a str,
    pub container: &'a str,
    pub prefix: &'a str,
    pub marker: &'a str,
    pub count: usize,
}

/// Writes a list. The marker of the next one is the name of its first blob.
#[must_use]
pub fn blob_list(request: &BlobListRequest<'_>, page: &BlobPage) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"{}\" ContainerName=\"{}\">",
        request.endpoint, request.container
    );
    push_element(&mut out, "Prefix", request.prefix);
    push_element(&mut out, "Marker", request.marker);
    push_element(&mut out, "MaxResults", &request.count.to_string());
    out.push_str("<Blobs>");
    for blob in &page.blobs {
        push_blob(&mut out, blob);
    }
    out.push_str("</Blobs>");
    push_element(&mut out, "NextMarker", page.next.as_deref().unwrap_or_default());
    out.push_str("</EnumerationResults>");
    out
}

fn push_blob(out: &mut String, blob: &BlobProperties) {
    let content_type = blob.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str());
    out.push_str("<Blob>");
    push_element(out, "Name", &blob.name);
    out.push_str("<Properties>");
    push_element(out, "Creation-Time", &http_date(blob.created_on));
    push_element(out, "Last-Modified", &http_date(blob.modified_on));
    push_element(out, "Etag", blob.etag.trim_matches('"'));
    push_element(out, "Content-Length", &blob.bytes.to_string());
    push_element(out, "Content-Type", content_type.unwrap_or(super::CONTENT_TYPE_DEFAULT));
    push_element(out, "BlobType", "BlockBlob");
    push_element(out, "LeaseStatus", "unlocked");
    push_element(out, "LeaseState", "available");
    push_element(out, "ServerEncrypted", "true");
    out.push_str("</Properties></Blob>");
}

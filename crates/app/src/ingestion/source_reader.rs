//! Getting the bytes of a source that a caller names by URI: bounded, without redirects, from admitted machines only.

use std::{
    error::Error as StdError,
    fs::File,
    io::{self, Seek as _, SeekFrom, Write as _},
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Response, StatusCode, redirect::Policy};
use url::{Host, Url};

use super::source_addresses::{REFUSED, SourceAddresses};
use crate::{AppError, AppErrorKind, AppSettings, Cancellation, error_sources};

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a source may pause.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// See the file's header.
pub(crate) struct SourceReader {
    addresses: SourceAddresses,
    allow_local_files: bool,
    /// Where sources wait to be read.
    spool_dir: PathBuf,
    client: OnceLock<Option<Client>>,
}

/// Returns the URI without its secrets: what the transform `SourceLocation` and messages show.
pub(crate) fn source_location(uri: &str) -> String {
    let uri = uri.split([';', '?', '#']).next().unwrap_or(uri);
    match Url::parse(uri) {
        Ok(mut url) if url.has_host() && (!url.username().is_empty() || url.password().is_some()) => {
            // Fails only for URLs that cannot have a user, which were excluded.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.to_string()
        }
        _ => uri.to_owned(),
    }
}

impl SourceReader {
    pub(crate) fn new(settings: &AppSettings) -> Self {
        Self {
            addresses: SourceAddresses { allow_loopback: settings.allow_loopback_sources },
            allow_local_files: settings.allow_local_files,
            spool_dir: settings.data_dir.clone(),
            client: OnceLock::new(),
        }
    }

    /// Returns the source's bytes.
    ///
    /// # Errors
    /// When the URI is not admitted, the source cannot be fetched, or has more than `bytes_max` bytes.
    pub(crate) async fn fetch_bytes(
        &self,
        uri: &str,
        bytes_max: u64,
        cancel: &Cancellation,
    ) -> Result<Bytes, AppError> {
        let mut bytes = BytesMut::new();
        self.fetch(uri, bytes_max, cancel, |chunk| {
            bytes.extend_from_slice(chunk);
            Ok(())
        })
        .await?;
        Ok(bytes.freeze())
    }

    /// Returns the source as a file that nobody else sees, at its beginning; or the local file it names, if local
    /// files are allowed.
    ///
    /// # Errors
    /// As [`Self::fetch_bytes`].
    pub(crate) async fn fetch_file(&self, uri: &str, bytes_max: u64, cancel: &Cancellation) -> Result<File, AppError> {
        if let Some(path) = local_path(uri) {
            return self.open_local(path, bytes_max);
        }
        let mut file = tempfile::tempfile_in(&self.spool_dir).map_err(|error| spool_failed(&error))?;
        let mut writer = io::BufWriter::with_capacity(1 << 20, &mut file);
        // A megabyte at a time goes to the page cache, which is quick enough for the async thread.
        self.fetch(uri, bytes_max, cancel, |chunk| writer.write_all(chunk).map_err(|error| spool_failed(&error)))
            .await?;
        writer.flush().map_err(|error| spool_failed(&error))?;
        drop(writer);
        file.seek(SeekFrom::Start(0)).map_err(|error| spool_failed(&error))?;
        Ok(file)
    }

    fn open_local(&self, path: PathBuf, bytes_max: u64) -> Result<File, AppError> {
        if !self.allow_local_files {
            return Err(AppError::coded(
                "BadRequest_InvalidBlobUri",
                "The source is a file of the server's machine; reading those is not allowed by the server's settings.",
            ));
        }
        let opened = File::open(path).and_then(|file| file.metadata().map(|metadata| (file, metadata)));
        let (file, metadata) = opened.map_err(|error| {
            AppError::coded("Download_SourceNotFound", format!("The file cannot be opened: {error}."))
        })?;
        if !metadata.is_file() {
            return Err(AppError::coded("Download_SourceNotFound", "The source is not a file."));
        }
        check_size(Some(metadata.len()), bytes_max)?;
        Ok(file)
    }

    async fn fetch(
        &self,
        uri: &str,
        bytes_max: u64,
        cancel: &Cancellation,
        mut take: impl FnMut(&[u8]) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let url = self.checked_url(uri)?;
        let location = source_location(uri);
        let request = self.client()?.get(url).send();
        let mut response = until(cancel, request).await?.map_err(|error| download_failed(&error, &location))?;
        check_status(&response, &location)?;
        check_size(response.content_length(), bytes_max)?;
        let mut left = bytes_max;
        loop {
            let chunk = until(cancel, response.chunk()).await?.map_err(|error| download_failed(&error, &location))?;
            let Some(chunk) = chunk else { return Ok(()) };
            left = left.checked_sub(chunk.len() as u64).ok_or_else(|| too_large(bytes_max))?;
            take(&chunk)?;
        }
    }

    fn checked_url(&self, uri: &str) -> Result<Url, AppError> {
        let invalid = |reason: &str| {
            let message = format!("'{}' is not a source that can be read: {reason}.", source_location(uri));
            AppError::coded("BadRequest_InvalidBlobUri", message)
        };
        let uri_only = match uri.split_once(';') {
            None => uri,
            Some((uri_only, method)) => match method.trim() {
                "" => uri_only,
                // A key or a signature for Azure or S3 that we would have to make requests with ourselves.
                _ => return Err(AppError::not_supported("authentication given behind ';' of a storage URI")),
            },
        };
        if uri_only.trim().is_empty() {
            return Err(AppError::coded("BadRequest_EmptyBlobUri", "The URI of the source is empty."));
        }
        let url = Url::parse(uri_only.trim()).map_err(|error| invalid(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid(&format!("the scheme '{}' is not http or https", url.scheme())));
        }
        let literal = match url.host() {
            None => return Err(invalid("it names no host")),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
        };
        if literal.is_some_and(|address| !self.addresses.admits(address)) {
            return Err(refused());
        }
        Ok(url)
    }

    fn client(&self) -> Result<&Client, AppError> {
        let client = self.client.get_or_init(|| {
            // Someone else may have installed a provider already; either will do.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let built = Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(READ_TIMEOUT)
                .dns_resolver(Arc::new(self.addresses))
                .build();
            built.inspect_err(|error| error_sources::log(error)).ok()
        });
        client.as_ref().ok_or_else(|| AppError::internal("The client that fetches sources cannot be set up."))
    }
}

async fn until<T>(cancel: &Cancellation, work: impl Future<Output = T>) -> Result<T, AppError> {
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(AppError::cancelled()),
        done = work => Ok(done),
    }
}

/// Returns the path of a source that is a file of this machine.
fn local_path(uri: &str) -> Option<PathBuf> {
    if uri.starts_with('/') || uri.starts_with("./") {
        return Some(PathBuf::from(uri));
    }
    let url = Url::parse(uri).ok().filter(|url| url.scheme() == "file")?;
    url.to_file_path().ok()
}

fn refused() -> AppError {
    AppError::new(
        AppErrorKind::Forbidden,
        "Download_Forbidden",
        "Kusto.Data.Exceptions.KustoRequestDeniedException",
        format!("The source cannot be fetched: {REFUSED}."),
    )
}

fn too_large(bytes_max: u64) -> AppError {
    AppError::payload_too_large(bytes_max).with_code("BadRequest_FileTooLarge")
}

fn check_size(bytes: Option<u64>, bytes_max: u64) -> Result<(), AppError> {
    if bytes.is_some_and(|bytes| bytes > bytes_max) { Err(too_large(bytes_max)) } else { Ok(()) }
}

fn check_status(response: &Response, location: &str) -> Result<(), AppError> {
    let status = response.status();
    let (code, permanent) = match status {
        StatusCode::OK => return Ok(()),
        StatusCode::NOT_FOUND | StatusCode::GONE => ("Download_SourceNotFound", true),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ("Download_Forbidden", true),
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => ("Download_AccessConditionNotSatisfied", true),
        StatusCode::TOO_MANY_REQUESTS => ("Download_UnknownError", false),
        other if other.is_server_error() => ("Download_UnknownError", false),
        _ => ("Download_BadRequest", true),
    };
    let message = format!("The source '{location}' answered with status {status}.");
    Err(AppError::coded(code, message).with_permanent(permanent))
}

/// What a failed connection is told as; its own text may hold the URL with its secrets.
fn download_failed(error: &reqwest::Error, location: &str) -> AppError {
    let mut cause: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(inner) = cause {
        if inner.to_string().contains(REFUSED) {
            return refused();
        }
        cause = inner.source();
    }
    let (code, reason) = if error.is_connect() {
        ("Download_TransientNameResolutionFailure", "no connection came about")
    } else if error.is_timeout() {
        ("Download_UnknownError", "it did not answer in time")
    } else {
        ("Download_UnknownError", "the transfer broke")
    };
    let message = format!("The source '{location}' cannot be fetched: {reason}.");
    AppError::coded(code, message).with_permanent(false)
}

fn spool_failed(error: &(dyn StdError + 'static)) -> AppError {
    error_sources::log(error);
    AppError::unavailable("The server cannot write to its disk now; try again later.")
}

//! Getting at sources: their size, their bytes, and their deletion; bounded, without redirects, from admitted machines
//! only.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    sync::Arc,
};

use bytes::{Bytes, BytesMut};
use reqwest::{
    Method, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_RANGE},
};

use crate::{
    Error, SourceSettings, SourceUri, answer,
    client::Clients,
    host_rules::HostRules,
    local_file,
    source_uri::{Place, Web},
};

/// Bytes of the buffer before a spooled file.
const SPOOL_BUFFER_BYTES: usize = 1 << 20;

/// The one that fetches. Cheap to share; connections are reused.
#[derive(Debug)]
pub struct Sources {
    pub(crate) settings: SourceSettings,
    pub(crate) rules: Arc<HostRules>,
    pub(crate) clients: Clients,
}

/// What is known of a source without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SourceInfo {
    /// Its size as it lies there, perhaps compressed; `None` if the server does not say.
    pub bytes: Option<u64>,
    /// Its size before compression, if whoever uploaded it said so in its metadata.
    pub raw_bytes: Option<u64>,
}

impl Sources {
    #[must_use]
    pub fn new(settings: SourceSettings) -> Self {
        Self { rules: Arc::new(HostRules::new(&settings)), clients: Clients::new(&settings), settings }
    }

    /// Asks for the size of the source.
    ///
    /// # Errors
    /// When the source is not admitted, not there, or cannot be reached.
    pub async fn stat(&self, uri: &SourceUri) -> Result<SourceInfo, Error> {
        let web = match &uri.place {
            Place::File(path) => {
                let (_, bytes) = local_file::open(&self.settings, path)?;
                return Ok(SourceInfo { bytes: Some(bytes), raw_bytes: None });
            }
            Place::Web(web) => web,
        };
        let head = self.send(Method::HEAD, web, None, uri.location()).await?;
        // A URL signed for reading may not admit HEAD, and some servers do not know it.
        if matches!(head.status().as_u16(), 400 | 403 | 405 | 501) {
            let first = self.send(Method::GET, web, Some("bytes=0-0"), uri.location()).await?;
            // A range that cannot be satisfied: it has not even a first byte.
            let statuses = [StatusCode::OK, StatusCode::PARTIAL_CONTENT, StatusCode::RANGE_NOT_SATISFIABLE];
            answer::check(&first, &statuses, uri.location())?;
            return Ok(info(&first));
        }
        answer::check(&head, &[StatusCode::OK], uri.location())?;
        Ok(info(&head))
    }

    /// Returns the source's bytes, unless `cancel` completes before.
    ///
    /// # Errors
    /// When the source is not admitted, cannot be fetched, or has more than `bytes_max` bytes.
    pub async fn fetch_bytes(
        &self,
        uri: &SourceUri,
        bytes_max: u64,
        cancel: impl Future<Output = ()> + Send,
    ) -> Result<Bytes, Error> {
        let web = match &uri.place {
            Place::File(path) => return self.read_file(path, bytes_max),
            Place::Web(web) => web,
        };
        let mut bytes = BytesMut::new();
        let take = |chunk: &[u8]| {
            bytes.extend_from_slice(chunk);
            Ok(())
        };
        until(cancel, self.fetch(web, uri.location(), bytes_max, take)).await?;
        Ok(bytes.freeze())
    }

    /// Returns the source as a file at its beginning: the local file that it names, or one that nobody else sees.
    /// Gives up when `cancel` completes.
    ///
    /// # Errors
    /// As [`Self::fetch_bytes`].
    pub async fn open_file(
        &self,
        uri: &SourceUri,
        bytes_max: u64,
        cancel: impl Future<Output = ()> + Send,
    ) -> Result<File, Error> {
        let web = match &uri.place {
            Place::File(path) => {
                let (file, bytes) = local_file::open(&self.settings, path)?;
                check_size(Some(bytes), bytes_max)?;
                return Ok(file);
            }
            Place::Web(web) => web,
        };
        let mut file = tempfile::tempfile_in(&self.settings.spool_dir).map_err(Error::Disk)?;
        let mut writer = io::BufWriter::with_capacity(SPOOL_BUFFER_BYTES, &mut file);
        // A megabyte at a time goes to the page cache, which is quick enough for the async thread.
        let take = |chunk: &[u8]| writer.write_all(chunk).map_err(Error::Disk);
        until(cancel, self.fetch(web, uri.location(), bytes_max, take)).await?;
        writer.flush().map_err(Error::Disk)?;
        drop(writer);
        file.seek(SeekFrom::Start(0)).map_err(Error::Disk)?;
        Ok(file)
    }

    /// Deletes the source. One that is gone already is no error; files of this machine are left alone.
    ///
    /// # Errors
    /// When the source is not admitted, is no object of a storage service, or its service refuses.
    pub async fn delete(&self, uri: &SourceUri) -> Result<(), Error> {
        let Place::Web(web) = &uri.place else {
            return Err(Error::NotSupported { what: "deleting files of the server's machine".to_owned() });
        };
        // Whatever else listens there shall not be made to delete anything by a URL that somebody made up.
        let head = self.send(Method::HEAD, web, None, uri.location()).await?;
        if head.status() == StatusCode::NOT_FOUND {
            return Ok(());
        }
        answer::check(&head, &[StatusCode::OK], uri.location())?;
        if !head.headers().keys().any(|name| is_of_storage(name.as_str())) {
            return Err(Error::NotSupported { what: "deleting what is not in a storage service".to_owned() });
        }
        let answer = self.send(Method::DELETE, web, None, uri.location()).await?;
        let statuses = [StatusCode::OK, StatusCode::ACCEPTED, StatusCode::NO_CONTENT, StatusCode::NOT_FOUND];
        answer::check(&answer, &statuses, uri.location())
    }

    async fn send(&self, method: Method, web: &Web, range: Option<&str>, location: &str) -> Result<Response, Error> {
        let trust = self.rules.check(&web.url)?;
        let request = self.request(method, web, range, location).await?;
        let sent = self.clients.get(trust)?.execute(request).await;
        sent.map_err(|error| answer::transfer_failed(&error, location))
    }

    async fn fetch(
        &self,
        web: &Web,
        location: &str,
        bytes_max: u64,
        mut take: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut response = self.send(Method::GET, web, None, location).await?;
        answer::check(&response, &[StatusCode::OK], location)?;
        check_size(response.content_length(), bytes_max)?;
        let mut left = bytes_max;
        loop {
            let chunk = response.chunk().await.map_err(|error| answer::transfer_failed(&error, location))?;
            let Some(chunk) = chunk else { return Ok(()) };
            left = left.checked_sub(chunk.len() as u64).ok_or(Error::TooLarge { bytes_max })?;
            take(&chunk)?;
        }
    }

    fn read_file(&self, path: &std::path::Path, bytes_max: u64) -> Result<Bytes, Error> {
        let (file, bytes) = local_file::open(&self.settings, path)?;
        check_size(Some(bytes), bytes_max)?;
        let mut read = Vec::new();
        // It may grow while it is read.
        file.take(bytes_max).read_to_end(&mut read).map_err(Error::LocalFile)?;
        Ok(read.into())
    }
}

async fn until<T>(
    cancel: impl Future<Output = ()> + Send,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::select! {
        biased;
        () = cancel => Err(Error::Cancelled),
        done = work => done,
    }
}

fn check_size(bytes: Option<u64>, bytes_max: u64) -> Result<(), Error> {
    if bytes.is_some_and(|bytes| bytes > bytes_max) { Err(Error::TooLarge { bytes_max }) } else { Ok(()) }
}

/// Says whether a header is one that only storage services send.
fn is_of_storage(name: &str) -> bool {
    name.starts_with("x-ms-blob-") || name.starts_with("x-amz-") || name.starts_with("x-goog-")
}

fn info(response: &Response) -> SourceInfo {
    let text = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let number = |name: &str| text(name).and_then(|text| text.trim().parse().ok());
    let bytes = match response.status() {
        StatusCode::OK => number(CONTENT_LENGTH.as_str()),
        // `bytes 0-0/1234`, or `bytes */0`.
        _ => text(CONTENT_RANGE.as_str()).and_then(|range| range.rsplit('/').next()?.parse().ok()),
    };
    // The metadata that Kusto's event grid connections read.
    let raw_bytes = number("x-ms-meta-rawsizebytes").or_else(|| number("x-ms-meta-kustouncompressedsizebytes"));
    SourceInfo { bytes, raw_bytes }
}

//! The client's own HTTP as the transport of Azure's storage libraries.
//!
//! Those are built without TLS of their own. And an error of theirs would show the URL of the request, which has the
//! signature in its query: here it is taken out before anybody sees it.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use azure_core::{
    error::ErrorKind,
    http::{
        AsyncRawResponse, Body, ClientOptions, HttpClient, Request, RetryOptions, Transport,
        headers::{HeaderName, HeaderValue, Headers},
    },
};
use futures::TryStreamExt as _;

/// See the file's header.
#[derive(Debug, Clone)]
pub(crate) struct StorageTransport(reqwest::Client);

impl StorageTransport {
    pub(crate) const fn new(http: reqwest::Client) -> Self {
        Self(http)
    }

    /// Returns options with this transport, and without the library's own retries: ours know of other accounts.
    pub(crate) fn options(&self) -> ClientOptions {
        ClientOptions {
            transport: Some(Transport::new(Arc::new(self.clone()))),
            retry: RetryOptions::none(),
            ..ClientOptions::default()
        }
    }
}

#[async_trait]
impl HttpClient for StorageTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes())
            .map_err(|error| azure_core::Error::with_error(ErrorKind::Other, error, "no method of HTTP"))?;
        let mut outgoing = self.0.request(method, request.url().clone());
        for (name, value) in request.headers().iter() {
            outgoing = outgoing.header(name.as_str(), value.as_str());
        }
        let outgoing = match request.body().clone() {
            Body::Bytes(bytes) => outgoing.body(bytes),
            Body::SeekableStream(stream) => outgoing.body(reqwest::Body::wrap_stream(stream)),
        };
        let answer = outgoing.send().await.map_err(|error| {
            let kind = if error.is_connect() { ErrorKind::Connection } else { ErrorKind::Io };
            azure_core::Error::with_error(kind, error.without_url(), "the storage account cannot be reached")
        })?;
        let (status, headers) = (answer.status().as_u16(), headers(answer.headers()));
        let body = answer.bytes_stream().map_err(|error| {
            azure_core::Error::with_error(ErrorKind::Io, error.without_url(), "the storage account's answer broke off")
        });
        Ok(AsyncRawResponse::new(status.into(), headers, Box::pin(body)))
    }
}

fn headers(map: &reqwest::header::HeaderMap) -> Headers {
    let readable = map.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?)));
    let headers: HashMap<HeaderName, HeaderValue> =
        readable.map(|(name, value)| (HeaderName::from(name), HeaderValue::from(value.to_owned()))).collect();
    Headers::from(headers)
}

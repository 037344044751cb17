//! One request and its answer: headers, time, and what may go wrong.

#[cfg(test)]
mod tests;

use std::{future::Future, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{RequestBuilder, Response, StatusCode};

use super::Client;
use crate::{ClientRequestProperties, Error, ErrorKind, ServiceError, client_details::header_text, error::deepest};

/// The API version whose answers are understood here.
const API_VERSION: &str = "2024-12-12";
/// How much longer than the service may work an answer is waited for.
pub(super) const GRACE: Duration = Duration::from_secs(30);
/// Longest body of an error that is read.
const ERROR_BYTES_MAX: usize = 1 << 20;
/// Longest text of a body that is no error object.
const BODY_CHARS_MAX: usize = 300;

/// A request about to be sent, with what its errors and logs tell of it.
pub(super) struct Exchange<'a> {
    pub(super) request: RequestBuilder,
    pub(super) client_request_id: String,
    pub(super) properties: Option<&'a ClientRequestProperties>,
    /// How long the answer may take to begin, and each further piece of it to come.
    pub(super) time_limit: Duration,
}

/// An answer whose body is to be read.
pub(crate) struct Answer {
    response: Response,
    place: String,
    client_request_id: String,
    activity_id: Option<String>,
    time_limit: Duration,
}

impl Client {
    /// Sends a request; returns a good answer.
    pub(super) async fn send(&self, exchange: Exchange<'_>) -> Result<Answer, Error> {
        let id = exchange.client_request_id.clone();
        self.send_unmarked(exchange).await.map_err(|error| error.with_ids(&id, None))
    }

    async fn send_unmarked(&self, exchange: Exchange<'_>) -> Result<Answer, Error> {
        let Exchange { request, client_request_id, properties, time_limit } = exchange;
        let mut request = self.with_headers(request, &client_request_id, properties);
        if let Some(token) = self.token().await? {
            request = request.bearer_auth(token);
        }
        let place = self.place();
        let response =
            within(time_limit, &place, async { request.send().await.map_err(|error| unreachable(&place, error)) })
                .await?;
        let activity_id = response.headers().get("x-ms-activity-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        let answer = Answer { response, place, client_request_id, activity_id, time_limit };
        match answer.response.status() {
            StatusCode::OK => Ok(answer),
            status => {
                if let (StatusCode::UNAUTHORIZED, Some(tokens)) = (status, &self.0.tokens) {
                    // It may have been withdrawn; the next request asks for another.
                    tokens.forget();
                }
                Err(answer.into_error().await)
            }
        }
    }

    fn with_headers(
        &self,
        request: RequestBuilder,
        client_request_id: &str,
        properties: Option<&ClientRequestProperties>,
    ) -> RequestBuilder {
        let details = &self.0.details;
        let own = |name: Option<&str>, default: String| name.map_or(default, header_text);
        let application = own(properties.and_then(ClientRequestProperties::application), details.application_header());
        let user = own(properties.and_then(ClientRequestProperties::user), details.user_header());
        let request = request
            .header("accept", "application/json")
            .header("x-ms-version", API_VERSION)
            .header("x-ms-client-request-id", header_text(client_request_id))
            .header("x-ms-client-version", details.version_header())
            .header("x-ms-app", application)
            .header("x-ms-user", user);
        if self.0.is_uncompressed { request.header("accept-encoding", "identity") } else { request }
    }

    /// The service's address without anything behind the port.
    pub(super) fn place(&self) -> String {
        self.0.endpoint.origin().ascii_serialization()
    }
}

impl Answer {
    /// Returns the whole body.
    pub(super) async fn bytes(mut self, bytes_max: usize) -> Result<Bytes, Error> {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if bytes.len() + chunk.len() > bytes_max {
                let message = format!("the answer is larger than {bytes_max} bytes; ask for fewer rows or columns");
                return Err(self.marked(Error::new(ErrorKind::TooLarge, message)));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }

    /// Returns the next piece of the body.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let place = self.place.clone();
        let read = self.response.chunk();
        let chunk = within(self.time_limit, &place, async { read.await.map_err(|error| broken(&place, error)) }).await;
        chunk.map_err(|error| self.marked(error))
    }

    /// Notes the request's ids in an error.
    pub(super) fn marked(&self, error: Error) -> Error {
        error.with_ids(&self.client_request_id, self.activity_id.as_deref())
    }

    /// Returns ids and place, for errors about a body that was taken already.
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            place: self.place.clone(),
            client_request_id: self.client_request_id.clone(),
            activity_id: self.activity_id.clone(),
        }
    }

    async fn into_error(mut self) -> Error {
        let status = self.response.status();
        if status.is_redirection() {
            let message = format!("{} answers with a redirect ({status}), which is never followed", self.place);
            return self.marked(Error::malformed(message).with_permanence(true).with_status(status.as_u16()));
        }
        let mut bytes = Vec::new();
        // The status alone tells enough if the rest does not come.
        while let Ok(Some(chunk)) = self.chunk().await {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > ERROR_BYTES_MAX {
                bytes.truncate(ERROR_BYTES_MAX);
                break;
            }
        }
        self.marked(refusal(&self.place, status, &bytes))
    }
}

/// Where an answer came from.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    place: String,
    client_request_id: String,
    activity_id: Option<String>,
}

impl Origin {
    pub(crate) fn marked(&self, error: Error) -> Error {
        error.with_ids(&self.client_request_id, self.activity_id.as_deref())
    }

    pub(crate) fn malformed(&self, reason: &str) -> Error {
        self.marked(
            Error::malformed(format!("{} does not answer as a Kusto service does: {reason}", self.place))
                .with_status(200),
        )
    }
}

/// Returns the error of an answer with another status than 200.
fn refusal(place: &str, status: StatusCode, body: &[u8]) -> Error {
    let kind = match status {
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::Throttled,
        StatusCode::UNAUTHORIZED => ErrorKind::Authentication,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorKind::TooLarge,
        _ => ErrorKind::Service,
    };
    let passing =
        status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
    let value = serde_json::from_slice(body).unwrap_or(serde_json::Value::Null);
    if let Some(error) = value.get("error").and_then(|_| ServiceError::from_value(&value)) {
        let permanent = if error.states_permanence() { error.is_permanent() } else { !passing };
        let permanent = permanent && status != StatusCode::TOO_MANY_REQUESTS;
        let kind = if status == StatusCode::GATEWAY_TIMEOUT { ErrorKind::Timeout } else { kind };
        return Error::new(kind, error.to_string())
            .with_permanence(permanent)
            .with_status(status.as_u16())
            .with_service_error(error);
    }
    let text: String = String::from_utf8_lossy(body).trim().chars().take(BODY_CHARS_MAX).collect();
    let text = if text.is_empty() { "the answer is empty".to_owned() } else { text };
    let message = match status {
        StatusCode::UNAUTHORIZED => format!("{place} does not accept the credential ({status}): {text}"),
        StatusCode::NOT_FOUND => format!("{place} has no such endpoint ({status}): {text}"),
        _ => format!("{place} answers {status}: {text}"),
    };
    Error::new(kind, message).with_permanence(!passing).with_status(status.as_u16())
}

/// Gives up when nothing came in time.
pub(super) async fn within<T>(
    limit: Duration,
    place: &str,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => {
            Err(Error::new(ErrorKind::Timeout, format!("{place} did not answer within {} s", limit.as_secs_f64())))
        }
    }
}

/// Returns the error of a request that did not arrive.
fn unreachable(place: &str, source: reqwest::Error) -> Error {
    // A URL may carry a signature.
    let source = source.without_url();
    let cause = deepest(&source);
    if source.is_builder() {
        return Error::invalid(format!("the request cannot be made: {cause}")).with_source(source);
    }
    let about_trust = cause.contains("UnknownIssuer") || cause.contains("certificate");
    let error = Error::new(ErrorKind::Unreachable, format!("cannot reach {place}: {cause}"));
    let error = if about_trust {
        error.with_permanence(true).with_hint(
            "trust the authority with `ClientOptions::with_authorities_pem`; for `calypso serve` it is DATA/tls/ca.pem",
        )
    } else if place.starts_with("http:") && cause.starts_with("invalid HTTP") {
        error.with_hint("if the port is one for https, the URL must begin with https://")
    } else if source.is_connect() {
        error.with_hint(format!("is the service running, and does it listen on {place}?"))
    } else {
        error
    };
    error.with_source(source)
}

/// Returns the error of an answer that broke off.
fn broken(place: &str, source: reqwest::Error) -> Error {
    let source = source.without_url();
    let cause = deepest(&source);
    let kind = if source.is_decode() { ErrorKind::MalformedAnswer } else { ErrorKind::Unreachable };
    Error::new(kind, format!("the answer of {place} broke off: {cause}")).with_source(source)
}

//! Calls to the account: each with a signature of its own that is good for some minutes.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use calypso_clock::Clock;
use calypso_types::{DateTime, TimeSpan};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Method, Response, StatusCode, header::HeaderMap, redirect::Policy};
use tokio::sync::OnceCell;

use super::{AzureConnection, CLOCK_SKEW};
use crate::{EXPORT_CONTAINER, Error, QueueName, STATUS_TABLE, TEMP_CONTAINER, error::what};

/// The version of the protocols that is spoken, and of the signatures: the last that all three services have.
const VERSION: &str = "2019-02-02";
/// How long a call's signature is good.
const CALL_LIFETIME: TimeSpan = TimeSpan(15 * TimeSpan::MINUTE.0);
/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a call may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest answer that is read: 32 messages of 64 KiB, each escaped at worst.
const ANSWER_BYTES_MAX: usize = 16 << 20;
/// Longest error code that is passed on.
const CODE_CHARS_MAX: usize = 64;
/// What a value of a query may hold as it is.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The account and the client that calls it.
pub(super) struct Account {
    pub(super) connection: AzureConnection,
    clock: Arc<dyn Clock>,
    client: Client,
    /// Set once everything is there.
    ensured: OnceCell<()>,
}

/// A request, without its signature.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) query: &'a str,
    pub(super) body: Body,
}

/// What a request carries.
pub(super) enum Body {
    None,
    Xml(String),
    Json(String),
}

/// What a call came to that was not what was wanted.
pub(super) enum CallError {
    Unanswered(reqwest::Error),
    TooLong,
    Answered { status: StatusCode, code: String },
}

/// The answer to a call.
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Account {
    pub(super) fn new(connection: AzureConnection, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        // Someone else may have installed a provider already; either will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(Policy::none())
            .user_agent(concat!("Calypso/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            .build()
            .map_err(|error| Error::unavailable("the client of the staging account", error))?;
        Ok(Self { connection, clock, client, ensured: OnceCell::new() })
    }

    /// Creates what is not there yet; asks no more once all was.
    pub(super) async fn ensure(&self) -> Result<(), Error> {
        self.ensured.get_or_try_init(|| self.create()).await.copied()
    }

    async fn create(&self) -> Result<(), Error> {
        let connection = &self.connection;
        let put = |url: String, query: &'static str| Call { method: Method::PUT, url, query, body: Body::None };
        let containers = [TEMP_CONTAINER, EXPORT_CONTAINER];
        let containers =
            containers.map(|name| put(format!("{}/{name}", connection.blob_endpoint), "restype=container"));
        let queues = QueueName::ALL.map(|name| put(format!("{}/{}", connection.queue_endpoint, name.as_str()), ""));
        let table = Call {
            method: Method::POST,
            url: format!("{}/Tables", connection.table_endpoint),
            query: "",
            body: Body::Json(format!(r#"{{"TableName":"{STATUS_TABLE}"}}"#)),
        };
        for call in containers.into_iter().chain(queues).chain([table]) {
            match self.send(call, &[StatusCode::CREATED, StatusCode::NO_CONTENT]).await {
                Ok(_) => {}
                Err(CallError::Answered { status: StatusCode::CONFLICT, code }) if code.ends_with("AlreadyExists") => {}
                Err(error) => return Err(error.into_error()),
            }
        }
        Ok(())
    }

    /// Sends the request; any status but those wanted is an error.
    pub(super) async fn send(&self, call: Call<'_>, wanted: &[StatusCode]) -> Result<Answer, CallError> {
        let separator = if call.query.is_empty() { "" } else { "&" };
        let url = format!("{}?{}{separator}{}", call.url, call.query, self.signature(self.clock.now()));
        let request = self.client.request(call.method, url).header("x-ms-version", VERSION);
        let request = match call.body {
            Body::None => request.header("Content-Length", "0"),
            Body::Xml(text) => request.header("Content-Type", "application/xml").body(text),
            Body::Json(text) => request
                .header("Content-Type", "application/json")
                .header("Accept", "application/json;odata=nometadata")
                .header("DataServiceVersion", "3.0")
                .body(text),
        };
        // The URL has the signature.
        let unanswered = |error: reqwest::Error| CallError::Unanswered(error.without_url());
        let mut response = request.send().await.map_err(unanswered)?;
        if !wanted.contains(&response.status()) {
            return Err(CallError::Answered { status: response.status(), code: code_of(&response) });
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unanswered)? {
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER_BYTES_MAX {
                return Err(CallError::TooLong);
            }
        }
        Ok(Answer { headers: response.headers().clone(), body: body.into() })
    }

    /// Returns the query of an account signature for everything that is called here.
    ///
    /// <https://learn.microsoft.com/rest/api/storageservices/create-account-sas>
    pub(super) fn signature(&self, now: DateTime) -> String {
        let time = |time: DateTime| format!("{}Z", &time.to_iso()[..19]);
        let starts_on = time(now.checked_sub(CLOCK_SKEW).unwrap_or(now));
        let expires_on = time(now.checked_add(CALL_LIFETIME).unwrap_or(DateTime::MAX));
        let (permissions, services, kinds) = ("rwdlacup", "bqt", "sco");
        let key = &self.connection.key;
        let account = key.account();
        let signed =
            format!("{account}\n{permissions}\n{services}\n{kinds}\n{starts_on}\n{expires_on}\n\n\n{VERSION}\n");
        let encoded = |text: &str| utf8_percent_encode(text, VALUE).to_string();
        format!(
            "sv={VERSION}&ss={services}&srt={kinds}&sp={permissions}&st={}&se={}&sig={}",
            encoded(&starts_on),
            encoded(&expires_on),
            encoded(&key.sign(&signed))
        )
    }
}

impl CallError {
    /// Returns what the caller should know of it.
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Unanswered(error) => Error::unavailable(what::STAGING_ACCOUNT, error),
            Self::TooLong => Error::TooLarge { what: "answer", limit: ANSWER_BYTES_MAX as u64 },
            Self::Answered { status, code } => refused(status, &code),
        }
    }

    /// Says whether the account no longer knows a message by its receipt.
    pub(super) fn is_message_gone(&self) -> bool {
        const GONE: [&str; 2] = ["MessageNotFound", "PopReceiptMismatch"];
        matches!(self, Self::Answered { code, .. } if GONE.contains(&code.as_str()))
    }
}

fn refused(status: StatusCode, code: &str) -> Error {
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return Error::Forbidden { reason: "the staging account does not accept its key" };
    }
    let message = format!("the staging account answered with status {} ({code})", status.as_u16());
    // What was there and is gone, or is being deleted, may be made again.
    let is_transient = status.is_server_error() || matches!(status.as_u16(), 404 | 408 | 409 | 429);
    if is_transient { Error::unavailable(what::STAGING_ACCOUNT, message) } else { Error::invalid(message) }
}

fn code_of(response: &Response) -> String {
    let code = response.headers().get("x-ms-error-code").and_then(|code| code.to_str().ok()).unwrap_or_default();
    let is_word = code.len() <= CODE_CHARS_MAX && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_word && !code.is_empty() { code.to_owned() } else { "no code".to_owned() }
}

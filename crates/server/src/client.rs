//! A client of Kusto's REST endpoints: what `query`, `ingest` and `quickstart` speak through.
//!
//! Knows the wire and nothing of the service behind it, which may be another machine's or Azure's.
//! <https://learn.microsoft.com/kusto/api/rest/>

mod connect;
mod target;

mod error;
mod service_error;

mod statement;

mod answer;

mod streaming;

mod explanation;
pub(crate) mod layout;

use calypso_clock::{Ids as _, RandomIds};
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use serde_json::json;

pub(crate) use answer::Answer;
pub(crate) use connect::ConnectArguments;
pub(crate) use error::ClientError;
pub(crate) use explanation::explain;
pub(crate) use statement::Statement;
pub(crate) use streaming::{Retries, StreamBody, StreamRequest, StreamedRows};

/// Largest answer that is read; results are truncated at 64 MB unless a query asks for more.
const ANSWER_BYTES_MAX: usize = 1 << 30;
/// The API version whose answers are understood here.
const API_VERSION: &str = "2024-12-12";

/// A connection to one database of a service.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    base: Url,
    database: String,
    token: Option<String>,
    http: reqwest::Client,
    ids: RandomIds,
}

impl Client {
    /// Runs a query or management command and returns its results, partial ones with their error included.
    pub(crate) async fn execute(&self, statement: &Statement) -> Result<Answer, ClientError> {
        let path = if statement.is_command() { ["v1", "rest", "mgmt"] } else { ["v2", "rest", "query"] };
        let body = json!({ "db": self.database, "csl": statement.text(), "properties": { "Options": {} } });
        let request_id = format!("KRC.execute;{}", self.ids.next_id());
        let request = self.http.post(self.url(&path)).json(&body);
        let bytes = self.send(request, &request_id).await?;
        let read = if statement.is_command() { Answer::from_v1(&bytes) } else { Answer::from_v2(&bytes) };
        read.map_err(|reason| self.not_kusto(reason))
    }

    /// Name of the database.
    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        url.path_segments_mut().expect("http URLs have a path").clear().extend(segments);
        url
    }

    /// Sends a request; returns the body of a good answer.
    async fn send(&self, request: RequestBuilder, request_id: &str) -> Result<Vec<u8>, ClientError> {
        let version = env!("CARGO_PKG_VERSION");
        let mut request = request
            .header("accept", "application/json")
            .header("x-ms-version", API_VERSION)
            .header("x-ms-app", "calypso")
            .header("x-ms-client-version", format!("Kusto.Rust.Client:{{{version}}}"))
            .header("x-ms-client-request-id", request_id);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.map_err(|source| self.unreachable(source))?;
        let status = response.status();
        let bytes = self.receive(response).await?;
        if status == StatusCode::OK {
            Ok(bytes)
        } else {
            Err(ClientError::Refused(Box::new(service_error::ServiceError::from_body(status, &bytes))))
        }
    }

    async fn receive(&self, mut response: Response) -> Result<Vec<u8>, ClientError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|source| self.unreachable(source))? {
            if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(ClientError::AnswerTooLarge { limit: ANSWER_BYTES_MAX });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    fn unreachable(&self, source: reqwest::Error) -> ClientError {
        ClientError::Unreachable { url: self.place(), source }
    }

    fn not_kusto(&self, reason: impl Into<String>) -> ClientError {
        ClientError::NotKusto { url: self.place(), reason: reason.into() }
    }

    /// The service's address without anything behind the port.
    fn place(&self) -> String {
        self.base.origin().ascii_serialization()
    }
}

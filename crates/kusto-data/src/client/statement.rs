//! Queries and management commands.
//!
//! <https://learn.microsoft.com/kusto/api/rest/request>

use std::time::Duration;

use calypso_protocol::{RequestBody, RequestProperties};
use serde_json::Value;
use tracing::Instrument as _;

use super::{
    Client,
    exchange::{Answer, Exchange, GRACE},
};
use crate::{
    ClientRequestProperties, Dataset, Error, ErrorReportingPlacement, FrameStream,
    client_request_properties::{SERVER_TIMEOUT, timespan_text},
    dataset::assembler::Assembler,
    json_text,
};

/// How long a service may work on a query.
pub(super) const QUERY_TIMEOUT_DEFAULT: Duration = Duration::from_secs(4 * 60);
/// How long a service may work on a management command, and on anything at all.
pub(super) const TIMEOUT_MAX: Duration = Duration::from_secs(60 * 60);
/// The shortest time that services take for a timeout.
const TIMEOUT_MIN: Duration = Duration::from_secs(1);
/// Begins the ids of queries and commands that have none.
const REQUEST_ID_PREFIX: &str = "KRC.execute";

/// What kind of text is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Query,
    Command,
}

impl Kind {
    const fn path(self) -> [&'static str; 3] {
        match self {
            Self::Query => ["v2", "rest", "query"],
            Self::Command => ["v1", "rest", "mgmt"],
        }
    }

    const fn timeout_default(self) -> Duration {
        match self {
            Self::Query => QUERY_TIMEOUT_DEFAULT,
            Self::Command => TIMEOUT_MAX,
        }
    }
}

impl Client {
    pub(super) async fn query(
        &self,
        database: &str,
        query: &str,
        properties: Option<&ClientRequestProperties>,
    ) -> Result<Dataset, Error> {
        let id = self.request_id(properties);
        let database = self.database_or_default(database);
        let span = tracing::info_span!(
            "KustoClient.query_cmd",
            otel.kind = "client",
            kusto_cluster = %self.place(),
            database,
            client_request_id = %id,
        );
        let work = async {
            let request = RequestProperties::default();
            let answer = self.run(Kind::Query, database, query, properties, request, &id).await?;
            let origin = answer.origin();
            let text = self.text(answer).await?;
            let dataset = read_frames(&text).map_err(|reason| origin.malformed(&reason))?;
            let deferred = properties.is_some_and(ClientRequestProperties::defers_partial_failures);
            dataset.or_partial_failure(deferred).map_err(|error| origin.marked(error))
        };
        work.instrument(span).await
    }

    pub(super) async fn command(
        &self,
        database: &str,
        command: &str,
        properties: Option<&ClientRequestProperties>,
    ) -> Result<Dataset, Error> {
        let id = self.request_id(properties);
        let database = self.database_or_default(database);
        let span = tracing::info_span!(
            "KustoClient.control_cmd",
            otel.kind = "client",
            kusto_cluster = %self.place(),
            database,
            client_request_id = %id,
        );
        let work = async {
            let request = RequestProperties::default();
            let answer = self.run(Kind::Command, database, command, properties, request, &id).await?;
            let origin = answer.origin();
            let text = self.text(answer).await?;
            let dataset = Dataset::from_v1(&text).map_err(|reason| origin.malformed(&reason))?;
            let deferred = properties.is_some_and(ClientRequestProperties::defers_partial_failures);
            dataset.or_partial_failure(deferred).map_err(|error| origin.marked(error))
        };
        work.instrument(span).await
    }

    pub(super) async fn stream(
        &self,
        database: &str,
        query: &str,
        properties: Option<&ClientRequestProperties>,
    ) -> Result<FrameStream, Error> {
        let id = self.request_id(properties);
        let database = self.database_or_default(database);
        let span = tracing::info_span!(
            "KustoClient.streaming_query",
            otel.kind = "client",
            kusto_cluster = %self.place(),
            database,
            client_request_id = %id,
        );
        let options = [
            ("results_v2_newlines_between_frames", Value::Bool(true)),
            ("results_v2_fragment_primary_tables", Value::Bool(true)),
            ("results_error_reporting_placement", Value::from(ErrorReportingPlacement::EndOfTable.as_str())),
        ];
        let options = options.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let request = RequestProperties { options, ..RequestProperties::default() };
        let answer = self.run(Kind::Query, database, query, properties, request, &id).instrument(span.clone()).await?;
        let deferred = properties.is_some_and(ClientRequestProperties::defers_partial_failures);
        Ok(FrameStream::new(answer, self.0.frame_bytes_max, deferred, span))
    }

    /// Sends a text. Options of `request` stand unless the caller's properties say otherwise.
    pub(super) async fn run(
        &self,
        kind: Kind,
        database: &str,
        text: &str,
        properties: Option<&ClientRequestProperties>,
        mut request: RequestProperties,
        id: &str,
    ) -> Result<Answer, Error> {
        let server_timeout = server_timeout(properties, kind.timeout_default());
        request.options.insert(SERVER_TIMEOUT.to_owned(), Value::from(timespan_text(server_timeout)));
        if let Some(properties) = properties {
            let own = properties.to_wire();
            request.options.extend(own.options.into_iter().filter(|(name, _)| name != SERVER_TIMEOUT));
            request.parameters = own.parameters;
        }
        let body = RequestBody { db: Some(database.to_owned()), csl: text.to_owned(), properties: request };
        let message = self
            .0
            .http
            .post(self.url(&kind.path())?)
            .header("content-type", "application/json; charset=utf-8")
            .body(body.to_json());
        let time_limit = server_timeout + GRACE;
        self.send(Exchange { request: message, client_request_id: id.to_owned(), properties, time_limit }).await
    }

    pub(super) fn request_id(&self, properties: Option<&ClientRequestProperties>) -> String {
        let own = properties.and_then(ClientRequestProperties::client_request_id);
        own.map_or_else(|| self.new_id(REQUEST_ID_PREFIX), str::to_owned)
    }

    /// Returns the body as text.
    pub(super) async fn text(&self, answer: Answer) -> Result<String, Error> {
        let origin = answer.origin();
        let bytes = answer.bytes(self.0.answer_bytes_max).await?;
        if bytes.is_empty() {
            return Err(origin.malformed("the answer is empty"));
        }
        String::from_utf8(Vec::from(bytes)).map_err(|_| origin.malformed("the answer is not UTF-8"))
    }
}

/// Returns how long the service may work: what the caller said, between a second and an hour.
pub(super) fn server_timeout(properties: Option<&ClientRequestProperties>, default: Duration) -> Duration {
    let Some(properties) = properties else { return default };
    if properties.has_no_request_timeout() {
        return TIMEOUT_MAX;
    }
    properties.server_timeout().unwrap_or(default).clamp(TIMEOUT_MIN, TIMEOUT_MAX)
}

fn read_frames(text: &str) -> Result<Dataset, String> {
    let mut assembler = Assembler::default();
    for frame in json_text::elements(text).map_err(|error| error.to_string())? {
        assembler.push(frame.map_err(|error| error.to_string())?)?;
    }
    assembler.finish()
}

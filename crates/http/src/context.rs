//! From a request to the context and options that the service sees.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, request::Parts};
use calypso_app::{
    AppError, Cancellation, QueryOptions, QueryRequest, RequestContext, TRUNCATION_RECORDS_DEFAULT,
    TRUNCATION_SIZE_BYTES_DEFAULT,
};
use calypso_protocol::{RequestOptions, SERVER_TIMEOUT_MAX};
use calypso_types::TimeSpan;

use crate::{connection::Connection, request_scope::RequestScope, state::HttpState, statement::Statement};

/// Who calls without a token.
const ANONYMOUS: &str = "anonymous";
/// Longest application or user name that is kept; the rest is cut.
const CALLER_TEXT_LENGTH_MAX: usize = 512;
/// Characters before a dot-command that do not make it something else.
const BLANKS: [char; 5] = [' ', '\t', '\r', '\n', '\u{feff}'];

/// A request on its way to the service.
pub(crate) struct Call {
    pub(crate) context: RequestContext,
    /// The context's deadline on the monotonic clock.
    pub(crate) deadline: Instant,
}

impl Call {
    /// Returns the call that `parts` and `options` describe; `default` is its time if they name none.
    pub(crate) fn new(
        state: &HttpState,
        scope: &RequestScope,
        parts: &Parts,
        options: &RequestOptions,
        default: Duration,
    ) -> Self {
        let timeout = match options.server_timeout {
            _ if options.no_request_timeout => SERVER_TIMEOUT_MAX,
            Some(timeout) => timeout,
            None => TimeSpan(i64::try_from(default.as_nanos() / 100).unwrap_or(SERVER_TIMEOUT_MAX.0)),
        }
        .min(SERVER_TIMEOUT_MAX);
        let text = |name: &str, option: &Option<String>| match option {
            Some(text) => bounded(text),
            None => header_text(&parts.headers, name).unwrap_or_default(),
        };
        let context = RequestContext {
            client_request_id: scope.client_request_id(),
            activity_id: scope.activity_id(),
            principal: ANONYMOUS.to_owned(),
            application: text("x-ms-app", &options.request_app_name),
            user: text("x-ms-user", &options.request_user),
            origin: Connection::origin(parts, &state.settings),
            deadline: scope.started_on().checked_add(timeout).unwrap_or(calypso_types::DateTime::MAX),
            cancel: Cancellation::new(),
            started_on: scope.started_on(),
        };
        let timeout = Duration::from_nanos(timeout.0.unsigned_abs().saturating_mul(100));
        Self { context, deadline: scope.began() + timeout }
    }

    /// Runs `work` until the deadline. If the caller goes away meanwhile, or the deadline passes, the cancellation
    /// fires; afterwards it is the caller's to guard.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
        let guard = self.context.cancel.guard();
        let result = tokio::time::timeout_at(self.deadline.into(), work).await.unwrap_or(Err(AppError::timed_out()))?;
        guard.disarm();
        Ok(result)
    }
}

/// Returns the service's form of a statement.
pub(crate) fn query_request(statement: Statement) -> QueryRequest {
    let Statement { body, options, parts } = statement;
    let raw = body.properties.options;
    QueryRequest {
        database: body.db,
        text: body.csl,
        options: QueryOptions {
            server_timeout: options.server_timeout,
            no_truncation: options.no_truncation,
            truncation_max_records: options.truncation_max_records.unwrap_or(TRUNCATION_RECORDS_DEFAULT),
            truncation_max_size: options.truncation_max_size.unwrap_or(TRUNCATION_SIZE_BYTES_DEFAULT),
            take_max_records: options.query_take_max_records,
            query_now: options.query_now,
            readonly: options.request_readonly || parts.headers.contains_key("x-ms-readonly"),
            raw,
        },
        parameters: body.properties.parameters,
    }
}

/// Says whether `text` is a management command: its first character is a dot. A comment before it makes it none.
pub(crate) fn is_command(text: &str) -> bool {
    text.trim_start_matches(BLANKS).starts_with('.')
}

fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| bounded(&String::from_utf8_lossy(value.as_bytes())))
}

fn bounded(text: &str) -> String {
    text.chars().take(CALLER_TEXT_LENGTH_MAX).collect()
}

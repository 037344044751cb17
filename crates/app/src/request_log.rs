//! Which queries and commands run, and which ran lately: `.show queries`, `.show running queries`, `.show commands`.
//!
//! Kept in memory: a restart forgets it. A request that ends without a word (its future was dropped) counts as canceled.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use calypso_clock::Clock;
use calypso_types::DateTime;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{AppError, AppErrorKind, Cancellation, QueryStatisticsReading, RequestContext};

/// Longest text kept of one request, as Kusto documents for `.show queries`.
const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Ended requests kept; the oldest are forgotten first.
const ENDED_REQUESTS_MAX: usize = 10_000;
/// Bytes of text kept of all ended requests together.
const ENDED_TEXT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What `CommandType` says of queries.
pub(crate) const QUERY: &str = "Query";

/// What is known of a request.
#[derive(Debug, Clone)]
pub(crate) struct LoggedRequest {
    pub(crate) client_request_id: String,
    pub(crate) activity_id: Uuid,
    /// [`QUERY`], or the type of the command.
    pub(crate) command_type: String,
    /// Without secrets, and cut.
    pub(crate) text: String,
    pub(crate) database: String,
    pub(crate) started_on: DateTime,
    pub(crate) last_updated_on: DateTime,
    /// `InProgress`, `Completed`, `Failed`, `Canceled`.
    pub(crate) state: &'static str,
    pub(crate) failure_reason: String,
    pub(crate) principal: String,
    pub(crate) user: String,
    pub(crate) application: String,
    pub(crate) statistics: QueryStatisticsReading,
}

/// See the file's header.
pub(crate) struct RequestLog {
    clock: Arc<dyn Clock>,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    next_key: u64,
    running: HashMap<u64, (LoggedRequest, Cancellation)>,
    ended: VecDeque<LoggedRequest>,
    ended_text_bytes: usize,
}

impl RequestLog {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, entries: Mutex::default() }
    }

    /// Notes that a request runs. `text` still has its secrets.
    pub(crate) fn begin(
        self: &Arc<Self>,
        ctx: &RequestContext,
        command_type: &str,
        database: &str,
        text: &str,
    ) -> RunningRequest {
        let request = LoggedRequest {
            client_request_id: ctx.client_request_id.clone(),
            activity_id: ctx.activity_id,
            command_type: command_type.to_owned(),
            text: shown_text(text),
            database: database.to_owned(),
            started_on: ctx.started_on,
            last_updated_on: ctx.started_on,
            state: "InProgress",
            failure_reason: String::new(),
            principal: ctx.principal.clone(),
            user: ctx.user.clone(),
            application: ctx.application.clone(),
            statistics: QueryStatisticsReading::default(),
        };
        let mut entries = self.entries.lock();
        let key = entries.next_key;
        entries.next_key += 1;
        entries.running.insert(key, (request, ctx.cancel.clone()));
        RunningRequest { log: self.clone(), key, deadline: ctx.deadline, ended: false }
    }

    /// Returns the running requests in the order of their start.
    pub(crate) fn running(&self) -> Vec<LoggedRequest> {
        let entries = self.entries.lock();
        let mut running: Vec<_> = entries.running.iter().map(|(key, (request, _))| (*key, request.clone())).collect();
        running.sort_by_key(|(key, _)| *key);
        running.into_iter().map(|(_, request)| request).collect()
    }

    /// Returns the ended requests in the order of their end.
    pub(crate) fn ended(&self) -> Vec<LoggedRequest> {
        self.entries.lock().ended.iter().cloned().collect()
    }

    /// Cancels the running requests that the caller named `client_request_id`; returns them.
    pub(crate) fn cancel(&self, client_request_id: &str) -> Vec<LoggedRequest> {
        let entries = self.entries.lock();
        let named = entries.running.values().filter(|(request, _)| request.client_request_id == client_request_id);
        named
            .map(|(request, cancel)| {
                cancel.cancel();
                request.clone()
            })
            .collect()
    }

    fn end(&self, key: u64, state: &'static str, failure_reason: String, statistics: QueryStatisticsReading) {
        let now = self.clock.now();
        let mut entries = self.entries.lock();
        let Some((mut request, _)) = entries.running.remove(&key) else { return };
        request.state = state;
        request.failure_reason = failure_reason;
        request.last_updated_on = now;
        request.statistics = statistics;
        entries.ended_text_bytes += request.text.len();
        entries.ended.push_back(request);
        while entries.ended.len() > ENDED_REQUESTS_MAX || entries.ended_text_bytes > ENDED_TEXT_BYTES_MAX {
            let Some(oldest) = entries.ended.pop_front() else { break };
            entries.ended_text_bytes -= oldest.text.len();
        }
    }
}

/// A request between begin and end.
pub(crate) struct RunningRequest {
    log: Arc<RequestLog>,
    key: u64,
    deadline: DateTime,
    ended: bool,
}

impl RunningRequest {
    /// Notes how the request ended.
    pub(crate) fn finish(mut self, failure: Option<&AppError>, statistics: QueryStatisticsReading) {
        self.ended = true;
        let (state, reason) = match failure {
            None => ("Completed", String::new()),
            Some(error) if error.kind == AppErrorKind::Cancelled => self.given_up(&error.message),
            Some(error) => ("Failed", error.message.clone()),
        };
        self.log.end(self.key, state, reason, statistics);
    }

    /// Tells a request that ran out of time from one that somebody cancelled.
    fn given_up(&self, reason: &str) -> (&'static str, String) {
        if self.log.clock.now() >= self.deadline {
            return ("Failed", AppError::timed_out().message);
        }
        ("Canceled", reason.to_owned())
    }
}

impl Drop for RunningRequest {
    fn drop(&mut self) {
        if !self.ended {
            let (state, reason) = self.given_up("The caller went away.");
            self.log.end(self.key, state, reason, QueryStatisticsReading::default());
        }
    }
}

/// Masks secrets, then cuts: the other way round half a secret could stay. Text far beyond the cut is not looked at.
fn shown_text(text: &str) -> String {
    let seen = &text[..text.floor_char_boundary(16 * TEXT_BYTES_MAX)];
    let mut masked = calypso_syntax::mask_secrets(seen).into_owned();
    masked.truncate(masked.floor_char_boundary(TEXT_BYTES_MAX));
    masked
}

//! The error object of a service ("OneAPI" error), as far as people and retries need it.
//!
//! <https://learn.microsoft.com/kusto/api/rest/response-http#json-encoding-of-errors>

use std::fmt;

use reqwest::StatusCode;
use serde_json::Value;

/// What Kusto puts before the particulars of every bad request.
const PREAMBLES: [&str; 2] =
    ["Request is invalid and cannot be processed: ", "Request is invalid and cannot be executed: "];
/// What opens the place of an error in the text.
const POSITION_OPEN: &str = "[line:position=";
/// Longest text of a body that is no error object.
const BODY_CHARS_MAX: usize = 300;

/// An error that a service answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceError {
    /// The most particular code: `SEM0100` rather than `General_BadRequest`.
    pub(crate) code: String,
    /// The full text.
    pub(crate) message: String,
    /// Whether the same request can never succeed.
    pub(crate) permanent: bool,
    /// Whether the service, not the request, is to blame.
    pub(crate) internal: bool,
    /// What an operator finds the request by.
    pub(crate) activity_id: Option<String>,
}

/// A message taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Particulars<'a> {
    pub(super) text: String,
    /// One-based line, and column in characters.
    pub(super) position: Option<(usize, usize)>,
    pub(super) hint: Option<&'a str>,
}

impl ServiceError {
    /// Reads the body of an answer with another status than 200.
    pub(super) fn from_body(status: StatusCode, body: &[u8]) -> Self {
        let internal = status.is_server_error();
        let value = serde_json::from_slice::<Value>(body).unwrap_or_default();
        if let Some(error) = Self::from_value(&value) {
            return Self { internal, permanent: error.permanent && status != StatusCode::TOO_MANY_REQUESTS, ..error };
        }
        let text: String = String::from_utf8_lossy(body).trim().chars().take(BODY_CHARS_MAX).collect();
        let message = if text.is_empty() { "the answer is empty".to_owned() } else { text };
        let permanent = !internal && status != StatusCode::TOO_MANY_REQUESTS;
        Self { code: format!("HTTP {status}"), message, permanent, internal, activity_id: None }
    }

    /// Reads `{"error":{…}}`.
    pub(super) fn from_value(value: &Value) -> Option<Self> {
        let error = value.get("error")?;
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let innermost = std::iter::successors(Some(error), |error| error.get("innererror")).last()?;
        Some(Self {
            code: text(innermost, "code").or_else(|| text(error, "code"))?,
            message: text(error, "@message").or_else(|| text(error, "message")).unwrap_or_default(),
            permanent: error.get("@permanent").and_then(Value::as_bool).unwrap_or(true),
            internal: false,
            activity_id: error.get("@context").and_then(|context| text(context, "activityId")),
        })
    }

    /// Takes the message apart into text, place and hint.
    pub(super) fn particulars(&self) -> Particulars<'_> {
        let mut text = self.message.as_str();
        for preamble in PREAMBLES {
            text = text.strip_prefix(preamble).unwrap_or(text);
        }
        for kind in ["Semantic error: ", "Syntax error: "] {
            text = text.strip_prefix(kind).unwrap_or(text);
        }
        text = text.strip_prefix(self.code.as_str()).and_then(|text| text.strip_prefix(": ")).unwrap_or(text);
        let placed = text.split_once(POSITION_OPEN).and_then(|(before, after)| {
            let (place, after) = after.split_once(']')?;
            let (line, column) = place.split_once(':')?;
            Some((before, (line.trim().parse().ok()?, column.trim().parse().ok()?), after))
        });
        let Some((before, position, after)) = placed else {
            return Particulars { text: text.trim().to_owned(), position: None, hint: None };
        };
        let before = before.trim_end();
        match after.strip_prefix(". ") {
            Some(hint) => Particulars { text: before.to_owned(), position: Some(position), hint: Some(hint.trim()) },
            None => Particulars { text: format!("{before}{}", after.trim_end()), position: Some(position), hint: None },
        }
    }

    pub(super) fn hint(&self) -> Option<String> {
        if let Some(hint) = self.particulars().hint {
            return Some(hint.to_owned());
        }
        match self.code.as_str() {
            "BadRequest_StreamingIngestionPolicyNotEnabled" => {
                Some("`.alter table TABLE policy streamingingestion enable` allows it".to_owned())
            }
            "BadRequest_DatabaseNotExist" => Some("`.show databases` lists the databases there are".to_owned()),
            "BadRequest_TableNotExist" => Some("`.show tables` lists the tables of the database".to_owned()),
            _ if !self.permanent => Some("the error is a passing one; try again".to_owned()),
            _ => None,
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.particulars().text;
        // Ingestion errors begin with their own code.
        if text.starts_with(&self.code) { f.write_str(&text) } else { write!(f, "{}: {text}", self.code) }
    }
}

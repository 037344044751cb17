//! The request options that this service gives a meaning, typed.
//!
//! Unknown options are ignored, as clients send their own. Values may be JSON natives or their texts.
//! <https://learn.microsoft.com/kusto/api/rest/request-properties>

use std::collections::BTreeMap;

use calypso_types::{DateTime, TimeSpan};
use serde_json::Value;

use crate::Error;

/// The longest `servertimeout`; longer ones are cut to it.
pub const SERVER_TIMEOUT_MAX: TimeSpan = TimeSpan(TimeSpan::HOUR.0);

/// Where V2 responses put an error that happens after the first row left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ErrorReportingPlacement {
    /// As the last element of the failing table's rows, and in the completion frame.
    #[default]
    InData,
    /// In the table's completion frame, and in that of the data set.
    EndOfTable,
    /// In the completion frame of the data set only.
    EndOfDataset,
}

impl ErrorReportingPlacement {
    /// Returns the name that the data set header carries.
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::InData => "InData",
            Self::EndOfTable => "EndOfTable",
            Self::EndOfDataset => "EndOfDataset",
        }
    }
}

/// Options of one request. Absent ones have their documented defaults.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RequestOptions {
    /// `servertimeout`, at most [`SERVER_TIMEOUT_MAX`].
    pub server_timeout: Option<TimeSpan>,
    /// `norequesttimeout`: wait as long as [`SERVER_TIMEOUT_MAX`].
    pub no_request_timeout: bool,
    pub no_truncation: bool,
    pub truncation_max_records: Option<u64>,
    /// Bytes.
    pub truncation_max_size: Option<u64>,
    pub query_take_max_records: Option<u64>,
    pub defer_partial_query_failures: bool,
    pub results_progressive_enabled: bool,
    pub results_v2_fragment_primary_tables: bool,
    pub results_v2_newlines_between_frames: bool,
    pub results_error_reporting_placement: ErrorReportingPlacement,
    pub query_now: Option<DateTime>,
    /// `request_readonly` or `request_readonly_hardline`.
    pub request_readonly: bool,
    pub request_app_name: Option<String>,
    pub request_user: Option<String>,
    pub request_description: Option<String>,
    /// `query_language` in lower case, such as `kql`, `csl` or `sql`.
    pub query_language: Option<String>,
}

impl RequestOptions {
    /// Reads the options this service knows from a bag with lower-case names.
    ///
    /// # Errors
    /// If a known option has a value that it cannot have.
    pub fn parse(bag: &BTreeMap<String, Value>) -> Result<Self, Error> {
        let mut options = Self::default();
        for (name, value) in bag {
            if !value.is_null() {
                options.set(name, value)?;
            }
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &Value) -> Result<(), Error> {
        match name {
            "servertimeout" => self.server_timeout = Some(server_timeout(name, value)?),
            "norequesttimeout" => self.no_request_timeout = boolean(name, value)?,
            "notruncation" => self.no_truncation = boolean(name, value)?,
            "truncationmaxrecords" => self.truncation_max_records = Some(count(name, value)?),
            "truncationmaxsize" => self.truncation_max_size = Some(count(name, value)?),
            "query_take_max_records" => self.query_take_max_records = Some(count(name, value)?),
            "deferpartialqueryfailures" => self.defer_partial_query_failures = boolean(name, value)?,
            "results_progressive_enabled" => self.results_progressive_enabled = boolean(name, value)?,
            "results_v2_fragment_primary_tables" => self.results_v2_fragment_primary_tables = boolean(name, value)?,
            "results_v2_newlines_between_frames" => self.results_v2_newlines_between_frames = boolean(name, value)?,
            "results_error_reporting_placement" => self.results_error_reporting_placement = placement(name, value)?,
            "query_now" => self.query_now = Some(datetime(name, value)?),
            "request_readonly" | "request_readonly_hardline" => self.request_readonly |= boolean(name, value)?,
            "request_app_name" => self.request_app_name = Some(text(value)),
            "request_user" => self.request_user = Some(text(value)),
            "request_description" => self.request_description = Some(text(value)),
            "query_language" => self.query_language = Some(text(value).to_ascii_lowercase()),
            _ => {}
        }
        Ok(())
    }

    /// Reads a `servertimeout` given outside the bag, as ingestion calls do in a header.
    ///
    /// # Errors
    /// If the text is no timespan in any known spelling.
    pub fn parse_server_timeout(text: &str) -> Result<TimeSpan, Error> {
        server_timeout("servertimeout", &Value::String(text.to_owned()))
    }
}

fn wrong(name: &str, value: &Value, expected: &'static str) -> Error {
    Error::WrongOption { name: name.to_owned(), value: text(value), expected }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Removes `name( … )` around a KQL literal, whatever the name, and quotes within it.
fn literal_text(text: &str) -> &str {
    let text = text.trim();
    let inner = match (text.find('('), text.strip_suffix(')')) {
        (Some(open), Some(body)) if text[..open].bytes().all(|b| b.is_ascii_alphabetic()) => &body[open + 1..],
        _ => text,
    };
    inner.trim().trim_matches(|c| c == '"' || c == '\'')
}

fn boolean(name: &str, value: &Value) -> Result<bool, Error> {
    let parsed = match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => number.as_i64().map(|n| n != 0),
        Value::String(text) => match literal_text(text).to_ascii_lowercase().as_str() {
            // A bare `set notruncation` has no value.
            "" | "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    };
    parsed.ok_or_else(|| wrong(name, value, "true or false"))
}

fn count(name: &str, value: &Value) -> Result<u64, Error> {
    let parsed = match value {
        Value::Number(number) => {
            number.as_u64().or_else(|| number.as_f64().filter(|n| *n >= 0.0 && n.fract() == 0.0).map(|n| n as u64))
        }
        Value::String(text) => literal_text(text).parse().ok(),
        _ => None,
    };
    parsed.ok_or_else(|| wrong(name, value, "a whole number, not negative"))
}

fn datetime(name: &str, value: &Value) -> Result<DateTime, Error> {
    value.as_str().and_then(|text| DateTime::parse(literal_text(text))).ok_or_else(|| wrong(name, value, "a datetime"))
}

fn placement(name: &str, value: &Value) -> Result<ErrorReportingPlacement, Error> {
    match text(value).to_ascii_lowercase().replace('_', "").as_str() {
        "indata" => Ok(ErrorReportingPlacement::InData),
        "endoftable" => Ok(ErrorReportingPlacement::EndOfTable),
        "endofdataset" => Ok(ErrorReportingPlacement::EndOfDataset),
        _ => Err(wrong(name, value, "in_data, end_of_table or end_of_dataset")),
    }
}

/// Reads `00:04:00`, `0:02:00`, `1.00:00:00`, `50m`, `time(5m)`, `1 day, 0:02:00` (Python), or a number of ticks.
fn server_timeout(name: &str, value: &Value) -> Result<TimeSpan, Error> {
    let parsed = match value {
        Value::Number(number) => number.as_i64().map(TimeSpan),
        Value::String(text) => parse_timeout(literal_text(text)),
        _ => None,
    };
    match parsed {
        Some(span) if span.0 > 0 => Ok(span.min(SERVER_TIMEOUT_MAX)),
        _ => Err(wrong(name, value, "a positive timespan")),
    }
}

fn parse_timeout(text: &str) -> Option<TimeSpan> {
    if let Some(span) = TimeSpan::parse(text) {
        return Some(span);
    }
    // Python prints a timedelta of a day or more as `1 day, 0:02:00`.
    let (days, time) = text.split_once(',')?;
    let days: i64 = days.trim().split(' ').next()?.parse().ok()?;
    let time = TimeSpan::parse(time.trim())?;
    Some(TimeSpan(days.checked_mul(TimeSpan::DAY.0)?.checked_add(time.0)?))
}

#[cfg(test)]
mod tests;

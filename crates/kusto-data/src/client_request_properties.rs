//! Options, parameters and identity of one request.
//!
//! <https://learn.microsoft.com/kusto/api/rest/request-properties>

mod options;
mod parameter;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use calypso_protocol::RequestProperties;
use calypso_types::{ScalarType, TimeSpan};
use serde_json::Value;

pub use options::{DataScope, ErrorReportingPlacement, QueryConsistency, QueryLanguage};
pub use parameter::Parameter;

/// Name of the option that says how long a service may work on a request.
pub(crate) const SERVER_TIMEOUT: &str = "servertimeout";
/// Name of the option that grants a request the longest time there is.
pub(crate) const NO_REQUEST_TIMEOUT: &str = "norequesttimeout";
/// Name of the option that has partial failures reported beside the rows.
pub(crate) const DEFER_PARTIAL_QUERY_FAILURES: &str = "deferpartialqueryfailures";

/// Properties of one request: options of the service, values of the query's declared parameters, and names for logs.
///
/// Every documented option has a setter `with_…`; [`ClientRequestProperties::with_option`] takes any other.
///
/// ```
/// use std::time::Duration;
/// use kusto_data::ClientRequestProperties;
///
/// let properties = ClientRequestProperties::new()
///     .with_server_timeout(Duration::from_secs(30))
///     .with_query_take_max_records(1_000)
///     .with_parameter("state", "TEXAS")
///     .with_parameter("limit", 10_i64);
/// let query = "declare query_parameters(state: string, limit: long); StormEvents | where State == state | take limit";
/// assert_eq!(properties.parameter_declaration(), "declare query_parameters(limit:long, state:string);\n");
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClientRequestProperties {
    options: BTreeMap<String, Value>,
    parameters: BTreeMap<String, Parameter>,
    client_request_id: Option<String>,
    application: Option<String>,
    user: Option<String>,
}

impl ClientRequestProperties {
    /// Returns properties that say nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an option by its name, whatever its case; services ignore options they do not know.
    #[must_use]
    pub fn with_option(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set_option(name, value);
        self
    }

    /// Sets an option by its name.
    pub fn set_option(&mut self, name: &str, value: impl Into<Value>) {
        self.options.insert(name.to_ascii_lowercase(), value.into());
    }

    /// Takes an option away.
    pub fn clear_option(&mut self, name: &str) {
        self.options.remove(&name.to_ascii_lowercase());
    }

    /// Returns the value of an option.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&Value> {
        self.options.get(&name.to_ascii_lowercase())
    }

    /// Returns the options by name.
    pub fn options(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.options.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Sets the value of a parameter that the query declares (`declare query_parameters(name: type)`). It is written as
    /// a literal of its type, so that no text of a user can become a part of the query.
    #[must_use]
    pub fn with_parameter(mut self, name: impl Into<String>, value: impl Into<Parameter>) -> Self {
        self.set_parameter(name, value);
        self
    }

    /// Sets the value of a parameter.
    pub fn set_parameter(&mut self, name: impl Into<String>, value: impl Into<Parameter>) {
        self.parameters.insert(name.into(), value.into());
    }

    /// Returns the value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.get(name)
    }

    /// Returns the parameters by name.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &Parameter)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Returns the statement that declares the parameters, to stand before the query; nothing without parameters.
    #[must_use]
    pub fn parameter_declaration(&self) -> String {
        if self.parameters.is_empty() {
            return String::new();
        }
        let declared = self.parameters.iter().map(|(name, value)| format!("{}:{}", declared_name(name), value.ty()));
        format!("declare query_parameters({});\n", declared.collect::<Vec<_>>().join(", "))
    }

    /// Sets the id that the request is known by: what `.show queries` lists and [`crate::Client::cancel`] takes. One is
    /// made up for every request that has none, so an id that is set should be used once.
    #[must_use]
    pub fn with_client_request_id(mut self, id: impl Into<String>) -> Self {
        self.client_request_id = Some(id.into());
        self
    }

    /// Sets the application's name of this request, in place of the connection's.
    #[must_use]
    pub fn with_application(mut self, name: impl Into<String>) -> Self {
        self.application = Some(name.into());
        self
    }

    /// Sets the user's name of this request, in place of the connection's.
    #[must_use]
    pub fn with_user(mut self, name: impl Into<String>) -> Self {
        self.user = Some(name.into());
        self
    }

    /// Returns the id, if one was set.
    #[must_use]
    pub fn client_request_id(&self) -> Option<&str> {
        self.client_request_id.as_deref()
    }

    /// Returns the application's name, if one was set.
    #[must_use]
    pub fn application(&self) -> Option<&str> {
        self.application.as_deref()
    }

    /// Returns the user's name, if one was set.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Returns how long the service may work, if that was set in any of its forms.
    #[must_use]
    pub fn server_timeout(&self) -> Option<Duration> {
        let span = match self.option(SERVER_TIMEOUT)? {
            Value::String(text) => TimeSpan::parse(text)?,
            // Steps of 100 ns.
            Value::Number(ticks) => TimeSpan(ticks.as_i64()?),
            _ => return None,
        };
        u64::try_from(span.0).ok().map(|ticks| Duration::from_nanos(ticks.saturating_mul(100)))
    }

    pub(crate) fn has_no_request_timeout(&self) -> bool {
        self.flag(NO_REQUEST_TIMEOUT)
    }

    pub(crate) fn defers_partial_failures(&self) -> bool {
        self.flag(DEFER_PARTIAL_QUERY_FAILURES)
    }

    fn flag(&self, name: &str) -> bool {
        match self.option(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    /// Returns what a body carries.
    pub(crate) fn to_wire(&self) -> RequestProperties {
        let parameters = self.parameters.iter();
        RequestProperties {
            options: self.options.clone(),
            parameters: parameters.map(|(name, value)| (name.clone(), Value::String(value.to_kql()))).collect(),
            client_request_id: None,
        }
    }
}

/// Quotes names that are no identifiers.
fn declared_name(name: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_word);
    if is_plain { name.to_owned() } else { format!("[{}]", calypso_types::kql_string(name)) }
}

/// Text of a duration as options take it, down to 100 ns.
pub(crate) fn timespan_text(duration: Duration) -> String {
    let ticks = i64::try_from(duration.as_nanos() / 100).unwrap_or(i64::MAX);
    TimeSpan(ticks).to_text()
}

/// Type of a parameter in a declaration.
impl Parameter {
    fn ty(&self) -> ScalarType {
        self.value().scalar_type()
    }
}

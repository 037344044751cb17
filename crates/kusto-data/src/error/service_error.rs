//! The error object of a service ("OneAPI" error), as bodies of refusals and results carry it.
//!
//! <https://learn.microsoft.com/kusto/api/rest/response-http#json-encoding-of-errors>

use std::fmt;

use serde_json::Value;

/// What Kusto puts before the particulars of every bad request.
const PREAMBLES: [&str; 2] =
    ["Request is invalid and cannot be processed: ", "Request is invalid and cannot be executed: "];
/// Inner errors that are followed; services nest two.
const INNER_ERRORS_MAX: usize = 16;

/// An error that a service answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceError {
    code: String,
    message: String,
    description: Option<String>,
    type_name: Option<String>,
    permanent: Option<bool>,
    activity_id: Option<String>,
    client_request_id: Option<String>,
    inner: Option<Box<ServiceError>>,
}

impl ServiceError {
    /// Returns an error of which only code and text are known.
    #[must_use]
    pub fn new(code: impl Into<String>, message: impl Into<String>, permanent: Option<bool>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            description: None,
            type_name: None,
            permanent,
            activity_id: None,
            client_request_id: None,
            inner: None,
        }
    }

    /// Returns `code`, such as `General_BadRequest`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns `message`, a general sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns `@message`, which has the particulars, or else `message`.
    #[must_use]
    pub fn description(&self) -> &str {
        self.description.as_deref().unwrap_or(&self.message)
    }

    /// Returns `@type`, the exception's name at the service.
    #[must_use]
    pub fn type_name(&self) -> Option<&str> {
        self.type_name.as_deref()
    }

    /// Returns `@permanent`; an error that does not say counts as permanent, as newer SDKs have it.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.permanent.unwrap_or(true)
    }

    /// Says whether `@permanent` was there at all.
    #[must_use]
    pub fn states_permanence(&self) -> bool {
        self.permanent.is_some()
    }

    /// Returns the id that the service gave the request.
    #[must_use]
    pub fn activity_id(&self) -> Option<&str> {
        self.activity_id.as_deref()
    }

    /// Returns the request's own id, as the service noted it.
    #[must_use]
    pub fn client_request_id(&self) -> Option<&str> {
        self.client_request_id.as_deref()
    }

    /// Returns the cause beneath, if the service named one.
    #[must_use]
    pub fn inner(&self) -> Option<&Self> {
        self.inner.as_deref()
    }

    /// Returns the deepest cause, which has the most particular code.
    #[must_use]
    pub fn innermost(&self) -> &Self {
        std::iter::successors(Some(self), |error| error.inner()).last().unwrap_or(self)
    }

    /// Says whether the query does not make sense in its database: an unknown table, a wrong type.
    #[must_use]
    pub fn is_semantic_error(&self) -> bool {
        self.description().contains("Semantic error:")
    }

    /// Reads `{"error":{…}}`, or the object inside.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        Self::read(value.get("error").unwrap_or(value), INNER_ERRORS_MAX)
    }

    fn read(error: &Value, depth_left: usize) -> Option<Self> {
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let context = error.get("@context");
        let description = text(error, "@message");
        Some(Self {
            code: text(error, "code")?,
            message: text(error, "message").or_else(|| description.clone()).unwrap_or_default(),
            description,
            type_name: text(error, "@type"),
            permanent: error.get("@permanent").and_then(Value::as_bool),
            activity_id: context.and_then(|context| text(context, "activityId")),
            client_request_id: context.and_then(|context| text(context, "clientRequestId")),
            inner: error
                .get("innererror")
                .filter(|_| depth_left > 0)
                .and_then(|inner| Self::read(inner, depth_left - 1))
                .map(Box::new),
        })
    }

    /// Returns what the user may try, if anything is known.
    pub(crate) fn hint(&self) -> Option<String> {
        let known = match self.innermost().code() {
            "BadRequest_StreamingIngestionPolicyNotEnabled" => {
                "`.alter table TABLE policy streamingingestion enable` allows it"
            }
            "BadRequest_DatabaseNotExist" => "`.show databases` lists the databases there are",
            "BadRequest_TableNotExist" => "`.show tables` lists the tables of the database",
            _ if self.permanent == Some(false) => "the error is a passing one; try again",
            _ => return None,
        };
        Some(known.to_owned())
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.innermost().code();
        let mut text = self.description();
        for preamble in PREAMBLES {
            text = text.strip_prefix(preamble).unwrap_or(text);
        }
        for kind in ["Semantic error: ", "Syntax error: "] {
            text = text.strip_prefix(kind).unwrap_or(text);
        }
        // Many texts begin with their own code.
        if text.starts_with(code) { f.write_str(text.trim()) } else { write!(f, "{code}: {}", text.trim()) }
    }
}

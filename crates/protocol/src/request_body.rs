//! The body of query and management requests: `{"db":…,"csl":…,"properties":…}`.
//!
//! <https://learn.microsoft.com/kusto/api/rest/request>

use serde_json::Value;

use crate::{Error, RequestProperties};

/// What a query or management request asks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RequestBody {
    /// Absent for commands of the cluster; SDKs then send `NetDefaultDB`.
    pub db: Option<String>,
    /// The text of the query or command.
    pub csl: String,
    pub properties: RequestProperties,
}

impl RequestBody {
    /// Reads the JSON of a body. Member names are matched without regard to case; unknown members are ignored.
    ///
    /// # Errors
    /// If the bytes are no JSON object, `csl` is missing, or a member has the wrong JSON type.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let value: Value = serde_json::from_slice(bytes).map_err(|error| Error::BodyJson(error.to_string()))?;
        let Value::Object(members) = value else {
            return Err(Error::BodyJson("expected an object".to_owned()));
        };
        let (mut db, mut csl, mut properties) = (None, None, RequestProperties::default());
        for (name, value) in members {
            match name.to_ascii_lowercase().as_str() {
                "db" => db = text_or_null("db", value)?,
                "csl" => csl = text_or_null("csl", value)?,
                "properties" => properties = RequestProperties::parse(value)?,
                _ => {}
            }
        }
        Ok(Self { db: db.filter(|name| !name.is_empty()), csl: csl.ok_or(Error::MissingMember("csl"))?, properties })
    }

    /// Returns the JSON of a body, properties as an object.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut members = serde_json::Map::new();
        if let Some(db) = &self.db {
            members.insert("db".to_owned(), db.as_str().into());
        }
        members.insert("csl".to_owned(), self.csl.as_str().into());
        members.insert("properties".to_owned(), self.properties.to_value());
        Value::Object(members).to_string()
    }
}

fn text_or_null(name: &'static str, value: Value) -> Result<Option<String>, Error> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        _ => Err(Error::WrongMember(name, "a string")),
    }
}

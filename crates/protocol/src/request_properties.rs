//! Client request properties: options, query parameters and the client's request id.
//!
//! <https://learn.microsoft.com/kusto/api/rest/request-properties>

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::Error;

/// How often properties may be encoded as a string of JSON within a string of JSON.
const ENCODINGS_MAX: usize = 3;

/// The member `properties` of a request body.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RequestProperties {
    /// Options by lower-case name; unknown ones are kept and mean nothing.
    pub options: BTreeMap<String, Value>,
    /// Values of the query's declared parameters, by exact name.
    pub parameters: BTreeMap<String, Value>,
    pub client_request_id: Option<String>,
}

impl RequestProperties {
    /// Reads properties given as an object, as a string that contains JSON, as null, or as an empty string.
    ///
    /// # Errors
    /// If the value, or a bag within it, has another JSON type.
    pub fn parse(value: Value) -> Result<Self, Error> {
        let Value::Object(members) = decode(value)? else {
            return Ok(Self::default());
        };
        let mut properties = Self::default();
        for (name, value) in members {
            match name.to_ascii_lowercase().as_str() {
                "options" => {
                    let bag = bag("Options", value)?;
                    properties.options = bag.into_iter().map(|(k, v)| (k.to_ascii_lowercase(), v)).collect();
                }
                "parameters" => properties.parameters = bag("Parameters", value)?.into_iter().collect(),
                "clientrequestid" => {
                    if let Value::String(id) = value {
                        properties.client_request_id = Some(id);
                    }
                }
                _ => {}
            }
        }
        Ok(properties)
    }

    /// Returns the properties as a JSON object.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut members = Map::new();
        members.insert("Options".to_owned(), object_of(&self.options));
        members.insert("Parameters".to_owned(), object_of(&self.parameters));
        if let Some(id) = &self.client_request_id {
            members.insert("ClientRequestId".to_owned(), id.as_str().into());
        }
        Value::Object(members)
    }
}

fn object_of(bag: &BTreeMap<String, Value>) -> Value {
    Value::Object(bag.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// Unwraps strings of JSON until an object or null appears.
fn decode(mut value: Value) -> Result<Value, Error> {
    for _ in 0..ENCODINGS_MAX {
        match value {
            Value::Null | Value::Object(_) => return Ok(value),
            Value::String(text) if text.trim().is_empty() => return Ok(Value::Null),
            Value::String(text) => {
                value = serde_json::from_str(&text)
                    .map_err(|_| Error::WrongMember("properties", "an object or a string that contains one"))?;
            }
            _ => break,
        }
    }
    match value {
        Value::Null | Value::Object(_) => Ok(value),
        _ => Err(Error::WrongMember("properties", "an object or a string that contains one")),
    }
}

fn bag(name: &'static str, value: Value) -> Result<Map<String, Value>, Error> {
    match decode(value) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Ok(Map::new()),
        Err(_) => Err(Error::WrongMember(name, "an object")),
    }
}

//! The body of a streaming ingestion with `sourceKind=uri`: where the data is.

use serde_json::Value;

use crate::Error;

/// `{"sourceUri":"<url>"}`; ingest-v2 writes `SourceUri`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobReference {
    /// A URL with its secrets: never log it.
    pub source_uri: String,
}

impl BlobReference {
    /// Reads the JSON of a body; the member's name is matched without regard to case.
    ///
    /// # Errors
    /// If the bytes are no JSON object or lack the member.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let value: Value = serde_json::from_slice(bytes).map_err(|error| Error::BodyJson(error.to_string()))?;
        let Value::Object(members) = value else {
            return Err(Error::BodyJson("expected an object".to_owned()));
        };
        let uri = members.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("sourceUri"));
        match uri {
            Some((_, Value::String(source_uri))) if !source_uri.is_empty() => Ok(Self { source_uri }),
            Some(_) => Err(Error::WrongMember("sourceUri", "a URL")),
            None => Err(Error::MissingMember("sourceUri")),
        }
    }
}

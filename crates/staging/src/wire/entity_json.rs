//! Entities as JSON, with the types of OData beside the properties that need them.
//!
//! <https://learn.microsoft.com/rest/api/storageservices/payload-format-for-table-service-operations>

use calypso_types::DateTime;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{Entity, EntityValue, Error, error::what};

/// What a property's name is followed by to give its type.
const TYPE_SUFFIX: &str = "@odata.type";
/// Most properties of an entity, beside its keys and time; Azure's limit.
pub(crate) const PROPERTIES_MAX: usize = 252;
/// Largest text of a property; Azure's limit.
pub(crate) const TEXT_BYTES_MAX: usize = 64 * 1024;

/// An entity as a client sends it.
#[derive(Debug, Clone, PartialEq)]
pub struct SentEntity {
    pub partition_key: Option<String>,
    pub row_key: Option<String>,
    pub properties: Entity,
}

/// Reads an entity. Properties that are null are left out, and so is `Timestamp`, which the account sets.
///
/// # Errors
/// [`Error::Invalid`] for what is no entity, has a type that is not supported, or a value that is not of its type.
pub fn from_json(text: &[u8]) -> Result<SentEntity, Error> {
    let object: Map<String, Value> =
        serde_json::from_slice(text).map_err(|_| Error::invalid("the body is not a JSON object"))?;
    let mut keys = [None, None];
    let mut properties = Entity::new();
    for (name, value) in &object {
        let key = match name.as_str() {
            "PartitionKey" => &mut keys[0],
            "RowKey" => &mut keys[1],
            name if name == "Timestamp" || name.starts_with("odata.") || name.contains("@odata.") => continue,
            _ if value.is_null() => continue,
            _ => {
                let type_ = object.get(&format!("{name}{TYPE_SUFFIX}")).and_then(Value::as_str);
                properties.insert(name.clone(), typed(name, value, type_)?);
                continue;
            }
        };
        let text = value.as_str().ok_or_else(|| Error::invalid(format!("the property '{name}' must be a string")))?;
        *key = Some(text.to_owned());
    }
    if properties.len() > PROPERTIES_MAX {
        return Err(Error::TooLarge { what: what::PROPERTIES, limit: PROPERTIES_MAX as u64 });
    }
    let [partition_key, row_key] = keys;
    Ok(SentEntity { partition_key, row_key, properties })
}

fn typed(name: &str, value: &Value, type_: Option<&str>) -> Result<EntityValue, Error> {
    let wrong = || Error::invalid(format!("the value of the property '{name}' is not of its type"));
    let text = || value.as_str().ok_or_else(wrong);
    Ok(match (type_, value) {
        (None, Value::Bool(value)) | (Some("Edm.Boolean"), Value::Bool(value)) => EntityValue::Bool(*value),
        (None, Value::Number(number)) => number_value(number).ok_or_else(wrong)?,
        (None | Some("Edm.String"), Value::String(text)) if text.len() > TEXT_BYTES_MAX => {
            return Err(Error::TooLarge { what: what::PROPERTY, limit: TEXT_BYTES_MAX as u64 });
        }
        (None | Some("Edm.String"), Value::String(text)) => EntityValue::String(text.clone()),
        (Some("Edm.Int32"), value) => {
            EntityValue::Int(value.as_i64().and_then(|number| i32::try_from(number).ok()).ok_or_else(wrong)?)
        }
        (Some("Edm.Int64"), Value::Number(number)) => EntityValue::Long(number.as_i64().ok_or_else(wrong)?),
        (Some("Edm.Int64"), _) => EntityValue::Long(text()?.parse().map_err(|_| wrong())?),
        (Some("Edm.Double"), Value::Number(number)) => EntityValue::Real(number.as_f64().ok_or_else(wrong)?),
        (Some("Edm.Double"), _) => EntityValue::Real(match text()? {
            "Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            other => other.parse().map_err(|_| wrong())?,
        }),
        (Some("Edm.DateTime"), _) => EntityValue::DateTime(DateTime::parse(text()?).ok_or_else(wrong)?),
        (Some("Edm.Guid"), _) => EntityValue::Guid(Uuid::try_parse(text()?).map_err(|_| wrong())?),
        (Some(other), _) if !KNOWN_TYPES.contains(&other) => {
            return Err(Error::invalid(format!("the property '{name}' has the type {other}, which is not supported")));
        }
        _ => return Err(wrong()),
    })
}

const KNOWN_TYPES: [&str; 2] = ["Edm.String", "Edm.Boolean"];

/// Whole numbers are 32 bits wide unless they say otherwise; what does not fit is a real number.
fn number_value(number: &serde_json::Number) -> Option<EntityValue> {
    match number.as_i64().and_then(|number| i32::try_from(number).ok()) {
        Some(number) => Some(EntityValue::Int(number)),
        None => number.as_f64().map(EntityValue::Real),
    }
}

/// Writes properties into `object`, each after its type unless JSON itself tells it.
pub fn write_properties(properties: &Entity, object: &mut Map<String, Value>) {
    for (name, value) in properties {
        let (type_, json) = match value {
            EntityValue::String(text) => (None, text.as_str().into()),
            EntityValue::Bool(value) => (None, (*value).into()),
            EntityValue::Int(number) => (None, (*number).into()),
            EntityValue::Long(number) => (Some("Edm.Int64"), number.to_string().into()),
            EntityValue::Real(number) => (Some("Edm.Double"), real(*number)),
            EntityValue::DateTime(time) => (Some("Edm.DateTime"), time.to_iso().into()),
            EntityValue::Guid(id) => (Some("Edm.Guid"), id.to_string().into()),
        };
        if let Some(type_) = type_ {
            object.insert(format!("{name}{TYPE_SUFFIX}"), type_.into());
        }
        object.insert(name.clone(), json);
    }
}

fn real(number: f64) -> Value {
    match serde_json::Number::from_f64(number) {
        Some(number) => number.into(),
        None if number.is_nan() => "NaN".into(),
        None if number > 0.0 => "Infinity".into(),
        None => "-Infinity".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> String {
        let sent = from_json(text.as_bytes()).unwrap();
        let mut object = Map::new();
        write_properties(&sent.properties, &mut object);
        serde_json::to_string(&object).unwrap()
    }

    #[test]
    fn every_type_comes_back_as_it_was_sent() {
        let text = concat!(
            r#"{"A":"text","B":true,"C":7,"D@odata.type":"Edm.Int64","D":"9007199254740993","#,
            r#""E@odata.type":"Edm.Double","E":1.5,"F@odata.type":"Edm.DateTime","F":"2026-01-02T03:04:05.0000000Z","#,
            r#""G@odata.type":"Edm.Guid","G":"63c526aa-0000-0000-0000-000000000001","#,
            r#""H@odata.type":"Edm.Double","H":"NaN"}"#
        );
        assert_eq!(round(text), text);
    }

    #[test]
    fn keys_are_apart_and_metadata_and_nulls_are_left_out() {
        let text = r#"{"PartitionKey":"p","RowKey":"r","Timestamp":"1700000000000","odata.etag":"x","N":null,"S":"1"}"#;
        let sent = from_json(text.as_bytes()).unwrap();
        assert_eq!((sent.partition_key.as_deref(), sent.row_key.as_deref()), (Some("p"), Some("r")));
        assert_eq!(sent.properties, Entity::from([("S".to_owned(), EntityValue::String("1".to_owned()))]));
    }

    #[test]
    fn what_is_no_entity_is_refused() {
        let wrong = [
            "[]",
            r#"{"A":{}}"#,
            r#"{"PartitionKey":1}"#,
            r#"{"A@odata.type":"Edm.Binary","A":"AA=="}"#,
            r#"{"A@odata.type":"Edm.Guid","A":"x"}"#,
        ];
        for text in wrong {
            assert!(from_json(text.as_bytes()).is_err(), "{text}");
        }
    }
}

//! How the service validates the records of a csv source, and what a violation means.
//!
//! <https://learn.microsoft.com/azure/data-explorer/ingestion-properties>

use serde::{Serialize, Serializer};

/// What is validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ValidationOptions {
    #[default]
    DoNotValidate,
    /// Every record has the same number of fields.
    ValidateCsvInputConstantColumns,
    /// Every record has the fields that the mapping or the table names.
    ValidateCsvInputColumnLevelOnly,
}

/// What follows when validation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ValidationImplications {
    /// The whole source fails.
    Fail,
    /// The violation is ignored.
    #[default]
    BestEffort,
}

/// See the file's header. The default is that of the SDKs: nothing is validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ValidationPolicy {
    pub validation_options: ValidationOptions,
    pub validation_implications: ValidationImplications,
}

impl ValidationPolicy {
    /// Returns the policy of `options` whose violations mean `implications`.
    #[must_use]
    pub const fn new(options: ValidationOptions, implications: ValidationImplications) -> Self {
        Self { validation_options: options, validation_implications: implications }
    }

    /// Returns the JSON text that the property `ValidationPolicy` carries; the order of its members is Python's.
    #[must_use]
    pub fn to_json(&self) -> String {
        let (options, implications) = (self.validation_options as u8, self.validation_implications as u8);
        format!("{{\"ValidationImplications\":{implications},\"ValidationOptions\":{options}}}")
    }
}

impl Serialize for ValidationOptions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

impl Serialize for ValidationImplications {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_written_as_numbers() {
        let policy =
            ValidationPolicy::new(ValidationOptions::ValidateCsvInputConstantColumns, ValidationImplications::Fail);
        assert_eq!(policy.to_json(), r#"{"ValidationImplications":0,"ValidationOptions":1}"#);
        assert_eq!(
            serde_json::to_value(policy).unwrap().to_string(),
            r#"{"ValidationOptions":1,"ValidationImplications":0}"#
        );
    }
}

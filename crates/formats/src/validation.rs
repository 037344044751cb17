//! The `validationPolicy` property: which faults of delimited records fail an ingestion.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/#validation-policy>

use serde_json::Value;

use crate::Error;

/// `ValidationOptions`: what is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValidationOptions {
    DoNotValidate,
    /// All records of a file have the same number of fields.
    #[default]
    ValidateCsvInputConstantColumns,
    /// Every value converts to the type of its column.
    ValidateCsvInputColumnLevelOnly,
}

/// `ValidationImplications`: what a record that fails validation leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValidationImplications {
    /// The ingestion fails.
    #[default]
    Fail,
    /// The record is ingested as well as it can be.
    BestEffort,
}

/// A validation policy; it concerns delimited formats only.
///
/// The default fails on records with differing numbers of fields, as
/// <https://learn.microsoft.com/azure/data-explorer/ingest-invalid-data> describes the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ValidationPolicy {
    pub options: ValidationOptions,
    pub implications: ValidationImplications,
}

impl ValidationPolicy {
    /// Reads the JSON of the property. Options and implications are numbers or names; a key left out keeps its
    /// default, and the Java SDK calls the implications `validationPolicyType`.
    ///
    /// # Errors
    /// `BadRequest_MalformedIngestionProperty` for anything else.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let malformed = || Error::MalformedProperty { property: "validationPolicy", value: text.to_owned() };
        let json: Value = serde_json::from_str(text).map_err(|_| malformed())?;
        let mut policy = Self::default();
        for (key, value) in json.as_object().ok_or_else(malformed)? {
            match key.to_ascii_lowercase().as_str() {
                "validationoptions" => policy.options = options(value).ok_or_else(malformed)?,
                "validationimplications" | "validationpolicytype" => {
                    policy.implications = implications(value).ok_or_else(malformed)?;
                }
                _ => {}
            }
        }
        Ok(policy)
    }

    /// Says whether a record with another number of fields than the first fails the ingestion.
    pub(crate) fn fails_on_field_count(self) -> bool {
        self.options == ValidationOptions::ValidateCsvInputConstantColumns
            && self.implications == ValidationImplications::Fail
    }

    /// Says whether a value that does not convert fails the ingestion.
    pub(crate) fn fails_on_conversion(self) -> bool {
        self.options == ValidationOptions::ValidateCsvInputColumnLevelOnly
            && self.implications == ValidationImplications::Fail
    }
}

/// Says whether a value of the property is `number` or `name`.
fn is(value: &Value, number: u64, name: &str) -> bool {
    value.as_u64() == Some(number) || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(name))
}

fn options(value: &Value) -> Option<ValidationOptions> {
    use ValidationOptions::{DoNotValidate, ValidateCsvInputColumnLevelOnly, ValidateCsvInputConstantColumns};
    [
        (0, "DoNotValidate", DoNotValidate),
        (1, "ValidateCsvInputConstantColumns", ValidateCsvInputConstantColumns),
        (2, "ValidateCsvInputColumnLevelOnly", ValidateCsvInputColumnLevelOnly),
    ]
    .into_iter()
    .find_map(|(number, name, option)| is(value, number, name).then_some(option))
}

fn implications(value: &Value) -> Option<ValidationImplications> {
    [(0, "Fail", ValidationImplications::Fail), (1, "BestEffort", ValidationImplications::BestEffort)]
        .into_iter()
        .find_map(|(number, name, implication)| is(value, number, name).then_some(implication))
}

#[cfg(test)]
mod tests;

//! `with (name = value, …)`.

use calypso_types::Scalar;

use crate::ast::Name;

/// One property. A bare word as value is a string.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandProperty {
    pub name: Name,
    pub value: Scalar,
}

impl CommandProperty {
    /// Returns the value as text: strings as they are, other values as Kusto prints them (`true`, `12`,
    /// `2020-01-01T00:00:00.0000000Z`); nulls are empty.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.value {
            Scalar::String(text) => text.clone(),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Int(value) => value.to_string(),
            Scalar::Long(value) => value.to_string(),
            Scalar::Real(value) => calypso_types::real_text(*value),
            Scalar::DateTime(value) => value.to_iso(),
            Scalar::TimeSpan(value) => value.to_text(),
            Scalar::Guid(value) => value.to_string(),
            Scalar::Null(_) => String::new(),
            other @ (Scalar::Decimal(_) | Scalar::Dynamic(_)) => calypso_types::to_kql(other),
        }
    }

    /// Returns the value as a flag: `true`, `false`, or a string that says so in any case.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        match &self.value {
            Scalar::Bool(value) => Some(*value),
            Scalar::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Scalar::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
}

/// The properties of a command in the order of the text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CommandProperties(pub Vec<CommandProperty>);

impl CommandProperties {
    /// Returns the last property called `name`, ignoring case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&CommandProperty> {
        self.0.iter().rev().find(|property| property.name.text.eq_ignore_ascii_case(name))
    }

    /// Returns the text of the property called `name`.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(CommandProperty::text)
    }

    /// Returns the flag called `name`; `None` when it is absent or no flag.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).and_then(CommandProperty::flag)
    }
}

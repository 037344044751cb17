//! The JSON of a policy while it is read: names without case, values in the forms the service takes.

use calypso_types::{DateTime, TimeSpan};
use serde_json::{Map, Value};

use super::PolicyKind;
use crate::{Error, lenient_json};

/// The members of a policy's JSON object that have not been taken yet.
pub(super) struct PolicyDocument {
    kind: PolicyKind,
    members: Map<String, Value>,
}

impl PolicyDocument {
    /// Reads the object; members that are null count as absent.
    pub(super) fn parse(kind: PolicyKind, text: &str) -> Result<Self, Error> {
        match lenient_json::parse(text) {
            Ok(Value::Object(members)) => {
                Ok(Self { kind, members: members.into_iter().filter(|(_, value)| !value.is_null()).collect() })
            }
            Ok(_) => Err(refuse(kind, "it is not a JSON object")),
            Err(reason) => Err(refuse(kind, reason)),
        }
    }

    /// Reads an array of objects, as [`PolicyDocument::parse`] each.
    pub(super) fn parse_list(kind: PolicyKind, text: &str) -> Result<Vec<Self>, Error> {
        let Value::Array(elements) = lenient_json::parse(text).map_err(|reason| refuse(kind, reason))? else {
            return Err(refuse(kind, "it is not a JSON array"));
        };
        let read = |element| match element {
            Value::Object(members) => {
                Ok(Self { kind, members: members.into_iter().filter(|(_, value)| !value.is_null()).collect() })
            }
            _ => Err(refuse(kind, "an element is not a JSON object")),
        };
        elements.into_iter().map(read).collect()
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let key = self.members.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
        self.members.shift_remove(&key)
    }

    fn taken<T>(
        &mut self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.take(name) else { return Ok(None) };
        match read(&value) {
            Some(read) => Ok(Some(read)),
            None => Err(refuse(self.kind, format!("{name} is {value}, which is not {wanted}"))),
        }
    }

    /// `"1.00:00:00"`, also wrapped as `{"Value":"1.00:00:00"}`.
    pub(super) fn timespan(&mut self, name: &str) -> Result<Option<TimeSpan>, Error> {
        self.taken(name, "a timespan", |value| {
            let inner = value.as_object().and_then(|wrapper| wrapper.get("Value")).unwrap_or(value);
            inner.as_str().and_then(TimeSpan::parse)
        })
    }

    /// A string.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Error> {
        self.taken(name, "a string", |value| value.as_str().map(str::to_owned))
    }

    /// A datetime as text.
    pub(super) fn instant(&mut self, name: &str) -> Result<Option<DateTime>, Error> {
        self.taken(name, "a datetime", |value| value.as_str().and_then(DateTime::parse))
    }

    /// A whole number that is not negative, also as text.
    pub(super) fn count(&mut self, name: &str) -> Result<Option<u64>, Error> {
        self.taken(name, "a whole number", |value| match value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_u64(),
        })
    }

    /// A number, also as text.
    pub(super) fn real(&mut self, name: &str) -> Result<Option<f64>, Error> {
        self.taken(name, "a number", |value| match value {
            Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            other => other.as_f64(),
        })
    }

    /// True or false, also as text.
    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, Error> {
        self.taken(name, "true or false", |value| match value {
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            other => other.as_bool(),
        })
    }

    /// One of `choices`, as its name (without case) or its number in the list, as .NET writes enumerations.
    pub(super) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Result<Option<T>, Error> {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        self.taken(name, &format!("one of {}", names.join(", ")), |value| match value {
            Value::String(text) => {
                choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, choice)| *choice)
            }
            other => choices.get(usize::try_from(other.as_u64()?).ok()?).map(|(_, choice)| *choice),
        })
    }

    /// A nested object, to be finished by the caller.
    pub(super) fn object(&mut self, name: &str) -> Result<Option<Self>, Error> {
        let members = self.taken(name, "a JSON object", |value| value.as_object().cloned())?;
        Ok(members.map(|members| Self {
            kind: self.kind,
            members: members.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        }))
    }

    /// An array of pairs of instants, each an object with the members `low` and `high`.
    pub(super) fn windows(
        &mut self,
        name: &str,
        low: &str,
        high: &str,
    ) -> Result<Option<Vec<(DateTime, DateTime)>>, Error> {
        self.taken(name, &format!("an array of windows with {low} and {high}"), |value| {
            let instant = |window: &Value, name: &str| window.get(name)?.as_str().and_then(DateTime::parse);
            value.as_array()?.iter().map(|window| Some((instant(window, low)?, instant(window, high)?))).collect()
        })
    }

    /// Refuses members nobody took, except those that older versions of the policy had.
    pub(super) fn finish(self, legacy: &[&str]) -> Result<(), Error> {
        let is_legacy = |name: &String| legacy.iter().any(|legacy| legacy.eq_ignore_ascii_case(name));
        match self.members.keys().find(|name| !is_legacy(name)) {
            None => Ok(()),
            Some(name) => Err(refuse(self.kind, format!("'{name}' is not a property of this policy"))),
        }
    }
}

pub(super) fn refuse(kind: PolicyKind, reason: impl Into<String>) -> Error {
    Error::Policy { policy: kind.policy_name(), reason: reason.into() }
}

/// Prints a policy as the `Policy` column shows it: indented by two blanks.
pub(super) fn print(policy: &Value) -> String {
    format!("{policy:#}")
}

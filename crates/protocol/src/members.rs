//! Members of JSON objects as clients spell them: names in any case, flags and numbers perhaps as text, `null` as missing.

use serde_json::{Map, Value};

/// Members of an object, by name without regard to case.
pub(crate) struct Members<'m>(pub(crate) &'m Map<String, Value>);

impl<'m> Members<'m> {
    pub(crate) fn get(&self, name: &str) -> Option<&'m Value> {
        let exact = self.0.get(name);
        let found = exact.or_else(|| self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v));
        found.filter(|value| !value.is_null())
    }

    pub(crate) fn object(&self, name: &str) -> Option<&'m Map<String, Value>> {
        self.get(name).and_then(Value::as_object)
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(text_of)
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        match self.get(name)? {
            Value::Number(number) => number.as_u64().or_else(|| number.as_f64().map(|real| real.max(0.0) as u64)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text.trim().eq_ignore_ascii_case("true"),
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            _ => false,
        }
    }

    pub(crate) fn choice<T: Copy + Default>(&self, name: &str, names: &[(&str, T)], by_number: impl Fn(u64) -> T) -> T {
        if let Some(number) = self.number(name) {
            return by_number(number);
        }
        let wanted = self.text(name).unwrap_or_default().to_ascii_lowercase();
        names.iter().find(|(known, _)| *known == wanted).map_or_else(T::default, |(_, choice)| *choice)
    }
}

/// Returns strings as they are, other values as JSON.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

//! The transforms of mappings: what is done to a value on its way into its column.
//!
//! <https://learn.microsoft.com/kusto/management/mappings#mapping-transformations>

use std::collections::HashMap;

use calypso_model::MappingTransform;
use calypso_types::{DateTime, Decimal, dynamic_text};

/// Ticks of 1970-01-01 since 0001-01-01.
const UNIX_EPOCH_TICKS: i128 = 621_355_968_000_000_000;

/// The unit of a unix time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnixUnit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl UnixUnit {
    /// Returns the unit that a transform names.
    pub(crate) const fn of(transform: MappingTransform) -> Option<Self> {
        Some(match transform {
            MappingTransform::DateTimeFromUnixSeconds => Self::Seconds,
            MappingTransform::DateTimeFromUnixMilliseconds => Self::Milliseconds,
            MappingTransform::DateTimeFromUnixMicroseconds => Self::Microseconds,
            MappingTransform::DateTimeFromUnixNanoseconds => Self::Nanoseconds,
            _ => return None,
        })
    }

    /// Returns the unit in nanoseconds.
    const fn nanoseconds(self) -> i64 {
        match self {
            Self::Seconds => 1_000_000_000,
            Self::Milliseconds => 1_000_000,
            Self::Microseconds => 1_000,
            Self::Nanoseconds => 1,
        }
    }

    /// Reads a number of this unit since 1970, whole or with a fraction; none outside the years 1 to 9999.
    pub(crate) fn datetime(self, text: &str) -> Option<DateTime> {
        let text = text.trim_ascii();
        let nanoseconds = match text.parse::<i64>() {
            Ok(count) => i128::from(count) * i128::from(self.nanoseconds()),
            // Unscaled after the multiplication, so that no fraction is lost.
            Err(_) => {
                let unscaled = Decimal::parse(text)?.0.checked_mul(i128::from(self.nanoseconds()))?;
                unscaled.div_euclid(10_i128.pow(Decimal::SCALE.unsigned_abs().into()))
            }
        };
        let ticks = nanoseconds.div_euclid(100).checked_add(UNIX_EPOCH_TICKS)?;
        DateTime::from_ticks(i64::try_from(ticks).ok()?)
    }
}

/// Makes one bag of an array of bags: `[{"a":1},{"b":2}]` becomes `{"a":1,"b":2}`. Of properties named twice the
/// last counts once the text is normalized. Elements that are not bags are left out; any other value stays itself.
pub(crate) fn bag_of_array(text: &str) -> String {
    let text = text.trim_ascii();
    if !text.starts_with('[') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    out.push('{');
    for (name, value) in dynamic_text::elements(text).flat_map(dynamic_text::members) {
        if out.len() > 1 {
            out.push(',');
        }
        dynamic_text::write_json_string(&mut out, &name);
        out.push(':');
        out.push_str(value);
    }
    out.push('}');
    out
}

/// The names below a bag that other columns take: leaves are taken whole, others only in part.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct MappedFields {
    fields: HashMap<String, MappedFields>,
    /// The value itself is taken.
    taken: bool,
}

impl MappedFields {
    /// Notes that the value at `path` below the bag is taken.
    pub(crate) fn insert(&mut self, path: &[String]) {
        let Some((name, rest)) = path.split_first() else {
            self.taken = true;
            return;
        };
        self.fields.entry(name.clone()).or_default().insert(rest);
    }

    /// Returns a bag without the fields that are taken; any other value as it is. Recurses as deep as the paths.
    pub(crate) fn remove_from(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        self.write_rest(text, &mut out);
        out
    }

    fn write_rest(&self, text: &str, out: &mut String) {
        if self.fields.is_empty() || !text.starts_with('{') {
            out.push_str(text);
            return;
        }
        out.push('{');
        let mut first = true;
        for (name, value) in dynamic_text::members(text) {
            let mapped = self.fields.get(&*name);
            if mapped.is_some_and(|mapped| mapped.taken) {
                continue;
            }
            if !std::mem::replace(&mut first, false) {
                out.push(',');
            }
            dynamic_text::write_json_string(out, &name);
            out.push(':');
            match mapped {
                Some(mapped) => mapped.write_rest(value, out),
                None => out.push_str(value),
            }
        }
        out.push('}');
    }
}

#[cfg(test)]
mod tests;

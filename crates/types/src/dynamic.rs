//! `dynamic` as a tree: for constants and for functions that must see the whole value.
//!
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic>. Columns hold the text of `dynamic_text`.

mod compare;
mod convert;
mod parse;
mod print;
#[cfg(test)]
mod tests;

use crate::{DateTime, Decimal, Guid, TimeSpan};

pub(crate) use parse::typed_literal;
pub(crate) use print::special_real_literal;

/// Arrays and bags nest at most this deep; deeper text is no dynamic value.
///
/// Walks over the tree recurse, so this bounds their stack.
pub const NESTING_DEPTH_MAX: usize = 512;

/// A dynamic value. A bag keeps the order of its properties, whose names are distinct.
#[derive(Debug, Clone, PartialEq)]
pub enum Dynamic {
    Null,
    Bool(bool),
    /// Kusto keeps `int` and `long` apart inside dynamic; JSON integers are `Long`.
    Int(i32),
    Long(i64),
    Real(f64),
    Decimal(Decimal),
    String(String),
    DateTime(DateTime),
    TimeSpan(TimeSpan),
    Guid(Guid),
    Array(Vec<Dynamic>),
    Bag(Vec<(String, Dynamic)>),
}

/// Why a text is not a dynamic value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid dynamic value at byte {offset}: {message}")]
pub struct DynamicError {
    /// Offset in bytes into the text.
    pub offset: usize,
    pub message: String,
}

impl DynamicError {
    pub(crate) fn new(offset: usize, message: impl Into<String>) -> Self {
        Self { offset, message: message.into() }
    }

    pub(crate) fn too_deep(offset: usize) -> Self {
        Self::new(offset, format!("nested deeper than {NESTING_DEPTH_MAX} levels"))
    }
}

impl Dynamic {
    /// Returns the property of a bag; none for other values and for absent properties.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Bag(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Returns the element of an array; a negative index counts from the end.
    #[must_use]
    pub fn index(&self, index: i64) -> Option<&Self> {
        let Self::Array(elements) = self else { return None };
        let position = if index < 0 {
            elements.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?
        } else {
            usize::try_from(index).ok()?
        };
        elements.get(position)
    }

    /// Returns the name that `gettype()` gives the value.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Long(_) => "long",
            Self::Real(_) => "real",
            Self::Decimal(_) => "decimal",
            Self::String(_) => "string",
            Self::DateTime(_) => "datetime",
            Self::TimeSpan(_) => "timespan",
            Self::Guid(_) => "guid",
            Self::Array(_) => "array",
            Self::Bag(_) => "dictionary",
        }
    }

    /// Says whether the value is the null of dynamic.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the elements of an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the properties of a bag.
    #[must_use]
    pub fn as_bag(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Bag(members) => Some(members),
            _ => None,
        }
    }

    /// Returns the text of a string value.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns a number as real: int, long, real and decimal; none for other values.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(f64::from(*value)),
            Self::Long(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            Self::Decimal(value) => Some(value.to_f64()),
            _ => None,
        }
    }

    /// Returns an int or long.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(i64::from(*value)),
            Self::Long(value) => Some(*value),
            _ => None,
        }
    }
}

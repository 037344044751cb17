//! The text of a value of any type, as `tostring()` gives it.

use std::{fmt::Write as _, sync::Arc};

use arrow::array::{ArrayRef, StringViewBuilder};
use calypso_columns::{Bools, Decimals, Guids, Ints, Longs, Reals, Strings};
use calypso_types::{DateTime, Decimal, Guid, ScalarType, TimeSpan, dynamic_text, write_real};

use crate::{Call, KernelError};

/// Writes the values of one argument as text; null writes nothing.
pub(crate) enum TextOf<'a> {
    Bool(Bools<'a>),
    Int(Ints<'a>),
    Long(Longs<'a>),
    DateTime(Longs<'a>),
    TimeSpan(Longs<'a>),
    Real(Reals<'a>),
    Decimal(Decimals<'a>),
    String(Strings<'a>),
    Dynamic(Strings<'a>),
    Guid(Guids<'a>),
}

impl<'a> TextOf<'a> {
    /// Reads argument `index`.
    pub(crate) fn new(call: &Call<'a>, index: usize) -> Result<Self, KernelError> {
        Ok(match call.type_of(index)? {
            ScalarType::Bool => Self::Bool(call.bools(index)?),
            ScalarType::Int => Self::Int(call.ints(index)?),
            ScalarType::Long => Self::Long(call.longs(index)?),
            ScalarType::DateTime => Self::DateTime(call.longs(index)?),
            ScalarType::TimeSpan => Self::TimeSpan(call.longs(index)?),
            ScalarType::Real => Self::Real(call.reals(index)?),
            ScalarType::Decimal => Self::Decimal(call.decimals(index)?),
            ScalarType::String => Self::String(call.strings(index)?),
            ScalarType::Dynamic => Self::Dynamic(call.strings(index)?),
            ScalarType::Guid => Self::Guid(call.guids(index)?),
        })
    }

    /// Reads every argument from `first` on.
    pub(crate) fn all(call: &Call<'a>, first: usize) -> Result<Vec<Self>, KernelError> {
        (first..call.len()).map(|index| Self::new(call, index)).collect()
    }

    /// Appends the text of `row`.
    pub(crate) fn write(&self, row: usize, out: &mut String) {
        match self {
            Self::String(values) => out.push_str(values.get(row)),
            Self::Dynamic(values) => {
                if let Some(text) = values.get_dynamic(row) {
                    out.push_str(&dynamic_text::to_kusto_string(text));
                }
            }
            Self::Bool(values) => {
                if let Some(value) = values.get(row) {
                    out.push_str(if value { "true" } else { "false" });
                }
            }
            _ => self.write_scalar(row, out).unwrap_or_default(),
        }
    }

    /// Appends a value of a type whose text must be formatted; `None` for null.
    fn write_scalar(&self, row: usize, out: &mut String) -> Option<()> {
        match self {
            // Writing to a string never fails.
            Self::Int(values) => drop(write!(out, "{}", values.get(row)?)),
            Self::Long(values) => drop(write!(out, "{}", values.get(row)?)),
            Self::Real(values) => write_real(out, values.get(row)?),
            Self::DateTime(values) => DateTime(values.get(row)?).write_iso(out),
            Self::TimeSpan(values) => TimeSpan(values.get(row)?).write_text(out),
            Self::Decimal(values) => Decimal(values.get(row)?).write_text(out),
            Self::Guid(values) => Guid(values.get(row)?).write_text(out),
            Self::Bool(_) | Self::String(_) | Self::Dynamic(_) => {}
        }
        Some(())
    }
}

/// The text of an argument of any type, converted once.
pub(crate) struct TextColumn {
    array: ArrayRef,
    constant: bool,
}

impl TextColumn {
    /// Converts argument `index`; a string is taken as it is.
    pub(crate) fn new(call: &Call<'_>, index: usize) -> Result<Self, KernelError> {
        let argument = call.argument(index)?;
        if argument.ty == ScalarType::String {
            return Ok(Self { array: Arc::clone(&argument.array), constant: argument.constant });
        }
        let texts = TextOf::new(call, index)?;
        let rows = if argument.constant { 1 } else { call.rows };
        let mut builder = StringViewBuilder::with_capacity(rows);
        let mut buffer = String::new();
        for row in 0..rows {
            buffer.clear();
            texts.write(row, &mut buffer);
            builder.append_value(&buffer);
        }
        Ok(Self { array: Arc::new(builder.finish()), constant: argument.constant })
    }

    /// Reads the texts.
    pub(crate) fn strings(&self) -> Result<Strings<'_>, KernelError> {
        Strings::new(&self.array, self.constant).ok_or(KernelError::Wiring { index: 0, expected: "string" })
    }
}

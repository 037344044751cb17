//! Any value as the dynamic that wraps it.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use calypso_columns::Strings;
use calypso_types::{ScalarType, dynamic_text};

use crate::{Call, KernelError};

/// The stored dynamic text of an argument of any type, converted once; a string is wrapped, not read.
pub(crate) struct BoxedColumn {
    array: ArrayRef,
    constant: bool,
}

impl BoxedColumn {
    /// Wraps argument `index`.
    pub(crate) fn new(call: &Call<'_>, index: usize) -> Result<Self, KernelError> {
        let argument = call.argument(index)?;
        if argument.ty == ScalarType::Dynamic {
            return Ok(Self { array: Arc::clone(&argument.array), constant: argument.constant });
        }
        let rows = if argument.constant { 1 } else { call.rows };
        let mut builder = StringViewBuilder::with_capacity(rows);
        let mut buffer = String::new();
        for row in 0..rows {
            let value = argument.scalar(row);
            if value.is_null() {
                builder.append_null();
                continue;
            }
            buffer.clear();
            dynamic_text::write_scalar(&mut buffer, &value);
            builder.append_value(&buffer);
        }
        Ok(Self { array: Arc::new(builder.finish()), constant: argument.constant })
    }

    /// Wraps every argument from `first` on.
    pub(crate) fn all(call: &Call<'_>, first: usize) -> Result<Vec<Self>, KernelError> {
        (first..call.len()).map(|index| Self::new(call, index)).collect()
    }

    /// Reads the texts.
    pub(crate) fn texts(&self) -> Result<Strings<'_>, KernelError> {
        Strings::new(&self.array, self.constant).ok_or(KernelError::Wiring { index: 0, expected: "dynamic" })
    }

    /// Returns the text of `row`, `null` for null.
    pub(crate) fn text_or_null(&self, row: usize) -> &str {
        self.texts().ok().and_then(|texts| texts.get_dynamic(row)).unwrap_or("null")
    }
}

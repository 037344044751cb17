//! One evaluation of a scalar function over a batch of rows.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, BooleanBuilder, Decimal128Builder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder,
    Int64Builder, StringViewBuilder, UInt32Array,
};
use arrow::{buffer::BooleanBuffer, compute::take};
use calypso_columns::{Bools, Decimals, Guids, Ints, Longs, Reals, Strings, arrow_type, scalar_at};
use calypso_types::{DateTime, Guid, Scalar, ScalarType};

/// Evaluates one function for a batch. The result has `call.rows` rows and the declared result type.
pub type Kernel = fn(&Call<'_>) -> Result<ArrayRef, KernelError>;

/// Why a kernel could not evaluate. Bad values give nulls, not errors: these are wrong constants or wrong wiring.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KernelError {
    /// A constant argument is unusable: a malformed regular expression, an unknown format.
    #[error("{function}(): {message}")]
    Argument { function: String, message: String },
    /// The array of an argument is not of the declared type.
    #[error("argument {index} is not of type {expected}")]
    Wiring { index: usize, expected: &'static str },
    /// The result would be larger than a named limit.
    #[error("{function}(): the result exceeds {limit}")]
    Limit { function: String, limit: String },
}

/// Draws random bits: injected so that tests repeat.
pub type RandomSource = dyn Fn() -> u64 + Send + Sync;

/// What evaluation may know of its query.
#[derive(Clone)]
pub struct EvalContext {
    /// The query's one `now()`.
    pub now: DateTime,
    pub database: String,
    pub cluster: String,
    /// The principal's fully qualified name.
    pub principal: String,
    pub random: Arc<RandomSource>,
}

/// One argument: a column, or a constant that stands for every row.
#[derive(Debug, Clone)]
pub struct Argument {
    /// `rows` values, or exactly one when `constant`.
    pub array: ArrayRef,
    pub constant: bool,
    pub ty: ScalarType,
}

impl Argument {
    /// Returns the value of `row` as a scalar.
    #[must_use]
    pub fn scalar(&self, row: usize) -> Scalar {
        scalar_at(&self.array, self.ty, if self.constant { 0 } else { row })
    }

    /// Returns `rows` values, a constant repeated.
    ///
    /// # Errors
    /// When the array cannot be taken from, which no Kusto type's array is known to refuse.
    pub fn column(&self, rows: usize) -> Result<ArrayRef, KernelError> {
        if !self.constant {
            return Ok(Arc::clone(&self.array));
        }
        let indices = UInt32Array::from_value(0, rows);
        take(&self.array, &indices, None).map_err(|_| KernelError::Wiring { index: 0, expected: self.ty.name() })
    }
}

/// The arguments of one evaluation.
pub struct Call<'a> {
    pub arguments: &'a [Argument],
    pub rows: usize,
    /// The declared type of the result.
    pub result: ScalarType,
    pub context: &'a EvalContext,
}

macro_rules! typed {
    ($(#[$doc:meta])* $name:ident, $reader:ident, $label:literal) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// When the argument's array is of another type: wrong wiring.
        pub fn $name(&self, index: usize) -> Result<$reader<'a>, KernelError> {
            self.arguments
                .get(index)
                .and_then(|a| $reader::new(&a.array, a.constant))
                .ok_or(KernelError::Wiring { index, expected: $label })
        }
    };
}

macro_rules! build {
    ($(#[$doc:meta])* $name:ident, $builder:ident, $value:ty) => {
        $(#[$doc])*
        pub fn $name(&self, mut value: impl FnMut(usize) -> Option<$value>) -> ArrayRef {
            let mut builder = $builder::with_capacity(self.rows);
            for row in 0..self.rows {
                builder.append_option(value(row));
            }
            Arc::new(builder.finish())
        }
    };
}

impl<'a> Call<'a> {
    typed!(
        /// Reads a bool argument.
        bools, Bools, "bool");
    typed!(
        /// Reads an int argument.
        ints, Ints, "int");
    typed!(
        /// Reads a long, datetime or timespan argument (ticks).
        longs, Longs, "long");
    typed!(
        /// Reads a real argument.
        reals, Reals, "real");
    typed!(
        /// Reads a decimal argument (unscaled).
        decimals, Decimals, "decimal");
    typed!(
        /// Reads a string argument, or the stored text of a dynamic one.
        strings, Strings, "string");
    typed!(
        /// Reads a guid argument.
        guids, Guids, "guid");

    build!(
        /// Builds a bool column.
        build_bools, BooleanBuilder, bool);
    build!(
        /// Builds an int column.
        build_ints, Int32Builder, i32);
    build!(
        /// Builds a long, datetime or timespan column.
        build_longs, Int64Builder, i64);
    build!(
        /// Builds a real column.
        build_reals, Float64Builder, f64);

    /// Returns argument `index`.
    ///
    /// # Errors
    /// When there is none: wrong wiring.
    pub fn argument(&self, index: usize) -> Result<&'a Argument, KernelError> {
        self.arguments.get(index).ok_or(KernelError::Wiring { index, expected: "an argument" })
    }

    /// Returns the type of argument `index`.
    ///
    /// # Errors
    /// When there is none: wrong wiring.
    pub fn type_of(&self, index: usize) -> Result<ScalarType, KernelError> {
        self.argument(index).map(|argument| argument.ty)
    }

    /// Reads the string of a constant argument, `default` if it was left out.
    ///
    /// # Errors
    /// When the argument is no string: wrong wiring.
    pub fn constant_string(&self, index: usize, default: &'static str) -> Result<&'a str, KernelError> {
        if index >= self.arguments.len() { Ok(default) } else { Ok(self.strings(index)?.get(0)) }
    }

    /// Reads a long argument that may be left out.
    ///
    /// # Errors
    /// When the argument is no long: wrong wiring.
    pub fn optional_longs(&self, index: usize) -> Result<Option<Longs<'a>>, KernelError> {
        if index >= self.arguments.len() { Ok(None) } else { self.longs(index).map(Some) }
    }

    /// Says how many arguments were given.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.arguments.len()
    }

    /// Says whether no argument was given.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.arguments.is_empty()
    }

    /// Builds a bool column that has no null.
    pub fn build_truths(&self, value: impl FnMut(usize) -> bool) -> ArrayRef {
        Arc::new(BooleanArray::new(BooleanBuffer::collect_bool(self.rows, value), None))
    }

    /// Builds a decimal column from unscaled values.
    pub fn build_decimals(&self, mut value: impl FnMut(usize) -> Option<i128>) -> ArrayRef {
        let mut builder = Decimal128Builder::with_capacity(self.rows).with_data_type(arrow_type(ScalarType::Decimal));
        for row in 0..self.rows {
            builder.append_option(value(row));
        }
        Arc::new(builder.finish())
    }

    /// Builds a string column; `value` writes into the cleared buffer.
    pub fn build_strings(&self, mut value: impl FnMut(usize, &mut String)) -> ArrayRef {
        let mut builder = StringViewBuilder::with_capacity(self.rows);
        let mut buffer = String::new();
        for row in 0..self.rows {
            buffer.clear();
            value(row, &mut buffer);
            builder.append_value(&buffer);
        }
        Arc::new(builder.finish())
    }

    /// Builds a dynamic column; `value` writes stored text into the cleared buffer and returns false for null.
    pub fn build_dynamics(&self, mut value: impl FnMut(usize, &mut String) -> bool) -> ArrayRef {
        let mut builder = StringViewBuilder::with_capacity(self.rows);
        let mut buffer = String::new();
        for row in 0..self.rows {
            buffer.clear();
            if value(row, &mut buffer) {
                builder.append_value(&buffer);
            } else {
                builder.append_null();
            }
        }
        Arc::new(builder.finish())
    }

    /// Builds a guid column.
    pub fn build_guids(&self, mut value: impl FnMut(usize) -> Option<Guid>) -> ArrayRef {
        let mut builder = FixedSizeBinaryBuilder::with_capacity(self.rows, 16);
        for row in 0..self.rows {
            match value(row) {
                Some(guid) if builder.append_value(guid.0).is_ok() => {}
                _ => builder.append_null(),
            }
        }
        Arc::new(builder.finish())
    }
}

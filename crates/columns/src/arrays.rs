//! Typed read access to one array, or to one constant standing for a whole column.

use arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array,
    StringViewArray, cast::AsArray as _,
};

macro_rules! reader {
    ($(#[$doc:meta])* $name:ident, $array:ty, $value:ty, $down:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<'a> {
            array: &'a $array,
            constant: bool,
        }

        impl<'a> $name<'a> {
            /// Reads `array`; with `constant`, its single value answers for every row. `None` if the array is of
            /// another type, which is a programmer's error upstream.
            #[must_use]
            pub fn new(array: &'a ArrayRef, constant: bool) -> Option<Self> {
                let down: fn(&'a ArrayRef) -> Option<&'a $array> = $down;
                Some(Self { array: down(array)?, constant })
            }

            /// Returns the value of `row`, `None` for null.
            #[must_use]
            pub fn get(&self, row: usize) -> Option<$value> {
                let row = if self.constant { 0 } else { row };
                self.array.is_valid(row).then(|| self.array.value(row).into())
            }

            /// Says whether one value stands for every row.
            #[must_use]
            pub const fn is_constant(&self) -> bool {
                self.constant
            }
        }
    };
}

reader!(
    /// Booleans.
    Bools, BooleanArray, bool, |a| a.as_boolean_opt());
reader!(
    /// 32-bit integers.
    Ints, Int32Array, i32, |a| a.as_primitive_opt::<arrow::datatypes::Int32Type>());
reader!(
    /// 64-bit integers; also the ticks of datetime and timespan.
    Longs, Int64Array, i64, |a| a.as_primitive_opt::<arrow::datatypes::Int64Type>());
reader!(
    /// Doubles.
    Reals, Float64Array, f64, |a| a.as_primitive_opt::<arrow::datatypes::Float64Type>());
reader!(
    /// Decimals, unscaled.
    Decimals, Decimal128Array, i128, |a| a.as_primitive_opt::<arrow::datatypes::Decimal128Type>());

/// Strings, and the text of dynamics.
#[derive(Debug, Clone, Copy)]
pub struct Strings<'a> {
    array: &'a StringViewArray,
    constant: bool,
}

impl<'a> Strings<'a> {
    /// Reads `array`; with `constant`, its single value answers for every row.
    #[must_use]
    pub fn new(array: &'a ArrayRef, constant: bool) -> Option<Self> {
        Some(Self { array: array.as_string_view_opt()?, constant })
    }

    /// Returns the text of `row`; a null reads as "".
    #[must_use]
    pub fn get(&self, row: usize) -> &'a str {
        self.get_dynamic(row).unwrap_or("")
    }

    /// Returns the text of `row`, `None` for null: for dynamics, whose null is a value.
    #[must_use]
    pub fn get_dynamic(&self, row: usize) -> Option<&'a str> {
        let row = if self.constant { 0 } else { row };
        self.array.is_valid(row).then(|| self.array.value(row))
    }

    /// Says whether one value stands for every row.
    #[must_use]
    pub const fn is_constant(&self) -> bool {
        self.constant
    }
}

/// Guids.
#[derive(Debug, Clone, Copy)]
pub struct Guids<'a> {
    array: &'a FixedSizeBinaryArray,
    constant: bool,
}

impl<'a> Guids<'a> {
    /// Reads `array`; with `constant`, its single value answers for every row.
    #[must_use]
    pub fn new(array: &'a ArrayRef, constant: bool) -> Option<Self> {
        Some(Self { array: array.as_fixed_size_binary_opt()?, constant })
    }

    /// Returns the guid of `row`, `None` for null.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<[u8; 16]> {
        let row = if self.constant { 0 } else { row };
        if self.array.is_null(row) {
            return None;
        }
        self.array.value(row).try_into().ok()
    }
}

//! Single values in and out of arrays.

use arrow::array::{Array as _, ArrayRef};
use calypso_types::{DateTime, Decimal, Dynamic, Guid, Scalar, ScalarType, TimeSpan};

use crate::{Bools, ColumnBuilder, Decimals, Guids, Ints, Longs, Reals, Strings};

/// Returns the value of `row` as a scalar of `ty`; null if the array is of another type.
#[must_use]
pub fn scalar_at(array: &ArrayRef, ty: ScalarType, row: usize) -> Scalar {
    if array.is_null(row) {
        return Scalar::null(ty);
    }
    let value = match ty {
        ScalarType::Bool => Bools::new(array, false).and_then(|a| a.get(row)).map(Scalar::Bool),
        ScalarType::Int => Ints::new(array, false).and_then(|a| a.get(row)).map(Scalar::Int),
        ScalarType::Long => Longs::new(array, false).and_then(|a| a.get(row)).map(Scalar::Long),
        ScalarType::Real => Reals::new(array, false).and_then(|a| a.get(row)).map(Scalar::Real),
        ScalarType::Decimal => {
            Decimals::new(array, false).and_then(|a| a.get(row)).map(|v| Scalar::Decimal(Decimal(v)))
        }
        ScalarType::String => Strings::new(array, false).map(|a| Scalar::String(a.get(row).to_owned())),
        ScalarType::DateTime => {
            Longs::new(array, false).and_then(|a| a.get(row)).map(|v| Scalar::DateTime(DateTime(v)))
        }
        ScalarType::TimeSpan => {
            Longs::new(array, false).and_then(|a| a.get(row)).map(|v| Scalar::TimeSpan(TimeSpan(v)))
        }
        ScalarType::Guid => Guids::new(array, false).and_then(|a| a.get(row)).map(|v| Scalar::Guid(Guid(v))),
        ScalarType::Dynamic => Strings::new(array, false)
            .and_then(|a| a.get_dynamic(row))
            .and_then(|text| Dynamic::parse(text).ok())
            .map(Scalar::Dynamic),
    };
    value.unwrap_or_else(|| Scalar::null(ty))
}

/// Returns an array of one row that holds `value`.
#[must_use]
pub fn array_of_scalar(value: &Scalar) -> ArrayRef {
    let mut builder = ColumnBuilder::new(value.scalar_type(), 1);
    builder.push(value);
    builder.finish()
}

//! `estimate_data_size`: the size of values in bytes, uncompressed.
//!
//! <https://learn.microsoft.com/kusto/query/estimate-data-size-function>

use arrow::array::ArrayRef;
use calypso_types::ScalarType;

use crate::{Call, KernelError};

/// The bytes of a value of fixed size; none for text.
const fn fixed_size(ty: ScalarType) -> Option<i64> {
    Some(match ty {
        ScalarType::Bool => 1,
        ScalarType::Int => 4,
        ScalarType::Long | ScalarType::Real | ScalarType::DateTime | ScalarType::TimeSpan => 8,
        ScalarType::Guid | ScalarType::Decimal => 16,
        ScalarType::String | ScalarType::Dynamic => return None,
    })
}

/// `estimate_data_size(a, b, …)`: the binder lists the columns of `*`.
pub(super) fn estimate_data_size(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let fixed: i64 = call.arguments.iter().filter_map(|argument| fixed_size(argument.ty)).sum();
    let mut texts = Vec::new();
    for (index, argument) in call.arguments.iter().enumerate() {
        if fixed_size(argument.ty).is_none() {
            texts.push(call.strings(index)?);
        }
    }
    Ok(call.build_longs(|row| Some(fixed + texts.iter().map(|text| text.get(row).len() as i64).sum::<i64>())))
}

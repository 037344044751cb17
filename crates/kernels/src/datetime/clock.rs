//! `now` and `ago`: one instant for the whole query.
//!
//! <https://learn.microsoft.com/kusto/query/now-function>

use arrow::array::ArrayRef;
use calypso_types::TimeSpan;

use crate::{Call, KernelError};

/// `now([offset])`
pub(super) fn now(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let offsets = call.optional_longs(0)?;
    let now = call.context.now;
    Ok(call.build_longs(|row| {
        let offset = offsets.map_or(Some(0), |offsets| offsets.get(row))?;
        now.checked_add(TimeSpan(offset)).map(|d| d.0)
    }))
}

/// `ago(timespan)`
pub(super) fn ago(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let spans = call.longs(0)?;
    let now = call.context.now;
    Ok(call.build_longs(|row| now.checked_sub(TimeSpan(spans.get(row)?)).map(|d| d.0)))
}

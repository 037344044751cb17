//! `format_bytes`: a size with its unit.
//!
//! <https://learn.microsoft.com/kusto/query/format-bytes-function>

use std::fmt::Write as _;

use arrow::array::ArrayRef;

use crate::{Call, KernelError};

/// Each unit is 1,024 times the one before.
const UNITS: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
const UNIT_FACTOR: f64 = 1024.0;
/// The most digits after the point.
const PRECISION_MAX: i64 = 15;

/// `format_bytes(size [, precision [, units]])`
pub(super) fn format_bytes(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let sizes = call.reals(0)?;
    let precisions = call.optional_longs(1)?;
    let units = if call.len() > 2 { Some(call.strings(2)?) } else { None };
    Ok(call.build_strings(|row, out| {
        let Some(size) = sizes.get(row).filter(|size| size.is_finite()) else { return };
        let precision = precisions.and_then(|p| p.get(row)).unwrap_or(0).clamp(0, PRECISION_MAX);
        let wanted = units.map_or("", |units| units.get(row));
        let Some(unit) = unit_index(size, wanted) else { return };
        let scale = 10f64.powi(precision as i32);
        let value = (size / UNIT_FACTOR.powi(unit as i32) * scale).round() / scale;
        // Writing to a string never fails.
        let _ = write!(out, "{value} {}", UNITS[unit]);
    }))
}

fn unit_index(size: f64, wanted: &str) -> Option<usize> {
    if !wanted.is_empty() {
        return UNITS.iter().position(|unit| unit.eq_ignore_ascii_case(wanted));
    }
    let fits = |index: &usize| size.abs() < UNIT_FACTOR.powi(*index as i32 + 1);
    Some((0..UNITS.len()).find(fits).unwrap_or(UNITS.len() - 1))
}

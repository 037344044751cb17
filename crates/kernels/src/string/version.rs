//! `parse_version`: a version number as a decimal that compares.
//!
//! Each of up to four parts takes eight digits. <https://learn.microsoft.com/kusto/query/parse-version-function>

use arrow::array::ArrayRef;
use calypso_types::Decimal;

use crate::{Call, KernelError};

const PARTS: usize = 4;
const PART_DIGITS_MAX: usize = 8;
/// One more than the largest part.
const PART_FACTOR: i128 = 100_000_000;

/// `parse_version(version)`: null if it is not one to four numbers with dots.
///
/// A version from 1.0 on needs 25 digits and more before the point; a decimal has room for 21. Rather than a wrong
/// order this is an error.
pub(super) fn parse_version(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let versions = call.strings(0)?;
    let mut too_large = false;
    let array = call.build_decimals(|row| {
        let number = number_of(versions.get(row))?;
        let decimal = number.checked_mul(Decimal::UNIT).and_then(Decimal::from_raw);
        too_large |= decimal.is_none();
        decimal.map(|d| d.0)
    });
    if too_large {
        let limit = "the digits of a decimal".to_owned();
        return Err(KernelError::Limit { function: "parse_version".to_owned(), limit });
    }
    Ok(array)
}

fn number_of(version: &str) -> Option<i128> {
    let parts: Vec<&str> = version.split('.').collect();
    if parts.len() > PARTS {
        return None;
    }
    let mut number = 0;
    for index in 0..PARTS {
        let part = parts.get(index).copied().unwrap_or("0");
        if part.is_empty() || part.len() > PART_DIGITS_MAX || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        number = number * PART_FACTOR + part.parse::<i128>().ok()?;
    }
    Some(number)
}

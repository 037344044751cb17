//! Questions about arrays: length, position, sum, joined text.
//!
//! <https://learn.microsoft.com/kusto/query/array-length-function> and its siblings.

use std::ops::Range;

use arrow::array::ArrayRef;
use calypso_columns::Longs;
use calypso_types::{
    Dynamic,
    dynamic_text::{self, Kind, elements, kind, to_kusto_string},
};

use super::elements_of;
use crate::{
    Call, KernelError,
    conversion::{BoxedColumn, TextColumn},
};

/// `array_length(array)`: null of what is no array.
pub(super) fn array_length(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let arrays = call.strings(0)?;
    Ok(call.build_longs(|row| {
        let text = arrays.get_dynamic(row).filter(|text| kind(text) == Kind::Array)?;
        Some(elements(text).count() as i64)
    }))
}

/// `array_sum(array)`: null if an element is no number; nulls count as nothing.
pub(super) fn array_sum(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let arrays = call.strings(0)?;
    Ok(call.build_reals(|row| {
        let mut sum = 0.0;
        for element in elements_of(arrays.get_dynamic(row))? {
            match Dynamic::parse(element).ok()? {
                Dynamic::Null => {}
                number => sum += number.as_f64()?,
            }
        }
        Some(sum)
    }))
}

/// `strcat_array(array, delimiter)`
pub(super) fn strcat_array(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let arrays = call.strings(0)?;
    let delimiters = TextColumn::new(call, 1)?;
    let delimiters = delimiters.strings()?;
    Ok(call.build_strings(|row, out| {
        for (index, element) in elements_of(arrays.get_dynamic(row)).into_iter().flatten().enumerate() {
            if index > 0 {
                out.push_str(delimiters.get(row));
            }
            out.push_str(&to_kusto_string(element));
        }
    }))
}

/// `array_index_of(array, value [, start [, length [, occurrence]]])`: -1 if it is not there.
pub(super) fn array_index_of(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let arrays = call.strings(0)?;
    let values = BoxedColumn::new(call, 1)?;
    let range = SearchRange::of(call, 2)?;
    Ok(call.build_longs(|row| {
        let elements = elements_of(arrays.get_dynamic(row))?;
        let (positions, occurrence) = range.resolve(row, elements.len())?;
        let value = values.text_or_null(row);
        let equal = |position: &usize| {
            let element = elements[*position];
            element == value || dynamic_text::compare(element, value).is_eq()
        };
        Some(positions.filter(equal).nth(occurrence - 1).map_or(-1, |position| position as i64))
    }))
}

/// Where in an array to search, as the optional arguments from `first` on say.
struct SearchRange<'a> {
    starts: Option<Longs<'a>>,
    lengths: Option<Longs<'a>>,
    occurrences: Option<Longs<'a>>,
}

impl<'a> SearchRange<'a> {
    fn of(call: &Call<'a>, first: usize) -> Result<Self, KernelError> {
        Ok(Self {
            starts: call.optional_longs(first)?,
            lengths: call.optional_longs(first + 1)?,
            occurrences: call.optional_longs(first + 2)?,
        })
    }

    /// Returns the positions to visit and the occurrence wanted; none for arguments out of range.
    fn resolve(&self, row: usize, count: usize) -> Option<(Range<usize>, usize)> {
        let value = |values: Option<Longs<'a>>, default| values.map_or(Some(default), |v| v.get(row));
        let (start, length, occurrence) =
            (value(self.starts, 0)?, value(self.lengths, -1)?, value(self.occurrences, 1)?);
        if length < -1 || occurrence < 0 {
            return None;
        }
        let count = count as i64;
        let start = (if start < 0 { start.saturating_add(count) } else { start }).clamp(0, count);
        let end = if length < 0 { count } else { start.saturating_add(length).min(count) };
        let position = |value: i64| usize::try_from(value).ok();
        Some((position(start)?..position(end)?, position(occurrence)?.max(1)))
    }
}

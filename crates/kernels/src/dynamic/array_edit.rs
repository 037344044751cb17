//! Arrays out of arrays. What is no array gives null.
//!
//! <https://learn.microsoft.com/kusto/query/array-slice-function> and its siblings.

use arrow::array::ArrayRef;
use calypso_types::{
    Dynamic,
    dynamic_text::{Kind, kind},
};

use super::{ArrayWriter, elements_of};
use crate::{Call, KernelError, conversion::BoxedColumn};

/// `array_concat(a, b, …)`: arguments that are no arrays are left out; null if none is.
pub(super) fn array_concat(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let columns = (0..call.len()).map(|index| call.strings(index)).collect::<Result<Vec<_>, _>>()?;
    Ok(call.build_dynamics(|row, out| {
        let mut arrays = columns.iter().filter_map(|c| elements_of(c.get_dynamic(row))).peekable();
        if arrays.peek().is_none() {
            return false;
        }
        let mut writer = ArrayWriter::new(out);
        arrays.for_each(|elements| writer.extend(elements));
        writer.finish();
        true
    }))
}

/// Rewrites argument 0 element by element.
fn edit<'a>(
    call: &Call<'a>,
    f: impl Fn(usize, Vec<&'a str>, &mut ArrayWriter<'_>) -> Option<()>,
) -> Result<ArrayRef, KernelError> {
    let arrays = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let Some(elements) = elements_of(arrays.get_dynamic(row)) else { return false };
        let mut writer = ArrayWriter::new(out);
        let done = f(row, elements, &mut writer).is_some();
        writer.finish();
        done
    }))
}

/// `array_reverse(array)`
pub(super) fn array_reverse(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    edit(call, |_, elements, writer| {
        writer.extend(elements.into_iter().rev());
        Some(())
    })
}

fn rotate(call: &Call<'_>, direction: i64) -> Result<ArrayRef, KernelError> {
    let counts = call.longs(1)?;
    edit(call, |row, mut elements, writer| {
        let length = elements.len() as i64;
        if length > 0 {
            let left = (counts.get(row)? % length * direction).rem_euclid(length);
            elements.rotate_left(usize::try_from(left).ok()?);
        }
        writer.extend(elements);
        Some(())
    })
}

/// `array_rotate_left(array, count)`
pub(super) fn array_rotate_left(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    rotate(call, 1)
}

/// `array_rotate_right(array, count)`
pub(super) fn array_rotate_right(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    rotate(call, -1)
}

/// Shifts to the left; in come the default, by itself null, or "" into an array of strings.
fn shift(call: &Call<'_>, direction: i64) -> Result<ArrayRef, KernelError> {
    let counts = call.longs(1)?;
    let default = if call.len() > 2 { Some(BoxedColumn::new(call, 2)?) } else { None };
    edit(call, |row, elements, writer| {
        let strings = !elements.is_empty() && elements.iter().all(|e| kind(e) == Kind::String);
        let filler = default.as_ref().map_or(if strings { "\"\"" } else { "null" }, |d| d.text_or_null(row));
        let shift = counts.get(row)?.checked_mul(direction)?;
        for position in 0..elements.len() as i64 {
            let source = position.checked_add(shift).and_then(|source| usize::try_from(source).ok());
            writer.push(source.and_then(|source| elements.get(source)).copied().unwrap_or(filler));
        }
        Some(())
    })
}

/// `array_shift_left(array, count [, default])`
pub(super) fn array_shift_left(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shift(call, 1)
}

/// `array_shift_right(array, count [, default])`
pub(super) fn array_shift_right(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    shift(call, -1)
}

/// `array_slice(array, start, end)`: both ends included, negative positions from the end.
pub(super) fn array_slice(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (starts, ends) = (call.longs(1)?, call.longs(2)?);
    edit(call, |row, elements, writer| {
        let length = elements.len() as i64;
        let absolute = |value: i64| if value < 0 { value.saturating_add(length) } else { value };
        let start = absolute(starts.get(row)?).max(0);
        let end = absolute(ends.get(row)?).min(length - 1);
        for position in start..=end {
            writer.push(elements[usize::try_from(position).ok()?]);
        }
        Some(())
    })
}

/// `array_split(array, index or indices)`
pub(super) fn array_split(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let indices = BoxedColumn::new(call, 1)?;
    edit(call, |row, elements, writer| {
        let length = elements.len() as i64;
        let mut from = 0;
        for index in split_points(indices.text_or_null(row))? {
            let index = if index < 0 { index.saturating_add(length) } else { index };
            let to = usize::try_from(index.clamp(0, length)).ok()?.max(from);
            write_part(&elements[from..to], writer);
            from = to;
        }
        write_part(&elements[from..], writer);
        Some(())
    })
}

fn split_points(text: &str) -> Option<Vec<i64>> {
    match Dynamic::parse(text).ok()? {
        Dynamic::Array(items) => items.iter().map(Dynamic::as_i64).collect(),
        single => Some(vec![single.as_i64()?]),
    }
}

fn write_part(elements: &[&str], writer: &mut ArrayWriter<'_>) {
    let mut part = ArrayWriter::new(writer.element());
    part.extend(elements.iter().copied());
    part.finish();
}

/// `array_iff(conditions, when true, when false)`: the last two are arrays or values for every element.
///
/// <https://learn.microsoft.com/kusto/query/array-iff-function>
pub(super) fn array_iff(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (when_true, when_false) = (BoxedColumn::new(call, 1)?, BoxedColumn::new(call, 2)?);
    edit(call, |row, conditions, writer| {
        let (yes, no) = (when_true.text_or_null(row), when_false.text_or_null(row));
        let (yes_elements, no_elements) = (elements_of(Some(yes)), elements_of(Some(no)));
        for (index, condition) in conditions.into_iter().enumerate() {
            let (value, elements) = match truth(condition) {
                Some(true) => (yes, &yes_elements),
                Some(false) => (no, &no_elements),
                None => ("null", &None),
            };
            writer.push(elements.as_ref().map_or(value, |e| e.get(index).copied().unwrap_or("null")));
        }
        Some(())
    })
}

fn truth(text: &str) -> Option<bool> {
    match Dynamic::parse(text).ok()? {
        Dynamic::Bool(value) => Some(value),
        number => number.as_f64().map(|value| value != 0.0),
    }
}

/// `zip(a, b, …)`: as long as the longest, short ones filled up with null.
pub(super) fn zip(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let columns = (0..call.len()).map(|index| call.strings(index)).collect::<Result<Vec<_>, _>>()?;
    Ok(call.build_dynamics(|row, out| {
        let arrays: Option<Vec<_>> = columns.iter().map(|c| elements_of(c.get_dynamic(row))).collect();
        let Some(arrays) = arrays else { return false };
        let mut writer = ArrayWriter::new(out);
        for index in 0..arrays.iter().map(Vec::len).max().unwrap_or(0) {
            let mut tuple = ArrayWriter::new(writer.element());
            tuple.extend(arrays.iter().map(|array| array.get(index).copied().unwrap_or("null")));
            tuple.finish();
        }
        writer.finish();
        true
    }))
}

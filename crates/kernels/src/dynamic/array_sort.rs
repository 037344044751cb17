//! `array_sort_asc`, `array_sort_desc`: sort the first array, and others along with it.
//!
//! Kinds of values keep their documented order in both directions: numbers and times, strings, guids, the rest.
//! <https://learn.microsoft.com/kusto/query/array-sort-asc-function>

use std::cmp::Ordering;

use arrow::array::ArrayRef;
use calypso_columns::Strings;
use calypso_types::{Dynamic, ScalarType};

use super::{ArrayWriter, elements_of};
use crate::{Call, KernelError};

/// `array_sort_asc(array, … [, nulls last])`
pub(super) fn array_sort_asc(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    sort(call, false)
}

/// `array_sort_desc(array, … [, nulls last])`
pub(super) fn array_sort_desc(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    sort(call, true)
}

/// One array gives the sorted array, several give an array of them; one of another length becomes null.
fn sort(call: &Call<'_>, descending: bool) -> Result<ArrayRef, KernelError> {
    let last = call.len().saturating_sub(1);
    let has_flag = last > 0 && call.type_of(last)? == ScalarType::Bool;
    let nulls_last = if has_flag { call.bools(last)?.get(0).unwrap_or(true) } else { true };
    let count = if has_flag { last } else { call.len() };
    let columns = (0..count).map(|index| array_column(call, index)).collect::<Result<Vec<_>, _>>()?;
    Ok(call.build_dynamics(|row, out| {
        let Some(keys) = elements_of(columns[0].get_dynamic(row)) else { return false };
        let order = sorted_positions(&keys, descending, nulls_last);
        if count == 1 {
            write_ordered(&keys, &order, out);
            return true;
        }
        let mut writer = ArrayWriter::new(out);
        for column in &columns {
            match elements_of(column.get_dynamic(row)).filter(|elements| elements.len() == keys.len()) {
                Some(elements) => write_ordered(&elements, &order, writer.element()),
                None => writer.push("null"),
            }
        }
        writer.finish();
        true
    }))
}

fn array_column<'a>(call: &Call<'a>, index: usize) -> Result<Strings<'a>, KernelError> {
    match call.type_of(index)? {
        ScalarType::Dynamic => call.strings(index),
        other => {
            let message = format!("argument {} is of type {other}, not an array", index + 1);
            Err(KernelError::Argument { function: "array_sort_asc".to_owned(), message })
        }
    }
}

fn write_ordered(elements: &[&str], order: &[usize], out: &mut String) {
    let mut writer = ArrayWriter::new(out);
    writer.extend(order.iter().map(|position| elements[*position]));
    writer.finish();
}

fn sorted_positions(elements: &[&str], descending: bool, nulls_last: bool) -> Vec<usize> {
    let values: Vec<Dynamic> =
        elements.iter().map(|element| Dynamic::parse(element).unwrap_or(Dynamic::Null)).collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| compare(&values[*a], &values[*b], descending, nulls_last));
    order
}

fn compare(a: &Dynamic, b: &Dynamic, descending: bool, nulls_last: bool) -> Ordering {
    let nulls = a.is_null().cmp(&b.is_null());
    let nulls = if nulls_last { nulls } else { nulls.reverse() };
    let values = a.compare(b);
    let values = if descending { values.reverse() } else { values };
    nulls.then(rank(a).cmp(&rank(b))).then(values)
}

const fn rank(value: &Dynamic) -> u8 {
    match value {
        Dynamic::Int(_)
        | Dynamic::Long(_)
        | Dynamic::Real(_)
        | Dynamic::Decimal(_)
        | Dynamic::DateTime(_)
        | Dynamic::TimeSpan(_) => 0,
        Dynamic::String(_) => 1,
        Dynamic::Guid(_) => 2,
        _ => 3,
    }
}

//! Arrays as sets. The order is that of first appearance; what is no array gives null.
//!
//! <https://learn.microsoft.com/kusto/query/set-union-function> and its siblings.

use std::{borrow::Cow, collections::HashSet};

use arrow::array::ArrayRef;
use calypso_types::{
    Dynamic,
    dynamic_text::{Kind, kind},
};

use super::{ArrayWriter, elements_of};
use crate::{Call, KernelError, conversion::BoxedColumn};

/// Returns what equal elements have in common: numbers of the same value are equal whatever their type.
fn key(element: &str) -> Cow<'_, str> {
    match kind(element) {
        Kind::Long | Kind::Bool | Kind::Null => Cow::Borrowed(element),
        Kind::String if !element.contains('\\') => Cow::Borrowed(element),
        Kind::Bag | Kind::Array => Cow::Owned(super::canonical::canonical_text(element)),
        _ => Cow::Owned(match Dynamic::parse(element) {
            Ok(Dynamic::Real(value)) if value.fract() == 0.0 && value.abs() < 1e15 => format!("{value:.0}"),
            Ok(Dynamic::Int(value)) => value.to_string(),
            Ok(other) => other.to_text(),
            Err(_) => element.to_owned(),
        }),
    }
}

fn keys<'a>(elements: &[&'a str]) -> HashSet<Cow<'a, str>> {
    elements.iter().map(|element| key(element)).collect()
}

/// Combines the arrays of each row: `keep` decides which elements, each once, of which arrays.
fn combine(
    call: &Call<'_>,
    sources: impl Fn(usize) -> usize,
    keep: impl Fn(&Cow<'_, str>, &[HashSet<Cow<'_, str>>]) -> bool,
) -> Result<ArrayRef, KernelError> {
    let columns = (0..call.len()).map(|index| call.strings(index)).collect::<Result<Vec<_>, _>>()?;
    Ok(call.build_dynamics(|row, out| {
        let arrays: Option<Vec<_>> = columns.iter().map(|c| elements_of(c.get_dynamic(row))).collect();
        let Some(arrays) = arrays else { return false };
        let others: Vec<_> = arrays.iter().skip(1).map(|elements| keys(elements)).collect();
        let mut seen = HashSet::new();
        let mut writer = ArrayWriter::new(out);
        for element in arrays.iter().take(sources(arrays.len())).flatten() {
            let key = key(element);
            if keep(&key, &others) && seen.insert(key) {
                writer.push(element);
            }
        }
        writer.finish();
        true
    }))
}

/// `set_union(a, b, …)`
pub(super) fn set_union(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    combine(call, |count| count, |_, _| true)
}

/// `set_intersect(a, b, …)`
pub(super) fn set_intersect(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    combine(call, |_| 1, |key, others| others.iter().all(|other| other.contains(key)))
}

/// `set_difference(a, b, …)`
pub(super) fn set_difference(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    combine(call, |_| 1, |key, others| !others.iter().any(|other| other.contains(key)))
}

/// `set_has_element(set, value)`
pub(super) fn set_has_element(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let sets = call.strings(0)?;
    let values = BoxedColumn::new(call, 1)?;
    Ok(call.build_bools(|row| {
        let elements = elements_of(sets.get_dynamic(row))?;
        let wanted = key(values.text_or_null(row));
        Some(elements.iter().any(|element| key(element) == wanted))
    }))
}

fn two_sets(
    call: &Call<'_>,
    row: usize,
    f: impl Fn(&HashSet<Cow<'_, str>>, &HashSet<Cow<'_, str>>) -> f64,
) -> Option<f64> {
    let set = |index| Some(keys(&elements_of(call.strings(index).ok()?.get_dynamic(row))?));
    Some(f(&set(0)?, &set(1)?))
}

/// `jaccard_index(a, b)`: NaN of two empty sets.
pub(super) fn jaccard_index(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_reals(|row| {
        two_sets(call, row, |a, b| {
            let common = a.intersection(b).count() as f64;
            common / (a.len() as f64 + b.len() as f64 - common)
        })
    }))
}

/// `set_equals(a, b)`
pub(super) fn set_equals(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_bools(|row| two_sets(call, row, |a, b| f64::from(u8::from(a == b))).map(|equal| equal > 0.0)))
}

//! `in`, `in~`, `has_any`, `has_all`.
//!
//! A list is either repeated arguments or one dynamic array, constant or not. A scalar in place of the array is a
//! list of one.

use std::collections::HashSet;

use arrow::array::ArrayRef;
use calypso_types::{Dynamic, Scalar, ScalarType};

use super::{
    needle::{Needle, fold_into},
    terms::{Boundaries, find_bounded},
};
use crate::{Argument, Call, KernelError};

/// Beyond this many elements a list of strings is hashed rather than searched.
const LINEAR_SEARCH_MAX: usize = 8;

/// Returns the strings of a dynamic array (or of one dynamic value).
pub(crate) fn texts_of(text: Option<&str>) -> Vec<String> {
    let Some(text) = text else { return Vec::new() };
    match Dynamic::parse(text) {
        Ok(Dynamic::Array(items)) => items.iter().map(Dynamic::to_kusto_string).collect(),
        Ok(single) => vec![single.to_kusto_string()],
        Err(_) => Vec::new(),
    }
}

/// Returns the strings of the list arguments, from `first` on, as they stand in `row`.
fn list_of(call: &Call<'_>, first: usize, row: usize) -> Result<Vec<String>, KernelError> {
    let mut list = Vec::new();
    for index in first..call.arguments.len() {
        let values = call.strings(index)?;
        if call.arguments[index].ty == ScalarType::Dynamic {
            list.extend(texts_of(values.get_dynamic(row)));
        } else {
            list.push(values.get(row).to_owned());
        }
    }
    Ok(list)
}

fn lists_constant(call: &Call<'_>, first: usize) -> bool {
    call.arguments.iter().skip(first).all(|a| a.constant)
}

/// `has_any`: at least one element is a term of the left side, ignoring case.
pub(super) fn has_any(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    terms(call, |needles, test| needles.iter().any(test))
}

/// `has_all`: every element is a term of the left side, ignoring case.
pub(super) fn has_all(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    terms(call, |needles, test| needles.iter().all(test))
}

fn terms(
    call: &Call<'_>,
    decide: impl Fn(&[Needle], &mut dyn FnMut(&Needle) -> bool) -> bool,
) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let needles = |row| Ok(list_of(call, 1, row)?.iter().map(|term| Needle::new(term, false)).collect::<Vec<_>>());
    let mut folded = String::new();
    if lists_constant(call, 1) {
        let needles = needles(0)?;
        return Ok(call.build_truths(|row| search(texts.get(row), &needles, &mut folded, &decide)));
    }
    let mut answers = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        answers.push(search(texts.get(row), &needles(row)?, &mut folded, &decide));
    }
    Ok(call.build_truths(|row| answers[row]))
}

fn search(
    text: &str,
    needles: &[Needle],
    folded: &mut String,
    decide: impl Fn(&[Needle], &mut dyn FnMut(&Needle) -> bool) -> bool,
) -> bool {
    if needles.iter().any(Needle::wants_folded_haystack) {
        fold_into(text, folded);
    }
    decide(needles, &mut |needle| {
        let haystack = if needle.wants_folded_haystack() { folded.as_str() } else { text };
        find_bounded(haystack, needle, Boundaries::BOTH, 0).is_some()
    })
}

/// `in~`: equal to one of the list but for case.
pub(super) fn in_ignoring_case(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let mut folded = String::new();
    if !lists_constant(call, 1) {
        let mut answers = Vec::with_capacity(call.rows);
        for row in 0..call.rows {
            let found = list_of(call, 1, row)?.iter().any(|item| Needle::new(item, false).equals(texts.get(row)));
            answers.push(found);
        }
        return Ok(call.build_truths(|row| answers[row]));
    }
    let list = list_of(call, 1, 0)?;
    if list.len() <= LINEAR_SEARCH_MAX {
        let needles: Vec<_> = list.iter().map(|item| Needle::new(item, false)).collect();
        return Ok(call.build_truths(|row| needles.iter().any(|needle| needle.equals(texts.get(row)))));
    }
    let set: HashSet<String> = list
        .iter()
        .map(|item| {
            fold_into(item, &mut folded);
            folded.clone()
        })
        .collect();
    Ok(call.build_truths(|row| {
        fold_into(texts.get(row), &mut folded);
        set.contains(folded.as_str())
    }))
}

/// `in`: equal to one of the list. A null on the left is in no list; its answer is null if the list has a null.
pub(super) fn in_list(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let left = call.arguments.first().ok_or(KernelError::Wiring { index: 0, expected: "a value" })?;
    if left.ty == ScalarType::String {
        return strings_in_list(call);
    }
    if lists_constant(call, 1) {
        return Ok(constants_in_list(call, left));
    }
    Ok(call.build_bools(|row| contains(&left.scalar(row), &members(call, left.ty, row))))
}

fn strings_in_list(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    if !lists_constant(call, 1) {
        let mut answers = Vec::with_capacity(call.rows);
        for row in 0..call.rows {
            answers.push(list_of(call, 1, row)?.iter().any(|item| item == texts.get(row)));
        }
        return Ok(call.build_truths(|row| answers[row]));
    }
    let list = list_of(call, 1, 0)?;
    if list.len() <= LINEAR_SEARCH_MAX {
        return Ok(call.build_truths(|row| list.iter().any(|item| item == texts.get(row))));
    }
    let set: HashSet<&str> = list.iter().map(String::as_str).collect();
    Ok(call.build_truths(|row| set.contains(texts.get(row))))
}

fn constants_in_list(call: &Call<'_>, left: &Argument) -> ArrayRef {
    let list = members(call, left.ty, 0);
    let has_null = list.iter().any(Scalar::is_null);
    let whole: Option<HashSet<i64>> = list.iter().filter(|v| !v.is_null()).map(ticks_or_long).collect();
    match (whole, call.longs(0)) {
        (Some(set), Ok(values)) => call.build_bools(|row| match values.get(row) {
            Some(value) => Some(set.contains(&value)),
            None => (!has_null).then_some(false),
        }),
        _ => call.build_bools(|row| contains(&left.scalar(row), &list)),
    }
}

fn ticks_or_long(value: &Scalar) -> Option<i64> {
    match value {
        Scalar::Long(v) => Some(*v),
        Scalar::DateTime(v) => Some(v.0),
        Scalar::TimeSpan(v) => Some(v.0),
        _ => None,
    }
}

/// The list as values of `ty`; elements of a dynamic array that are not of the type are left out.
fn members(call: &Call<'_>, ty: ScalarType, row: usize) -> Vec<Scalar> {
    let mut list = Vec::new();
    for argument in call.arguments.iter().skip(1) {
        match argument.scalar(row) {
            Scalar::Dynamic(Dynamic::Array(items)) => list.extend(items.iter().map(|item| item.to_scalar(ty))),
            Scalar::Dynamic(other) if ty != ScalarType::Dynamic => list.push(other.to_scalar(ty)),
            scalar => list.push(scalar),
        }
    }
    list
}

fn contains(value: &Scalar, list: &[Scalar]) -> Option<bool> {
    if value.is_null() {
        return (!list.iter().any(Scalar::is_null)).then_some(false);
    }
    Some(list.iter().any(|item| !item.is_null() && item == value))
}

//! `has`, `contains`, `startswith`, `endswith`, `=~` and their case-sensitive kin.
//!
//! <https://learn.microsoft.com/kusto/query/datatypes-string-operators>

use arrow::array::ArrayRef;
use calypso_columns::Strings;

use super::{
    needle::{Needle, equal_folded, fold_into},
    terms::{Boundaries, find_bounded},
};
use crate::{Call, KernelError};

/// Evaluates `test` with the right side prepared once, or once per change of its value.
fn with_needle(
    call: &Call<'_>,
    case_sensitive: bool,
    mut test: impl FnMut(&str, &Needle) -> bool,
) -> Result<ArrayRef, KernelError> {
    let (left, right) = (call.strings(0)?, call.strings(1)?);
    if right.is_constant() {
        let needle = Needle::new(right.get(0), case_sensitive);
        return Ok(call.build_truths(|row| test(left.get(row), &needle)));
    }
    Ok(changing_needle(call, left, right, case_sensitive, test))
}

fn changing_needle(
    call: &Call<'_>,
    left: Strings<'_>,
    right: Strings<'_>,
    case_sensitive: bool,
    mut test: impl FnMut(&str, &Needle) -> bool,
) -> ArrayRef {
    let mut current = "";
    let mut needle = Needle::new(current, case_sensitive);
    call.build_truths(|row| {
        let text = right.get(row);
        if text != current {
            needle = Needle::new(text, case_sensitive);
            current = text;
        }
        test(left.get(row), &needle)
    })
}

fn search(call: &Call<'_>, case_sensitive: bool, boundaries: Boundaries) -> Result<ArrayRef, KernelError> {
    let mut folded = String::new();
    with_needle(call, case_sensitive, |text, needle| {
        if needle.wants_folded_haystack() {
            fold_into(text, &mut folded);
            find_bounded(&folded, needle, boundaries, 0).is_some()
        } else {
            find_bounded(text, needle, boundaries, 0).is_some()
        }
    })
}

/// `has`: the right side is a whole term of the left.
pub(super) fn has(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    search(call, false, Boundaries::BOTH)
}

/// `has_cs`
pub(super) fn has_cs(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    search(call, true, Boundaries::BOTH)
}

/// `hasprefix`: a term of the left begins with the right side.
pub(super) fn has_prefix(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    search(call, false, Boundaries::START)
}

/// `hasprefix_cs`
pub(super) fn has_prefix_cs(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    search(call, true, Boundaries::START)
}

/// `hassuffix`: a term of the left ends with the right side.
pub(super) fn has_suffix(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    search(call, false, Boundaries::END)
}

/// `hassuffix_cs`
pub(super) fn has_suffix_cs(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    search(call, true, Boundaries::END)
}

/// `contains`
pub(super) fn contains(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    search(call, false, Boundaries::NONE)
}

/// `contains_cs`
pub(super) fn contains_cs(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    search(call, true, Boundaries::NONE)
}

/// `startswith`
pub(super) fn starts_with(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_needle(call, false, |text, needle| needle.starts(text))
}

/// `startswith_cs`
pub(super) fn starts_with_cs(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_needle(call, true, |text, needle| needle.starts(text))
}

/// `endswith`
pub(super) fn ends_with(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_needle(call, false, |text, needle| needle.ends(text))
}

/// `endswith_cs`
pub(super) fn ends_with_cs(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    with_needle(call, true, |text, needle| needle.ends(text))
}

/// `=~`
pub(super) fn equal_ignoring_case(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (left, right) = (call.strings(0)?, call.strings(1)?);
    if right.is_constant() {
        let needle = Needle::new(right.get(0), false);
        return Ok(call.build_truths(|row| needle.equals(left.get(row))));
    }
    Ok(call.build_truths(|row| equal_folded(left.get(row), right.get(row))))
}

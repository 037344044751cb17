//! Text search and comparison on columns, where the suites see mostly constants.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray as _, BooleanArray, Int64Array, StringViewArray};
use calypso_types::{DateTime, ScalarType};

use super::{Boundaries, Needle, find_bounded, fold_into};
use crate::{Argument, Call, EvalContext, KernelError, kernel};

fn context() -> EvalContext {
    EvalContext {
        now: DateTime::UNIX_EPOCH,
        database: String::new(),
        cluster: String::new(),
        principal: String::new(),
        random: Arc::new(|| 1),
    }
}

fn evaluate(name: &str, arguments: &[Argument], rows: usize, result: ScalarType) -> Result<ArrayRef, KernelError> {
    let call = Call { arguments, rows, result, context: &context() };
    kernel(name).expect("the kernel is registered")(&call)
}

fn texts(values: &[&str]) -> Argument {
    Argument { array: Arc::new(StringViewArray::from_iter_values(values)), constant: false, ty: ScalarType::String }
}

fn longs(values: &[Option<i64>]) -> Argument {
    Argument { array: Arc::new(Int64Array::from(values.to_vec())), constant: false, ty: ScalarType::Long }
}

fn constant(argument: Argument) -> Argument {
    Argument { constant: true, ..argument }
}

fn bools(name: &str, arguments: &[Argument], rows: usize) -> Vec<Option<bool>> {
    let array = evaluate(name, arguments, rows, ScalarType::Bool).unwrap();
    let bools: &BooleanArray = array.as_boolean();
    bools.iter().collect()
}

fn holds(text: &str, needle: &str, boundaries: Boundaries) -> bool {
    let needle = Needle::new(needle, false);
    let mut folded = String::new();
    fold_into(text, &mut folded);
    let haystack = if needle.wants_folded_haystack() { &folded } else { text };
    find_bounded(haystack, &needle, boundaries, 0).is_some()
}

#[test]
fn terms_end_at_anything_but_letters_and_digits() {
    for (text, needle, expected) in [
        ("North America", "america", true),
        ("KustoExplorerQueryRun", "Explorer", false),
        ("ad67d136-c1db-4f9f", "c1db", true),
        ("foo_bar", "bar", true),
        ("foobar foo", "foo", true),
        ("über uns", "ber", false),
        ("x-über", "ÜBER", true),
        ("", "a", false),
        ("abc", "", true),
        ("aab ab", "ab", true),
        ("a.b.c", ".b.", true),
    ] {
        assert_eq!(holds(text, needle, Boundaries::BOTH), expected, "{text:?} has {needle:?}");
    }
}

#[test]
fn a_prefix_needs_the_start_of_a_term_and_a_suffix_its_end() {
    assert!(holds("North America", "ame", Boundaries::START));
    assert!(!holds("North America", "mer", Boundaries::START));
    assert!(holds("North America", "ica", Boundaries::END));
    assert!(!holds("North America", "americ", Boundaries::END));
}

#[test]
fn case_is_ignored_character_by_character() {
    assert!(holds("ÄÖÜ", "äö", Boundaries::NONE));
    assert!(holds("ΑΒΓ", "βγ", Boundaries::NONE));
    // Neither `ss` for `ß` nor the Kelvin sign for `k`.
    assert!(!holds("STRASSE", "straße", Boundaries::NONE));
    assert!(!holds("\u{212a}elvin", "kelvin", Boundaries::NONE));
}

#[test]
fn every_needle_is_found_wherever_it_stands() {
    let text = "The quick brown fox jumps over 13 lazy dogs, 42 times; x=y.";
    for start in 0..text.len() {
        for end in start + 1..=text.len().min(start + 9) {
            let upper = text[start..end].to_uppercase();
            assert!(holds(text, &upper, Boundaries::NONE), "{upper:?}");
        }
    }
}

#[test]
fn a_needle_that_changes_from_row_to_row_is_prepared_anew() {
    let arguments = [texts(&["abc", "abc", "xyz"]), texts(&["B", "z", "Z"])];
    assert_eq!(bools("op_contains", &arguments, 3), [Some(true), Some(false), Some(true)]);
}

#[test]
fn comparing_with_null_follows_the_documented_rules() {
    let columns = [longs(&[Some(1), None, None, Some(2)]), longs(&[Some(1), Some(1), None, None])];
    assert_eq!(bools("op_equal", &columns, 4), [Some(true), Some(false), None, Some(false)]);
    assert_eq!(bools("op_not_equal", &columns, 4), [Some(false), Some(true), None, Some(true)]);
    assert_eq!(bools("op_less_or_equal", &columns, 4), [Some(true), None, None, None]);
    let with_constant = [longs(&[Some(1), None]), constant(longs(&[None]))];
    assert_eq!(bools("op_equal", &with_constant, 2), [Some(false), None]);
}

#[test]
fn a_list_with_null_leaves_null_undecided() {
    let list = [longs(&[Some(1), Some(3), None]), constant(longs(&[Some(1)])), constant(longs(&[None]))];
    assert_eq!(bools("op_in", &list, 3), [Some(true), Some(false), None]);
    let without = [longs(&[Some(1), None]), constant(longs(&[Some(1)]))];
    assert_eq!(bools("op_in", &without, 2), [Some(true), Some(false)]);
}

#[test]
fn division_of_whole_numbers_by_zero_is_null() {
    let arguments = [longs(&[Some(7), Some(i64::MIN), None]), longs(&[Some(0), Some(-1), Some(1)])];
    let array = evaluate("op_divide", &arguments, 3, ScalarType::Long).unwrap();
    let values: &Int64Array = array.as_primitive();
    assert_eq!(values.iter().collect::<Vec<_>>(), [None, Some(i64::MIN), None]);
}

#[test]
fn an_invalid_pattern_is_an_error_that_names_it() {
    let error = evaluate("op_matches_regex", &[texts(&["a"]), constant(texts(&["("]))], 1, ScalarType::Bool);
    assert!(matches!(error, Err(KernelError::Argument { message, .. }) if message.contains("'('")));
}

#[test]
fn no_rows_give_no_rows() {
    for name in crate::kernel_names().filter(|name| name.starts_with("op_equal")) {
        let array = evaluate(name, &[texts(&[]), texts(&[])], 0, ScalarType::Bool).unwrap();
        assert_eq!(array.len(), 0, "{name}");
    }
}

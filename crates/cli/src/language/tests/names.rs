//! Roles of words.

use super::*;

fn told(text: &str) -> Vec<(Role, &str)> {
    let schema = schema();
    let roles = roles(text, &schema);
    roles.into_iter().map(|(span, role)| (role, &text[span.start..span.end])).collect()
}

fn named(text: &str) -> Vec<(Role, &str)> {
    told(text).into_iter().filter(|(role, _)| *role != Role::Punctuation).collect()
}

#[test]
fn operators_functions_tables_and_columns_are_told_apart() {
    assert_eq!(
        named("Storms | where State has 'A' | summarize n = count(), avg(Deaths) by bin(StartTime, 1d) // end"),
        [
            (Role::Table, "Storms"),
            (Role::Operator, "where"),
            (Role::Column, "State"),
            (Role::Keyword, "has"),
            (Role::String, "'A'"),
            (Role::Operator, "summarize"),
            (Role::Column, "n"),
            (Role::Function, "count"),
            (Role::Function, "avg"),
            (Role::Column, "Deaths"),
            (Role::Keyword, "by"),
            (Role::Function, "bin"),
            (Role::Column, "StartTime"),
            (Role::Number, "1d"),
            (Role::Comment, "// end"),
        ]
    );
}

#[test]
fn operators_with_dashes_are_one_word_and_differences_are_not() {
    assert_eq!(named("Storms | project-away State")[1], (Role::Operator, "project-away"));
    let words = told("Storms | extend x = Deaths-count");
    assert!(words.contains(&(Role::Column, "Deaths")) && words.contains(&(Role::Punctuation, "-")), "{words:?}");
}

#[test]
fn what_no_operator_is_called_is_marked_as_bad() {
    assert_eq!(named("Storms | wher State")[1], (Role::Bad, "wher"));
    assert_eq!(named("print 'open")[1], (Role::Bad, "'open"));
}

#[test]
fn stored_functions_and_names_of_let_are_known() {
    let words = named("let k = 3; Worst(k, Storms) | top k by Deaths");
    assert_eq!(words[0], (Role::Keyword, "let"));
    assert!(words.contains(&(Role::Function, "Worst")) && words.contains(&(Role::Name, "k")), "{words:?}");
    assert!(words.contains(&(Role::Column, "Deaths")), "{words:?}");
}

#[test]
fn words_of_commands_are_commands_until_a_query_follows() {
    assert_eq!(
        named(".show table Storms details | where TotalRowCount > 0"),
        [
            (Role::Command, "."),
            (Role::Command, "show"),
            (Role::Command, "table"),
            (Role::Table, "Storms"),
            (Role::Command, "details"),
            (Role::Operator, "where"),
            (Role::Name, "TotalRowCount"),
            (Role::Number, "0"),
        ]
    );
    assert_eq!(named(".create-merge table T (a: long)")[1], (Role::Command, "create-merge"));
    assert_eq!(named(".set-or-append T <| Storms | count").last(), Some(&(Role::Operator, "count")));
}

#[test]
fn every_operator_has_a_sentence() {
    for name in calypso_syntax::operator_names() {
        assert!(!super::super::operators::summary(name).is_empty(), "{name}");
    }
}

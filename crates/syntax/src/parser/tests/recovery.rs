//! What is said about wrong text, and that reading goes on.

use super::super::parse;
use super::{findings, outline};

#[test]
fn findings_name_what_was_expected_and_what_was_found() {
    assert_eq!(findings("T | where"), ["expected an expression, found the end of the query"]);
    assert_eq!(findings("T | where a ="), ["expected `|`, found the token `=`"]);
    assert_eq!(findings("T | take 5 6"), ["expected `|`, `;` or the end of the query, found the number `6`"]);
    assert_eq!(findings("T | sort a"), ["expected `by`, found the word `a`"]);
    assert_eq!(findings("f(1"), ["expected `,` or `)`, found the end of the query"]);
    assert_eq!(findings("T )"), ["expected `|`, `;` or the end of the query, found the token `)`"]);
}

#[test]
fn each_operator_and_statement_is_judged_by_itself() {
    assert_eq!(findings("T | where | take | sort by a | summarize by").len(), 3);
    assert_eq!(findings("let = 1; T | where (; U | extend a b").len(), 3);
}

#[test]
fn a_misspelt_operator_is_answered_with_the_nearest() {
    let parsed = parse("T | sumarize count() by a | take 1");
    assert_eq!(parsed.diagnostics[0].message, "`sumarize` is not a tabular operator");
    assert_eq!(parsed.diagnostics[0].hint.as_deref(), Some("did you mean `summarize`?"));
    assert_eq!(outline(&parsed.script), "(| T (take 1))");
}

#[test]
fn a_forgotten_pipe_or_semicolon_is_pointed_out() {
    let hint = |text: &str| parse(text).diagnostics[0].hint.clone().unwrap_or_default();
    assert_eq!(hint("T where a"), "put `|` before `where`");
    assert_eq!(hint("T | take 1 where a"), "put `|` before `where`");
    assert_eq!(hint("let a = 1 let b = 2"), "statements are separated by `;`");
    assert_eq!(hint("T | where a = 1"), "to compare, write `==`");
    assert_eq!(hint("T | extend a-b = 1"), "write `['a-b']`");
    assert_eq!(hint("print 'a\nb'"), "close the string on its line, or use ``` for text of several lines");
    assert_eq!(hint(r#"print "\d""#), "write `\\\\` for a backslash, or put `@` before the string");
    assert_eq!(hint("print datetime(x)"), "to convert an expression, use `todatetime()`");
}

#[test]
fn an_operator_without_input_is_a_finding_about_meaning() {
    let parsed = parse("where a == 1 | take 1");
    assert_eq!(parsed.diagnostics.len(), 1);
    assert!(!parsed.diagnostics[0].code.is_syntax());
}

//! Large, deep and broken texts.

use super::super::{parse, parse_expression, parse_literal};
use crate::DiagnosticCode;
use crate::cursor::DEPTH_MAX;

fn codes(text: &str) -> Vec<DiagnosticCode> {
    parse(text).diagnostics.iter().map(|finding| finding.code).collect()
}

#[test]
fn nesting_of_hundreds_of_levels_is_fine() {
    let depth = DEPTH_MAX - 10;
    assert_eq!(codes(&format!("print {}1{}", "(".repeat(depth), ")".repeat(depth))), []);
    assert_eq!(codes(&format!("print {}1{}", "f(".repeat(depth), ")".repeat(depth))), []);
    assert_eq!(codes(&format!("{}T{}", "(".repeat(depth), " | take 1)".repeat(depth))), []);
    assert_eq!(codes(&format!("print dynamic({}{})", "[".repeat(depth), "]".repeat(depth))), []);
}

#[test]
fn nesting_beyond_the_limit_is_refused() {
    for (open, close) in [("(", ")"), ("f(", ")"), ("a[", "]"), ("(T | where a in (", "))"), ("union (", ")")] {
        let text = format!("print {}1{}", open.repeat(10_000), close.repeat(10_000));
        assert!(codes(&text) == [DiagnosticCode::TooDeep], "{open}");
        assert!(codes(&open.repeat(10_000)) == [DiagnosticCode::TooDeep], "{open}");
    }
    let functions = "let f = () { ".repeat(10_000);
    assert_eq!(codes(&functions), [DiagnosticCode::TooDeep]);
    assert_eq!(parse_literal(&format!("dynamic({}", "[".repeat(10_000))), None);
}

#[test]
fn chains_whose_tree_leans_count_as_nesting() {
    assert_eq!(codes(&format!("print 1{}", " + 1".repeat(DEPTH_MAX - 10))), []);
    assert_eq!(codes(&format!("print 1{}", " + 1".repeat(10_000))), [DiagnosticCode::TooDeep]);
    assert_eq!(codes(&format!("print a{}", ".b".repeat(10_000))), [DiagnosticCode::TooDeep]);
    let chain = format!("{})", " + 1".repeat(100));
    assert_eq!(codes(&format!("print {}1{}", "(".repeat(9), chain.repeat(9))), []);
    assert_eq!(codes(&format!("print {}1{}", "(".repeat(50), chain.repeat(50))), [DiagnosticCode::TooDeep]);
}

#[test]
fn wide_queries_are_not_deep() {
    assert_eq!(codes(&format!("T{}", " | where a == 1".repeat(5_000))), []);
    assert_eq!(codes(&format!("T | where a == 1{}", " or a == 2 and b == 3".repeat(10_000))), []);
    assert_eq!(codes(&format!("T | project a + b{}", ", c + d + e".repeat(5_000))), []);
    assert_eq!(codes(&format!("print {}1", "-".repeat(10_000))).len(), 1);
    let table = format!("datatable (a:long, b:string) [{}]", "1, 'x', ".repeat(10_000));
    assert_eq!(codes(&table), []);
}

#[test]
fn no_order_of_pieces_makes_the_parser_panic_or_stall() {
    let pieces = [
        "T",
        "|",
        "where",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ";",
        "=",
        "==",
        "let",
        "set",
        "a",
        "'s'",
        "1",
        "1d",
        "..",
        ".",
        "*",
        "-",
        "by",
        "in",
        "between",
        "!in",
        "has_any",
        "summarize",
        "join",
        "on",
        "kind=",
        "union",
        "datatable",
        "dynamic",
        "print",
        "range",
        "from",
        "parse",
        "with",
        "mv-expand",
        "to",
        "typeof",
        "render",
        "view",
        ":",
        "and",
        "\"",
        "datetime(",
        "@",
        "declare",
        "query_parameters",
        "project-away",
        "externaldata",
        "find",
        "=>",
        "é",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        for at in 0..(state >> 60) + 1 {
            let pick = (state >> (at * 3)) ^ (state >> 7).wrapping_mul(at + 1);
            text.push_str(pieces[usize::try_from(pick % pieces.len() as u64).unwrap_or(0)]);
            text.push(' ');
        }
        let parsed = parse(&text);
        for finding in &parsed.diagnostics {
            assert!(text.get(finding.span.start..finding.span.end).is_some(), "{text}: {finding:?}");
        }
        let _ = parse_expression(&text);
        let _ = parse_literal(&text);
    }
}

#[test]
fn every_prefix_of_a_query_is_read_to_its_end() {
    let text = "declare query_parameters (p:long = 1);\nlet f = (T:(*), n:int) { T | take n };\nunion isfuzzy=true (A | where \
        ['b c'] has_any ('x', \"y\") and t between (ago(1d) .. now())), B* | summarize n = count() by bin(t, 1h), \
        d = dynamic({\"k\": [1, {'l': null}]}).k[0] | join kind=inner (C) on $left.a == $right.b | mv-expand x to typeof(long) \
        | parse y with * 'z' w:datetime | render timechart with (title='t', ycolumns=n, d)";
    assert_eq!(codes(text), []);
    for end in 0..text.len() {
        let _ = parse(&text[..end]);
    }
}

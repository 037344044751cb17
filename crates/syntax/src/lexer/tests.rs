//! What is one token and what it says.

use calypso_types::{ScalarType, TimeSpan};

use super::{TokenKind, number, string, tokenize};

fn kinds(text: &str) -> Vec<TokenKind> {
    tokenize(text).into_iter().map(|token| token.kind).filter(|kind| *kind != TokenKind::End).collect()
}

fn texts(text: &str) -> Vec<&str> {
    tokenize(text).into_iter().filter(|token| token.kind != TokenKind::End).map(|token| token.span.text(text)).collect()
}

#[test]
fn comments_and_white_space_leave_no_token() {
    assert_eq!(texts("a // b | c\n\u{feff} d\u{a0}// end"), ["a", "d"]);
}

#[test]
fn numbers_of_each_kind_are_told_apart() {
    use TokenKind::{Identifier, Long, RawGuid, Real, TimeSpan};
    assert_eq!(kinds("1 0xFF 1.5 1e3 1. 2.5e-3"), [Long, Long, Real, Real, Real, Real]);
    assert_eq!(kinds("1d 12.5d 5ms 6microsecond 7tick 1hrs 10nanos"), [TimeSpan; 7]);
    assert_eq!(kinds("3Dchart 0xZZ 1abc"), [Identifier; 3]);
    assert_eq!(kinds("74be27de-1e4e-49d9-b579-fe0b331d3642"), [RawGuid]);
    assert_eq!(kinds("a74be27d-1e4e-49d9-b579-fe0b331d3642"), [RawGuid]);
    assert_eq!(texts("1..5"), ["1", "..", "5"]);
    assert_eq!(texts("a[0].b-1"), ["a", "[", "0", "]", ".", "b", "-", "1"]);
}

#[test]
fn negated_operators_are_one_token() {
    assert_eq!(
        texts("a !in~ (b) c !has d != e !~ f in~ (g)"),
        ["a", "!in~", "(", "b", ")", "c", "!has", "d", "!=", "e", "!~", "f", "in~", "(", "g", ")"]
    );
}

#[test]
fn typed_literals_swallow_their_raw_text() {
    assert_eq!(kinds("datetime(2020-01-01 10:00)"), [TokenKind::Typed(ScalarType::DateTime)]);
    assert_eq!(kinds("int( null )"), [TokenKind::Typed(ScalarType::Int)]);
    assert_eq!(kinds("datetime (2020)")[0], TokenKind::Identifier);
    assert_eq!(kinds("real(1"), [TokenKind::BadTyped]);
}

#[test]
fn strings_end_where_their_quotation_says() {
    assert_eq!(
        texts(r#"'a''b' "c\"d" @"e""f" h'g' H@'i''j'"#),
        ["'a'", "'b'", r#""c\"d""#, r#"@"e""f""#, "h'g'", "H@'i''j'"]
    );
    assert_eq!(texts("```a\nb``` ~~~c'\"~~~"), ["```a\nb```", "~~~c'\"~~~"]);
    assert_eq!(kinds("'abc\nd"), [TokenKind::BadString, TokenKind::Identifier]);
    assert_eq!(kinds(r#""\d+""#), [TokenKind::BadEscape]);
}

#[test]
fn string_values_are_unescaped() {
    assert_eq!(string::value(r#""a\tb\\\"\u00e9\x41\101\0""#), "a\tb\\\"\u{e9}AA\0");
    assert_eq!(string::value(r#""\ud83d\ude00 \U0001F600""#), "\u{1f600} \u{1f600}");
    assert_eq!(string::value(r#"@"c:\d""e""#), r#"c:\d"e"#);
    assert_eq!(string::value("h'x'"), "x");
    assert_eq!(string::value("```\n a ```"), "\n a ");
}

#[test]
fn timespans_are_exact() {
    let ticks = |text: &str| number::timespan_value(text).map(|TimeSpan(ticks)| ticks);
    assert_eq!(ticks("1.5h"), Some(54_000_000_000));
    assert_eq!(ticks("0.1s"), Some(1_000_000));
    assert_eq!(ticks("250nanoseconds"), Some(2));
    assert_eq!(ticks("99999999999d"), None);
}

#[test]
fn longs_reach_both_ends_of_their_range() {
    assert_eq!(number::long_value("9223372036854775808", true), Some(i64::MIN));
    assert_eq!(number::long_value("9223372036854775808", false), None);
    assert_eq!(number::long_value("0xffffffffffffffff", false), Some(-1));
}

#[test]
fn no_text_makes_the_lexer_stall_or_split_characters() {
    let pieces = [
        "é",
        "\u{200b}",
        "'",
        "\\",
        "\"",
        "@",
        "h",
        "~~~",
        "```",
        "datetime(",
        "1",
        ".",
        "!",
        "日",
        "\r",
        "💥",
        "$",
        "#x",
    ];
    for first in pieces {
        for second in pieces {
            for third in pieces {
                let text = format!("{first}{second}{third}");
                let mut last = 0;
                for token in tokenize(&text) {
                    assert!(token.span.start >= last, "{text:?}");
                    assert!(text.get(token.span.start..token.span.end).is_some(), "{text:?}");
                    last = token.span.end;
                }
            }
        }
    }
}

//! Ends of values, where text may stop anywhere.

use calypso_types::NESTING_DEPTH_MAX;

use super::{Fault, Scanner, ValueKind, plain_length};

fn end(text: &str) -> Result<(usize, ValueKind), Fault> {
    Scanner::default().value_end(text.as_bytes(), 0, 0)
}

#[test]
fn values_end_where_their_grammar_says() {
    for (text, kind) in [
        ("{}", ValueKind::Object),
        ("{ \"a\" : [ 1 , { } ] , \"b\" : null }", ValueKind::Object),
        ("[[],[[]],{\"a\":[]}]", ValueKind::Array),
        ("\"\"", ValueKind::PlainString),
        ("\"a longer text of many words\"", ValueKind::PlainString),
        ("\"\\u00e4\\\"\"", ValueKind::EscapedString),
        ("-0.5e+10", ValueKind::Number),
        ("-Infinity", ValueKind::Number),
        ("true", ValueKind::True),
        ("false", ValueKind::False),
        ("null", ValueKind::Null),
    ] {
        assert_eq!(end(text), Ok((text.len(), kind)), "{text}");
        assert_eq!(end(&format!("{text} ,")), Ok((text.len(), kind)), "{text}");
    }
}

#[test]
fn every_prefix_of_a_value_is_incomplete_and_not_wrong() {
    let text = "{\"a\\u00e4\":[true,false,null,-1.5e-3,NaN,-Infinity,{}],\"b\":{\"c\":\"d\\n\"}}";
    assert_eq!(end(text), Ok((text.len(), ValueKind::Object)));
    for length in 0..text.len() {
        assert_eq!(end(&text[..length]), Err(Fault::Incomplete), "{}", &text[..length]);
    }
}

#[test]
fn wrong_text_is_told_with_its_offset() {
    for (text, offset) in [
        ("}", 0),
        ("[1 2]", 3),
        ("[1,]", 3),
        ("{\"a\" 1}", 5),
        ("{1:2}", 1),
        ("[tree]", 1),
        ("[-a]", 2),
        ("[\"\\q\"]", 3),
        ("{\"a\":1]", 6),
    ] {
        assert!(
            matches!(end(text), Err(Fault::Unexpected { offset: at, .. }) if at == offset),
            "{text} {:?}",
            end(text)
        );
    }
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| "[".repeat(depth) + "1" + &"]".repeat(depth);
    assert!(end(&nested(NESTING_DEPTH_MAX)).is_ok());
    assert_eq!(end(&nested(NESTING_DEPTH_MAX + 1)), Err(Fault::TooDeep { offset: NESTING_DEPTH_MAX }));
    let mut scanner = Scanner::default();
    assert!(scanner.value_end(nested(NESTING_DEPTH_MAX).as_bytes(), 0, 1).is_err());
}

#[test]
fn plain_text_ends_at_the_first_special_byte_wherever_it_stands() {
    for special in [b'"', b'\\', b'\n', 0, 0x1f] {
        for at in 0..40 {
            let mut bytes = vec![b'x'; 40];
            bytes[at] = special;
            bytes[39] = b'"';
            assert_eq!(plain_length(&bytes), at);
        }
    }
    assert_eq!(plain_length("ä€😀!#[]\u{7f}".as_bytes()), "ä€😀!#[]\u{7f}".len());
}

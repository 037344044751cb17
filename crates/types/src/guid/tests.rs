//! Tests of guids.

use super::Guid;

#[test]
fn guids_are_read_in_every_form_and_print_hyphenated() {
    let expected = "01234567-89ab-cdef-0123-456789abcdef";
    for text in [
        "01234567-89ab-cdef-0123-456789abcdef",
        "0123456789abcdef0123456789abcdef",
        "0123456789ab-cdef-0123-456789abcdef",
        " {01234567-89AB-CDEF-0123-456789ABCDEF} ",
        "(01234567-89ab-cdef-0123-456789abcdef)",
    ] {
        assert_eq!(Guid::parse(text).unwrap().to_string(), expected);
    }
    let mut out = String::new();
    Guid::parse(expected).unwrap().write_text(&mut out);
    assert_eq!(out, expected);
}

#[test]
fn what_is_no_guid_is_none() {
    for text in ["", "a string that is not a guid", "0123", "{0123456789abcdef0123456789abcdef", "é"] {
        assert_eq!(Guid::parse(text), None);
    }
    assert_eq!(Guid::parse("0123456789abcdef0123456789abcdef0"), None);
}

#[test]
fn the_usual_form_is_read_as_any_other_form_is() {
    let usual = "01234567-89ab-CDEF-0123-456789abcdef";
    for place in 0..usual.len() {
        for byte in 0..0x80_u8 {
            let mut text = usual.as_bytes().to_vec();
            text[place] = byte;
            let text = String::from_utf8(text).unwrap();
            // In parentheses it is not in the usual form.
            assert_eq!(Guid::parse(&text), Guid::parse(&format!("({})", text.trim())), "{text:?}");
        }
    }
}

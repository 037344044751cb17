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

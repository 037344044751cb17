//! What is kept out of logs.

use crate::mask_secrets;

#[test]
fn hidden_strings_and_signatures_are_masked() {
    let cases = [
        (".ingest into table T (h'https://a/b;key')", ".ingest into table T (h'***')"),
        (".ingest into T (h@\"https://a\", H```x```)", ".ingest into T (h@\"***\", H```***```)"),
        (".ingest into T ('https://a/b?sv=1&sig=ab%2Bc&se=2')", ".ingest into T ('https://a/b?sv=1&sig=***&se=2')"),
        ("AccountKey=abc==;Pwd=x y", "AccountKey=***;Pwd=*** y"),
        ("print h'unclosed", "print h'***"),
        ("print h''", "print h'***'"),
    ];
    for (text, masked) in cases {
        assert_eq!(mask_secrets(text), masked);
    }
}

#[test]
fn text_without_secrets_is_borrowed() {
    for text in ["T | where sig == 'x' and Hash has 'h'", "T | where design=~'x'", "", "é'h"] {
        assert!(matches!(mask_secrets(text), std::borrow::Cow::Borrowed(same) if same == text), "{text}");
    }
}

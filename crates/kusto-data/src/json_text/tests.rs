//! Cutting JSON into pieces.

use super::*;

fn pieces(text: &str) -> Result<Vec<&str>, NotJson> {
    elements(text)?.collect()
}

#[test]
fn arrays_are_cut_at_their_own_commas() {
    let text = " [ 1 ,\"a,]\\\"b\", {\"k\":[1,\"}\"]} ,[[],[ ]], null,-2.5e3 ] ";
    assert_eq!(pieces(text).unwrap(), ["1", "\"a,]\\\"b\"", "{\"k\":[1,\"}\"]}", "[[],[ ]]", "null", "-2.5e3"]);
    assert!(pieces("[]").unwrap().is_empty());
    assert!(pieces(" [ ] ").unwrap().is_empty());
}

#[test]
fn objects_are_cut_into_names_and_values() {
    let found = members(" { \"a\" : 1 , \"b\\u0062\":{\"c\":2},\"\":[] } ").unwrap();
    let names: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(names, [("a", "1"), ("bb", "{\"c\":2}"), ("", "[]")]);
    assert!(members("{}").unwrap().is_empty());
}

#[test]
fn what_is_no_json_is_an_error_and_never_a_panic() {
    for text in ["", "x", "[", "[1", "[1,", "[1 2]", "[\"a]", "[{]", "[,1]", "[1]x", "[\"\\", "[}", "[:"] {
        assert!(pieces(text).is_err(), "{text}");
    }
    for text in ["", "[", "{", "{1:2}", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,", "{\"a\" 1}", "{\"a\":1}x"] {
        assert!(members(text).is_err(), "{text}");
    }
}

#[test]
fn nesting_of_any_depth_is_passed_over() {
    let text = format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(pieces(&text).unwrap().len(), 1);
}

#[test]
fn strings_are_unescaped() {
    assert_eq!(string(r#""plain""#).unwrap(), "plain");
    assert_eq!(string(r#""\u00e9\n\"\ud83d\ude00""#).unwrap(), "é\n\"😀");
    for text in ["plain", "\"", "\"a\\\"", "\"\\x\"", "\"a\nb\"", "\"\\ud800\""] {
        assert!(string(text).is_err(), "{text}");
    }
}

//! Tests of the stored text of dynamic values.

use std::borrow::Cow;

use super::*;
use crate::{Dynamic, NESTING_DEPTH_MAX, Scalar, ScalarType};

#[test]
fn validation_takes_json_and_nothing_else() {
    for text in [
        "null",
        " true ",
        "false",
        "0",
        "-1.5e-3",
        "\"\"",
        "[]",
        "{}",
        " [ ] ",
        "[1,[2,{}],\"x\"]",
        "{\"a\":{\"b\":[]}}",
        "\"\\u00e9\\n\"",
    ] {
        assert_eq!(validate_json(text), Ok(()), "{text}");
    }
    for text in [
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "01",
        "1.",
        "+1",
        "nan",
        "True",
        "\"a",
        "\"\\x\"",
        "1 2",
        "[1}",
        "{\"a\" 1}",
        "datetime(2020-01-01)",
        "\"\\u12\"",
        "-",
        "[",
        "é",
        "]",
        "{\"a\":1]",
        "\"a\nb\"",
        "nullx",
    ] {
        assert!(validate_json(text).is_err(), "{text}");
    }
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(validate_json(&nested(NESTING_DEPTH_MAX)).is_ok());
    assert!(validate_json(&nested(1_000_000)).is_err());
}

#[test]
fn minifying_keeps_strings_and_numbers_as_written() {
    assert_eq!(
        minify(" { \"a b\" : [ 1.50 ,\t2 ] ,\r\n\"c\":\" x \\\" \" } "),
        "{\"a b\":[1.50,2],\"c\":\" x \\\" \"}"
    );
    assert!(matches!(minify("{\"a\":\"b c\"}"), Cow::Borrowed(_)));
    assert!(matches!(minify("[1,2]"), Cow::Borrowed(_)));
    assert_eq!(minify("datetime(2020-01-01 10:00)"), "datetime(2020-01-01 10:00)");
}

#[test]
fn ingested_text_is_stored_as_json_or_as_a_string() {
    for (text, stored) in [
        ("{\"a\":1.50}", "{\"a\":1.50}"),
        ("{ \"a\": 1 }", "{\"a\":1}"),
        ("hello", "\"hello\""),
        ("it's \"so\"\n", "\"it's \\\"so\\\"\\n\""),
        ("007", "\"007\""),
        ("null", "null"),
        ("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"),
        ("{\"a\":1,\"\\u0061\":2}", "{\"a\":2}"),
        ("{\"a\":\"x\ny\"}", "{\"a\":\"x\\ny\"}"),
        ("[{\"a\":1},{\"a\":2}]", "[{\"a\":1},{\"a\":2}]"),
        ("{\"a\":{\"a\":1},\"b\":{\"a\":1}}", "{\"a\":{\"a\":1},\"b\":{\"a\":1}}"),
        ("datetime(2020-01-01)", "\"datetime(2020-01-01)\""),
    ] {
        assert_eq!(from_ingested(text), stored, "{text}");
    }
    assert!(matches!(normalize("{\"a\":[1,\"x y\"]}"), Cow::Borrowed(_)));
    let deep = "[".repeat(1_000) + &"]".repeat(1_000);
    assert_eq!(from_ingested(&deep), format!("\"{deep}\""));
}

#[test]
fn wide_bags_lose_repeated_names_only() {
    let wide = |count: usize| (0..count).map(|at| format!("\"k{at}\":{at}")).collect::<Vec<_>>().join(",");
    let distinct = format!("{{{}}}", wide(5_000));
    assert!(matches!(normalize(&distinct), Cow::Borrowed(_)));
    let repeated = format!("{{{},\"k7\":0}}", wide(5_000));
    assert_eq!(members(&normalize(&repeated)).count(), 5_000);
}

#[test]
fn paths_reach_into_bags_and_arrays() {
    use PathStep::{Index, Key};
    let text = r#"{"a":{"b c":[10,{"d":"x\"y"},datetime(2020-01-01T00:00:00.0000000Z)]},"e\u0066":true,"n":null}"#;
    let get = |path: &[PathStep<'_>]| get_path(text, path);
    assert_eq!(get(&[]), Some(text));
    assert_eq!(get(&[Key("a"), Key("b c"), Index(0)]), Some("10"));
    assert_eq!(get(&[Key("a"), Key("b c"), Index(1), Key("d")]), Some(r#""x\"y""#));
    assert_eq!(get(&[Key("a"), Key("b c"), Index(-1)]), Some("datetime(2020-01-01T00:00:00.0000000Z)"));
    assert_eq!(get(&[Key("ef")]), Some("true"));
    assert_eq!(get(&[Key("n")]), Some("null"));
    for path in [
        &[Key("x")][..],
        &[Index(0)],
        &[Key("a"), Index(0)],
        &[Key("a"), Key("b c"), Index(3)],
        &[Key("a"), Key("b c"), Index(-4)],
        &[Key("a"), Key("b c"), Key("0")],
        &[Key("n"), Key("x")],
        &[Key("a"), Key("b c"), Index(i64::MIN)],
    ] {
        assert_eq!(get(path), None, "{path:?}");
    }
    assert_eq!(get_path(" { \"a\" : [ 1 , 2 ] } ", &[Key("a"), Index(1)]), Some("2"));
}

#[test]
fn elements_and_members_are_walked_in_order() {
    let found: Vec<&str> = elements(r#"[1, "a,b", [2,3], {"c":[4]}, timespan(01:00:00)]"#).collect();
    assert_eq!(found, ["1", "\"a,b\"", "[2,3]", "{\"c\":[4]}", "timespan(01:00:00)"]);
    let found: Vec<_> = members(r#"{"a":1,"b\n":{"c":2}, "" : [] }"#).collect();
    assert_eq!(found, [("a".into(), "1"), ("b\n".into(), "{\"c\":2}"), ("".into(), "[]")]);
    for text in ["", "1", "[]", "{}", "null", "\"[1]\"", "[", "[,", "{\"a\"", "{1:2}"] {
        assert_eq!((elements(text).count(), members(text).count()), (0, 0), "{text}");
    }
}

#[test]
fn kinds_are_told_from_the_text() {
    for (text, name) in [
        ("null", "null"),
        ("", "null"),
        ("true", "bool"),
        ("false", "bool"),
        ("1", "long"),
        ("-9223372036854775808", "long"),
        ("18446744073709551615", "real"),
        ("1.0", "real"),
        ("1E+20", "real"),
        ("real(nan)", "real"),
        ("int(1)", "int"),
        ("decimal(1)", "decimal"),
        ("\"x\"", "string"),
        ("datetime(2020-01-01)", "datetime"),
        ("timespan(1h)", "timespan"),
        ("guid(0)", "guid"),
        ("[]", "array"),
        (" {}", "dictionary"),
    ] {
        assert_eq!(kind(text).name(), name, "{text}");
    }
    assert!(is_null(" null ") && is_null("") && !is_null("\"null\""));
}

#[test]
fn text_and_tree_agree_on_the_wire_and_on_tostring() {
    for text in [
        "null",
        "true",
        "1.50",
        "12",
        "\"a(b)\\u0041\"",
        "int(5)",
        "real(+inf)",
        "decimal(1.5)",
        "timespan(01:00:00)",
        r#"{"a(":[int(1),"datetime(x)",real(nan)],"b":guid(01234567-89ab-cdef-0123-456789abcdef),"c":true,"d":null}"#,
    ] {
        let tree = Dynamic::parse(text).unwrap();
        assert_eq!(Dynamic::parse(&to_json(text)).unwrap().to_json(), tree.to_json(), "{text}");
        assert_eq!(to_kusto_string(text), tree.to_kusto_string(), "{text}");
        for ty in ScalarType::ALL {
            assert_eq!(to_scalar(text, ty).to_kql(), tree.to_scalar(ty).to_kql(), "{text} {ty}");
        }
    }
    assert!(matches!(to_json("{\"a\":\"(x)\"}"), Cow::Borrowed(_)));
    assert_eq!(to_json("[foo(1)]"), "[\"foo(1)\"]");
}

#[test]
fn scalars_have_a_stored_text() {
    assert_eq!(from_scalar(&Scalar::from("a\"b")), "\"a\\\"b\"");
    assert_eq!(from_scalar(&Scalar::Null(ScalarType::Long)), "null");
    assert_eq!(from_scalar(&Scalar::Int(1)), "int(1)");
    assert_eq!(from_scalar(&Scalar::Long(1)), "1");
    assert_eq!(as_str("\"a\\u00e9\"").as_deref(), Some("aé"));
    assert_eq!(as_str("1"), None);
    assert_eq!(as_str("\"a\"b"), None);
    assert!(compare("1", "1.0").is_eq() && compare("[2]", "[10]").is_lt());
}

/// A small linear congruential generator, so that the test is the same each time.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// Damages `seed` here and there, in one to four places, and calls `visit` with what comes out.
fn with_damages(seed: &str, mut visit: impl FnMut(&str)) {
    let pieces: Vec<char> = "{}[]\":,\\u0123abe+-.()nulltrue \n\u{1}é".chars().collect();
    let mut noise = Noise(7);
    for _ in 0..20_000 {
        let mut text: Vec<char> = seed.chars().collect();
        for _ in 0..=noise.below(4) {
            let at = noise.below(text.len());
            match noise.below(3) {
                0 => drop(text.remove(at)),
                1 => text.insert(at, pieces[noise.below(pieces.len())]),
                _ => text[at] = pieces[noise.below(pieces.len())],
            }
        }
        visit(&text.into_iter().collect::<String>());
    }
}

#[test]
fn damaged_text_never_panics_and_the_checker_agrees_with_the_parser() {
    let seed = r#"{"a":[1,2.5e3,"x\"é\\",{"b":null,"c\u0041":true}],"d":{"e":[[],{}]},"f":int(1)}"#;
    with_damages(seed, |text| {
        let parsed = Dynamic::parse_json(text);
        assert_eq!(super::check::check(text).is_ok(), parsed.is_ok(), "{text}");
        let _ = get_path(text, &[PathStep::Key("a"), PathStep::Index(-1), PathStep::Key("b")]);
        let _ = (members(text).count(), elements(text).count(), kind(text), as_str(text));
        let _ = (to_json(text), to_kusto_string(text), minify(text), Dynamic::parse_literal(text));
        let stored = normalize(text);
        assert_eq!(validate_json(&stored), Ok(()), "{text}");
        assert_eq!(Dynamic::parse_json(&stored).unwrap(), Dynamic::from_text(text), "{text}");
    });
}

#[test]
fn damaged_text_is_not_taken_for_the_shape_that_it_had() {
    let seed = r#"{"a":[1,2.5e3,"xé",{"b":null,"c":true}],"d":{"e":[[],{}]},"f":"it is longer than a block","g":-7}"#;
    with_damages(seed, |text| {
        let mut normalizer = Normalizer::default();
        normalizer.normalize(seed);
        assert_eq!(normalizer.normalize(text), normalize(text), "{text}");
    });
}

#[test]
fn datetimes_within_ingested_json_become_literals_and_nothing_else_does() {
    for (text, stored) in [
        (r#"{"a":"2007-12-31T11:15:00Z"}"#, "{\"a\":datetime(2007-12-31T11:15:00.0000000Z)}"),
        (r#"["2020-01-01T00:00:00.5Z",1]"#, "[datetime(2020-01-01T00:00:00.5000000Z),1]"),
        (r#"[0,"9999-12-31T23:59:59.9999999Z"]"#, "[0,datetime(9999-12-31T23:59:59.9999999Z)]"),
    ] {
        assert_eq!(recognise_datetimes(text), stored, "{text}");
    }
    for text in [
        r#"{"2007-12-31T11:15:00Z":1}"#,
        r#"["2007-12-31 11:15:00Z"]"#,
        r#"["2007-12-31"]"#,
        r#"["2007-12-31T11:15:00"]"#,
        r#"["2007-13-31T11:15:00Z"]"#,
        r#"["on 2007-12-31T11:15:00Z"]"#,
        r#"["say \"2007-12-31T11:15:00Z"]"#,
        r#"["say \"2007-12-31T11:15:00Z\""]"#,
        r#"["ü","ü2007-12-31T11:15:0Z"]"#,
        r#""2007-12-31T11:15:00Z""#,
        r#"["Z"]"#,
    ] {
        assert_eq!(recognise_datetimes(text), text);
    }
}

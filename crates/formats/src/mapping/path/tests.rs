//! Paths of mappings.

use super::{Step, parse_path};

fn names(names: &[&str]) -> Vec<Step> {
    names.iter().map(|name| Step::Name((*name).to_owned())).collect()
}

#[test]
fn paths_are_read_in_every_documented_spelling() {
    for (path, steps) in [
        ("$", names(&[])),
        ("$.a", names(&["a"])),
        ("$.a.b-c", names(&["a", "b-c"])),
        ("$['a b']", names(&["a b"])),
        ("$.['a b'].c", names(&["a b", "c"])),
        ("$[\"a.b\"]", names(&["a.b"])),
        ("$['it\\'s']", names(&["it's"])),
        ("$['a]b']", names(&["a]b"])),
        ("$.ä['😀']", names(&["ä", "😀"])),
        ("$.a[2].b", vec![Step::Name("a".into()), Step::Index(2), Step::Name("b".into())]),
        ("$[0]", vec![Step::Index(0)]),
    ] {
        assert_eq!(parse_path(path).unwrap(), steps, "{path}");
    }
}

#[test]
fn broken_paths_tell_what_is_wrong() {
    for (path, message) in [
        ("a", "must start with `$`"),
        ("$.", "a name is missing"),
        ("$.a..b", "a name is missing"),
        ("$[", "`]` is missing"),
        ("$[]", "number of an element"),
        ("$[-1]", "number of an element"),
        ("$[0:2]", "number of an element"),
        ("$['a'", "`]` is missing"),
        ("$['a", "is not closed"),
        ("$.*", "wildcards"),
        ("$a", "expected `.` or `[`"),
    ] {
        let error = parse_path(path).unwrap_err();
        assert!(error.contains(message) && error.contains(path), "{error}");
    }
    assert!(parse_path(&format!("${}", ".a".repeat(65))).unwrap_err().contains("64"));
}

//! Every operator, plugin and aggregation function that is listed as supported has a golden case that answers.

use std::fs;

use calypso_layering::{aggregate_list, operator_lists, plugin_list, root};

/// The queries below `folder` that have a result; those that must fail show nothing that works.
fn queries(folder: &str) -> Vec<String> {
    let folder = root().join("tests/kql").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in entries {
        let text = fs::read_to_string(entry.expect("the folder can be read").path()).expect("a suite is text");
        let blocks = text.split("\n```kql\n").skip(1);
        found.extend(blocks.filter_map(|block| block.split("\n```").next()).map(str::to_owned));
    }
    assert!(found.len() > 20, "{} has hardly any case", folder.display());
    found
}

fn names(list: &str) -> Vec<&str> {
    list.split('`').skip(1).step_by(2).collect()
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-')
}

/// Whether `word` stands in `query` as a word of its own, with `before` and `after` accepting what is around it.
fn stands(query: &str, word: &str, before: impl Fn(&str) -> bool, after: impl Fn(&str) -> bool) -> bool {
    query.match_indices(word).any(|(at, _)| {
        let (left, right) = (&query[..at], &query[at + word.len()..]);
        !left.ends_with(is_word) && !right.starts_with(is_word) && before(left.trim_end()) && after(right)
    })
}

fn without_case(names: &[&str], is_shown: impl Fn(&str) -> bool) -> Vec<String> {
    names.iter().filter(|name| !is_shown(name)).map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_operator_has_a_golden_case() {
    let queries = queries("operators");
    let begins = |left: &str| left.is_empty() || left.ends_with(['|', '(', '{', ';', '=']);
    let (supported, _) = operator_lists();
    let missing = without_case(&names(&supported), |name| queries.iter().any(|q| stands(q, name, begins, |_| true)));
    assert!(missing.is_empty(), "without a case in tests/kql/operators: {missing:?}");
}

#[test]
fn every_plugin_has_a_golden_case() {
    let queries = queries("operators");
    let plugins = plugin_list();
    let missing = without_case(&names(&plugins), |name| {
        queries.iter().any(|q| stands(q, name, |left| left.ends_with("evaluate"), |right| right.starts_with('(')))
    });
    assert!(missing.is_empty(), "without a case in tests/kql/operators: {missing:?}");
}

#[test]
fn every_aggregation_function_has_a_golden_case() {
    let queries = queries("aggregates");
    let aggregates = aggregate_list();
    let missing = without_case(&names(&aggregates), |name| {
        queries.iter().any(|q| stands(q, name, |_| true, |right| right.starts_with('(')))
    });
    assert!(missing.is_empty(), "without a case in tests/kql/aggregates: {missing:?}");
}

//! The lists of `COMPATIBILITY.md` that the code knows best.

use std::collections::BTreeSet;

use calypso_semantics::{aggregate_names, functions::scalar_function};

use crate::read_text;

/// Where the parser says which word begins which tabular operator.
const OPERATORS_FILE: &str = "crates/syntax/src/parser/operators.rs";
/// Where the binder says which plugin is which: `"name" => self.…`.
const PLUGINS_FILE: &str = "crates/semantics/src/binder/operators/evaluate.rs";

/// Returns the tabular operators that the parser has a tree for, and those it only recognises.
///
/// # Panics
/// When the parser's two tables are not where they were.
#[must_use]
pub fn operator_lists() -> (String, String) {
    let text = read_text(OPERATORS_FILE);
    (code_list(first_strings(&text, "const OPERATORS")), code_list(first_strings(&text, "const UNSUPPORTED")))
}

/// Returns the plugins of `evaluate`.
///
/// # Panics
/// When the binder does not tell them apart where it did.
#[must_use]
pub fn plugin_list() -> String {
    code_list(plugins())
}

/// Returns the names among `names` that there are functions, aggregates or plugins of.
#[must_use]
pub fn known_functions<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let plugins = plugins();
    let is_known = |name: &str| {
        scalar_function(name).is_some() || aggregate_names().any(|known| known == name) || plugins.contains(name)
    };
    names.iter().copied().filter(|name| is_known(name)).collect()
}

/// Returns the aggregation functions of `summarize`.
#[must_use]
pub fn aggregate_list() -> String {
    code_list(aggregate_names().map(str::to_owned).collect())
}

fn plugins() -> BTreeSet<String> {
    let text = read_text(PLUGINS_FILE);
    let arms = text.lines().filter(|line| line.contains("=> self.") && !line.contains("self.unsupported("));
    let found: BTreeSet<String> =
        arms.filter_map(|arm| Some(arm.trim_start().strip_prefix('"')?.split('"').next()?.to_owned())).collect();
    assert!(!found.is_empty(), "{PLUGINS_FILE} names no plugin");
    found
}

/// The first string literal of each line of a table.
fn first_strings(text: &str, table: &str) -> BTreeSet<String> {
    let start = text.find(table).unwrap_or_else(|| panic!("{OPERATORS_FILE} has no {table}"));
    let rows = text[start..].lines().skip(1).take_while(|line| !line.starts_with("];"));
    let words: BTreeSet<String> = rows.filter_map(|row| Some(row.split('"').nth(1)?.to_owned())).collect();
    assert!(!words.is_empty(), "{table} of {OPERATORS_FILE} has no rows");
    // Words with underscores in front are Kusto's own internals.
    words.into_iter().filter(|word| !word.starts_with('_')).collect()
}

/// Writes `a`, `b`, … over lines of bearable length.
fn code_list(words: BTreeSet<String>) -> String {
    const WIDTH: usize = 115;
    let mut lines = vec![String::new()];
    let last = words.len().saturating_sub(1);
    for (index, word) in words.iter().enumerate() {
        let item = format!("`{word}`{}", if index == last { "" } else { "," });
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(&item);
        } else if line.len() + item.len() < WIDTH {
            line.push(' ');
            line.push_str(&item);
        } else {
            lines.push(item);
        }
    }
    lines.join("\n")
}

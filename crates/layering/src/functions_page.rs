//! The reference page of scalar functions, made from the table that the binder uses.

use std::{collections::BTreeMap, fmt::Write as _};

use calypso_semantics::functions::{Category, Function, scalar_functions};

const HEAD: &str = "\
# Scalar functions

Made from the table of functions in `crates/semantics/src/functions/`; `UPDATE=1 cargo test -p calypso-layering` writes it
anew. Behaviour is Kusto's as documented at <https://learn.microsoft.com/kusto/query/scalar-functions>; the examples in
`tests/kql/functions/` say what was checked. Arguments in `[ ]` may be left out, `…` repeats what stands before it.

*any* takes every type; *number*, *integer* and *ordered* (numbers, datetime, timespan) keep the argument's type; *same*
brings all arguments so marked to one type; *constant* must not depend on the row.
";

/// Returns the page.
#[must_use]
pub fn functions_page() -> String {
    let mut by_category: BTreeMap<String, Vec<&Function>> = BTreeMap::new();
    for function in scalar_functions() {
        by_category.entry(heading(function.category)).or_default().push(function);
    }
    let mut page = HEAD.to_owned();
    for (heading, mut functions) in by_category {
        functions.sort_by_key(|function| function.name);
        let _ = write!(page, "\n## {heading}\n\n| function | what it does |\n|---|---|\n");
        for function in functions {
            let calls: Vec<String> =
                function.signatures.iter().map(|s| format!("`{}`", s.usage(function.name))).collect();
            let also = match function.aliases {
                [] => String::new(),
                aliases => format!(" Also `{}`.", aliases.join("`, `")),
            };
            let _ = writeln!(page, "| {} | {}{also} |", calls.join("<br>"), escaped(function.summary));
        }
    }
    page
}

/// The heading of a category; one that needs no other words is its own.
fn heading(category: Category) -> String {
    let name = format!("{category:?}");
    let words = match name.as_str() {
        "Binary" => "Bits",
        "Conditional" => "Conditions",
        "DateTime" => "Datetime and timespan",
        "Dynamic" => "Dynamic values",
        "Hash" => "Hashes",
        "Ip" => "IP addresses",
        "Mathematical" => "Mathematics",
        "String" => "Strings",
        "Type" => "Types",
        own => own,
    };
    words.to_owned()
}

/// Keeps a text from ending a table's cell.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

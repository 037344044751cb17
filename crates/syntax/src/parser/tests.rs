//! What queries mean as trees, written as outlines: `(operator parts…)`.

mod expressions;
mod limits;
mod literals;
mod operators;
mod outline;
mod recovery;
mod statements;

use outline::outline;

use super::parse;

/// The outline of a query without findings.
fn tree(text: &str) -> String {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, Vec::new(), "{text}");
    outline(&parsed.script)
}

/// The messages of a query's findings.
fn findings(text: &str) -> Vec<String> {
    parse(text).diagnostics.into_iter().map(|finding| finding.message).collect()
}

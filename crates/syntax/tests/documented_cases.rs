//! Every documented query with a known result must parse: the binder has nothing to work on otherwise.
//!
//! The cases live outside the repository; `CALYPSO_KQL_DIR` names their directory. Without them nothing is checked.

use std::path::PathBuf;

use calypso_syntax::{DiagnosticCode, parse};

/// Cases whose query is known not to parse. `ToDateTime3` writes a date with its day first, which our `datetime` does
/// not read.
const REFUSED: [&str; 1] = ["loco/DateTimeTests.ToDateTime3"];

#[test]
fn documented_queries_with_a_result_parse_without_findings() {
    let directory = std::env::var_os("CALYPSO_KQL_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/kql"), PathBuf::from);
    let mut refused = Vec::new();
    for file in ["cases-dev.jsonl", "loco-dev.jsonl"] {
        let Ok(text) = std::fs::read_to_string(directory.join(file)) else { continue };
        let cases = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        for case in cases.filter(|case| case["kind"] == "query" && case["scored"] == true) {
            if REFUSED.iter().any(|id| case["id"] == *id) {
                continue;
            }
            let query = case["query"].as_str().unwrap_or_default();
            // What we name as not supported yet has been understood.
            let findings = parse(query).diagnostics;
            if let Some(finding) = findings.iter().find(|f| f.code != DiagnosticCode::NotSupported) {
                let near: String = query[finding.span.start..].chars().take(60).collect();
                refused.push(format!("{}: {} at `{near}`", case["id"], finding.message));
            }
        }
    }
    assert!(refused.is_empty(), "{} queries:\n{}", refused.len(), refused.join("\n"));
}

//! Agreement with the official parser on the code blocks of Kusto's documentation.
//!
//! `blocks-dev.jsonl` holds each block with the number of syntax errors the official parser finds. The file lives
//! outside the repository; `CALYPSO_KQL_DIR` names its directory. Without the file there is nothing to compare.

use std::path::PathBuf;

use calypso_syntax::parse;

/// How many query blocks in a thousand must get the official verdict. It may only rise.
const AGREEMENT_PER_MILLE_MIN: usize = 994;

struct Block {
    id: String,
    query: String,
    official_errors: bool,
}

fn blocks() -> Option<Vec<Block>> {
    let directory = std::env::var_os("CALYPSO_KQL_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/kql"), PathBuf::from);
    let text = std::fs::read_to_string(directory.join("blocks-dev.jsonl")).ok()?;
    let blocks = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let queries = blocks.filter(|block| block["ms_kind"] == "Query");
    Some(
        queries
            .map(|block| Block {
                id: block["id"].as_str().unwrap_or_default().to_owned(),
                query: block["query"].as_str().unwrap_or_default().to_owned(),
                official_errors: block["ms_syntax_errors"].as_u64().unwrap_or_default() > 0,
            })
            .collect(),
    )
}

#[test]
fn documented_queries_get_the_official_parsers_verdict() {
    let Some(blocks) = blocks() else { return };
    let mut disagreements = Vec::new();
    for block in &blocks {
        let parsed = parse(&block.query);
        let finding = parsed.diagnostics.iter().find(|finding| finding.code.is_syntax());
        if finding.is_some() == block.official_errors {
            continue;
        }
        disagreements.push(match finding {
            Some(finding) => format!(
                "{}: only we object: {} at `{}`",
                block.id,
                finding.message,
                block.query[finding.span.start..].chars().take(60).collect::<String>()
            ),
            None => format!("{}: only the official parser objects", block.id),
        });
    }
    let agreed = blocks.len() - disagreements.len();
    assert!(
        agreed * 1000 >= blocks.len() * AGREEMENT_PER_MILLE_MIN,
        "agreement on {agreed} of {} blocks; disagreements:\n{}",
        blocks.len(),
        disagreements.join("\n")
    );
}

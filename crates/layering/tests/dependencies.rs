//! Which crate may use which. A new row here is a decision: say why in the commit, and in ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};

use calypso_layering::{manifests, read_text};

/// Own crates that each crate's code uses; exactly these.
const OWN: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("clock", &["types"]),
    ("model", &["types"]),
    ("syntax", &["types"]),
    ("semantics", &["model", "syntax", "types"]),
    ("columns", &["types"]),
    ("kernels", &["columns", "types"]),
    ("query", &["columns", "kernels", "model", "semantics", "syntax", "types"]),
    ("formats", &["columns", "model", "types"]),
    ("catalog", &["clock", "model", "types"]),
    ("storage", &["catalog", "clock", "columns", "model", "types"]),
    ("protocol", &["types"]),
    ("sources", &["types"]),
    ("staging", &["clock", "types"]),
    ("batching", &["model", "types"]),
    (
        "app",
        &[
            "batching",
            "catalog",
            "clock",
            "columns",
            "formats",
            "kernels",
            "model",
            "protocol",
            "query",
            "semantics",
            "sources",
            "staging",
            "storage",
            "syntax",
            "types",
        ],
    ),
    ("http", &["app", "clock", "columns", "protocol", "staging", "types"]),
    ("kusto-data", &["clock", "protocol", "types"]),
    ("kusto-ingest", &["clock", "kusto-data", "protocol", "types"]),
    ("cli", &["clock", "formats", "kusto-data", "kusto-ingest", "semantics", "syntax", "types"]),
    ("server", &["app", "cli", "clock", "http", "kusto-data", "model", "sources", "staging", "storage", "types"]),
    ("golden", &[]),
    ("layering", &["semantics"]),
];

/// Own crates that tests use beyond those.
const OWN_IN_TESTS: &[(&str, &[&str])] = &[
    // Golden suites of functions are written in KQL, which must be read and bound.
    ("kernels", &["model", "semantics", "syntax"]),
    ("server", &["golden", "kusto-data", "kusto-ingest"]),
];

/// Crates of others that decide an architecture, and who alone may name them.
const CONFINED: &[(&str, &[&str])] = &[
    ("datafusion", &["query"]),
    ("parquet", &["cli", "formats", "storage"]),
    ("sqlx", &["catalog", "staging"]),
    (
        "arrow",
        &["app", "cli", "columns", "formats", "http", "kernels", "kusto-data", "kusto-ingest", "query", "storage"],
    ),
    ("axum", &["http", "server"]),
    ("hyper", &["server"]),
    ("hyper-util", &["server"]),
    ("tower", &["server"]),
    ("tower-http", &["http"]),
    (
        "tokio",
        &[
            "app",
            "catalog",
            "cli",
            "http",
            "kusto-data",
            "kusto-ingest",
            "query",
            "server",
            "sources",
            "staging",
            "storage",
        ],
    ),
    ("futures", &["app", "cli", "http", "kusto-data", "kusto-ingest", "query", "server", "sources"]),
    ("async-trait", &["app", "kusto-data", "kusto-ingest", "query", "sources", "staging"]),
    ("reqwest", &["kusto-data", "kusto-ingest", "server", "sources", "staging"]),
    ("rustls", &["kusto-data", "server", "sources", "staging"]),
    ("tokio-rustls", &["server"]),
    ("rcgen", &["server"]),
    ("clap", &["cli", "server"]),
    ("anyhow", &["cli", "server"]),
    ("tracing-subscriber", &["server"]),
    ("prometheus-client", &["http"]),
    ("arrow-avro", &["formats"]),
    ("orc-rust", &["formats"]),
    ("object_store", &["sources"]),
    ("quick-xml", &["staging"]),
    ("zip", &["formats"]),
    ("azure_identity", &["kusto-data"]),
    ("azure_storage_blob", &["kusto-ingest"]),
    ("azure_storage_queue", &["kusto-ingest"]),
    ("reedline", &["cli"]),
    ("ratatui", &["cli"]),
    ("indicatif", &["cli"]),
    ("regex", &["formats", "kernels", "query"]),
    ("chrono-tz", &["kernels"]),
    ("rand", &["clock", "kernels"]),
];

/// Crates that must stay pure: no I/O, no async, no Arrow. What they use of others, all of it.
const PURE: &[(&str, &[&str])] = &[
    ("types", &["memchr", "serde", "smallvec", "thiserror", "uuid", "wide"]),
    ("model", &["serde", "serde_json", "thiserror", "uuid"]),
    ("syntax", &["stacker", "thiserror"]),
    ("semantics", &["stacker"]),
    ("protocol", &["base64", "serde", "serde_json", "thiserror", "uuid"]),
];

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn by_crate(table: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<String>> {
    table.iter().map(|(name, others)| ((*name).to_owned(), set(others))).collect()
}

#[test]
fn every_crate_uses_exactly_the_own_crates_of_the_table() {
    let found: BTreeMap<_, _> = manifests().into_iter().map(|m| (m.folder, m.own)).collect();
    assert_eq!(found, by_crate(OWN), "left: the manifests, right: the table of this test");
}

#[test]
fn tests_use_exactly_the_own_crates_of_the_table() {
    let found = manifests().into_iter().filter(|m| !m.own_in_tests.is_empty());
    let found: BTreeMap<_, _> = found.map(|m| (m.folder, m.own_in_tests)).collect();
    assert_eq!(found, by_crate(OWN_IN_TESTS), "left: the manifests, right: the table of this test");
}

#[test]
fn no_crate_uses_one_that_stands_later_in_the_table() {
    // The table is in an order that has no cycles; only the test crates stand apart.
    for (index, (name, others)) in OWN.iter().enumerate() {
        for other in *others {
            let place = OWN.iter().position(|(earlier, _)| earlier == other);
            assert!(place.is_some_and(|place| place < index), "{name} uses {other}, which does not stand before it");
        }
    }
}

#[test]
fn confined_crates_are_named_only_where_they_may_be() {
    let confined = by_crate(CONFINED);
    for manifest in manifests() {
        for name in &manifest.external {
            if let Some(allowed) = confined.get(name) {
                assert!(allowed.contains(&manifest.folder), "{} must not name {name}", manifest.folder);
            }
        }
    }
}

#[test]
fn confinements_that_nobody_needs_are_gone() {
    let manifests = manifests();
    for (name, allowed) in CONFINED {
        for folder in *allowed {
            let uses = manifests.iter().any(|m| m.folder == *folder && m.external.contains(*name));
            assert!(uses, "{folder} may name {name} and does not: take it out of the table");
        }
    }
}

#[test]
fn pure_crates_stay_pure() {
    for (name, allowed) in by_crate(PURE) {
        let manifest = manifests().into_iter().find(|m| m.folder == name).expect("the crate exists");
        let extra: Vec<_> = manifest.external.difference(&allowed).collect();
        assert!(extra.is_empty(), "{name} must stay without {extra:?}");
    }
}

#[test]
fn versions_are_decided_once_at_the_root() {
    for manifest in manifests() {
        assert!(manifest.unshared.is_empty(), "{}: take {:?} from the workspace", manifest.folder, manifest.unshared);
    }
}

#[test]
fn packages_carry_the_prefix_and_the_name_of_their_folder() {
    for manifest in manifests() {
        let wanted = match manifest.folder.as_str() {
            "server" => "calypso".to_owned(),
            // Published for users of Kusto, who look for that name.
            sdk if sdk.starts_with("kusto-") => sdk.to_owned(),
            folder => format!("calypso-{folder}"),
        };
        assert_eq!(manifest.package, wanted);
    }
}

#[test]
fn the_architecture_mentions_every_crate() {
    let text = read_text("ARCHITECTURE.md");
    for manifest in manifests() {
        let row = format!("| `{}` |", manifest.folder);
        assert!(text.contains(&row), "the code map of ARCHITECTURE.md has no row for {}", manifest.folder);
    }
}

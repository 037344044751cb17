//! Documents that the code can check: generated pages, lists, and links.

use std::{
    fs,
    path::{Path, PathBuf},
};

use calypso_layering::{
    Generated, aggregate_list, check_block, check_file, functions_page, known_functions, operator_lists, plugin_list,
    read_text, root,
};

/// Folders that are searched for Markdown, beside the root itself.
const FOLDERS: [&str; 3] = ["docs", "tests", "bench"];

/// Where a suite installs what others wrote.
const PACKAGES: &str = "node_modules";

const COMPATIBILITY: &str = "COMPATIBILITY.md";

fn assert_current(what: &str, outcome: &Generated) {
    if let Generated::Stale(line) = outcome {
        panic!("{what} is not what the code says, first at '{line}': UPDATE=1 cargo test -p calypso-layering");
    }
}

#[test]
fn the_page_of_functions_equals_the_table_of_functions() {
    assert_current("docs/reference/functions.md", &check_file("docs/reference/functions.md", &functions_page()));
}

#[test]
fn the_lists_of_operators_plugins_and_aggregates_equal_the_codes() {
    // One test, so that two do not rewrite one file at the same time.
    let (supported, unsupported) = operator_lists();
    assert_current("the operators", &check_block(COMPATIBILITY, "operators", &supported));
    assert_current("the other operators", &check_block(COMPATIBILITY, "operators-not-supported", &unsupported));
    assert_current("the plugins", &check_block(COMPATIBILITY, "plugins", &plugin_list()));
    assert_current("the aggregates", &check_block(COMPATIBILITY, "aggregates", &aggregate_list()));
}

#[test]
fn what_is_listed_as_missing_is_missing() {
    let text = read_text(COMPATIBILITY);
    let list = text.split("<!-- missing -->").nth(1).expect("the mark is there").split("<!-- end -->").next();
    let missing: Vec<&str> = list.unwrap_or_default().split('`').skip(1).step_by(2).collect();
    assert!(!missing.is_empty(), "the list is empty: take it out");
    let known = known_functions(&missing);
    assert!(known.is_empty(), "these are there: take them off the list of missing ones: {known:?}");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut documents: Vec<PathBuf> = markdown_in(&root(), false);
    for folder in FOLDERS {
        documents.extend(markdown_in(&root().join(folder), true));
    }
    assert!(documents.len() > 10, "the documents have moved");
    for document in documents {
        let text = fs::read_to_string(&document).expect("it was just listed");
        for target in links(&text) {
            let path = document.parent().expect("a file has a folder").join(&target);
            assert!(path.exists(), "{} links to {target}, which is not there", document.display());
        }
    }
}

#[test]
fn the_index_of_documents_knows_every_decision() {
    let index = read_text("docs/README.md");
    for document in markdown_in(&root().join("docs/decisions"), false) {
        let name = document.file_name().expect("a file has a name").to_string_lossy().into_owned();
        assert!(index.contains(&format!("decisions/{name}")), "docs/README.md does not list {name}");
    }
}

fn markdown_in(folder: &Path, deep: bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        if path.file_name().is_some_and(|name| name == PACKAGES) {
            continue;
        }
        if path.is_dir() && deep {
            found.extend(markdown_in(&path, true));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found
}

/// The files that `](…)` names, without those on the web and without fragments. Fenced blocks are left out.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for piece in line.split("](").skip(1) {
            let target = piece.split(')').next().unwrap_or_default().split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                links.push(target.to_owned());
            }
        }
    }
    links
}

//! What every Rust file must look like.

use calypso_layering::source_files;

/// Lines beyond which a file should have been split by noun.
const LINES_MAX: usize = 500;

/// Longer files, each with the reason. The list may only shrink.
const LONG_FILES: &[(&str, &str)] = &[];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 9] = ["base", "common", "core", "helper", "helpers", "misc", "shared", "util", "utils"];

#[test]
fn every_file_begins_by_saying_what_it_is() {
    let silent: Vec<_> =
        source_files().into_iter().filter(|file| !file.text.starts_with("//! ")).map(|file| file.path).collect();
    assert!(silent.is_empty(), "these do not begin with `//!`: {silent:#?}");
}

#[test]
fn no_file_or_folder_has_an_empty_name() {
    for file in source_files() {
        let names = file.path.trim_end_matches(".rs").split('/');
        let found = names.into_iter().find(|name| EMPTY_NAMES.contains(name));
        assert!(found.is_none(), "{}: '{}' says nothing", file.path, found.unwrap_or_default());
    }
}

#[test]
fn modules_are_files_beside_their_folders() {
    for file in source_files() {
        // A folder of tests needs `mod.rs`, or cargo takes it for a test of its own.
        let in_tests = file.path.contains("/tests/");
        assert!(in_tests || !file.path.ends_with("/mod.rs"), "{}: write foo.rs beside foo/", file.path);
    }
}

#[test]
fn long_files_have_a_reason() {
    for file in source_files() {
        let lines = file.text.lines().count();
        let listed = LONG_FILES.iter().any(|(path, _)| *path == file.path);
        assert!(lines <= LINES_MAX || listed, "{} has {lines} lines: split it by noun", file.path);
        assert!(lines > LINES_MAX || !listed, "{} is no longer long: take it off the list", file.path);
    }
}

//! The Rust files of the workspace.

use std::{fs, path::Path};

use crate::root;

/// Folders that hold Rust code.
const FOLDERS: [&str; 2] = ["crates", "bench"];

/// One Rust file.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// From the root, with `/`.
    pub path: String,
    pub text: String,
}

/// Returns every Rust file, by path.
///
/// # Panics
/// When a folder or file cannot be read.
#[must_use]
pub fn source_files() -> Vec<SourceFile> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(&root().join(folder), folder, &mut files);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn collect(folder: &Path, path: &str, files: &mut Vec<SourceFile>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot list {path}: {error}"));
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{path}/{name}");
        if entry.path().is_dir() {
            collect(&entry.path(), &path, files);
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(entry.path()).unwrap_or_else(|error| panic!("cannot read {path}: {error}"));
            files.push(SourceFile { path, text });
        }
    }
}

//! Documents that must equal what the code says. `UPDATE=1` rewrites them.

use std::{env, fs};

use crate::{read_text, root};

/// How a document compares with what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Generated {
    Current,
    Rewritten,
    /// The first line that differs.
    Stale(String),
}

/// Compares a whole file, named from the root, with `wanted`.
///
/// # Panics
/// When `UPDATE=1` is set and the file cannot be written.
#[must_use]
pub fn check_file(path: &str, wanted: &str) -> Generated {
    let found = fs::read_to_string(root().join(path)).unwrap_or_default();
    settle(path, &found, wanted)
}

/// Compares the lines between `<!-- generated: NAME -->` and `<!-- end -->` of a file with `wanted`.
///
/// # Panics
/// When the marks are missing, or `UPDATE=1` is set and the file cannot be written.
#[must_use]
pub fn check_block(path: &str, name: &str, wanted: &str) -> Generated {
    let found = read_text(path);
    let begin = format!("<!-- generated: {name} -->\n");
    let start = found.find(&begin).unwrap_or_else(|| panic!("{path} lacks the mark {begin}")) + begin.len();
    let length = found[start..].find("<!-- end -->").unwrap_or_else(|| panic!("{path}: '{name}' has no end"));
    let replaced = format!("{}{}\n{}", &found[..start], wanted.trim_end(), &found[start + length..]);
    settle(path, &found, &replaced)
}

fn settle(path: &str, found: &str, wanted: &str) -> Generated {
    if found == wanted {
        return Generated::Current;
    }
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(root().join(path), wanted).unwrap_or_else(|error| panic!("cannot write {path}: {error}"));
        return Generated::Rewritten;
    }
    let mut lines = wanted.lines().zip(found.lines().chain(std::iter::repeat("")));
    let differs = lines.find(|(wanted, found)| wanted != found).map_or("", |(wanted, _)| wanted);
    Generated::Stale(differs.to_owned())
}

//! The `zipPattern` property: which files of a zip archive are read.

use regex::Regex;

use crate::Error;

/// A regular expression that the name of a file in an archive, folders included, must match somewhere.
///
/// Kusto's documentation calls it a regular expression and shows `*.csv`, which is none: a pattern that starts with
/// `*` is taken for a wildcard, which must match the whole name.
#[derive(Debug, Clone)]
pub struct ZipPattern {
    text: String,
    regex: Regex,
}

impl ZipPattern {
    /// Reads the pattern.
    ///
    /// # Errors
    /// `BadRequest_MalformedIngestionProperty` if it is no regular expression.
    pub fn new(pattern: &str) -> Result<Self, Error> {
        let compiled = if pattern.starts_with('*') { Regex::new(&from_wildcard(pattern)) } else { Regex::new(pattern) };
        let regex =
            compiled.map_err(|_| Error::MalformedProperty { property: "zipPattern", value: pattern.to_owned() })?;
        Ok(Self { text: pattern.to_owned(), regex })
    }

    /// Says whether a file of this name is read.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.regex.is_match(name)
    }

    /// Returns the pattern as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Writes a wildcard, in which `*` is any text and `?` any character, as a regular expression.
fn from_wildcard(wildcard: &str) -> String {
    let parts = wildcard.split('*').map(|part| regex::escape(part).replace(r"\?", "."));
    format!("^(?s:{})$", parts.collect::<Vec<_>>().join(".*"))
}

//! What a check found, and the report of all.

use kusto_data::Error;

use super::say;
use crate::{explanation::explain, terminal};

/// Columns of a check's name.
const NAME_WIDTH: usize = 18;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    Good(String),
    /// Not wrong, but worth knowing; with what to do if it is not meant so.
    Note(String, String),
    /// Wrong, with what to try next.
    Failed(String, String),
}

impl Finding {
    pub(super) fn good(told: impl Into<String>) -> Self {
        Self::Good(told.into())
    }

    pub(super) fn note(told: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Note(told.into(), next.into())
    }

    pub(super) fn failed(told: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Failed(told.into(), next.into())
    }

    /// Takes the text and the hint of an error.
    pub(super) fn of_error(error: &Error) -> Self {
        let told = explain(error, None);
        let (told, hint) =
            told.split_once("\nhint: ").unwrap_or((&told, "`calypso query '.show version'` shows it alone"));
        Self::failed(told, hint)
    }
}

/// Prints findings as they come and counts what failed.
#[derive(Debug)]
pub(super) struct Report {
    colours: bool,
    failed: usize,
}

impl Report {
    pub(super) fn new() -> Self {
        Self { colours: terminal::has_colours(), failed: 0 }
    }

    pub(super) const fn failed(&self) -> usize {
        self.failed
    }

    /// Prints a finding.
    pub(super) fn say(&mut self, name: &str, finding: &Finding) -> anyhow::Result<()> {
        use nu_ansi_term::Color;
        let (word, colour, told, next) = match finding {
            Finding::Good(told) => ("ok", Color::Green, told, None),
            Finding::Note(told, next) => ("note", Color::Yellow, told, Some(next)),
            Finding::Failed(told, next) => ("failed", Color::Red, told, Some(next)),
        };
        self.failed += usize::from(matches!(finding, Finding::Failed(..)));
        let word = format!("{word:<6}");
        let word = if self.colours { colour.paint(word).to_string() } else { word };
        let told = told.trim_end().replace('\n', &format!("\n{}", " ".repeat(NAME_WIDTH + 8)));
        say(&format!("{word}  {name:<NAME_WIDTH$}{told}"))?;
        match next {
            Some(next) => say(&format!("{}next: {next}", " ".repeat(NAME_WIDTH + 8))),
            None => Ok(()),
        }
    }
}

//! What the tutorial prints: plain text that reads well in a terminal, a pipe and a file.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use anyhow::Context as _;

use calypso_cli::layout::{Format, Layout};
use kusto_data::{Dataset, Table};

/// Columns where there is no terminal to ask.
const WIDTH_DEFAULT: usize = 100;
const INDENT: &str = "  ";

/// Standard output, as wide as it is.
#[derive(Debug)]
pub(super) struct Page {
    width: usize,
}

impl Page {
    pub(super) fn open() -> Self {
        let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self { width: terminal.unwrap_or(WIDTH_DEFAULT) }
    }

    /// Prints a line at the margin, or an empty one.
    pub(super) fn line(&mut self, text: &str) -> anyhow::Result<()> {
        writeln!(io::stdout(), "{text}").context("cannot write to standard output")
    }

    /// Prints the lines of `text`, indented.
    pub(super) fn block(&mut self, text: &str) -> anyhow::Result<()> {
        text.lines().try_for_each(
            |line| {
                if line.is_empty() { self.line("") } else { self.line(&format!("{INDENT}{line}")) }
            },
        )
    }

    /// Prints results.
    pub(super) fn results(&mut self, answer: &Dataset, format: Format) -> anyhow::Result<()> {
        let width = Some(self.width.saturating_sub(INDENT.len()));
        let layout = Layout { width, ..Layout::plain(Some(format)) };
        let tables: Vec<&Table> = answer.primary_results().collect();
        let mut text = Vec::new();
        layout.write(&tables, None, &mut text).context("cannot lay out the results")?;
        self.block(&String::from_utf8_lossy(&text))
    }
}

/// Returns a duration in the unit that suits it.
pub(super) fn told(duration: Duration) -> String {
    let millis = duration.as_secs_f64() * 1000.0;
    if millis < 10.0 {
        format!("{millis:.1} ms")
    } else if millis < 1000.0 {
        format!("{millis:.0} ms")
    } else {
        format!("{:.2} s", millis / 1000.0)
    }
}

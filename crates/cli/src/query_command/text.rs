//! Where the statement comes from: the command line, a file, standard input.

use std::{
    io::{self, IsTerminal as _, Read as _},
    path::Path,
};

use anyhow::{Context as _, bail};

/// What stands for standard input.
const STANDARD_INPUT: &str = "-";
/// Largest statement that is read; services accept less.
const STATEMENT_BYTES_MAX: u64 = 64 << 20;

/// Returns the text of the statement.
pub(super) fn read(file: Option<&Path>, statement: Option<&str>) -> anyhow::Result<String> {
    match (file, statement) {
        (Some(path), _) => read_file(path),
        (None, Some(STANDARD_INPUT)) => read_standard_input(),
        (None, Some(text)) => Ok(text.to_owned()),
        (None, None) if !io::stdin().is_terminal() => read_standard_input(),
        (None, None) => bail!("say what to run, such as `calypso query 'print now()'`"),
    }
}

fn read_file(path: &Path) -> anyhow::Result<String> {
    let context = || format!("cannot read {}", path.display());
    let file = std::fs::File::open(path).with_context(context)?;
    read_text(file).with_context(context)
}

fn read_standard_input() -> anyhow::Result<String> {
    read_text(io::stdin().lock()).context("cannot read standard input")
}

fn read_text(reader: impl io::Read) -> anyhow::Result<String> {
    let mut text = String::new();
    reader.take(STATEMENT_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > STATEMENT_BYTES_MAX {
        bail!("it is larger than {} MiB", STATEMENT_BYTES_MAX >> 20);
    }
    // Editors of some systems put a mark before the first line.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

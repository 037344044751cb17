//! What the terminal is able to show.

use std::io::{self, IsTerminal as _};

/// Returns the columns of the terminal that standard output goes to, if it goes to one.
pub(crate) fn width() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size()?;
    Some(usize::from(width.0)).filter(|width| *width > 0)
}

/// Says whether escape sequences may be written: to a terminal that knows them, unless the user forbids colours.
///
/// <https://no-color.org>
pub(crate) fn has_colours() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

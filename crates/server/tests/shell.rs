//! The interactive shell on a pseudo-terminal, against a real server. What it shows is what the guide shows.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

#[path = "shell/charts.rs"]
mod charts;
#[path = "shell/doctor.rs"]
mod doctor;
#[cfg(unix)]
#[path = "shell/files.rs"]
mod files;
#[path = "shell/keys.rs"]
mod keys;
#[path = "commands/program.rs"]
#[expect(dead_code, reason = "shared with the tests of other commands")]
mod program;
#[path = "shell/screens.rs"]
mod screens;
#[path = "shell/statements.rs"]
mod statements;
#[path = "shell/terminal.rs"]
mod terminal;

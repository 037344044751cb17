//! Golden suites: Markdown files of queries and their results, run against a server over HTTP.
//!
//! A suite reads as documentation. Its fenced blocks are the test:
//!
//! - `table NAME` declares a table for the cases below it: a header `name:type`, then rows, fields separated by TAB;
//! - `kql` is a case; `kql error=CODE` is one that must fail with that code; text that begins with a dot is a command;
//! - `result` is what the case before it answers, in the form of a `table` block; one block for each result.
//!
//! In strings `\t`, `\n`, `\r` and `\\` are escapes; `(null)` is null and `(any)` matches anything.
//! `tests/README.md` tells how to run, filter and rewrite suites.

mod cell;
mod client;
mod compare;
mod error;
mod rewrite;
mod run;
mod server;
mod suite;
mod table;

pub use client::{Answer, Client};
pub use error::Error;
pub use run::{Failure, Outcome, Runner};
pub use server::Server;
pub use suite::{Case, Expectation, Suite};
pub use table::{Column, Table};

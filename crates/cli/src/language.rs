//! What the shell knows of KQL while it is typed: roles of words, completions, and whether a statement is whole.
//!
//! The lexer is the server's own, functions come from its table, names of tables and columns from the live schema.

mod operators;
mod schema;
mod words;

mod roles;
mod whole;

mod completion;

#[cfg(test)]
mod tests;

#[cfg(test)]
use completion::Candidate;
pub(crate) use completion::complete;
pub(crate) use roles::{Role, roles};
pub(crate) use schema::Schema;
pub(crate) use whole::is_whole;

//! The commands that talk to a service: query, ingest, the interactive shell, status, failures.
//!
//! Everything goes through the SDK (`kusto-data`, `kusto-ingest`), so that the commands work against Calypso and
//! Azure Data Explorer alike. Exit codes: 0 done, 1 something failed, 2 wrong arguments.

pub mod connect;
pub mod explanation;
pub mod statement;

mod answer;
pub mod chart;
pub mod layout;
mod terminal;

mod language;
mod meta_command;
pub mod query_command;
pub mod shell;

pub mod completions_command;
pub mod doctor_command;

pub mod failures_command;
pub mod ingest_command;
pub mod status_command;

pub mod data_sample;
pub mod entity_name;
pub mod table_definition;

mod figures;
mod source_details;
mod time_argument;

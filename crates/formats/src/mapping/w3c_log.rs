//! Mappings of w3clogfile: columns take fields by the names that the log's `#Fields` directive gives them.
//!
//! <https://learn.microsoft.com/kusto/management/w3c-log-file-mapping>

use calypso_model::MappingKind;

use super::{
    by_path::{PathSource, path_sources},
    invalid,
    path::Step,
};
use crate::{Error, Ingestion};

/// What fills a column from a line of a log.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LogSource<'a> {
    /// Nothing: the mapping leaves the column out.
    Absent,
    /// The field of this name, which is case-sensitive; one that the log does not have is null.
    Field(String),
    Text(&'a str),
    LineNumber,
}

/// What fills each column of the table, in its order.
#[derive(Debug)]
pub(crate) struct LogPlan<'a> {
    pub(crate) sources: Vec<LogSource<'a>>,
}

impl<'a> LogPlan<'a> {
    /// Prepares the mapping of `ingestion`; without one, fields go to the columns of the same name.
    pub(crate) fn new(ingestion: &'a Ingestion<'a>) -> Result<Self, Error> {
        let sources = path_sources(ingestion, MappingKind::W3CLogFile)?.into_iter().map(|source| match source {
            PathSource::Absent => Ok(LogSource::Absent),
            PathSource::Text(text) => Ok(LogSource::Text(text)),
            PathSource::LineNumber => Ok(LogSource::LineNumber),
            PathSource::Path(mut path, _) => match (path.pop(), path.is_empty()) {
                (Some(Step::Name(name)), true) => Ok(LogSource::Field(name)),
                _ => Err(not_a_field(ingestion)),
            },
        });
        Ok(Self { sources: sources.collect::<Result<_, _>>()? })
    }
}

fn not_a_field(ingestion: &Ingestion<'_>) -> Error {
    let message = "a w3clogfile mapping takes a column from a single Field; records have nothing within fields";
    match ingestion.mapping {
        Some(mapping) => invalid(mapping, message),
        None => Error::InvalidMapping { mapping: String::new(), message: message.to_owned() },
    }
}

//! Mappings of JSON formats: columns take values by path.
//!
//! <https://learn.microsoft.com/kusto/management/json-mapping>

use calypso_model::MappingKind;

use super::by_path::{PathSource, ValueTransform, path_sources};
use crate::{Error, Ingestion, json::path_tree::PathTree};

/// What fills a column from a JSON record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ValueSource<'a> {
    /// Nothing: the mapping leaves the column out.
    Absent,
    /// The value at a node of the path tree; none is null.
    Node(usize, ValueTransform),
    Text(&'a str),
    LineNumber,
}

/// What fills each column of the table, in its order, and the paths that lead there.
#[derive(Debug)]
pub(crate) struct JsonPlan<'a> {
    pub(crate) sources: Vec<ValueSource<'a>>,
    pub(crate) paths: PathTree,
    /// Columns go by the names of properties, so a record must be an object.
    pub(crate) by_name: bool,
}

impl<'a> JsonPlan<'a> {
    /// Prepares the mapping of `ingestion`; without one, properties go to the columns of the same name.
    pub(crate) fn new(ingestion: &'a Ingestion<'a>) -> Result<Self, Error> {
        let mut paths = PathTree::default();
        let sources = path_sources(ingestion, MappingKind::Json)?;
        let sources = sources.into_iter().map(|source| match source {
            PathSource::Absent => ValueSource::Absent,
            PathSource::Path(path, transform) => ValueSource::Node(paths.insert(&path), transform),
            PathSource::Text(text) => ValueSource::Text(text),
            PathSource::LineNumber => ValueSource::LineNumber,
        });
        Ok(Self { sources: sources.collect(), paths, by_name: ingestion.mapping.is_none() })
    }
}

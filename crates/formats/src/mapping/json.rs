//! Mappings of JSON formats: columns take values by path.
//!
//! <https://learn.microsoft.com/kusto/management/json-mapping>

use calypso_model::{ColumnMapping, IngestionMapping, MappingKind, MappingTransform};

use super::{
    invalid_column,
    path::{Step, parse_path},
    target_columns,
    transform::{MappedFields, UnixUnit},
    unsupported_transform,
};
use crate::{Error, Ingestion, json::path_tree::PathTree};

/// What is done to the value found at a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ValueTransform {
    None,
    UnixTime(UnixUnit),
    BagOfArray,
    DropMappedFields(MappedFields),
}

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
        let Some(mapping) = ingestion.mapping else {
            let node = |name: &String| paths.insert(&[Step::Name(name.clone())]);
            let nodes: Vec<_> = ingestion.columns.iter().map(|column| &column.name).map(node).collect();
            let sources = nodes.into_iter().map(|node| ValueSource::Node(node, ValueTransform::None)).collect();
            return Ok(Self { sources, paths, by_name: true });
        };
        let mut sources = vec![ValueSource::Absent; ingestion.columns.len()];
        let targets = target_columns(mapping, MappingKind::Json, ingestion)?;
        let mapped = targets.iter().map(|(_, column)| path_of(mapping, column)).collect::<Result<Vec<_>, _>>()?;
        for (element, (position, column)) in targets.into_iter().enumerate() {
            sources[position] = match &mapped[element] {
                Some(path) => {
                    let transform = transform_of(mapping, column, path, element, &mapped)?;
                    ValueSource::Node(paths.insert(path), transform)
                }
                None => constant_of(mapping, column, ingestion)?,
            };
        }
        Ok(Self { sources, paths, by_name: false })
    }
}

/// Returns the path that an element reads, if it reads any.
fn path_of(mapping: &IngestionMapping, column: &ColumnMapping) -> Result<Option<Vec<Step>>, Error> {
    use MappingTransform::{DropMappedFields, SourceLineNumber, SourceLocation};
    if column.const_value.is_some() || matches!(column.transform, Some(SourceLocation | SourceLineNumber)) {
        return Ok(None);
    }
    match column.path.as_deref() {
        Some(path) if path.starts_with('$') => {
            parse_path(path).map(Some).map_err(|message| invalid_column(mapping, column, &message))
        }
        // What mapped columns leave over of the record, by nature of the transform.
        None if column.transform == Some(DropMappedFields) => Ok(Some(Vec::new())),
        _ => Ok(None),
    }
}

/// Returns what fills a column that reads no path.
fn constant_of<'a>(
    mapping: &IngestionMapping,
    column: &'a ColumnMapping,
    ingestion: &'a Ingestion<'a>,
) -> Result<ValueSource<'a>, Error> {
    if let Some(value) = &column.const_value {
        return Ok(ValueSource::Text(value));
    }
    match (column.transform, &column.path) {
        (Some(MappingTransform::SourceLocation), _) => {
            Ok(ValueSource::Text(ingestion.options.source_location.as_deref().unwrap_or_default()))
        }
        (Some(MappingTransform::SourceLineNumber), _) => Ok(ValueSource::LineNumber),
        // A path that does not start with `$` is a constant.
        (None, Some(constant)) => Ok(ValueSource::Text(constant)),
        _ => Err(invalid_column(mapping, column, "needs a Path, a ConstValue or a Transform of the source")),
    }
}

fn transform_of(
    mapping: &IngestionMapping,
    column: &ColumnMapping,
    path: &[Step],
    element: usize,
    mapped: &[Option<Vec<Step>>],
) -> Result<ValueTransform, Error> {
    match column.transform {
        None => Ok(ValueTransform::None),
        Some(MappingTransform::PropertyBagArrayToDictionary) => Ok(ValueTransform::BagOfArray),
        Some(MappingTransform::DropMappedFields) => {
            Ok(ValueTransform::DropMappedFields(mapped_below(path, element, mapped)))
        }
        Some(transform) => UnixUnit::of(transform)
            .map(ValueTransform::UnixTime)
            .ok_or_else(|| unsupported_transform(mapping, column, transform)),
    }
}

/// Collects what the other elements take from below `path`. Elements of arrays are not taken out.
fn mapped_below(path: &[Step], element: usize, mapped: &[Option<Vec<Step>>]) -> MappedFields {
    let mut fields = MappedFields::default();
    for (other, steps) in mapped.iter().enumerate() {
        let Some(below) = steps.as_ref().filter(|_| other != element).and_then(|steps| steps.strip_prefix(path)) else {
            continue;
        };
        let names: Option<Vec<String>> = below
            .iter()
            .map(|step| match step {
                Step::Name(name) => Some(name.clone()),
                Step::Index(_) => None,
            })
            .collect();
        if let Some(names) = names.filter(|names| !names.is_empty()) {
            fields.insert(&names);
        }
    }
    fields
}

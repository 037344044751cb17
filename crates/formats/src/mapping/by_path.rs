//! Mappings that fill columns by path: what json, avro, parquet, orc and w3clogfile have in common.
//!
//! <https://learn.microsoft.com/kusto/management/json-mapping>,
//! <https://learn.microsoft.com/kusto/management/avro-mapping>,
//! <https://learn.microsoft.com/kusto/management/parquet-mapping>,
//! <https://learn.microsoft.com/kusto/management/orc-mapping>

use calypso_model::{ColumnMapping, IngestionMapping, MappingKind, MappingTransform};

use super::{
    invalid_column,
    path::{Step, parse_path},
    target_columns,
    transform::{MappedFields, UnixUnit},
    unsupported_transform,
};
use crate::{Error, Ingestion};

/// What is done to the value found at a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ValueTransform {
    None,
    UnixTime(UnixUnit),
    BagOfArray,
    DropMappedFields(MappedFields),
    BytesAsBase64,
}

/// What fills a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PathSource<'a> {
    /// Nothing: the mapping leaves the column out.
    Absent,
    /// The value at a path of the record; none is null.
    Path(Vec<Step>, ValueTransform),
    Text(&'a str),
    LineNumber,
}

/// Returns what fills each column of the table, in its order. Without mapping, that is the value of the same name.
///
/// # Errors
/// When the mapping does not fit `kind` or the columns, or an element says nothing or more than `kind` allows.
pub(crate) fn path_sources<'a>(ingestion: &'a Ingestion<'a>, kind: MappingKind) -> Result<Vec<PathSource<'a>>, Error> {
    let Some(mapping) = ingestion.mapping else {
        let by_name = |name: &String| PathSource::Path(vec![Step::Name(name.clone())], ValueTransform::None);
        return Ok(ingestion.columns.iter().map(|column| by_name(&column.name)).collect());
    };
    let mut sources = vec![PathSource::Absent; ingestion.columns.len()];
    let targets = target_columns(mapping, kind, ingestion)?;
    let mapped = targets.iter().map(|(_, column)| path_of(mapping, column)).collect::<Result<Vec<_>, _>>()?;
    for (element, (position, column)) in targets.into_iter().enumerate() {
        sources[position] = match &mapped[element] {
            Some(path) => PathSource::Path(path.clone(), transform_of(mapping, column, path, element, &mapped)?),
            None => constant_of(mapping, column, ingestion)?,
        };
    }
    Ok(sources)
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
) -> Result<PathSource<'a>, Error> {
    if let Some(value) = &column.const_value {
        return Ok(PathSource::Text(value));
    }
    match (column.transform, &column.path) {
        (Some(MappingTransform::SourceLocation), _) => {
            Ok(PathSource::Text(ingestion.options.source_location.as_deref().unwrap_or_default()))
        }
        (Some(MappingTransform::SourceLineNumber), _) => Ok(PathSource::LineNumber),
        // A path that does not start with `$` is a constant.
        (None, Some(constant)) => Ok(PathSource::Text(constant)),
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
    let Some(transform) = column.transform else { return Ok(ValueTransform::None) };
    let unsupported = || unsupported_transform(mapping, column, transform);
    if !transform.allowed_in(mapping.kind) {
        return Err(unsupported());
    }
    match transform {
        MappingTransform::PropertyBagArrayToDictionary => Ok(ValueTransform::BagOfArray),
        MappingTransform::DropMappedFields => Ok(ValueTransform::DropMappedFields(mapped_below(path, element, mapped))),
        MappingTransform::BytesAsBase64 => Ok(ValueTransform::BytesAsBase64),
        other => UnixUnit::of(other).map(ValueTransform::UnixTime).ok_or_else(unsupported),
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

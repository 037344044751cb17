//! Mappings of delimited formats: columns take fields by position.
//!
//! <https://learn.microsoft.com/kusto/management/csv-mapping>

use calypso_model::{ColumnMapping, IngestionMapping, MappingKind, MappingTransform};

use super::{invalid_column, target_columns, transform::UnixUnit, unsupported_transform};
use crate::{DataFormat, Error, Ingestion};

/// What fills a column from a delimited record. Fields count from 0; a field the record lacks is null.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FieldSource<'a> {
    /// Nothing: the mapping leaves the column out.
    Absent,
    Field(usize),
    UnixTime(usize, UnixUnit),
    /// The field is a JSON array of bags.
    BagOfArray(usize),
    Text(&'a str),
    LineNumber,
}

/// What fills each column of the table, in its order.
#[derive(Debug)]
pub(crate) struct DelimitedPlan<'a> {
    pub(crate) sources: Vec<FieldSource<'a>>,
}

impl<'a> DelimitedPlan<'a> {
    /// Prepares the mapping of `ingestion`; without one, fields go to the columns by position.
    pub(crate) fn new(ingestion: &'a Ingestion<'a>) -> Result<Self, Error> {
        let Some(mapping) = ingestion.mapping else {
            let sources = (0..ingestion.columns.len()).map(FieldSource::Field).collect();
            return Ok(Self { sources });
        };
        let mut sources = vec![FieldSource::Absent; ingestion.columns.len()];
        for (position, column) in target_columns(mapping, MappingKind::Csv, ingestion)? {
            sources[position] = source_of(mapping, column, ingestion)?;
        }
        Ok(Self { sources })
    }

    /// Returns the bytes of text that each record gets beside its own.
    pub(crate) fn text_bytes(&self) -> usize {
        let texts = self.sources.iter().filter_map(|source| match source {
            FieldSource::Text(text) => Some(text.len()),
            _ => None,
        });
        texts.sum()
    }
}

fn source_of<'a>(
    mapping: &IngestionMapping,
    column: &'a ColumnMapping,
    ingestion: &'a Ingestion<'a>,
) -> Result<FieldSource<'a>, Error> {
    if let Some(value) = &column.const_value {
        return Ok(FieldSource::Text(value));
    }
    match column.transform {
        Some(MappingTransform::SourceLocation) => {
            return Ok(FieldSource::Text(ingestion.options.source_location.as_deref().unwrap_or_default()));
        }
        Some(MappingTransform::SourceLineNumber) => return Ok(FieldSource::LineNumber),
        _ => {}
    }
    let ordinal = column.ordinal.ok_or_else(|| {
        invalid_column(mapping, column, "needs an Ordinal, a ConstValue or a Transform of the source")
    })?;
    if ordinal != 0 && matches!(ingestion.format, DataFormat::Txt | DataFormat::Raw) {
        return Err(invalid_column(mapping, column, "txt and raw have a single field, Ordinal 0"));
    }
    match column.transform {
        None => Ok(FieldSource::Field(ordinal)),
        Some(MappingTransform::PropertyBagArrayToDictionary) => Ok(FieldSource::BagOfArray(ordinal)),
        Some(transform) => UnixUnit::of(transform)
            .map(|unit| FieldSource::UnixTime(ordinal, unit))
            .ok_or_else(|| unsupported_transform(mapping, column, transform)),
    }
}

//! Which columns data would make: for tables that take their schema from what is ingested.
//!
//! A mapping says it, as far as its elements have types; parquet, orc and avro state it; of all other formats the first
//! records are looked at.

use std::io::{Read, Seek};

use arrow::datatypes::SchemaRef;
use calypso_columns::Column;
use calypso_model::{ColumnMapping, MappingTransform};
use calypso_types::ScalarType;

use crate::{
    DataFormat, Error, Ingestion, Options,
    compression::{self, Compression},
    delimited, json,
    mapping::path::parse_path,
    random_access::RandomAccess,
    typed::{self, inferred},
    w3c_log,
};

mod guess;
mod named_values;

pub(crate) use guess::Guess;
pub(crate) use named_values::NamedGuesses;

/// Returns the columns that the data of `body` would make, in their order; of an archive, its first file.
///
/// `ingestion` says how the data would be read; its columns do not matter. With a mapping, the columns are its elements
/// with their `datatype`; one without takes the type of what it reads where the format states that, else string. Without,
/// they are the fields of parquet, orc and avro; the properties of json; the fields of delimited formats, named by the
/// first record if `ignore_first_record` says that it is a header, else `Column1`, `Column2` and so on; the `#Fields`
/// of w3clogfile. At most [`crate::limits::INFER_RECORDS_MAX`] records are looked at; a column whose values agree on no
/// type is a string.
///
/// # Errors
/// As [`crate::read_body`], as far as the data are looked at.
pub fn infer_columns(body: impl Read + Seek + Send + 'static, ingestion: &Ingestion<'_>) -> Result<Vec<Column>, Error> {
    let Ingestion { format, options, mapping, .. } = ingestion;
    if !format.is_supported() {
        return Err(Error::FormatNotSupported { format: format.name().to_owned() });
    }
    let Some(mapping) = mapping else { return of_data(body, *format, options) };
    let typed = |element: &&ColumnMapping| type_without_data(element).is_none();
    let schema = if format.is_compact() && mapping.columns.iter().any(|element| typed(&element)) {
        Some(schema(body, *format, options)?)
    } else {
        None
    };
    Ok(mapping.columns.iter().map(|element| column_of(element, schema.as_ref())).collect())
}

/// Returns the type that an element has by itself.
fn type_without_data(element: &ColumnMapping) -> Option<ScalarType> {
    use MappingTransform as Transform;
    let by_transform = match element.transform {
        Some(Transform::SourceLineNumber) => Some(ScalarType::Long),
        Some(Transform::SourceLocation | Transform::BytesAsBase64) => Some(ScalarType::String),
        Some(Transform::PropertyBagArrayToDictionary | Transform::DropMappedFields) => Some(ScalarType::Dynamic),
        Some(
            Transform::DateTimeFromUnixSeconds
            | Transform::DateTimeFromUnixMilliseconds
            | Transform::DateTimeFromUnixMicroseconds
            | Transform::DateTimeFromUnixNanoseconds,
        ) => Some(ScalarType::DateTime),
        None => element.const_value.as_ref().map(|_| ScalarType::String),
    };
    element.data_type.or(by_transform)
}

/// Returns the column of an element.
fn column_of(element: &ColumnMapping, schema: Option<&SchemaRef>) -> Column {
    let by_path = || inferred::type_at(schema?, &parse_path(element.path.as_deref()?).ok()?);
    let ty = type_without_data(element).or_else(by_path).unwrap_or(ScalarType::String);
    Column::new(&element.column, ty)
}

/// Returns the columns of data without a mapping.
fn of_data(
    body: impl Read + Seek + Send + 'static,
    format: DataFormat,
    options: &Options,
) -> Result<Vec<Column>, Error> {
    if format.is_compact() {
        return Ok(inferred::columns_of(&*schema(body, format, options)?));
    }
    let columns = first_file(body, options, &mut |file| match format {
        DataFormat::Json | DataFormat::SingleJson | DataFormat::MultiJson => json::infer(file, format),
        DataFormat::W3CLogFile => w3c_log::infer(file),
        _ => delimited::infer(file, format, options.ignore_first_record),
    })?;
    if columns.is_empty() { Err(Error::NoRecords { format }) } else { Ok(columns) }
}

/// Returns the schema that a file states.
fn schema(body: impl Read + Seek + Send + 'static, format: DataFormat, options: &Options) -> Result<SchemaRef, Error> {
    let of_file = |file: &RandomAccess| match format {
        DataFormat::Parquet => typed::parquet::schema(file),
        _ => typed::orc::schema(file),
    };
    let mut body = body;
    if matches!(format, DataFormat::Avro | DataFormat::ApacheAvro) {
        return first_file(body, options, &mut |file| typed::avro::schema(file, format));
    }
    if compression::sniff_body(&mut body)? == Compression::None {
        return of_file(&RandomAccess::new(body).map_err(Error::Read)?);
    }
    first_file(body, options, &mut |file| of_file(&RandomAccess::spool(file, options.spool_directory.as_deref())?))
}

/// Returns what `visit` says of the first file of a body.
fn first_file<T>(
    body: impl Read + Seek,
    options: &Options,
    visit: &mut dyn FnMut(&mut dyn Read) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut found = None;
    let mut once = |_: Option<&str>, file: &mut dyn Read| {
        if found.is_none() {
            found = Some(visit(file)?);
        }
        Ok(())
    };
    compression::for_each_file(body, options.decompressed_bytes_max, options.zip_pattern.as_ref(), &mut once)?;
    found.ok_or(Error::EmptyArchive)
}

#[cfg(test)]
mod tests;

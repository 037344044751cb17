//! Format `orc`: a file whose directory stands at its end, read stripe by stripe, a few thousand rows at a time.

use std::io;

use arrow::datatypes::{DECIMAL128_MAX_PRECISION, DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use orc_rust::{
    ArrowReaderBuilder,
    projection::ProjectionMask,
    reader::{ChunkReader, metadata::FileMetadata},
    schema::{DataType as OrcType, NamedColumn},
};

use super::{RecordPusher, TypedPlan, guard::guarded, values::SECONDS_KEY};
use crate::{
    DataFormat, Error, Ingestion,
    batch::BatchBuilder,
    limits::{DECODED_BYTES_MAX, DECODED_ROWS_MAX, EMPTY_STRIPES_MAX},
    random_access::{RandomAccess, Section},
};

/// Digits of a second behind the point.
const NANOSECOND_DIGITS: i8 = 9;

impl ChunkReader for RandomAccess {
    type T = Section;

    fn len(&self) -> u64 {
        self.length()
    }

    fn get_read(&self, offset_from_start: u64) -> io::Result<Section> {
        Ok(self.reader(offset_from_start))
    }

    fn get_bytes(&self, offset_from_start: u64, length: u64) -> io::Result<Bytes> {
        self.piece(offset_from_start, length)
    }
}

/// Reads one file into `batch`. In memory are the file's directory, the wanted columns of one stripe as they are stored,
/// and the rows decoded from them.
///
/// # Errors
/// When the file is none of this format or damaged, a wanted field has a type that is not read here, reading fails, or
/// the batch cannot be handed on.
pub(crate) fn read_file(
    file: &RandomAccess,
    ingestion: &Ingestion<'_>,
    plan: &TypedPlan<'_>,
    batch: &mut BatchBuilder<'_, '_>,
) -> Result<(), Error> {
    let builder = open(file)?;
    let columns = builder.file_metadata().root_data_type().children();
    let wanted = |column: &&NamedColumn| plan.wants(column.name());
    // The library reads no rows without columns.
    let mut names: Vec<String> = columns.iter().filter(wanted).map(|column| column.name().to_owned()).collect();
    if names.is_empty() {
        names.extend(columns.first().map(|column| column.name().to_owned()));
    }
    let projected = columns.iter().filter(|column| names.iter().any(|name| name == column.name()));
    let (decoded_as, marked) = schemas(projected);
    let mut reader = guarded(DataFormat::Orc, Some(file), || {
        let metadata = builder.file_metadata();
        let projection = ProjectionMask::named_roots(metadata.root_data_type(), &names);
        let rows = rows_at_a_time(metadata);
        Ok::<_, Error>(builder.with_projection(projection).with_schema(decoded_as).with_batch_size(rows).build())
    })?;
    let mut records = RecordPusher::new(ingestion, plan);
    while let Some(decoded) = guarded(DataFormat::Orc, Some(file), || reader.next().transpose())? {
        if !records.push(&decoded, &marked, batch)? {
            break;
        }
    }
    batch.summary.bytes_raw += file.length();
    Ok(())
}

/// Returns the fields of a file.
///
/// # Errors
/// When the file is none of this format or damaged, or reading fails.
pub(crate) fn schema(file: &RandomAccess) -> Result<SchemaRef, Error> {
    Ok(open(file)?.schema())
}

/// Reads the directory.
fn open(file: &RandomAccess) -> Result<ArrowReaderBuilder<RandomAccess>, Error> {
    let builder = guarded(DataFormat::Orc, Some(file), || ArrowReaderBuilder::try_new(file.clone()))?;
    let mut empty = 0;
    for stripe in builder.file_metadata().stripe_metadatas() {
        empty = if stripe.number_of_rows() == 0 { empty + 1 } else { 0 };
        if empty > EMPTY_STRIPES_MAX {
            let message = format!("more than {EMPTY_STRIPES_MAX} stripes in a row have no rows");
            return Err(Error::MalformedFile { format: DataFormat::Orc, message });
        }
    }
    Ok(builder)
}

/// Returns how many rows are decoded at a time: fewer where the directory tells of long ones.
fn rows_at_a_time(metadata: &FileMetadata) -> usize {
    let stripes = metadata.stripe_metadatas().iter();
    let longest = stripes.map(|stripe| stripe.data_length() / stripe.number_of_rows().max(1)).max();
    let rows = DECODED_BYTES_MAX / longest.unwrap_or(1).max(1);
    usize::try_from(rows).unwrap_or(DECODED_ROWS_MAX).clamp(1, DECODED_ROWS_MAX)
}

/// Returns the schema to decode columns with, and the same with timestamps marked as what they are.
fn schemas<'c>(columns: impl Iterator<Item = &'c NamedColumn>) -> (SchemaRef, Schema) {
    let fields: Vec<_> = columns.map(|column| (column.name(), column.data_type())).collect();
    let plain: Vec<Field> = fields.iter().map(|(name, ty)| field_of(name, ty, false)).collect();
    let marked: Vec<Field> = fields.iter().map(|(name, ty)| field_of(name, ty, true)).collect();
    (Schema::new(plain).into(), Schema::new(marked))
}

/// Returns the field that holds a column: as the library makes it, but for timestamps, which become seconds with nine
/// digits behind the point. Recurses as deep as the schema nests.
fn field_of(name: &str, ty: &OrcType, marked: bool) -> Field {
    let arrow = match ty {
        OrcType::Timestamp { .. } | OrcType::TimestampWithLocalTimezone { .. } => {
            let field = Field::new(name, DataType::Decimal128(DECIMAL128_MAX_PRECISION, NANOSECOND_DIGITS), true);
            let mark = [(SECONDS_KEY.to_owned(), String::new())];
            return if marked { field.with_metadata(mark.into()) } else { field };
        }
        OrcType::Struct { children, .. } => {
            DataType::Struct(children.iter().map(|child| field_of(child.name(), child.data_type(), marked)).collect())
        }
        OrcType::List { child, .. } => DataType::List(field_of("item", child, marked).into()),
        OrcType::Map { key, value, .. } => {
            let keys = field_of("keys", key, marked).with_nullable(false);
            let entries = DataType::Struct(vec![keys, field_of("values", value, marked)].into());
            DataType::Map(Field::new("entries", entries, false).into(), false)
        }
        // What unions hold stays as the library makes it.
        other => other.to_arrow_data_type(),
    };
    Field::new(name, arrow, true)
}

#[cfg(test)]
mod tests;

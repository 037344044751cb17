//! Format `parquet`: a file whose directory stands at its end, read column by column, a few thousand rows at a time.

use ::parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
    },
    basic::Type as PhysicalType,
    errors::ParquetError,
    file::{
        metadata::ParquetMetaData,
        reader::{ChunkReader, Length},
    },
    schema::types::SchemaDescriptor,
};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use bytes::Bytes;

use super::{RecordPusher, TypedPlan, guard::guarded};
use crate::{
    DataFormat, Error, Ingestion,
    batch::BatchBuilder,
    limits::{DECODED_BYTES_MAX, DECODED_ROWS_MAX},
    random_access::{RandomAccess, Section},
};

impl Length for RandomAccess {
    fn len(&self) -> u64 {
        self.length()
    }
}

impl ChunkReader for RandomAccess {
    type T = Section;

    fn get_read(&self, start: u64) -> Result<Section, ParquetError> {
        Ok(self.reader(start))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        Ok(self.piece(start, length as u64)?)
    }
}

/// Reads one file into `batch`. In memory are the file's directory, a page of each wanted column with its dictionary,
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
    let metadata = guarded(DataFormat::Parquet, Some(file), || open(file))?;
    let schema = metadata.schema().clone();
    let mut roots = Vec::new();
    for (position, field) in schema.fields().iter().enumerate().filter(|(_, field)| plan.wants(field.name())) {
        if has_interval(field.data_type()) {
            let field = field.name().clone();
            return Err(Error::TypeNotSupported { format: DataFormat::Parquet, field, ty: "INTERVAL".to_owned() });
        }
        roots.push(position);
    }
    let mut reader = guarded(DataFormat::Parquet, Some(file), || {
        let projection = ProjectionMask::roots(metadata.parquet_schema(), roots);
        let rows = rows_at_a_time(metadata.metadata());
        ParquetRecordBatchReaderBuilder::new_with_metadata(file.clone(), metadata)
            .with_projection(projection)
            .with_batch_size(rows)
            .build()
    })?;
    let mut records = RecordPusher::new(ingestion, plan);
    while let Some(decoded) = guarded(DataFormat::Parquet, Some(file), || reader.next().transpose())? {
        if !records.push(&decoded, &decoded.schema(), batch)? {
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
    Ok(guarded(DataFormat::Parquet, Some(file), || open(file))?.schema().clone())
}

/// Reads the directory. The types are Parquet's own: what Arrow's writers note besides would bring types that say the
/// same in more ways.
fn open(file: &RandomAccess) -> Result<ArrowReaderMetadata, ParquetError> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = ArrowReaderMetadata::load(file, options.clone())?;
    match with_wide_timestamps(metadata.schema(), metadata.parquet_schema()) {
        Some(schema) => ArrowReaderMetadata::try_new(metadata.metadata().clone(), options.with_schema(schema.into())),
        None => Ok(metadata),
    }
}

/// Says whether a type is an interval or has one within: the library reads their days and loses their months. Recurses
/// as deep as the schema nests.
fn has_interval(ty: &DataType) -> bool {
    match ty {
        DataType::Interval(_) => true,
        DataType::Struct(fields) => fields.iter().any(|field| has_interval(field.data_type())),
        DataType::List(inner) | DataType::Map(inner, _) => has_interval(inner.data_type()),
        _ => false,
    }
}

/// Returns how many rows are decoded at a time: fewer where the directory tells of long ones.
fn rows_at_a_time(metadata: &ParquetMetaData) -> usize {
    let row_bytes = |bytes: i64, rows: i64| u64::try_from(bytes / rows.max(1)).unwrap_or_default().max(1);
    let longest = metadata.row_groups().iter().map(|group| row_bytes(group.total_byte_size(), group.num_rows())).max();
    let rows = DECODED_BYTES_MAX / longest.unwrap_or(1);
    usize::try_from(rows).unwrap_or(DECODED_ROWS_MAX).clamp(1, DECODED_ROWS_MAX)
}

/// Returns the schema with the old timestamps of 96 bits in microseconds, if the file has any: the nanoseconds they are
/// read as by default cannot hold the year 9999, which is what many writers mean by never.
fn with_wide_timestamps(schema: &Schema, parquet: &SchemaDescriptor) -> Option<Schema> {
    let old = |leaf: usize| leaf < parquet.num_columns() && parquet.column(leaf).physical_type() == PhysicalType::INT96;
    if !(0..parquet.num_columns()).any(old) {
        return None;
    }
    let mut leaf = 0;
    let fields: Vec<Field> = schema.fields().iter().map(|field| widened(field, &old, &mut leaf)).collect();
    Some(Schema::new(fields))
}

/// Returns a field with its old timestamps widened; `leaf` counts the columns of the file. Recurses as deep as the
/// schema nests.
fn widened(field: &FieldRef, old: &dyn Fn(usize) -> bool, leaf: &mut usize) -> Field {
    let ty = match field.data_type() {
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(|field| widened(field, old, leaf)).collect()),
        DataType::List(element) => DataType::List(widened(element, old, leaf).into()),
        DataType::Map(entries, sorted) => DataType::Map(widened(entries, old, leaf).into(), *sorted),
        other => {
            let is_old = old(*leaf);
            *leaf += 1;
            if is_old { DataType::Timestamp(TimeUnit::Microsecond, None) } else { other.clone() }
        }
    };
    field.as_ref().clone().with_data_type(ty)
}

#[cfg(test)]
mod tests;

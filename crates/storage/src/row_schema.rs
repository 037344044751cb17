//! The Arrow schema of stored rows: fields are named by column id, so that renames touch nothing stored.

use std::sync::Arc;

use arrow::{
    array::{Array as _, AsArray as _, RecordBatch},
    datatypes::{DataType, Field, Schema, SchemaRef},
};

/// Returns the stored name of the column with `id`.
pub(crate) fn field_name(id: u32) -> String {
    format!("c{id}")
}

/// Returns the schema of rows with these columns.
pub(crate) fn row_schema(ids: &[u32], types: impl IntoIterator<Item = DataType>) -> SchemaRef {
    let fields: Vec<_> = ids.iter().zip(types).map(|(id, ty)| Field::new(field_name(*id), ty, true)).collect();
    Arc::new(Schema::new(fields))
}

/// Returns the bytes of the values in a batch: what it would take uncompressed, shared buffers counted once.
pub(crate) fn batch_bytes(batch: &RecordBatch) -> u64 {
    let rows = batch.num_rows();
    let bytes: usize = batch
        .columns()
        .iter()
        .map(|column| match column.data_type() {
            DataType::Boolean => rows.div_ceil(8),
            DataType::Int32 => 4 * rows,
            DataType::Int64 | DataType::Float64 => 8 * rows,
            DataType::Utf8View => 16 * rows + column.as_string_view().total_buffer_bytes_used(),
            _ => 16 * rows,
        })
        .sum();
    bytes as u64
}

//! A Parquet file of one result, with the Arrow types of the SDK.

use std::io::{self, Write};

use ::parquet::arrow::ArrowWriter;
use arrow::{
    array::RecordBatch,
    datatypes::{Field, Schema},
};
use kusto_data::Table;

use super::json::distinct_names;

pub(super) fn write(tables: &[&Table], out: &mut dyn Write) -> io::Result<()> {
    let [table] = tables else {
        let told = format!("a Parquet file holds one result, and there are {}", tables.len());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, told));
    };
    let batch = table.to_record_batch().map_err(io::Error::other)?;
    let batch = with_names(&batch, distinct_names(table.columns())).map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    let written = ArrowWriter::try_new(&mut bytes, batch.schema(), None).and_then(|mut writer| {
        writer.write(&batch)?;
        writer.close()
    });
    written.map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn with_names(batch: &RecordBatch, names: Vec<String>) -> Result<RecordBatch, arrow::error::ArrowError> {
    let schema = batch.schema();
    let fields: Vec<Field> =
        schema.fields().iter().zip(names).map(|(field, name)| field.as_ref().clone().with_name(name)).collect();
    RecordBatch::try_new(Schema::new(fields).into(), batch.columns().to_vec())
}

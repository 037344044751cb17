//! Formats `avro` and `apacheavro`: object container files, read block by block from start to end.
//!
//! <https://avro.apache.org/docs/1.12.0/specification/#object-container-files>

use std::io::{Cursor, Read};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use arrow_avro::reader::ReaderBuilder;

use super::{RecordPusher, TypedPlan, guard::guarded};
use crate::{Error, Ingestion, batch::BatchBuilder};

mod blocks;

use blocks::Blocks;

/// Reads one file into `batch`. In memory is one block, decompressed and decoded.
///
/// # Errors
/// When the file is none of this format or damaged, a wanted field has a type that is not read here, reading fails, or
/// the batch cannot be handed on.
pub(crate) fn read_file(
    file: &mut dyn Read,
    ingestion: &Ingestion<'_>,
    plan: &TypedPlan<'_>,
    batch: &mut BatchBuilder<'_, '_>,
) -> Result<(), Error> {
    let mut blocks = Blocks::open(file, ingestion.format)?;
    let mut records = RecordPusher::new(ingestion, plan);
    while let Some(rows) = blocks.next()? {
        let decoded = decoded(&blocks, rows)?;
        if !records.push(&decoded, &decoded.schema(), batch)? {
            break;
        }
    }
    batch.summary.bytes_raw += blocks.offset();
    Ok(())
}

/// Returns the fields of a file.
///
/// # Errors
/// When the file is none of this format or damaged, or reading fails.
pub(crate) fn schema(file: &mut dyn Read, format: crate::DataFormat) -> Result<SchemaRef, Error> {
    let blocks = Blocks::open(file, format)?;
    let reader = guarded(format, None, || ReaderBuilder::new().build(Cursor::new(blocks.bytes())))?;
    Ok(reader.schema())
}

/// Decodes the last block read as a file of its own. The library never ends on a block that has more data than
/// records, unless the records it should have make a full batch.
fn decoded(blocks: &Blocks<'_>, rows: usize) -> Result<RecordBatch, Error> {
    let file = Cursor::new(blocks.bytes());
    let batch =
        guarded(blocks.format(), None, || ReaderBuilder::new().with_batch_size(rows).build(file)?.next().transpose())?;
    match batch {
        Some(batch) if batch.num_rows() == rows => Ok(batch),
        _ => Err(blocks.malformed("a block has fewer records than it says")),
    }
}

#[cfg(test)]
mod tests;

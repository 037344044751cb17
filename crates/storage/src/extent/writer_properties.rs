//! How columns are encoded: chosen by type, for strings by a look at the first rows.

use std::collections::HashSet;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use calypso_types::ScalarType;
use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion},
    schema::types::ColumnPath,
};

use super::ExtentColumn;
use crate::{row_schema::field_name, settings::ROW_GROUP_ROWS};

/// Rows of the first batch that are looked at.
const SAMPLE_ROWS: usize = 4096;
/// No dictionary if more than this share of the sampled values is distinct.
const DISTINCT_SHARE_MAX: f64 = 0.5;
/// Rows that one data page holds at most: the unit of reading.
const PAGE_ROWS_MAX: usize = 16_384;
/// Bytes of string bounds kept per row group.
const BOUND_BYTES_MAX: usize = 64;

/// Returns the properties of an extent that begins with `first`.
pub(super) fn writer_properties(columns: &[ExtentColumn], first: Option<&RecordBatch>) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_created_by(concat!("calypso ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS_MAX)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_statistics_truncate_length(Some(BOUND_BYTES_MAX));
    for (index, column) in columns.iter().enumerate() {
        builder = column_properties(builder, *column, first, index);
    }
    builder.build()
}

fn column_properties(
    builder: WriterPropertiesBuilder,
    column: ExtentColumn,
    first: Option<&RecordBatch>,
    index: usize,
) -> WriterPropertiesBuilder {
    let path = ColumnPath::from(field_name(column.id));
    match column.ty {
        // Times grow slowly and seldom repeat.
        ScalarType::DateTime => builder
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED),
        // The dictionary gives way to deltas when it grows.
        ScalarType::Long | ScalarType::Int | ScalarType::TimeSpan => {
            builder.set_column_encoding(path, Encoding::DELTA_BINARY_PACKED)
        }
        ScalarType::String | ScalarType::Dynamic if first.is_some_and(|first| is_mostly_distinct(first, index)) => {
            builder.set_column_dictionary_enabled(path, false)
        }
        ScalarType::Guid => builder.set_column_dictionary_enabled(path, false),
        _ => builder,
    }
}

fn is_mostly_distinct(batch: &RecordBatch, column: usize) -> bool {
    let Some(strings) = batch.column(column).as_string_view_opt() else {
        return false;
    };
    let rows = strings.len().min(SAMPLE_ROWS);
    let distinct: HashSet<&str> =
        (0..rows).filter(|row| strings.is_valid(*row)).map(|row| strings.value(row)).collect();
    distinct.len() as f64 > rows as f64 * DISTINCT_SHARE_MAX
}

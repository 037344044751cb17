//! How columns are encoded: chosen by type, and for some by a look at the first rows.

use std::collections::HashSet;

use arrow::{
    array::{Array, ArrayRef, AsArray as _, RecordBatch},
    compute::concat,
    datatypes::Float64Type,
    error::ArrowError,
};
use calypso_types::ScalarType;
use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion},
    schema::types::ColumnPath,
};

use super::ExtentColumn;
use crate::{row_schema::field_name, settings::ROW_GROUP_ROWS};

/// Rows that are looked at.
const SAMPLE_ROWS: usize = 4096;
/// No dictionary if more than this share of the sampled values is distinct.
const DISTINCT_SHARE_MAX: f64 = 0.5;
/// Rows that one data page holds at most: the unit of reading.
const PAGE_ROWS_MAX: usize = 16_384;
/// Bytes of string bounds kept per row group.
const BOUND_BYTES_MAX: usize = 64;

/// How one extent is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    Zstd,
    Lz4,
}

/// Returns the properties of an extent that begins with the rows of `first`.
///
/// # Errors
/// If the batches do not agree.
pub(super) fn writer_properties(
    columns: &[ExtentColumn],
    codec: Codec,
    first: &[RecordBatch],
) -> Result<WriterProperties, ArrowError> {
    let mut builder = WriterProperties::builder()
        .set_created_by(concat!("calypso ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(codec.compression())
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS_MAX)
        .set_data_page_size_limit(codec.page_bytes())
        .set_statistics_enabled(EnabledStatistics::None)
        .set_statistics_truncate_length(Some(BOUND_BYTES_MAX));
    for (index, column) in columns.iter().enumerate() {
        let is_mostly_distinct = may_be_mostly_distinct(column.ty) && is_mostly_distinct(first, index)?;
        builder = column_properties(builder, *column, is_mostly_distinct);
    }
    Ok(builder.build())
}

impl Codec {
    /// Returns the bytes of values in one data page, about: compression goes over a page while it is still near the
    /// processor, and allocators keep memory of this size instead of giving it back to the system.
    const fn page_bytes(self) -> usize {
        match self {
            Self::Zstd => 64 * 1024,
            // Offsets within a page fit into 16 bits, which makes the search for repetitions faster.
            Self::Lz4 => 32 * 1024,
        }
    }

    fn compression(self) -> Compression {
        match self {
            Self::Zstd => Compression::ZSTD(ZstdLevel::default()),
            Self::Lz4 => Compression::LZ4_RAW,
        }
    }
}

fn column_properties(
    builder: WriterPropertiesBuilder,
    column: ExtentColumn,
    is_mostly_distinct: bool,
) -> WriterPropertiesBuilder {
    let path = ColumnPath::from(field_name(column.id));
    let builder = builder
        .set_column_dictionary_enabled(path.clone(), !is_mostly_distinct)
        .set_column_statistics_enabled(path.clone(), statistics(column.ty, is_mostly_distinct));
    match column.ty {
        // Times grow slowly and seldom repeat.
        ScalarType::DateTime => builder
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED),
        // The dictionary gives way to deltas when it grows.
        ScalarType::Long | ScalarType::Int | ScalarType::TimeSpan => {
            builder.set_column_encoding(path, Encoding::DELTA_BINARY_PACKED)
        }
        // Lengths apart from the text, which compresses better without them.
        ScalarType::String | ScalarType::Dynamic => {
            builder.set_column_encoding(path, Encoding::DELTA_LENGTH_BYTE_ARRAY)
        }
        // Those that do not repeat are random.
        ScalarType::Guid if is_mostly_distinct => builder.set_column_compression(path, Compression::UNCOMPRESSED),
        _ => builder,
    }
}

/// Says whether the bounds of a row group's values are kept: where they rule row groups out.
const fn statistics(ty: ScalarType, is_mostly_distinct: bool) -> EnabledStatistics {
    match ty {
        ScalarType::DateTime | ScalarType::Long | ScalarType::Int | ScalarType::TimeSpan => EnabledStatistics::Chunk,
        // The filter of terms tells more of strings that seldom repeat.
        ScalarType::String if !is_mostly_distinct => EnabledStatistics::Chunk,
        _ => EnabledStatistics::None,
    }
}

/// Says whether it depends on the first values if a column of that type has a dictionary.
const fn may_be_mostly_distinct(ty: ScalarType) -> bool {
    matches!(ty, ScalarType::String | ScalarType::Dynamic | ScalarType::Real | ScalarType::Guid)
}

/// Says whether most of the first values of a column of such a type occur once.
fn is_mostly_distinct(batches: &[RecordBatch], column: usize) -> Result<bool, ArrowError> {
    let Some(sample) = sample(batches, column)? else { return Ok(false) };
    let distinct = if let Some(strings) = sample.as_string_view_opt() {
        strings.iter().flatten().collect::<HashSet<_>>().len()
    } else if let Some(reals) = sample.as_primitive_opt::<Float64Type>() {
        reals.iter().flatten().map(f64::to_bits).collect::<HashSet<_>>().len()
    } else if let Some(guids) = sample.as_fixed_size_binary_opt() {
        guids.iter().flatten().collect::<HashSet<_>>().len()
    } else {
        return Ok(false);
    };
    Ok(distinct as f64 > sample.len() as f64 * DISTINCT_SHARE_MAX)
}

/// Returns the first values of a column; `None` if there are no rows.
fn sample(batches: &[RecordBatch], column: usize) -> Result<Option<ArrayRef>, ArrowError> {
    let mut wanted = SAMPLE_ROWS;
    let mut slices = Vec::new();
    for batch in batches {
        let rows = batch.num_rows().min(wanted);
        slices.push(batch.column(column).slice(0, rows));
        wanted -= rows;
        if wanted == 0 {
            break;
        }
    }
    let slices: Vec<&dyn Array> = slices.iter().map(AsRef::as_ref).collect();
    if slices.is_empty() { Ok(None) } else { concat(&slices).map(Some) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{FixedSizeBinaryArray, Float64Array, StringViewArray};

    use super::*;

    /// Properties of a column of that type, whose rows come in batches of ten.
    fn chosen(ty: ScalarType, values: &ArrayRef) -> (WriterProperties, ColumnPath) {
        let batches: Vec<RecordBatch> = (0..values.len() / 10)
            .map(|batch| RecordBatch::try_from_iter([("c", values.slice(batch * 10, 10))]).unwrap())
            .collect();
        let properties = writer_properties(&[ExtentColumn { id: 1, ty }], Codec::Zstd, &batches).unwrap();
        (properties, ColumnPath::from(field_name(1)))
    }

    fn guids(distinct: u128) -> ArrayRef {
        let values = (0..100_u128).map(|n| (n % distinct).to_be_bytes());
        Arc::new(FixedSizeBinaryArray::try_from_iter(values).unwrap())
    }

    fn strings(distinct: usize) -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values((0..100).map(|n| (n % distinct).to_string())))
    }

    fn reals(distinct: i32) -> ArrayRef {
        Arc::new(Float64Array::from_iter_values((0..100).map(|n| f64::from(n % distinct))))
    }

    #[test]
    fn columns_whose_values_repeat_get_a_dictionary_whatever_the_first_batch_holds() {
        for (ty, few, many) in [
            (ScalarType::Guid, guids(10), guids(90)),
            (ScalarType::String, strings(10), strings(90)),
            (ScalarType::Dynamic, strings(10), strings(90)),
            (ScalarType::Real, reals(10), reals(90)),
        ] {
            for (values, expected) in [(few, true), (many, false)] {
                let (properties, path) = chosen(ty, &values);
                assert_eq!(properties.dictionary_enabled(&path), expected, "{ty:?}");
            }
        }
    }

    #[test]
    fn only_guids_that_do_not_repeat_stay_uncompressed() {
        for (ty, values, expected) in [
            (ScalarType::Guid, guids(90), true),
            (ScalarType::Guid, guids(10), false),
            (ScalarType::String, strings(90), false),
            (ScalarType::Real, reals(90), false),
        ] {
            let (properties, path) = chosen(ty, &values);
            assert_eq!(properties.compression(&path) == Compression::UNCOMPRESSED, expected, "{ty:?}");
        }
    }

    #[test]
    fn an_extent_without_rows_has_properties() {
        writer_properties(&[ExtentColumn { id: 1, ty: ScalarType::String }], Codec::Lz4, &[]).unwrap();
    }
}

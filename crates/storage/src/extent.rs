//! Extents on disk: writing, opening, and skipping what a query cannot want.
//!
//! An extent is one Parquet file whose columns are named by column id, with row groups of [`ROW_GROUP_ROWS`] rows, and
//! between the last row group and the footer our own *term filters*: for every row group and string column the words
//! it holds, for guids the values. `docs/formats/extent.md` has the bytes.
//!
//! [`ROW_GROUP_ROWS`]: crate::settings::ROW_GROUP_ROWS

mod bounds;
mod chunks;
mod column_cache;
mod encode_pool;
mod filter_section;
mod open;
mod prune;
mod read;
mod row_group;
mod term_filter;
mod terms;
mod write;
mod writer_properties;

#[cfg(test)]
mod tests;

pub(crate) use bounds::may_match;
pub(crate) use column_cache::ColumnCache;
pub(crate) use open::{OpenExtent, OpenExtents};
pub(crate) use prune::ExtentPredicate;
pub(crate) use read::{ExtentRows, RowsWanted, absent};
pub(crate) use row_group::EncodeThreads;
pub(crate) use write::{ExtentColumn, ExtentWriter, WrittenExtent};
pub(crate) use writer_properties::Codec;

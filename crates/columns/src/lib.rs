//! How each Kusto type is carried in Arrow: the one home of that decision.
//!
//! | Kusto | Arrow | remark |
//! |---|---|---|
//! | bool | Boolean | |
//! | int, long, real | Int32, Int64, Float64 | |
//! | decimal | Decimal128(38, 17) | |
//! | string | Utf8View | a null reads as "" |
//! | datetime | Int64 | ticks since 0001-01-01; Arrow's timestamps cannot hold the range |
//! | timespan | Int64 | ticks |
//! | guid | FixedSizeBinary(16) | RFC 4122 byte order |
//! | dynamic | Utf8View | the text of `calypso_types::dynamic_text`; null is null |
//!
//! Arrow alone does not tell long, datetime and timespan apart, nor string and dynamic: a [`Column`] carries the
//! Kusto type beside it.

mod arrays;
mod builder;
mod column;
mod predicate;
mod scalar;

pub use arrays::{Bools, Decimals, Guids, Ints, Longs, Reals, Strings};
pub use builder::{ColumnBuilder, batch_from_rows};
pub use column::{Column, arrow_schema, arrow_type};
pub use predicate::{ColumnPredicate, Comparison, ScanRequest};
pub use scalar::{array_of_scalar, scalar_at};

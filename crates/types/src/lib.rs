//! Kusto's scalar types and their values: parsing, printing, comparison and null rules.
//!
//! Knows nothing of Arrow, async, or wire envelopes. Read `scalar_type`, then `scalar`, then one file
//! per type; `dynamic` is the tree and `dynamic_text` the stored form of the same value. `byte_block` is how
//! readers of text look at many bytes at once.

mod scalar_type;

mod scalar;

mod datetime;
mod decimal;
mod guid;
mod real;
mod timespan;

mod dynamic;
pub mod dynamic_text;

mod kql_literal;
mod serde_text;

pub mod byte_block;

pub use datetime::{CalendarParts, DateTime};
pub use decimal::Decimal;
pub use dynamic::{Dynamic, DynamicError, NESTING_DEPTH_MAX};
pub use guid::Guid;
pub use kql_literal::{kql_string, to_kql};
pub use real::{parse_real, real_text, write_real};
pub use scalar::Scalar;
pub use scalar_type::ScalarType;
pub use timespan::TimeSpan;

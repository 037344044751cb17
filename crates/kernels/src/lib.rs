//! Evaluation of Kusto's scalar functions and operators over Arrow arrays, one family per folder.
//!
//! Knows no parser and no query engine: a kernel gets arrays (or constants standing for columns) and returns an
//! array. `calypso-semantics` declares each function's name and types; [`kernel`] finds its evaluation by that name.
//! A test in `calypso-query` proves that the two tables name the same functions.

mod call;
mod registry;

mod lanes;
mod pattern;

mod conditional;
mod conversion;
mod datetime;
mod dynamic;
mod geo;
mod hash;
mod ip;
mod math;
mod metadata;
mod operators;
mod series;
mod string;

pub use call::{Argument, Call, EvalContext, Kernel, KernelError, RandomSource};
pub use registry::{kernel, kernel_names};

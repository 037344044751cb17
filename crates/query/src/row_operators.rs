//! The operators that relational algebra lacks, one per file.

mod mv_expand;
mod parse;
mod parse_kv;
mod sample;
mod steps;
mod window;

pub(crate) use mv_expand::MvExpand;
pub(crate) use parse::ParseColumns;
pub(crate) use parse_kv::ParseKeyValues;
pub(crate) use sample::{SAMPLE_ROWS_MAX, SampleRows};
pub(crate) use steps::{ScanSteps, StepPlan};
pub(crate) use window::Window;

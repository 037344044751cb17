//! The operators that relational algebra lacks, one per file.

mod mv_expand;
mod parse;
mod sample;
mod window;

pub(crate) use mv_expand::MvExpand;
pub(crate) use parse::ParseColumns;
pub(crate) use sample::SampleRows;
pub(crate) use window::Window;

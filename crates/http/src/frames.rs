//! Encoders of results: text is made as rows are computed, and leaves in chunks.

mod sink;
mod table;
mod trailer;
mod v1;
mod v2;

pub(crate) use sink::{ChunkSink, respond_with_frames};
pub(crate) use v1::{V1Answer, encode_v1};
pub(crate) use v2::{V2Layout, encode_v2};

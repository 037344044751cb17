//! The row log: what makes a streamed row durable before it is acknowledged.
//!
//! *Segments* are files `rowlog/<sequence>.log`; a *record* is the rows of one table in one append (or the column
//! list that later records of the segment refer to); a *position* is the global number of a rows record, never reused. One thread writes: it takes every
//! append that waits, writes them with one write and one `fdatasync` (a *group*), puts the rows into the row store, and
//! wakes the callers. A failed write or sync *poisons* the log: nothing is accepted until the storage is opened again,
//! because after a failed sync the kernel may have dropped the pages.
//!
//! Replay reads segments in order. Only the last one may end in a torn group, which was never acknowledged; it is cut
//! off. Anything else that does not check out is corruption and stops the start. `docs/formats/row-log.md` has the bytes.

mod columns_key;
mod files;
mod format;
mod group;
mod index;
mod payload;
mod replay;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use columns_key::ColumnIds;
pub(crate) use files::sync_dir;
pub use files::{LocalLogFiles, LogFile, LogFiles};
pub(crate) use index::SegmentIndex;
pub(crate) use payload::{Payload, representation_code, without_unused_bytes};
pub(crate) use replay::replay;
pub(crate) use writer::{AppendPart, AppendRequest, RowLog, RowLogStart};

//! The engine as its callers use it, on a temporary directory with a hand-driven clock.

mod bench;

mod appending;
mod crashes;
mod ingesting;
mod ingestion_times;
mod merging;
mod moving_extents;
mod pruning;
mod schema_changes;
mod snapshots;

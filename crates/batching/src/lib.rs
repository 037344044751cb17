//! The batching manager's decisions: which queued items form a batch, when it is sealed and why, and whose turn it is.
//!
//! No I/O, no time of its own: whoever drives it says what arrived, what time it is, and takes what is sealed.
//! <https://learn.microsoft.com/kusto/management/batching-policy>

mod batch;
mod batcher;
mod seal_reason;
mod turns;

pub use batch::{BatchKey, SealedBatch};
pub use batcher::{BatchLimits, Batcher, Item};
pub use seal_reason::SealReason;
pub use turns::Turns;

#[cfg(test)]
mod tests;

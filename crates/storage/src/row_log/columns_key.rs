//! The list of column ids that a batch carries, shared between its many holders.

use std::sync::Arc;

/// Column ids in the order of a batch's columns.
pub(crate) type ColumnIds = Arc<[u32]>;

//! One change of the catalog. A commit is a list of these, applied all or none.

use std::sync::Arc;

use calypso_types::DateTime;
use serde::{Deserialize, Serialize};

use crate::{Database, DatabaseId, Extent, ExtentId, Policies, SourceId, StoredFunction, Table, TableId};

/// A change. `Put…` creates or replaces by id; applying a change twice gives the same state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// Creates or replaces a database's own document (not its tables or functions).
    PutDatabase(Arc<Database>),
    /// Drops a database with all it holds.
    DropDatabase(DatabaseId),
    /// Creates or replaces a table's document; a new name is a rename.
    PutTable(Arc<Table>),
    /// Drops a table and forgets its extents.
    DropTable(TableId),
    PutFunction(Arc<StoredFunction>),
    DropFunction {
        database: DatabaseId,
        name: String,
    },
    PutClusterPolicies(Policies),
    /// Makes an extent part of its table.
    AddExtent(Arc<Extent>),
    DropExtent {
        table: TableId,
        extent: ExtentId,
    },
    /// Rows of the row log below `position` are in extents from now on.
    SealThrough {
        table: TableId,
        position: u64,
    },
    /// These ingestion sources are committed: the same id again is acknowledged without a second copy.
    RememberSources {
        table: TableId,
        sources: Vec<SourceId>,
        #[serde(with = "crate::policy::ticks")]
        at: DateTime,
    },
}

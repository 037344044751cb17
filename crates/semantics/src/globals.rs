//! The compile-time world: what names mean before a query declares its own.

use std::{collections::BTreeMap, sync::Arc};

use calypso_model::{ClusterState, Database, StoredFunction, Table};
use calypso_types::{DateTime, Scalar, ScalarType};

/// The name by which the query of an update policy reads its source, whichever it is.
const SOURCE_TABLE: &str = "$source_table";

/// A table that lives only for one request: the result of a management command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryTable {
    pub name: String,
    pub columns: Vec<(String, ScalarType)>,
}

/// One version of the catalog, seen from one database, with the values of the request's query parameters.
#[derive(Debug, Clone, Default)]
pub struct GlobalState {
    pub cluster: Arc<ClusterState>,
    /// The database of the request; may not exist (cluster-scoped requests name `NetDefaultDB`).
    pub database: String,
    /// The names of this cluster: what `cluster("…")` may say. Hosts are compared without regard to case.
    pub cluster_names: Vec<String>,
    pub memory_tables: Vec<MemoryTable>,
    /// Values given with the request, still to be matched with `declare query_parameters`.
    pub parameters: BTreeMap<String, ParameterValue>,
    /// What `$source_table` stands for in the query of an update policy.
    pub source_table: Option<String>,
    /// The database cursor: the query sees everything ingested through this time; `None` if there is no end.
    pub cursor: Option<DateTime>,
}

/// A query parameter as the request gave it. The binder parses it as the declared type.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterValue {
    /// Text: a KQL literal of the declared type, or the bare value.
    Text(String),
    /// A JSON number or boolean.
    Scalar(Scalar),
}

impl GlobalState {
    /// Says whether `name`, as `cluster()` takes it, is this cluster.
    #[must_use]
    pub fn is_own_cluster(&self, name: &str) -> bool {
        let host = name.split_once("://").map_or(name, |(_, host)| host);
        let host = host.split('/').next().unwrap_or_default();
        self.cluster_names.iter().any(|own| own.eq_ignore_ascii_case(host))
    }

    /// Returns the table called `name` of `database` (the request's own if `None`).
    #[must_use]
    pub fn table(&self, database: Option<&str>, name: &str) -> Option<(&Arc<Database>, &Arc<Table>)> {
        let database = self.cluster.database(database.unwrap_or(&self.database))?;
        database.tables.get(name).map(|table| (database, table))
    }

    /// Returns the name of the table that `name` stands for if it is `$source_table` and has a meaning here.
    #[must_use]
    pub fn source_table(&self, name: &str) -> Option<&str> {
        self.source_table.as_deref().filter(|_| name == SOURCE_TABLE)
    }

    /// Returns the stored function called `name`.
    #[must_use]
    pub fn function(&self, database: Option<&str>, name: &str) -> Option<&Arc<StoredFunction>> {
        self.cluster.database(database.unwrap_or(&self.database))?.functions.get(name)
    }

    /// Returns the request-scoped table called `name`.
    #[must_use]
    pub fn memory_table(&self, name: &str) -> Option<&MemoryTable> {
        self.memory_tables.iter().find(|t| t.name == name)
    }
}

//! Commands about policies.

use calypso_types::{DateTime, TimeSpan};

use super::TableName;
use crate::ast::Name;

/// Whose policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyEntity {
    Cluster,
    /// `None` is the database the request names.
    Database(Option<Name>),
    /// `database *`
    AllDatabases,
    /// One table, or those of `tables (…)`.
    Tables(Vec<TableName>),
    /// `table *`
    AllTables,
}

/// What happens to it.
#[derive(Debug, Clone, PartialEq)]
pub enum PolicyAction {
    Show,
    Delete,
    Alter(PolicyValue),
    AlterMerge(PolicyValue),
}

/// The new value, in the form it was written.
#[derive(Debug, Clone, PartialEq)]
pub enum PolicyValue {
    /// The policy's JSON, from a string.
    Json(String),
    /// `enable`, `disable`, `true`, `false`
    Flag(bool),
    /// `hot = 30d [, hot_window = datetime(…) .. datetime(…)]`, `hotdata = … hotindex = …`
    Caching { data_hot: TimeSpan, index_hot: TimeSpan, hot_windows: Vec<(DateTime, DateTime)> },
    /// `softdelete = 7d recoverability = disabled`
    Retention { soft_delete: Option<TimeSpan>, recoverable: Option<bool> },
    /// The text of a policy with a grammar of its own (`roworder`, `row_level_security`), unread.
    Text(String),
}

/// A command about a policy of any name; whether the policy is supported is for the executor to say.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyCommand {
    pub entity: PolicyEntity,
    /// `ingestionbatching`, lower-case.
    pub policy: Name,
    pub action: PolicyAction,
}

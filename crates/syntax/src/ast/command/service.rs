//! Commands about the service itself: what it is, what it runs, what it remembers.

use calypso_types::Guid;

use super::{CommandProperties, EmbeddedText};
use crate::ast::Name;

/// Whose running queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunningQueries {
    /// The caller's.
    Own,
    /// `by user "…"`
    OfUser(String),
    /// `by *`
    All,
}

/// A command about the service.
#[derive(Debug, Clone, PartialEq)]
pub enum ServiceCommand {
    ShowVersion,
    /// `.show cluster [details]`
    ShowCluster {
        details: bool,
    },
    ShowDiagnostics,
    /// `.show capacity [ingestions] [with (…)]`
    ShowCapacity {
        resource: Option<Name>,
        properties: CommandProperties,
    },
    /// `.show operations [id | (id, …)]`; empty is the log of the last two weeks.
    ShowOperations {
        ids: Vec<Guid>,
    },
    /// `.show operation id details`, also written `.show operations id details`
    ShowOperationDetails {
        id: Guid,
    },
    /// `.cancel operation id`
    CancelOperation {
        id: Guid,
        properties: CommandProperties,
    },
    ShowQueries,
    ShowRunningQueries(RunningQueries),
    /// `.cancel query "client request id" [with (reason = '…')]`
    CancelQuery {
        client_request_id: String,
        properties: CommandProperties,
    },
    ShowCommands,
    ShowCommandsAndQueries,
    /// `.show journal`, `.show database [D] journal`, `.show cluster journal`
    ShowJournal {
        scope: super::DatabaseScope,
    },
    /// `.show ingestion failures [with (OperationId = id)]`
    ShowIngestionFailures {
        operation: Option<Guid>,
    },
    ShowStreamingIngestionFailures,
    ShowStreamingIngestionStatistics,
    ShowRowStores,
    ShowExportContainers,
    ShowPlugins,
    /// `.show principal access`: what the caller may do.
    ShowPrincipalAccess,
    /// `.clear database cache streamingingestion schema`, `.clear table T cache streamingingestion schema`
    ClearStreamingSchemaCache {
        table: Option<Name>,
    },
    /// `.clear database cache query_results`
    ClearQueryResultsCache,
    /// `.refresh database 'd' table 't' cache ingestionbatchingpolicy`
    RefreshBatchingPolicyCache {
        database: Name,
        table: Name,
    },
    /// `.get ingestion resources [with (…)]`
    GetIngestionResources {
        properties: CommandProperties,
    },
    /// `.get kusto identity token`
    GetIdentityToken,
    /// `.execute [database | cluster] script [with (…)] <| commands`; [`crate::split_script`] parts them.
    ExecuteScript {
        cluster: bool,
        properties: CommandProperties,
        script: EmbeddedText,
    },
}

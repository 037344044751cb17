//! The names of commands in Kusto's logs, and which commands change nothing.

use super::{ColumnCommand, PrincipalCommand};
use super::{
    CommandKind, DatabaseCommand, ExtentCommand, ExtentScope, FromQueryMode, FunctionCommand, FunctionCreation,
    IngestCommand, ManagementCommand, MappingCommand, MappingCreation, PolicyAction, PolicyCommand, PrincipalAction,
    QueuedCommand, ServiceCommand, TableCommand, TableCreation,
};

impl ManagementCommand {
    /// Says whether the command only reads: `.show` and `.get`.
    #[must_use]
    pub const fn is_read_only(&self) -> bool {
        match &self.kind {
            CommandKind::Database(command) => matches!(
                command,
                DatabaseCommand::Show { .. }
                    | DatabaseCommand::ShowSchema { .. }
                    | DatabaseCommand::ShowEntities { .. }
            ),
            CommandKind::Table(command) => is_table_show(command),
            CommandKind::Column(_) | CommandKind::Ingest(_) => false,
            CommandKind::Mapping(command) => matches!(command, MappingCommand::Show { .. }),
            CommandKind::Policy(command) => matches!(command.action, PolicyAction::Show),
            CommandKind::Function(command) => {
                matches!(command, FunctionCommand::Show { .. } | FunctionCommand::ShowJsonSchema { .. })
            }
            CommandKind::Principal(command) => {
                matches!(command.action, PrincipalAction::Show | PrincipalAction::ShowRoles { .. })
            }
            CommandKind::Extent(command) => {
                matches!(command, ExtentCommand::Show(_) | ExtentCommand::Drop { pretend: true, .. })
            }
            CommandKind::Queued(command) => {
                matches!(command, QueuedCommand::ListBlobs(_) | QueuedCommand::ShowOperations { .. })
            }
            CommandKind::Service(command) => !changes_service(command),
        }
    }

    /// Returns the value of the `CommandType` and `Operation` columns, such as `TableCreate` or `DataIngestPull`.
    #[must_use]
    pub fn command_type(&self) -> String {
        match &self.kind {
            CommandKind::Database(command) => database(command).to_owned(),
            CommandKind::Table(command) => table(command).to_owned(),
            CommandKind::Column(command) => column(command).to_owned(),
            CommandKind::Mapping(command) => mapping(command).to_owned(),
            CommandKind::Policy(command) => policy(command),
            CommandKind::Function(command) => function(command).to_owned(),
            CommandKind::Principal(command) => principal(command).to_owned(),
            CommandKind::Extent(command) => extent(command).to_owned(),
            CommandKind::Ingest(command) => ingest(command).to_owned(),
            CommandKind::Queued(command) => queued(command).to_owned(),
            CommandKind::Service(command) => service(command).to_owned(),
        }
    }
}

const fn is_table_show(command: &TableCommand) -> bool {
    matches!(
        command,
        TableCommand::Show { .. }
            | TableCommand::ShowColumns { .. }
            | TableCommand::ShowCslSchema { .. }
            | TableCommand::ShowJsonSchema { .. }
            | TableCommand::ShowDataStatistics { .. }
    )
}

const fn changes_service(command: &ServiceCommand) -> bool {
    matches!(
        command,
        ServiceCommand::CancelOperation { .. }
            | ServiceCommand::CancelQuery { .. }
            | ServiceCommand::ClearStreamingSchemaCache { .. }
            | ServiceCommand::ClearQueryResultsCache
            | ServiceCommand::RefreshBatchingPolicyCache { .. }
            | ServiceCommand::ExecuteScript { .. }
    )
}

const fn database(command: &DatabaseCommand) -> &'static str {
    match command {
        DatabaseCommand::Create { .. } => "DatabaseCreate",
        DatabaseCommand::Drop { .. } => "DatabaseDetach",
        DatabaseCommand::SetPrettyName { .. } => "DatabaseSetPrettyName",
        DatabaseCommand::Show { scope: super::DatabaseScope::Current, .. } => "DatabaseShow",
        DatabaseCommand::Show { .. } => "DatabasesShow",
        DatabaseCommand::ShowSchema { .. } => "SchemaShow",
        DatabaseCommand::ShowEntities { .. } => "DatabasesEntitiesShow",
    }
}

const fn table(command: &TableCommand) -> &'static str {
    match command {
        TableCommand::Define { creation: TableCreation::Create, tables, .. } if tables.len() > 1 => "TablesCreate",
        TableCommand::Define { creation: TableCreation::Create, .. } => "TableCreate",
        TableCommand::Define { creation: TableCreation::CreateMerge, .. } => "TableCreateMerge",
        TableCommand::Define { creation: TableCreation::Alter, .. } => "TableAlter",
        TableCommand::Define { creation: TableCreation::AlterMerge, .. } => "TableAlterMerge",
        TableCommand::CreateBasedOn { .. } => "TableCreateBasedOnAnother",
        TableCommand::Drop { tables, .. } if tables.len() > 1 => "TablesDrop",
        TableCommand::Drop { .. } => "TableDrop",
        TableCommand::Rename { renames } if renames.len() > 1 => "TablesRename",
        TableCommand::Rename { .. } => "TableRename",
        TableCommand::Clear { .. } => "TableDataClear",
        TableCommand::SetDocstring { .. } => "TableAlterDocString",
        TableCommand::SetFolder { .. } => "TableAlterFolder",
        TableCommand::Show { details: true, .. } => "TablesDetailsShow",
        TableCommand::Show { .. } => "TablesShow",
        TableCommand::ShowColumns { .. } => "TableShow",
        TableCommand::ShowCslSchema { .. } | TableCommand::ShowJsonSchema { .. } => "TableShowSchema",
        TableCommand::ShowDataStatistics { .. } => "TableShowDataStatistics",
    }
}

const fn column(command: &ColumnCommand) -> &'static str {
    match command {
        ColumnCommand::AlterType { .. } => "ColumnAlter",
        ColumnCommand::Drop { columns, .. } if columns.len() > 1 => "TableDropColumns",
        ColumnCommand::Drop { .. } => "ColumnDrop",
        ColumnCommand::Rename { renames } if renames.len() > 1 => "ColumnsRename",
        ColumnCommand::Rename { .. } => "ColumnRename",
        ColumnCommand::SetDocstrings { merge: false, .. } => "TableAlterColumnDocStrings",
        ColumnCommand::SetDocstrings { .. } => "TableAlterMergeColumnDocStrings",
    }
}

const fn mapping(command: &MappingCommand) -> &'static str {
    match command {
        MappingCommand::Define { creation: MappingCreation::Create, .. } => "IngestionMappingCreate",
        MappingCommand::Define { creation: MappingCreation::CreateOrAlter, .. } => "IngestionMappingCreateOrAlter",
        MappingCommand::Define { creation: MappingCreation::Alter, .. } => "IngestionMappingAlter",
        MappingCommand::Define { creation: MappingCreation::AlterMerge, .. } => "IngestionMappingAlterMerge",
        MappingCommand::Show { .. } => "IngestionMappingShow",
        MappingCommand::Drop { .. } => "IngestionMappingDrop",
    }
}

/// `RetentionPolicyAlter`: the policy's name, then what happens to it.
fn policy(command: &PolicyCommand) -> String {
    let name = match command.policy.text.as_str() {
        "caching" => "Caching",
        "ingestionbatching" => "IngestionBatching",
        "merge" => "ExtentsMerge",
        "retention" => "Retention",
        "streamingingestion" => "StreamingIngestion",
        other => other,
    };
    let action = match command.action {
        PolicyAction::Show => "Show",
        PolicyAction::Delete => "Delete",
        PolicyAction::Alter(_) => "Alter",
        PolicyAction::AlterMerge(_) => "AlterMerge",
    };
    format!("{name}Policy{action}")
}

const fn function(command: &FunctionCommand) -> &'static str {
    match command {
        FunctionCommand::Define { creation, .. } => match creation {
            FunctionCreation::Create | FunctionCreation::CreateIfNotExists => "FunctionCreate",
            FunctionCreation::CreateOrAlter => "FunctionCreateOrAlter",
            FunctionCreation::Alter => "FunctionAlter",
        },
        FunctionCommand::SetDocstring { .. } => "FunctionAlterDocString",
        FunctionCommand::SetFolder { .. } => "FunctionAlterFolder",
        FunctionCommand::Drop { .. } => "FunctionDrop",
        FunctionCommand::Show { function: Some(_), .. } => "FunctionShow",
        FunctionCommand::Show { .. } => "FunctionsShow",
        FunctionCommand::ShowJsonSchema { .. } => "FunctionShowSchema",
    }
}

const fn principal(command: &PrincipalCommand) -> &'static str {
    match command.action {
        PrincipalAction::Show => "PrincipalsShow",
        PrincipalAction::ShowRoles { .. } => "PrincipalRolesShow",
        PrincipalAction::Add(_) => "PrincipalsAdd",
        PrincipalAction::Drop(_) => "PrincipalsDrop",
        PrincipalAction::Set(_) => "PrincipalsSet",
    }
}

const fn extent(command: &ExtentCommand) -> &'static str {
    match command {
        ExtentCommand::Show(show) => match show.scope {
            ExtentScope::Cluster => "ClusterExtentsShow",
            ExtentScope::CurrentDatabase | ExtentScope::Databases(_) => "DatabaseExtentsShow",
            ExtentScope::Tables(_) => "TableExtentsShow",
        },
        ExtentCommand::Drop { .. } => "ExtentsDrop",
        ExtentCommand::AlterTags { merge: false, .. } => "ExtentTagsAlter",
        ExtentCommand::AlterTags { .. } => "ExtentTagsAlterMerge",
        ExtentCommand::DropTags { .. } => "ExtentTagsDrop",
        ExtentCommand::Move { .. } => "ExtentsMove",
        ExtentCommand::Replace { .. } => "ExtentsReplace",
    }
}

const fn ingest(command: &IngestCommand) -> &'static str {
    match command {
        IngestCommand::Inline { .. } => "DataIngestInline",
        IngestCommand::FromStorage { .. } => "DataIngestPull",
        IngestCommand::FromQuery { mode, .. } => match mode {
            FromQueryMode::Set => "TableSet",
            FromQueryMode::Append => "TableAppend",
            FromQueryMode::SetOrAppend => "TableSetOrAppend",
            FromQueryMode::SetOrReplace => "TableSetOrReplace",
        },
    }
}

const fn queued(command: &QueuedCommand) -> &'static str {
    match command {
        QueuedCommand::IngestFromStorage(_) => "IngestFromStorageQueued",
        QueuedCommand::ListBlobs(_) => "BlobsList",
        QueuedCommand::ShowOperations { .. } => "QueuedIngestionOperationsShow",
        QueuedCommand::CancelOperation { .. } => "QueuedIngestionOperationCancel",
    }
}

const fn service(command: &ServiceCommand) -> &'static str {
    match command {
        ServiceCommand::ShowVersion => "VersionShow",
        ServiceCommand::ShowCluster { .. } => "ClusterShow",
        ServiceCommand::ShowDiagnostics => "DiagnosticsShow",
        ServiceCommand::ShowCapacity { .. } => "CapacityShow",
        ServiceCommand::ShowOperations { .. } => "OperationsShow",
        ServiceCommand::ShowOperationDetails { .. } => "OperationDetailsShow",
        ServiceCommand::CancelOperation { .. } => "OperationCancel",
        ServiceCommand::ShowQueries => "QueriesShow",
        ServiceCommand::ShowRunningQueries(_) => "RunningQueriesShow",
        ServiceCommand::CancelQuery { .. } => "QueryCancel",
        ServiceCommand::ShowCommands => "CommandsShow",
        ServiceCommand::ShowCommandsAndQueries => "CommandsAndQueriesShow",
        ServiceCommand::ShowJournal { .. } => "JournalShow",
        ServiceCommand::ShowIngestionFailures { .. } => "IngestionFailuresShow",
        ServiceCommand::ShowStreamingIngestionFailures => "StreamingIngestionFailuresShow",
        ServiceCommand::ShowStreamingIngestionStatistics => "StreamingIngestionStatisticsShow",
        ServiceCommand::ShowRowStores => "RowStoresShow",
        ServiceCommand::ShowExportContainers => "ExportContainersShow",
        ServiceCommand::ShowPlugins => "PluginsShow",
        ServiceCommand::ShowPrincipalAccess => "PrincipalAccessShow",
        ServiceCommand::ClearStreamingSchemaCache { .. } => "StreamingIngestionSchemaCacheClear",
        ServiceCommand::ClearQueryResultsCache => "QueryResultsCacheClear",
        ServiceCommand::RefreshBatchingPolicyCache { .. } => "IngestionBatchingPolicyCacheRefresh",
        ServiceCommand::GetIngestionResources { .. } => "IngestionResourcesGet",
        ServiceCommand::GetIdentityToken => "KustoIdentityTokenGet",
        ServiceCommand::ExecuteScript { .. } => "ScriptExecute",
    }
}

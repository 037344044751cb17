//! Commands about databases.
//!
//! <https://learn.microsoft.com/kusto/management/databases>

use std::sync::Arc;

use calypso_model::{Change, ClusterState, Database, EffectivePolicies};
use calypso_storage::TableDetails;
use calypso_syntax::ast::{
    Name,
    command::{DatabaseCommand, DatabaseDetail, DatabaseScope},
};
use calypso_types::{Scalar, ScalarType};

use super::{CommandScope, database_schema, principals::principals_json};
use crate::{
    AppError,
    command_table::{CommandTable, count, guid, size},
    entity_name,
};

/// Most databases of a cluster.
const DATABASES_MAX: usize = 10_000;

/// Runs a command about databases.
pub(crate) async fn run(scope: &CommandScope, command: DatabaseCommand) -> Result<CommandTable, AppError> {
    match command {
        // Where data is kept is this server's affair: every database is durable and lives in the data directory.
        DatabaseCommand::Create { name, if_not_exists, .. } => create(scope, &name, if_not_exists).await,
        DatabaseCommand::Drop { name, if_exists } => drop_database(scope, &name, if_exists).await,
        DatabaseCommand::SetPrettyName { database, pretty_name } => {
            set_pretty_name(scope, database.as_ref(), pretty_name.unwrap_or_default()).await
        }
        DatabaseCommand::Show { scope: databases, detail } => show(scope, &databases, detail),
        DatabaseCommand::ShowSchema { scope: databases, form, properties } => {
            database_schema::show(scope, &databases, form, &properties)
        }
        DatabaseCommand::ShowEntities { .. } => Ok(database_schema::entities(scope)),
    }
}

async fn create(scope: &CommandScope, name: &Name, if_not_exists: bool) -> Result<CommandTable, AppError> {
    entity_name::check("Database", &name.text)?;
    let (database, created) = scope
        .update("CREATE-DATABASE", |state| {
            if let Some(known) = state.database(&name.text).cloned() {
                if if_not_exists {
                    return Ok((Vec::new(), (known, false)));
                }
                return Err(AppError::already_exists("Database", &name.text));
            }
            if state.databases.len() >= DATABASES_MAX {
                return Err(AppError::argument(format!("{DATABASES_MAX} databases is the limit of a cluster")));
            }
            let database = Arc::new(scope.app.new_database(&name.text));
            Ok((vec![Change::PutDatabase(database.clone())], (database, true)))
        })
        .await?;
    let result = CommandTable::new(&[
        ("DatabaseName", ScalarType::String),
        ("PersistentPath", ScalarType::String),
        ("Created", ScalarType::Bool),
        ("StoresMetadata", ScalarType::Bool),
        ("StoresData", ScalarType::Bool),
    ]);
    Ok(result.with([database.name.as_str().into(), "".into(), created.into(), true.into(), true.into()]))
}

async fn drop_database(scope: &CommandScope, name: &Name, if_exists: bool) -> Result<CommandTable, AppError> {
    let dropped = scope
        .update("DROP-DATABASE", |state| match state.database(&name.text).cloned() {
            Some(database) => Ok((vec![Change::DropDatabase(database.id)], Some(database))),
            None if if_exists => Ok((Vec::new(), None)),
            None => Err(AppError::database_not_found(&name.text)),
        })
        .await?;
    for table in dropped.iter().flat_map(|database| database.tables.values()) {
        scope.app.storage.drop_table_rows(table.id);
    }
    let mut result = CommandTable::of_strings(&["DatabaseName"]);
    for database in scope.state().databases.keys() {
        result.push([database.as_str().into()]);
    }
    Ok(result)
}

async fn set_pretty_name(
    scope: &CommandScope,
    name: Option<&Name>,
    pretty_name: String,
) -> Result<CommandTable, AppError> {
    let database = scope
        .update("SET-DATABASE-PRETTYNAME", |state| {
            let mut database = Database::clone(&*scope.database(state, name)?);
            database.pretty_name = pretty_name;
            let database = Arc::new(database);
            Ok((vec![Change::PutDatabase(database.clone())], database))
        })
        .await?;
    let result = CommandTable::of_strings(&["DatabaseName", "PrettyName", "Status"]);
    Ok(result.with([database.name.as_str().into(), database.pretty_name.as_str().into(), "Complete".into()]))
}

/// Returns the databases that a command names.
pub(crate) fn databases_of(
    scope: &CommandScope,
    state: &ClusterState,
    databases: &DatabaseScope,
) -> Result<Vec<Arc<Database>>, AppError> {
    match databases {
        DatabaseScope::Current => Ok(vec![scope.database(state, None)?]),
        DatabaseScope::All => Ok(state.databases.values().cloned().collect()),
        DatabaseScope::Named(names) => names.iter().map(|name| scope.database(state, Some(name))).collect(),
    }
}

const SHOWN: [(&str, ScalarType); 7] = [
    ("DatabaseName", ScalarType::String),
    ("PersistentStorage", ScalarType::String),
    ("Version", ScalarType::String),
    ("IsCurrent", ScalarType::Bool),
    ("DatabaseAccessMode", ScalarType::String),
    ("PrettyName", ScalarType::String),
    ("DatabaseId", ScalarType::Guid),
];

fn shown_row(scope: &CommandScope, state: &ClusterState, database: &Database) -> Vec<Scalar> {
    vec![
        database.name.as_str().into(),
        "".into(),
        version_text(state).into(),
        database.name.eq_ignore_ascii_case(scope.database_name()).into(),
        "ReadWrite".into(),
        database.pretty_name.as_str().into(),
        guid(database.id.0),
    ]
}

/// Returns the version of a database's metadata: one counter serves the whole cluster.
pub(crate) fn version_text(state: &ClusterState) -> String {
    format!("v{}.0", state.version)
}

fn show(scope: &CommandScope, databases: &DatabaseScope, detail: DatabaseDetail) -> Result<CommandTable, AppError> {
    let state = scope.state();
    let databases_found = databases_of(scope, &state, databases)?;
    let detail = match (databases, detail) {
        // `.show database` alone means the identity.
        (DatabaseScope::Current, DatabaseDetail::Default) => DatabaseDetail::Identity,
        (_, other) => other,
    };
    match detail {
        DatabaseDetail::Default => {
            let mut result =
                extended(&[("InTransitionTo", ScalarType::String), ("SuspensionState", ScalarType::String)]);
            for database in &databases_found {
                let mut row = shown_row(scope, &state, database);
                row.extend(["".into(), "".into()]);
                result.push(row);
            }
            Ok(result)
        }
        DatabaseDetail::Identity => Ok(show_identity(scope, &state, &databases_found)),
        DatabaseDetail::Policies => Ok(show_policies(scope, &state, &databases_found, false)),
        DatabaseDetail::Details => Ok(show_policies(scope, &state, &databases_found, true)),
        DatabaseDetail::DataStatistics => Ok(show_data_statistics(scope, &databases_found)),
        DatabaseDetail::Metadata => Err(AppError::not_supported("the command '.show database metadata'")),
    }
}

fn extended(more: &[(&str, ScalarType)]) -> CommandTable {
    let columns: Vec<_> = SHOWN.iter().chain(more).copied().collect();
    CommandTable::new(&columns)
}

fn show_identity(scope: &CommandScope, state: &ClusterState, databases: &[Arc<Database>]) -> CommandTable {
    let mut columns = SHOWN.to_vec();
    columns.insert(6, ("CurrentUserIsUnrestrictedViewer", ScalarType::Bool));
    columns.extend([("InTransitionTo", ScalarType::String), ("SuspensionState", ScalarType::String)]);
    let mut result = CommandTable::new(&columns);
    for database in databases {
        let mut row = shown_row(scope, state, database);
        row.insert(6, false.into());
        row.extend(["".into(), "".into()]);
        result.push(row);
    }
    result
}

const POLICY_COLUMNS: [(&str, ScalarType); 7] = [
    ("AuthorizedPrincipals", ScalarType::String),
    ("RetentionPolicy", ScalarType::String),
    ("MergePolicy", ScalarType::String),
    ("CachingPolicy", ScalarType::String),
    ("ShardingPolicy", ScalarType::String),
    ("StreamingIngestionPolicy", ScalarType::String),
    ("IngestionBatchingPolicy", ScalarType::String),
];

const SIZE_COLUMNS: [(&str, ScalarType); 4] = [
    ("TotalSize", ScalarType::Real),
    ("DatabaseSize", ScalarType::Real),
    ("TotalExtents", ScalarType::Long),
    ("TotalRowCount", ScalarType::Long),
];

fn show_policies(
    scope: &CommandScope,
    state: &ClusterState,
    databases: &[Arc<Database>],
    with_sizes: bool,
) -> CommandTable {
    let mut columns = POLICY_COLUMNS.to_vec();
    if with_sizes {
        columns.extend(SIZE_COLUMNS);
    }
    let mut result = extended(&columns);
    for database in databases {
        let policies = EffectivePolicies::of_database(&database.policies, &state.policies);
        let mut row = shown_row(scope, state, database);
        row.extend([
            principals_json(&database.policies).into(),
            policies.retention().to_json().into(),
            policies.merge().to_json().into(),
            policies.caching().map_or_else(|| "null".to_owned(), |policy| policy.to_json()).into(),
            "null".into(),
            policies.streaming_ingestion().to_json().into(),
            policies.ingestion_batching().to_json().into(),
        ]);
        if with_sizes {
            let sum = data_of(scope, database);
            row.extend([size(sum.original_bytes), size(sum.extent_bytes), count(sum.extents), count(sum.rows)]);
        }
        result.push(row);
    }
    result
}

/// Adds up the figures of a database's tables.
fn data_of(scope: &CommandScope, database: &Database) -> TableDetails {
    let snapshot = scope.app.storage.snapshot();
    let mut sum = TableDetails::default();
    for details in database.tables.values().filter_map(|table| snapshot.table_details(table.id)) {
        sum.rows += details.rows;
        sum.extents += details.extents;
        sum.extent_bytes += details.extent_bytes;
        sum.original_bytes += details.original_bytes;
        sum.hot_rows += details.hot_rows;
        sum.hot_extents += details.hot_extents;
        sum.hot_extent_bytes += details.hot_extent_bytes;
        sum.hot_original_bytes += details.hot_original_bytes;
    }
    sum
}

const DATA_COLUMNS: [(&str, ScalarType); 12] = [
    ("OriginalSize", ScalarType::Real),
    ("ExtentSize", ScalarType::Real),
    ("CompressedSize", ScalarType::Real),
    ("IndexSize", ScalarType::Real),
    ("RowCount", ScalarType::Long),
    ("HotOriginalSize", ScalarType::Real),
    ("HotExtentSize", ScalarType::Real),
    ("HotCompressedSize", ScalarType::Real),
    ("HotIndexSize", ScalarType::Real),
    ("HotRowCount", ScalarType::Long),
    ("TotalExtents", ScalarType::Long),
    ("HotExtents", ScalarType::Long),
];

/// Indexes are part of the extents and not counted apart.
fn show_data_statistics(scope: &CommandScope, databases: &[Arc<Database>]) -> CommandTable {
    let state = scope.state();
    let mut result = extended(&DATA_COLUMNS);
    for database in databases {
        let sum = data_of(scope, database);
        let mut row = shown_row(scope, &state, database);
        row.extend([
            size(sum.original_bytes),
            size(sum.extent_bytes),
            size(sum.extent_bytes),
            size(0),
            count(sum.rows),
            size(sum.hot_original_bytes),
            size(sum.hot_extent_bytes),
            size(sum.hot_extent_bytes),
            size(0),
            count(sum.hot_rows),
            count(sum.extents),
            count(sum.hot_extents),
        ]);
        result.push(row);
    }
    result
}

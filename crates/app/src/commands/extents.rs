//! Commands about extents.
//!
//! <https://learn.microsoft.com/kusto/management/extents-overview>

mod moves;
mod selection;
mod tags;

use std::{collections::HashSet, sync::Arc};

use calypso_model::{Change, ClusterState, Database, EffectivePolicies, Extent, Table};
use calypso_syntax::ast::command::{ExtentCommand, ExtentDropScope, ExtentScope, ShowExtents, TagFilter, TagOperator};
use calypso_types::{DateTime, Guid, Scalar, ScalarType};

use self::selection::{ChosenExtents, ids_of_query, require_all};
use super::{CommandScope, behind};
use crate::{
    AppError,
    command_table::{CommandTable, count, guid, size},
};

/// What separates the tags of an extent in the column `Tags`.
const TAG_SEPARATOR: &str = "\r\n";

/// Runs a command about extents.
pub(crate) async fn run(scope: &CommandScope, command: ExtentCommand) -> Result<CommandTable, AppError> {
    match command {
        ExtentCommand::Show(show_extents) => show(scope, &show_extents),
        ExtentCommand::Drop { scope: which, pretend } => drop_extents(scope, which, pretend).await,
        ExtentCommand::AlterTags { table, merge, tags, properties, query } => {
            tags::alter(scope, table.as_ref(), merge, &tags, &properties, &query).await
        }
        ExtentCommand::DropTags { scope: which, properties } => tags::drop_tags(scope, which, &properties).await,
        ExtentCommand::Move { scope: which, to, properties } => {
            moves::move_extents(scope, which, &to.text, &properties).await
        }
        ExtentCommand::Replace { table, properties, dropped, moved } => {
            moves::replace_extents(scope, &table.text, &properties, &dropped, &moved).await
        }
    }
}

/// Says whether a command about extents knows `async`.
pub(crate) const fn may_run_behind(command: &ExtentCommand) -> bool {
    !matches!(command, ExtentCommand::Show(_) | ExtentCommand::Drop { .. })
}

/// Starts a command behind its answer.
pub(crate) fn run_behind(
    scope: &CommandScope,
    command: ExtentCommand,
    command_type: &str,
) -> Result<CommandTable, AppError> {
    let operation = scope.start_operation(command_type);
    behind::start(scope, operation, |scope, operation| async move {
        let result = behind::unless_cancelled(&scope.ctx.cancel, run(&scope, command)).await;
        operation.finish(result.as_ref().err());
        result
    })
}

const SHOWN: [(&str, ScalarType); 16] = [
    ("ExtentId", ScalarType::Guid),
    ("DatabaseName", ScalarType::String),
    ("TableName", ScalarType::String),
    ("MaxCreatedOn", ScalarType::DateTime),
    ("OriginalSize", ScalarType::Real),
    ("ExtentSize", ScalarType::Real),
    ("CompressedSize", ScalarType::Real),
    ("IndexSize", ScalarType::Real),
    ("Blocks", ScalarType::Long),
    ("Segments", ScalarType::Long),
    ("ExtentContainerId", ScalarType::String),
    ("RowCount", ScalarType::Long),
    ("MinCreatedOn", ScalarType::DateTime),
    ("Tags", ScalarType::String),
    ("Kind", ScalarType::String),
    ("DeletedRowCount", ScalarType::Long),
];

/// Blocks, segments and the index are parts of the file that nobody counts.
fn shown_row(database: &Database, table: &Table, extent: &Extent) -> [Scalar; 16] {
    [
        guid(extent.id.0),
        database.name.as_str().into(),
        table.name.as_str().into(),
        extent.max_created_on.into(),
        size(extent.original_bytes),
        size(extent.extent_bytes),
        size(extent.extent_bytes),
        size(0),
        Scalar::Null(ScalarType::Long),
        Scalar::Null(ScalarType::Long),
        "".into(),
        count(extent.rows),
        extent.min_created_on.into(),
        extent.tags.join(TAG_SEPARATOR).into(),
        "Parquet".into(),
        0_i64.into(),
    ]
}

fn show(scope: &CommandScope, show: &ShowExtents) -> Result<CommandTable, AppError> {
    if show.metadata {
        return Err(AppError::not_supported("the option 'metadata' of '.show extents'"));
    }
    let state = scope.state();
    let ids: HashSet<Guid> = show.ids.iter().copied().collect();
    let now = scope.app.clock.now();
    let mut result = CommandTable::new(&SHOWN);
    for (database, table) in tables_of(scope, &state, &show.scope)? {
        let policies = EffectivePolicies::of_table(&table.policies, &database.policies, &state.policies);
        for extent in state.extents_of(table.id).iter() {
            let wanted = (ids.is_empty() || ids.contains(&extent.id.0.into()))
                && (!show.hot || is_hot(&policies, extent, now))
                && show.tags.iter().all(|filter| admits(filter, extent));
            if wanted {
                result.push(shown_row(&database, &table, extent));
            }
        }
    }
    Ok(result)
}

type ScopedTables = Vec<(Arc<Database>, Arc<Table>)>;

fn tables_of(scope: &CommandScope, state: &ClusterState, which: &ExtentScope) -> Result<ScopedTables, AppError> {
    let all = |database: &Arc<Database>| {
        database.tables.values().map(|table| (database.clone(), table.clone())).collect::<ScopedTables>()
    };
    match which {
        ExtentScope::Cluster => Ok(state.databases.values().flat_map(all).collect()),
        ExtentScope::CurrentDatabase => Ok(all(&scope.database(state, None)?)),
        ExtentScope::Databases(names) => {
            let mut tables = Vec::new();
            for name in names {
                tables.extend(all(&scope.database(state, Some(name))?));
            }
            Ok(tables)
        }
        ExtentScope::Tables(names) => names.iter().map(|name| scope.table(state, &name.text)).collect(),
    }
}

fn is_hot(policies: &EffectivePolicies<'_>, extent: &Extent, now: DateTime) -> bool {
    let Some(caching) = policies.caching() else { return true };
    let since = DateTime(now.0.saturating_sub(caching.data_hot_span.0));
    let in_window = |low: DateTime, high: DateTime| extent.max_created_on >= low && extent.min_created_on <= high;
    extent.max_created_on >= since || caching.hot_windows.iter().any(|w| in_window(w.min_value, w.max_value))
}

fn admits(filter: &TagFilter, extent: &Extent) -> bool {
    let has = || extent.tags.contains(&filter.tag);
    let contains = || {
        let wanted = filter.tag.to_lowercase();
        extent.tags.iter().any(|tag| tag.to_lowercase().contains(&wanted))
    };
    match filter.operator {
        TagOperator::Has => has(),
        TagOperator::NotHas => !has(),
        TagOperator::Contains => contains(),
        TagOperator::NotContains => !contains(),
    }
}

/// Which extents go, once the scope has been worked out.
enum Chosen {
    /// By id, in the table called so if it is given.
    Ids(HashSet<Guid>, Option<String>),
    /// Of these tables (all if `None`), created before the instant.
    Tables(Option<Vec<String>>, Option<DateTime>),
}

async fn drop_extents(scope: &CommandScope, which: ExtentDropScope, pretend: bool) -> Result<CommandTable, AppError> {
    let chosen = match which {
        ExtentDropScope::Ids { ids, table } => Chosen::Ids(ids.into_iter().collect(), table.map(|name| name.text)),
        ExtentDropScope::Tables { older, tables } => {
            let before = older.map(|age| DateTime(scope.app.clock.now().0.saturating_sub(age.0)));
            Chosen::Tables(tables.map(|names| names.into_iter().map(|name| name.text).collect()), before)
        }
        ExtentDropScope::Query(query) => Chosen::Ids(ids_of_query(scope, &query).await?, None),
    };
    let dropped = scope
        .update("DROP-EXTENTS", |state| {
            let dropped = chosen_extents(scope, state, &chosen)?;
            let changes = dropped
                .iter()
                .filter(|_| !pretend)
                .map(|(table, extent)| Change::DropExtent { table: table.id, extent: extent.id });
            Ok((changes.collect(), dropped))
        })
        .await?;
    let mut result = CommandTable::new(&[
        ("ExtentId", ScalarType::String),
        ("TableName", ScalarType::String),
        ("CreatedOn", ScalarType::DateTime),
    ]);
    for (table, extent) in dropped {
        result.push([extent.id.to_string().into(), table.name.as_str().into(), extent.max_created_on.into()]);
    }
    Ok(result)
}

fn chosen_extents(scope: &CommandScope, state: &ClusterState, chosen: &Chosen) -> Result<ChosenExtents, AppError> {
    let database = scope.database(state, None)?;
    let named = |names: &[String]| {
        let find = |name: &String| {
            database.tables.get(name).cloned().ok_or_else(|| AppError::table_not_found(&database.name, name))
        };
        names.iter().map(find).collect::<Result<Vec<_>, AppError>>()
    };
    let tables = match chosen {
        Chosen::Ids(_, Some(table)) => named(std::slice::from_ref(table))?,
        Chosen::Tables(Some(tables), _) => named(tables)?,
        Chosen::Ids(_, None) | Chosen::Tables(None, _) => database.tables.values().cloned().collect(),
    };
    let mut found = Vec::new();
    for table in tables {
        for extent in state.extents_of(table.id).iter() {
            let wanted = match chosen {
                Chosen::Ids(ids, _) => ids.contains(&extent.id.0.into()),
                Chosen::Tables(_, before) => before.is_none_or(|before| extent.max_created_on < before),
            };
            if wanted {
                found.push((table.clone(), extent.clone()));
            }
        }
    }
    if let Chosen::Ids(ids, _) = chosen {
        require_all(ids.iter(), &found)?;
    }
    Ok(found)
}

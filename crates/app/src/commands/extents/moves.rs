//! `.move extents` and `.replace extents`.
//!
//! Extents may be merged while their rows are written for another table. The commit then finds them gone, and the command
//! starts anew with what is there instead.
//!
//! <https://learn.microsoft.com/kusto/management/move-extents>,
//! <https://learn.microsoft.com/kusto/management/replace-extents>

#[cfg(test)]
mod tests;

use std::{collections::HashSet, sync::Arc};

use calypso_model::{Extent, Table, TableId};
use calypso_storage::ExtentMove;
use calypso_syntax::ast::command::{CommandProperties, EmbeddedText, ExtentMoveScope};
use calypso_types::Guid;

use super::selection::{ChosenExtents, ExtentProperties, ids_of_query};
use crate::{AppError, AppErrorKind, QueryRequest, command_table::CommandTable, commands::CommandScope};

/// How often a command starts before it gives up against others that change the same extents.
const ATTEMPTS_MAX: u32 = 5;

/// `.move extents`.
pub(super) async fn move_extents(
    scope: &CommandScope,
    which: ExtentMoveScope,
    to: &str,
    properties: &CommandProperties,
) -> Result<CommandTable, AppError> {
    let mut attempts = Attempts::default();
    loop {
        match move_once(scope, &which, to, properties).await {
            Err(error) if attempts.allow_another(&error) => {}
            result => return result,
        }
    }
}

/// `.replace extents`: what the first query names is dropped from the table, what the second names is moved into it.
pub(super) async fn replace_extents(
    scope: &CommandScope,
    table: &str,
    properties: &CommandProperties,
    dropped: &EmbeddedText,
    moved: &EmbeddedText,
) -> Result<CommandTable, AppError> {
    let mut attempts = Attempts::default();
    loop {
        match replace_once(scope, table, properties, dropped, moved).await {
            Err(error) if attempts.allow_another(&error) => {}
            result => return result,
        }
    }
}

/// How often a command has failed.
#[derive(Debug, Default)]
struct Attempts(u32);

impl Attempts {
    /// Says whether a failed command starts again: others committed changes of the same extents, and not too often.
    fn allow_another(&mut self, error: &AppError) -> bool {
        self.0 += 1;
        error.kind == AppErrorKind::Conflict && self.0 < ATTEMPTS_MAX
    }
}

async fn move_once(
    scope: &CommandScope,
    which: &ExtentMoveScope,
    to: &str,
    properties: &CommandProperties,
) -> Result<CommandTable, AppError> {
    let properties = ExtentProperties::read(properties, true)?;
    let ids = match which {
        ExtentMoveScope::All { .. } => HashSet::new(),
        ExtentMoveScope::Ids { ids, .. } => ids.iter().copied().collect(),
        ExtentMoveScope::Query(query) => ids_of_query(scope, query).await?,
    };
    let state = scope.state();
    let (database, target) = scope.table(&state, to)?;
    let moved = match which {
        ExtentMoveScope::All { table } => properties.all_of(&state, &[scope.table(&state, &table.text)?.1]),
        ExtentMoveScope::Ids { table, .. } => {
            properties.with_ids(&state, &[scope.table(&state, &table.text)?.1], &ids)?
        }
        ExtentMoveScope::Query(_) => {
            let tables: Vec<Arc<Table>> = database.tables.values().cloned().collect();
            properties.with_ids(&state, &tables, &ids)?
        }
    };
    run(scope, "MOVE-EXTENTS", target, moved, Vec::new(), properties.new_ingestion_time).await
}

async fn replace_once(
    scope: &CommandScope,
    table: &str,
    properties: &CommandProperties,
    dropped: &EmbeddedText,
    moved: &EmbeddedText,
) -> Result<CommandTable, AppError> {
    let properties = ExtentProperties::read(properties, true)?;
    scope.table(&scope.state(), table)?;
    let dropped = ids_of_query(&within(scope, dropped), dropped).await?;
    let moved = ids_of_query(&within(scope, moved), moved).await?;
    if let Some(both) = moved.intersection(&dropped).next() {
        return Err(AppError::argument(format!("the extent '{both}' is to be dropped and to be moved")));
    }
    let state = scope.state();
    let (database, target) = scope.table(&state, table)?;
    let dropped = properties.with_ids(&state, std::slice::from_ref(&target), &dropped)?;
    let tables: Vec<Arc<Table>> = database.tables.values().cloned().collect();
    let moved = properties.with_ids(&state, &tables, &moved)?;
    let dropped = dropped.into_iter().map(|(_, extent)| extent).collect();
    run(scope, "REPLACE-EXTENTS", target, moved, dropped, properties.new_ingestion_time).await
}

/// Returns the scope of a query that ends before the command's text does.
fn within(scope: &CommandScope, query: &EmbeddedText) -> CommandScope {
    let mut request = QueryRequest::clone(&scope.request);
    request.text.truncate(query.offset + query.text.len());
    CommandScope { request: Arc::new(request), ..scope.clone() }
}

async fn run(
    scope: &CommandScope,
    event: &str,
    target: Arc<Table>,
    moved: ChosenExtents,
    dropped: Vec<Arc<Extent>>,
    new_ingestion_time: bool,
) -> Result<CommandTable, AppError> {
    check_columns(&moved, &target)?;
    let originals: Vec<Guid> = moved.iter().map(|(_, extent)| extent.id.0.into()).collect();
    let gone: Vec<Guid> = dropped.iter().map(|extent| extent.id.0.into()).collect();
    let request = ExtentMove { target, moved, dropped, new_ingestion_time };
    let results = scope.app.storage.move_extents(request, scope.event(event)).await?;
    let mut table = CommandTable::of_strings(&["OriginalExtentId", "ResultExtentId", "Details"]);
    for (original, results) in originals.into_iter().zip(results) {
        for result in results {
            table.push([original.to_string().into(), result.id.to_string().into(), "".into()]);
        }
    }
    for dropped in gone {
        table.push([dropped.to_string().into(), "".into(), "".into()]);
    }
    Ok(table)
}

/// Every column of the tables that extents are taken from must be in the target, with the same name and type.
fn check_columns(moved: &[(Arc<Table>, Arc<Extent>)], target: &Table) -> Result<(), AppError> {
    let mut checked: HashSet<TableId> = HashSet::new();
    for (source, _) in moved {
        if !checked.insert(source.id) {
            continue;
        }
        for column in &source.columns {
            let problem = match target.column(&column.name) {
                None => format!("does not exist in the destination table '{}'", target.name),
                Some((_, namesake)) if namesake.ty != column.ty => {
                    format!("is of type '{}' in the destination table '{}'", namesake.ty, target.name)
                }
                Some(_) => continue,
            };
            return Err(AppError::argument(format!(
                "extents cannot be moved: the column '{}' (type '{}') of the source table '{}' {problem}",
                column.name, column.ty, source.name
            )));
        }
    }
    Ok(())
}

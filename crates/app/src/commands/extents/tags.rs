//! `.alter extent tags`, `.alter-merge extent tags`, `.drop extent tags`. The extents keep their ids.
//!
//! <https://learn.microsoft.com/kusto/management/alter-extent>,
//! <https://learn.microsoft.com/kusto/management/drop-extent-tags>

use std::{collections::HashSet, sync::Arc};

use calypso_model::{ClusterState, Extent, Table};
use calypso_syntax::ast::{
    Name,
    command::{CommandProperties, EmbeddedText, ExtentTagsDrop},
};

use super::{
    TAG_SEPARATOR,
    selection::{ExtentProperties, ids_of_query, tags_of_query},
};
use crate::{AppError, command_table::CommandTable, commands::CommandScope};

/// `.alter[-merge] extent tags`.
pub(super) async fn alter(
    scope: &CommandScope,
    table: Option<&Name>,
    merge: bool,
    tags: &[String],
    properties: &CommandProperties,
    query: &EmbeddedText,
) -> Result<CommandTable, AppError> {
    let properties = ExtentProperties::read(properties, false)?;
    let ids = ids_of_query(scope, query).await?;
    let event = if merge { "ALTER-MERGE-EXTENT-TAGS" } else { "ALTER-EXTENT-TAGS" };
    retag(scope, event, |state| {
        let chosen = properties.with_ids(state, &tables(scope, state, table)?, &ids)?;
        require_one_table(&chosen)?;
        let altered = chosen.into_iter().map(|(_, extent)| {
            let earlier: &[String] = if merge { &extent.tags } else { &[] };
            let tags = distinct(earlier.iter().chain(tags));
            (extent, tags)
        });
        Ok(altered.collect())
    })
    .await
}

/// `.drop extent tags`. Extents that have none of the tags are left alone.
pub(super) async fn drop_tags(
    scope: &CommandScope,
    which: ExtentTagsDrop,
    properties: &CommandProperties,
) -> Result<CommandTable, AppError> {
    let properties = ExtentProperties::read(properties, false)?;
    match which {
        ExtentTagsDrop::Listed { table, tags } => {
            let dropped: HashSet<String> = tags.into_iter().collect();
            retag(scope, "DROP-EXTENT-TAGS", |state| {
                let chosen = properties.all_of(state, &tables(scope, state, Some(&table))?);
                Ok(chosen.into_iter().filter_map(|(_, extent)| without(extent, &dropped)).collect())
            })
            .await
        }
        ExtentTagsDrop::Query { table, query } => {
            let named = tags_of_query(scope, &query).await?;
            let ids = named.keys().copied().collect();
            retag(scope, "DROP-EXTENT-TAGS", |state| {
                let chosen = properties.with_ids(state, &tables(scope, state, table.as_ref())?, &ids)?;
                require_one_table(&chosen)?;
                let dropped = |extent: &Extent| named.get(&extent.id.0.into());
                Ok(chosen.into_iter().filter_map(|(_, extent)| without(extent.clone(), dropped(&extent)?)).collect())
            })
            .await
        }
    }
}

/// The table, or all tables of the database in scope.
fn tables(scope: &CommandScope, state: &ClusterState, name: Option<&Name>) -> Result<Vec<Arc<Table>>, AppError> {
    match name {
        Some(name) => Ok(vec![scope.table(state, &name.text)?.1]),
        None => Ok(scope.database(state, None)?.tables.values().cloned().collect()),
    }
}

fn require_one_table(chosen: &[(Arc<Table>, Arc<Extent>)]) -> Result<(), AppError> {
    let Some((first, _)) = chosen.first() else { return Ok(()) };
    match chosen.iter().find(|(table, _)| table.id != first.id) {
        None => Ok(()),
        Some((other, _)) => Err(AppError::argument(format!(
            "all extents whose tags are changed must belong to the same table; these belong to '{}' and '{}'",
            first.name, other.name
        ))),
    }
}

fn distinct<'t>(tags: impl Iterator<Item = &'t String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for tag in tags {
        if !kept.contains(tag) {
            kept.push(tag.clone());
        }
    }
    kept
}

/// Returns the extent with the tags that are left; `None` if it has none of those dropped.
fn without(extent: Arc<Extent>, dropped: &HashSet<String>) -> Option<(Arc<Extent>, Vec<String>)> {
    let left: Vec<String> = extent.tags.iter().filter(|tag| !dropped.contains(*tag)).cloned().collect();
    (left.len() < extent.tags.len()).then_some((extent, left))
}

/// Gives extents the tags that `compute` says, in one commit.
async fn retag(
    scope: &CommandScope,
    event: &str,
    compute: impl FnOnce(&ClusterState) -> Result<Vec<(Arc<Extent>, Vec<String>)>, AppError>,
) -> Result<CommandTable, AppError> {
    let altered = scope
        .app
        .storage
        .retag_extents(scope.event(event), |state| {
            let altered = compute(state)?;
            let changed = altered.iter().filter(|(extent, tags)| extent.tags != *tags);
            let put = changed.map(|(extent, tags)| Arc::new(Extent { tags: tags.clone(), ..Extent::clone(extent) }));
            Ok::<_, AppError>((put.collect(), altered))
        })
        .await?;
    let mut result = CommandTable::of_strings(&["OriginalExtentId", "ResultExtentId", "ResultExtentTags", "Details"]);
    for (extent, tags) in altered {
        let id = extent.id.to_string();
        result.push([id.clone().into(), id.into(), tags.join(TAG_SEPARATOR).into(), "".into()]);
    }
    Ok(result)
}

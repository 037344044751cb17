//! Which extents a command is about: the ids that a query returns, and when the extents were created.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use arrow::array::RecordBatch;
use calypso_columns::{Column, scalar_at};
use calypso_model::{ClusterState, Extent, ExtentId, Table};
use calypso_syntax::ast::command::{CommandProperties, CommandProperty, EmbeddedText};
use calypso_types::{DateTime, Guid, Scalar};
use futures::TryStreamExt as _;

use super::TAG_SEPARATOR;
use crate::{
    AppError,
    commands::{CommandScope, ingest::query_batches},
};

/// Most extents that one query names.
const EXTENTS_NAMED_MAX: usize = 1_000_000;
/// Most rows of a query that names tags of extents.
const TAGS_NAMED_MAX: usize = 4_000_000;

/// Extents, each with its table.
pub(super) type ChosenExtents = Vec<(Arc<Table>, Arc<Extent>)>;

/// What the properties of a command about extents say.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct ExtentProperties {
    created_from: Option<DateTime>,
    created_to: Option<DateTime>,
    /// Moved rows count as ingested now.
    pub(super) new_ingestion_time: bool,
}

impl ExtentProperties {
    /// Reads `extentCreatedOnFrom` and `extentCreatedOnTo`, and `setNewIngestionTime` if `moves`.
    pub(super) fn read(properties: &CommandProperties, moves: bool) -> Result<Self, AppError> {
        let mut read = Self::default();
        for property in &properties.0 {
            match property.name.text.to_ascii_lowercase().as_str() {
                "extentcreatedonfrom" => read.created_from = Some(instant(property)?),
                "extentcreatedonto" => read.created_to = Some(instant(property)?),
                "setnewingestiontime" if moves => {
                    read.new_ingestion_time = property.flag().ok_or_else(|| malformed(property, "true or false"))?;
                }
                _ => {
                    let message = format!("the command has no property '{}'", property.name.text);
                    return Err(AppError::argument(message));
                }
            }
        }
        Ok(read)
    }

    /// Says whether an extent was created within the range; the instants themselves are.
    fn admits(&self, extent: &Extent) -> bool {
        self.created_from.is_none_or(|from| extent.max_created_on >= from)
            && self.created_to.is_none_or(|to| extent.max_created_on <= to)
    }

    /// Returns the extents of these tables that were created within the range.
    pub(super) fn all_of(&self, state: &ClusterState, tables: &[Arc<Table>]) -> ChosenExtents {
        let mut found = Vec::new();
        for table in tables {
            let extents = state.extents_of(table.id);
            let within = extents.iter().filter(|extent| self.admits(extent));
            found.extend(within.map(|extent| (table.clone(), extent.clone())));
        }
        found
    }

    /// Returns the extents with these ids; each must be in one of the tables and created within the range.
    pub(super) fn with_ids(
        &self,
        state: &ClusterState,
        tables: &[Arc<Table>],
        ids: &HashSet<Guid>,
    ) -> Result<ChosenExtents, AppError> {
        let mut found = self.all_of(state, tables);
        found.retain(|(_, extent)| ids.contains(&extent.id.0.into()));
        require_all(ids.iter(), &found)?;
        Ok(found)
    }
}

/// Checks that every id has been found.
pub(super) fn require_all<'i>(
    mut ids: impl Iterator<Item = &'i Guid>,
    found: &[(Arc<Table>, Arc<Extent>)],
) -> Result<(), AppError> {
    let known: HashSet<ExtentId> = found.iter().map(|(_, extent)| extent.id).collect();
    match ids.find(|id| !known.contains(&ExtentId((**id).into()))) {
        Some(missing) => Err(AppError::entity_not_found("Extent", &missing.to_string())),
        None => Ok(()),
    }
}

fn instant(property: &CommandProperty) -> Result<DateTime, AppError> {
    let value = match &property.value {
        Scalar::DateTime(value) => Some(*value),
        Scalar::String(text) => DateTime::parse(text),
        _ => None,
    };
    value.ok_or_else(|| malformed(property, "a datetime"))
}

fn malformed(property: &CommandProperty, wanted: &str) -> AppError {
    AppError::argument(format!("the property '{}' must be {wanted}", property.name.text))
}

/// Runs the query behind `<|` and takes the ids from its column `ExtentId`.
pub(super) async fn ids_of_query(scope: &CommandScope, query: &EmbeddedText) -> Result<HashSet<Guid>, AppError> {
    let mut ids = HashSet::new();
    for_each_row(scope, query, &["ExtentId"], |columns, batch, places, row| {
        if let Some(id) = id_at(columns, batch, places[0], row)? {
            ids.insert(id);
        }
        check_count(ids.len(), EXTENTS_NAMED_MAX, "extents")
    })
    .await?;
    Ok(ids)
}

/// Runs the query behind `<|` and takes from its columns `ExtentId` and `Tags` which tags it names of which extent.
pub(super) async fn tags_of_query(
    scope: &CommandScope,
    query: &EmbeddedText,
) -> Result<HashMap<Guid, HashSet<String>>, AppError> {
    let mut tags: HashMap<Guid, HashSet<String>> = HashMap::new();
    let mut rows = 0;
    for_each_row(scope, query, &["ExtentId", "Tags"], |columns, batch, places, row| {
        rows += 1;
        check_count(rows, TAGS_NAMED_MAX, "rows")?;
        let Some(id) = id_at(columns, batch, places[0], row)? else { return Ok(()) };
        match scalar_at(batch.column(places[1]), columns[places[1]].ty, row) {
            Scalar::String(text) => {
                let named = text.split(TAG_SEPARATOR).filter(|tag| !tag.is_empty()).map(str::to_owned);
                tags.entry(id).or_default().extend(named);
                Ok(())
            }
            Scalar::Null(_) => Ok(()),
            _ => Err(AppError::argument("the column 'Tags' must be of type string")),
        }
    })
    .await?;
    Ok(tags)
}

fn check_count(count: usize, limit: usize, what: &str) -> Result<(), AppError> {
    if count > limit {
        return Err(AppError::argument(format!("{limit} {what} is the limit of one command")));
    }
    Ok(())
}

/// Runs a query and hands on its rows, with the places of the columns that it must have.
async fn for_each_row(
    scope: &CommandScope,
    query: &EmbeddedText,
    names: &[&str],
    mut take: impl FnMut(&[Column], &RecordBatch, &[usize], usize) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let (columns, mut batches) = query_batches(scope, query).await?;
    let mut places = Vec::with_capacity(names.len());
    for name in names {
        let place = columns.iter().position(|column| column.name == *name);
        places.push(place.ok_or_else(|| AppError::argument(format!("the query must return a column '{name}'")))?);
    }
    while let Some(batch) = batches.try_next().await? {
        for row in 0..batch.num_rows() {
            take(&columns, &batch, &places, row)?;
        }
    }
    Ok(())
}

fn id_at(columns: &[Column], batch: &RecordBatch, place: usize, row: usize) -> Result<Option<Guid>, AppError> {
    match scalar_at(batch.column(place), columns[place].ty, row) {
        Scalar::Guid(id) => Ok(Some(id)),
        Scalar::String(text) => match Guid::parse(&text) {
            Some(id) => Ok(Some(id)),
            None => Err(AppError::argument(format!("'{text}' is not an extent id"))),
        },
        Scalar::Null(_) => Ok(None),
        _ => Err(AppError::argument("the column 'ExtentId' must be of type guid or string")),
    }
}

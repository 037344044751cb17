//! Commands about ingestion mappings.
//!
//! <https://learn.microsoft.com/kusto/management/mappings>

use std::sync::Arc;

use calypso_model::{Change, ClusterState, Database, IngestionMapping, MappingKind, Table};
use calypso_syntax::ast::{
    Name,
    command::{CommandProperties, MappingCommand, MappingCreation, MappingEntity},
};
use calypso_types::{DateTime, ScalarType};

use super::CommandScope;
use crate::{AppError, command_table::CommandTable};

/// Most mappings of one table or database.
const MAPPINGS_MAX: usize = 1_000;
/// Longest name of a mapping, in characters.
const NAME_LENGTH_MAX: usize = 1_024;

/// Runs a command about ingestion mappings.
pub(crate) async fn run(scope: &CommandScope, command: MappingCommand) -> Result<CommandTable, AppError> {
    match command {
        MappingCommand::Define { creation, entity, kind, name, text, properties } => {
            if name.is_empty() || name.chars().count() > NAME_LENGTH_MAX {
                return Err(AppError::argument(format!("a mapping's name has 1 to {NAME_LENGTH_MAX} characters")));
            }
            let kind = kind_of(&kind)?;
            if creation == MappingCreation::AlterMerge {
                return Err(AppError::not_supported("the command '.alter-merge ingestion mapping'"));
            }
            let mut mapping = IngestionMapping::parse(kind, &name, &text)?;
            mapping.last_updated_on = scope.app.clock.now().0;
            define(scope, creation, &entity, mapping, &properties).await
        }
        MappingCommand::Show { entity, kind, name } => show(scope, &entity, kind.as_ref(), name.as_deref()),
        MappingCommand::Drop { entity, kind, name } => {
            let kind = kind_of(&kind)?;
            let (owner, dropped) = change(scope, "DROP-INGESTION-MAPPING", &entity, |mappings, owner| {
                let found = position(mappings, kind, &name).ok_or_else(|| not_found(owner, kind, &name))?;
                Ok(mappings.remove(found))
            })
            .await?;
            Ok(owner.row(mapping_table(), &dropped))
        }
    }
}

fn kind_of(name: &Name) -> Result<MappingKind, AppError> {
    MappingKind::from_name(&name.text).ok_or_else(|| {
        let kinds: Vec<_> = MappingKind::ALL.iter().map(|kind| kind.name().to_ascii_lowercase()).collect();
        AppError::argument(format!("'{}' is not a kind of ingestion mapping: {}", name.text, kinds.join(", ")))
    })
}

/// Returns where the mapping stands. Every kind has names of its own.
fn position(mappings: &[Arc<IngestionMapping>], kind: MappingKind, name: &str) -> Option<usize> {
    mappings.iter().position(|mapping| mapping.kind == kind && mapping.name == name)
}

fn not_found(owner: &Owner, kind: MappingKind, name: &str) -> AppError {
    let entity = owner.table.as_deref().unwrap_or(&owner.database);
    AppError::mapping_not_found(entity, kind.name(), name)
}

/// Whose mappings: names for the result.
struct Owner {
    database: String,
    table: Option<String>,
}

impl Owner {
    fn row(&self, mut result: CommandTable, mapping: &IngestionMapping) -> CommandTable {
        result.push([
            mapping.name.as_str().into(),
            mapping.kind.name().into(),
            mapping.text.as_str().into(),
            DateTime(mapping.last_updated_on).into(),
            self.database.as_str().into(),
            self.table.as_deref().unwrap_or("").into(),
        ]);
        result
    }
}

fn mapping_table() -> CommandTable {
    CommandTable::new(&[
        ("Name", ScalarType::String),
        ("Kind", ScalarType::String),
        ("Mapping", ScalarType::String),
        ("LastUpdatedOn", ScalarType::DateTime),
        ("Database", ScalarType::String),
        ("Table", ScalarType::String),
    ])
}

async fn define(
    scope: &CommandScope,
    creation: MappingCreation,
    entity: &MappingEntity,
    mapping: IngestionMapping,
    properties: &CommandProperties,
) -> Result<CommandTable, AppError> {
    let remove_oldest = properties.flag("removeOldestIfRequired") == Some(true);
    let mapping = Arc::new(mapping);
    let event = match creation {
        MappingCreation::Create => "CREATE-INGESTION-MAPPING",
        _ => "ALTER-INGESTION-MAPPING",
    };
    let (owner, ()) = change(scope, event, entity, |mappings, owner| {
        match position(mappings, mapping.kind, &mapping.name) {
            Some(_) if creation == MappingCreation::Create => {
                return Err(AppError::already_exists("Mapping", &mapping.name));
            }
            Some(found) => mappings[found] = mapping.clone(),
            None if creation == MappingCreation::Alter => return Err(not_found(owner, mapping.kind, &mapping.name)),
            None => {
                make_room(mappings, remove_oldest)?;
                mappings.push(mapping.clone());
            }
        }
        Ok(())
    })
    .await?;
    Ok(owner.row(mapping_table(), &mapping))
}

fn make_room(mappings: &mut Vec<Arc<IngestionMapping>>, remove_oldest: bool) -> Result<(), AppError> {
    if mappings.len() < MAPPINGS_MAX {
        return Ok(());
    }
    let oldest = mappings.iter().enumerate().min_by_key(|(_, mapping)| mapping.last_updated_on);
    match oldest.map(|(position, _)| position) {
        Some(position) if remove_oldest => {
            mappings.remove(position);
            Ok(())
        }
        _ => Err(AppError::argument(format!("the entity has {MAPPINGS_MAX} ingestion mappings, which is the limit"))),
    }
}

/// Commits what `edit` makes of an entity's mappings.
async fn change<T>(
    scope: &CommandScope,
    event: &str,
    entity: &MappingEntity,
    edit: impl FnOnce(&mut Vec<Arc<IngestionMapping>>, &Owner) -> Result<T, AppError>,
) -> Result<(Owner, T), AppError> {
    scope
        .update(event, |state| match entity {
            MappingEntity::Cluster => Err(AppError::argument("a cluster has no ingestion mappings of its own")),
            MappingEntity::Database(name) => {
                let mut database = Database::clone(&*scope.database(state, name.as_ref())?);
                let owner = Owner { database: database.name.clone(), table: None };
                let value = edit(&mut database.mappings, &owner)?;
                Ok((vec![Change::PutDatabase(Arc::new(database))], (owner, value)))
            }
            MappingEntity::Table(name) => {
                let (database, table) = scope.table(state, &name.text)?;
                let mut table = Table::clone(&table);
                let owner = Owner { database: database.name.clone(), table: Some(table.name.clone()) };
                let value = edit(&mut table.mappings, &owner)?;
                Ok((vec![Change::PutTable(Arc::new(table))], (owner, value)))
            }
        })
        .await
}

fn show(
    scope: &CommandScope,
    entity: &MappingEntity,
    kind: Option<&Name>,
    name: Option<&str>,
) -> Result<CommandTable, AppError> {
    let kind = kind.map(kind_of).transpose()?;
    let mut result = mapping_table();
    let mut found = false;
    for (owner, mappings) in owners(scope, &scope.state(), entity)? {
        let wanted = mappings.iter().filter(|mapping| {
            kind.is_none_or(|kind| mapping.kind == kind) && name.is_none_or(|name| mapping.name == name)
        });
        for mapping in wanted {
            result = owner.row(result, mapping);
            found = true;
        }
    }
    match name {
        Some(name) if !found => Err(AppError::entity_not_found("Mapping", name)),
        _ => Ok(result),
    }
}

type OwnedMappings = Vec<(Owner, Vec<Arc<IngestionMapping>>)>;

fn owners(scope: &CommandScope, state: &ClusterState, entity: &MappingEntity) -> Result<OwnedMappings, AppError> {
    let of_database = |database: &Database| {
        let owner = Owner { database: database.name.clone(), table: None };
        let own = std::iter::once((owner, database.mappings.clone()));
        let tables = database.tables.values().map(|table| {
            let owner = Owner { database: database.name.clone(), table: Some(table.name.clone()) };
            (owner, table.mappings.clone())
        });
        own.chain(tables).collect::<OwnedMappings>()
    };
    match entity {
        MappingEntity::Cluster => Ok(state.databases.values().flat_map(|database| of_database(database)).collect()),
        MappingEntity::Database(name) => {
            let database = scope.database(state, name.as_ref())?;
            Ok(of_database(&database).into_iter().take(1).collect())
        }
        MappingEntity::Table(name) => {
            let (database, table) = scope.table(state, &name.text)?;
            let owner = Owner { database: database.name.clone(), table: Some(table.name.clone()) };
            Ok(vec![(owner, table.mappings.clone())])
        }
    }
}

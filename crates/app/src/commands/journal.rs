//! `.show journal`.
//!
//! <https://learn.microsoft.com/kusto/management/journal>

use calypso_catalog::JournalEntry;
use calypso_syntax::ast::command::DatabaseScope;
use calypso_types::{Scalar, ScalarType};

use super::{CommandScope, databases::databases_of};
use crate::{AppError, command_table::CommandTable};

/// Most entries that one command returns, the newest.
const ENTRIES_SHOWN_MAX: usize = 10_000;

/// Answers with the newest entries, oldest first.
pub(crate) async fn show(scope: &CommandScope, databases: &DatabaseScope) -> Result<CommandTable, AppError> {
    let mut entries: Vec<JournalEntry> = match databases {
        DatabaseScope::All => scope.app.catalog.journal(None, ENTRIES_SHOWN_MAX).await?,
        named => {
            let mut entries = Vec::new();
            for database in databases_of(scope, &scope.state(), named)? {
                entries.extend(scope.app.catalog.journal(Some(&database.name), ENTRIES_SHOWN_MAX).await?);
            }
            entries
        }
    };
    entries.sort_by_key(|entry| entry.version);
    let mut result = CommandTable::new(&[
        ("Event", ScalarType::String),
        ("EventTimestamp", ScalarType::DateTime),
        ("Database", ScalarType::String),
        ("EntityName", ScalarType::String),
        ("UpdatedEntityName", ScalarType::String),
        ("EntityVersion", ScalarType::String),
        ("EntityContainerName", ScalarType::String),
        ("OriginalEntityState", ScalarType::String),
        ("UpdatedEntityState", ScalarType::String),
        ("ChangeCommand", ScalarType::String),
        ("Principal", ScalarType::String),
    ]);
    for entry in entries {
        result.push(row(entry));
    }
    Ok(result)
}

fn row(entry: JournalEntry) -> [Scalar; 11] {
    [
        entry.event.into(),
        entry.event_timestamp.into(),
        entry.database.into(),
        entry.entity_name.into(),
        entry.updated_entity_name.into(),
        format!("v{}.0", entry.version).into(),
        entry.entity_container_name.into(),
        entry.original_entity_state.into(),
        entry.updated_entity_state.into(),
        entry.change_command.into(),
        entry.principal.into(),
    ]
}

//! Commands about policies. What a policy means is its own file in `calypso-model`; here is where it is attached.
//!
//! <https://learn.microsoft.com/kusto/management/policies>

mod checks;
mod effects;
mod value;

use std::sync::Arc;

use calypso_model::{Change, ClusterState, Database, Policies, PolicyKind, Table};
use calypso_syntax::ast::command::{PolicyAction, PolicyCommand, PolicyEntity};

use super::CommandScope;
use crate::{AppError, command_table::CommandTable};

/// Runs a command about a policy.
pub(crate) async fn run(scope: &CommandScope, command: PolicyCommand) -> Result<CommandTable, AppError> {
    let kind = PolicyKind::from_command_name(&command.policy.text)
        .ok_or_else(|| AppError::not_supported(format!("the policy '{}'", command.policy.text)))?;
    if command.action == PolicyAction::Show {
        let state = scope.state();
        let targets = targets(scope, &state, &command.entity)?;
        return Ok(show(&state, kind, &targets));
    }
    if kind.is_of_tables() && !matches!(command.entity, PolicyEntity::Tables(_) | PolicyEntity::AllTables) {
        return Err(AppError::argument(format!("only tables have the policy '{}'", kind.command_name())));
    }
    let event = event_name(kind, &command.action);
    let (before, after, targets) = scope
        .update(&event, |state| {
            let targets = targets(scope, state, &command.entity)?;
            let mut changes = Vec::with_capacity(targets.len());
            for target in &targets {
                changes.push(target.change(state, |policies| {
                    value::apply(policies, kind, &command.action, scope.app.settings.policy_limits)
                })?);
            }
            let mut after = state.clone();
            after.apply_all(&changes).map_err(calypso_catalog::Error::from)?;
            let after = Arc::new(after);
            if !matches!(command.action, PolicyAction::Delete) {
                checks::check(scope, kind, &after, &targets)?;
            }
            Ok((changes, (Arc::new(state.clone()), after, targets)))
        })
        .await?;
    let targets = targets.into_iter().map(|target| target.in_version(&after)).collect::<Vec<_>>();
    let is_deleted = command.action == PolicyAction::Delete;
    effects::follow(scope, kind, is_deleted, &before, &after).await?;
    Ok(show(&after, kind, &targets))
}

fn event_name(kind: PolicyKind, action: &PolicyAction) -> String {
    let verb = match action {
        PolicyAction::Show => "SHOW",
        PolicyAction::Delete => "DELETE",
        PolicyAction::Alter(_) => "ALTER",
        PolicyAction::AlterMerge(_) => "ALTER-MERGE",
    };
    format!("{verb}-{}-POLICY", kind.command_name().to_ascii_uppercase())
}

/// What a policy is attached to.
enum Target {
    Cluster,
    Database(Arc<Database>),
    Table(Arc<Database>, Arc<Table>),
}

impl Target {
    fn policies<'a>(&'a self, state: &'a ClusterState) -> &'a Policies {
        match self {
            Self::Cluster => &state.policies,
            Self::Database(database) => &database.policies,
            Self::Table(_, table) => &table.policies,
        }
    }

    fn change(
        &self,
        state: &ClusterState,
        edit: impl FnOnce(&mut Policies) -> Result<(), AppError>,
    ) -> Result<Change, AppError> {
        match self {
            Self::Cluster => {
                let mut policies = state.policies.clone();
                edit(&mut policies)?;
                Ok(Change::PutClusterPolicies(policies))
            }
            Self::Database(database) => {
                let mut database = Database::clone(database);
                edit(&mut database.policies)?;
                Ok(Change::PutDatabase(Arc::new(database)))
            }
            Self::Table(_, table) => {
                let mut table = Table::clone(table);
                edit(&mut table.policies)?;
                Ok(Change::PutTable(Arc::new(table)))
            }
        }
    }

    /// Returns the same entity in another version.
    fn in_version(self, state: &ClusterState) -> Self {
        match self {
            Self::Cluster => Self::Cluster,
            Self::Database(database) => Self::Database(state.database_by_id(database.id).cloned().unwrap_or(database)),
            Self::Table(database, table) => match state.table_by_id(table.id) {
                Some((database, table)) => Self::Table(database.clone(), table.clone()),
                None => Self::Table(database, table),
            },
        }
    }

    /// Returns the values of the columns `EntityName`, `ChildEntities` and `EntityType`.
    fn shown(&self, state: &ClusterState) -> (String, String, &'static str) {
        let list = |names: Vec<&String>| serde_json::Value::from_iter(names.into_iter().cloned()).to_string();
        match self {
            Self::Cluster => (String::new(), list(state.databases.keys().collect()), "Cluster"),
            Self::Database(database) => {
                (format!("[{}]", database.name), list(database.tables.keys().collect()), "Database")
            }
            Self::Table(database, table) => {
                let columns = list(table.columns.iter().map(|column| &column.name).collect());
                (format!("[{}].[{}]", database.name, table.name), columns, "Table")
            }
        }
    }
}

fn targets(scope: &CommandScope, state: &ClusterState, entity: &PolicyEntity) -> Result<Vec<Target>, AppError> {
    match entity {
        PolicyEntity::Cluster => Ok(vec![Target::Cluster]),
        PolicyEntity::Database(name) => Ok(vec![Target::Database(scope.database(state, name.as_ref())?)]),
        PolicyEntity::AllDatabases => Ok(state.databases.values().cloned().map(Target::Database).collect()),
        PolicyEntity::AllTables => {
            let database = scope.database(state, None)?;
            Ok(database.tables.values().map(|table| Target::Table(database.clone(), table.clone())).collect())
        }
        PolicyEntity::Tables(names) => {
            let mut targets = Vec::with_capacity(names.len());
            for name in names {
                let database = scope.database(state, name.database.as_ref())?;
                let table = database.tables.get(&name.name.text).cloned();
                let table = table.ok_or_else(|| AppError::table_not_found(&database.name, &name.name.text))?;
                targets.push(Target::Table(database, table));
            }
            Ok(targets)
        }
    }
}

/// The policy set on each entity itself; `null` where it is inherited.
fn show(state: &ClusterState, kind: PolicyKind, targets: &[Target]) -> CommandTable {
    let columns = ["PolicyName", "EntityName", "Policy", "ChildEntities", "EntityType"];
    let mut result = CommandTable::of_strings(&columns);
    for target in targets {
        let (name, children, ty) = target.shown(state);
        let policy = target.policies(state).json(kind).unwrap_or_else(|| "null".to_owned());
        result.push([kind.policy_name().into(), name.into(), policy.into(), children.into(), ty.into()]);
    }
    result
}

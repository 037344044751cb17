//! Commands about who may do what. Roles are kept and shown; this version admits everybody.
//!
//! <https://learn.microsoft.com/kusto/management/security-roles>

use std::sync::Arc;

use calypso_model::{AuthorizedPrincipal, Change, ClusterState, Database, Policies, Table};
use calypso_syntax::ast::command::{PrincipalAction, PrincipalChange, PrincipalCommand, SecuredEntity};
use serde_json::{Value, json};

use super::CommandScope;
use crate::{AppError, command_table::CommandTable};

/// Most principals of one entity.
const PRINCIPALS_MAX: usize = 10_000;
/// Longest name of a principal, and longest note, in bytes.
const TEXT_BYTES_MAX: usize = 4_096;

/// Runs a command about principals.
pub(crate) async fn run(scope: &CommandScope, command: PrincipalCommand) -> Result<CommandTable, AppError> {
    let PrincipalCommand { entity, action } = command;
    let change = match action {
        PrincipalAction::Show => return show(scope, &scope.state(), &entity, None),
        PrincipalAction::ShowRoles { principal } => {
            let principal = principal.unwrap_or_else(|| scope.ctx.principal.clone());
            return show(scope, &scope.state(), &entity, Some(&principal));
        }
        PrincipalAction::Add(ref change) | PrincipalAction::Drop(ref change) | PrincipalAction::Set(ref change) => {
            change.clone()
        }
    };
    check(&change)?;
    scope
        .update("ALTER-PRINCIPALS", |state| {
            let changed = edited(scope, state, &entity, |policies| apply(policies, &action, &change))?;
            Ok((vec![changed], ()))
        })
        .await?;
    if change.skip_results {
        return Ok(principal_table());
    }
    show(scope, &scope.state(), &entity, None)
}

fn check(change: &PrincipalChange) -> Result<(), AppError> {
    for fqn in &change.principals {
        let known = ["aadapp=", "aaduser=", "aadgroup=", "msauser=", "dstsapp="];
        let lower = fqn.to_ascii_lowercase();
        if fqn.len() > TEXT_BYTES_MAX || !known.iter().any(|prefix| lower.starts_with(prefix)) {
            return Err(AppError::argument(format!(
                "'{fqn}' is not a principal such as 'aaduser=<id or mail>', 'aadapp=<id>;<tenant>' or 'aadgroup=<id>'"
            )));
        }
    }
    if change.notes.as_ref().is_some_and(|notes| notes.len() > TEXT_BYTES_MAX) {
        return Err(AppError::argument(format!("a description has at most {TEXT_BYTES_MAX} bytes")));
    }
    Ok(())
}

fn apply(policies: &mut Policies, action: &PrincipalAction, change: &PrincipalChange) -> Result<(), AppError> {
    let role = change.role.text.to_ascii_lowercase();
    let principals = &mut policies.principals;
    let named = |fqn: &str| change.principals.iter().any(|given| given.eq_ignore_ascii_case(fqn));
    match action {
        PrincipalAction::Show | PrincipalAction::ShowRoles { .. } => {}
        PrincipalAction::Drop(_) => principals.retain(|known| known.role != role || !named(&known.fqn)),
        PrincipalAction::Add(_) => {
            principals.retain(|known| known.role != role || !named(&known.fqn));
            extend(principals, &role, change);
        }
        PrincipalAction::Set(_) => {
            principals.retain(|known| known.role != role);
            extend(principals, &role, change);
        }
    }
    if principals.len() > PRINCIPALS_MAX {
        return Err(AppError::argument(format!("{PRINCIPALS_MAX} principals is the limit of an entity")));
    }
    Ok(())
}

fn extend(principals: &mut Vec<AuthorizedPrincipal>, role: &str, change: &PrincipalChange) {
    let notes = change.notes.clone().unwrap_or_default();
    principals.extend(change.principals.iter().map(|fqn| AuthorizedPrincipal {
        role: role.to_owned(),
        fqn: fqn.clone(),
        notes: notes.clone(),
    }));
}

fn edited(
    scope: &CommandScope,
    state: &ClusterState,
    entity: &SecuredEntity,
    edit: impl FnOnce(&mut Policies) -> Result<(), AppError>,
) -> Result<Change, AppError> {
    match entity {
        SecuredEntity::Cluster => {
            let mut policies = state.policies.clone();
            edit(&mut policies)?;
            Ok(Change::PutClusterPolicies(policies))
        }
        SecuredEntity::Database(name) => {
            let mut database = Database::clone(&*scope.database(state, name.as_ref())?);
            edit(&mut database.policies)?;
            Ok(Change::PutDatabase(Arc::new(database)))
        }
        SecuredEntity::Table(name) => {
            let mut table = Table::clone(&*scope.table(state, &name.text)?.1);
            edit(&mut table.policies)?;
            Ok(Change::PutTable(Arc::new(table)))
        }
        SecuredEntity::Function(_) => Err(AppError::not_supported("principals of functions")),
    }
}

fn principal_table() -> CommandTable {
    let columns = ["Role", "PrincipalType", "PrincipalDisplayName", "PrincipalObjectId", "PrincipalFQN", "Notes"];
    CommandTable::of_strings(&columns)
}

/// The principals of the entity and, for tables, of its database; only the roles of `only` if it is given.
fn show(
    scope: &CommandScope,
    state: &ClusterState,
    entity: &SecuredEntity,
    only: Option<&str>,
) -> Result<CommandTable, AppError> {
    let mut result = principal_table();
    let mut push = |level: String, policies: &Policies| {
        let wanted = |known: &&AuthorizedPrincipal| only.is_none_or(|only| known.fqn.eq_ignore_ascii_case(only));
        for principal in policies.principals.iter().filter(wanted) {
            let shown = ShownPrincipal::of(principal);
            result.push([
                format!("{level} {}", role_name(&principal.role)).into(),
                shown.ty.into(),
                shown.name.as_str().into(),
                shown.object_id.as_str().into(),
                principal.fqn.as_str().into(),
                principal.notes.as_str().into(),
            ]);
        }
    };
    match entity {
        SecuredEntity::Cluster => push("Cluster".to_owned(), &state.policies),
        SecuredEntity::Database(name) => {
            let database = scope.database(state, name.as_ref())?;
            push(format!("Database {}", database.name), &database.policies);
        }
        SecuredEntity::Table(name) => {
            let (database, table) = scope.table(state, &name.text)?;
            push(format!("Database {}", database.name), &database.policies);
            push(format!("Table {}", table.name), &table.policies);
        }
        SecuredEntity::Function(_) => return Err(AppError::not_supported("principals of functions")),
    }
    Ok(result)
}

/// `unrestrictedviewers` is shown as `UnrestrictedViewer`.
fn role_name(role: &str) -> String {
    match role {
        "unrestrictedviewers" => "UnrestrictedViewer".to_owned(),
        "alldatabasesadmins" => "AllDatabasesAdmin".to_owned(),
        "alldatabasesviewers" => "AllDatabasesViewer".to_owned(),
        "alldatabasesmonitors" => "AllDatabasesMonitor".to_owned(),
        other => {
            let singular = other.strip_suffix('s').unwrap_or(other);
            let mut letters = singular.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// What can be told of a principal without a directory.
struct ShownPrincipal {
    ty: &'static str,
    name: String,
    object_id: String,
}

impl ShownPrincipal {
    fn of(principal: &AuthorizedPrincipal) -> Self {
        let (kind, id) = principal.fqn.split_once('=').unwrap_or(("", &principal.fqn));
        let id = id.split(';').next().unwrap_or(id);
        let ty = match kind.to_ascii_lowercase().as_str() {
            "aadapp" => "AAD Application",
            "aaduser" => "AAD User",
            "aadgroup" => "AAD Group",
            "msauser" => "MSA User",
            _ => "dSTS Application",
        };
        let object_id = calypso_types::Guid::parse(id).map(|guid| guid.to_string()).unwrap_or_default();
        Self { ty, name: id.to_owned(), object_id }
    }
}

/// Returns the principals of an entity as the column `AuthorizedPrincipals` shows them.
pub(crate) fn principals_json(policies: &Policies) -> String {
    let principals = policies.principals.iter().map(|principal| {
        let shown = ShownPrincipal::of(principal);
        json!({
            "Type": shown.ty,
            "DisplayName": shown.name,
            "ObjectId": shown.object_id,
            "FQN": principal.fqn,
            "Notes": principal.notes,
            "Role": role_name(&principal.role),
        })
    });
    Value::Array(principals.collect()).to_string()
}

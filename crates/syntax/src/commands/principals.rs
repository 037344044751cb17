//! Commands about principals and roles.
//!
//! <https://learn.microsoft.com/kusto/management/security-roles>

use super::{databases, known, names, properties, words};
use crate::ast::command::{PrincipalAction, PrincipalChange, PrincipalCommand, SecuredEntity};
use crate::ast::{CommandKind, Name};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

const CLUSTER_ROLES: [&str; 9] = [
    "admins",
    "alldatabasesadmins",
    "alldatabasesmonitors",
    "alldatabasesviewers",
    "databasecreators",
    "monitors",
    "ops",
    "users",
    "viewers",
];
pub(super) const DATABASE_ROLES: [&str; 6] =
    ["admins", "ingestors", "monitors", "unrestrictedviewers", "users", "viewers"];
const TABLE_ROLES: [&str; 2] = ["admins", "ingestors"];
const FUNCTION_ROLES: [&str; 1] = ["admins"];

const fn roles(entity: &SecuredEntity) -> &'static [&'static str] {
    match entity {
        SecuredEntity::Cluster => &CLUSTER_ROLES,
        SecuredEntity::Database(_) => &DATABASE_ROLES,
        SecuredEntity::Table(_) => &TABLE_ROLES,
        SecuredEntity::Function(_) => &FUNCTION_ROLES,
    }
}

/// Says whether a role of the entity comes next.
pub(super) fn at_role(cursor: &Cursor<'_>, entity: &SecuredEntity) -> bool {
    words::keyword(cursor).is_some_and(|word| roles(entity).contains(&word.as_str()))
}

/// `principals`
pub(super) const fn show_all(entity: SecuredEntity) -> CommandKind {
    CommandKind::Principal(PrincipalCommand { entity, action: PrincipalAction::Show })
}

/// Behind `principal` of `.show`: `['aaduser=…'] roles`.
pub(super) fn show_roles(cursor: &mut Cursor<'_>, entity: SecuredEntity) -> Option<CommandKind> {
    let principal = match cursor.at(TokenKind::String) {
        true => Some(names::text(cursor, "a principal in quotes")?),
        false => None,
    };
    words::expect_keyword(cursor, "roles")?;
    properties::properties(cursor)?;
    Some(CommandKind::Principal(PrincipalCommand { entity, action: PrincipalAction::ShowRoles { principal } }))
}

/// Behind `.add`.
pub(super) fn add(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let mark = cursor.mark();
    let Some(entity) = entity(cursor)? else {
        cursor.rewind(mark);
        return known::unknown_entity(cursor, &["cluster", "database", "function", "table"]);
    };
    if !at_role(cursor, &entity) && known::is_not_supported(cursor) {
        return None;
    }
    let change = change(cursor, &entity)?;
    Some(CommandKind::Principal(PrincipalCommand { entity, action: PrincipalAction::Add(change) }))
}

/// Behind the entity of `.drop`.
pub(super) fn drop_from(cursor: &mut Cursor<'_>, entity: SecuredEntity) -> Option<CommandKind> {
    let change = change(cursor, &entity)?;
    Some(CommandKind::Principal(PrincipalCommand { entity, action: PrincipalAction::Drop(change) }))
}

/// Behind `.set`, where `database`, `table` and kin may also be the name of a table to fill. Takes nothing and returns
/// `None`, without a report, if no entity with a role follows.
pub(super) fn set(cursor: &mut Cursor<'_>) -> Option<Option<CommandKind>> {
    let mark = cursor.mark();
    if matches!(cursor.nth(1).kind, TokenKind::LessBar) || words::nth_is_keyword(cursor, 1, "with") {
        return Some(None);
    }
    let Some(entity) = entity(cursor)? else {
        cursor.rewind(mark);
        return Some(None);
    };
    let change = change(cursor, &entity)?;
    Some(Some(CommandKind::Principal(PrincipalCommand { entity, action: PrincipalAction::Set(change) })))
}

/// Takes `database N` and kin; `Some(None)` when another word comes.
fn entity(cursor: &mut Cursor<'_>) -> Option<Option<SecuredEntity>> {
    Some(Some(match words::eat_any_keyword(cursor).as_deref() {
        Some("cluster") => SecuredEntity::Cluster,
        Some("database") => SecuredEntity::Database(database(cursor)?),
        Some("table") => SecuredEntity::Table(names::name(cursor, "a table's name")?),
        Some("function") => SecuredEntity::Function(names::name(cursor, "a function's name")?),
        _ => return Some(None),
    }))
}

fn database(cursor: &mut Cursor<'_>) -> Option<Option<Name>> {
    // `.add database viewers ('…')` speaks of the current database, `.add database viewers viewers ('…')` does not.
    match cursor.nth(1).kind {
        TokenKind::LeftParen => databases::optional_name(cursor, &DATABASE_ROLES),
        _ => names::name(cursor, "a database's name").map(Some),
    }
}

/// `viewers ('aaduser=…', …) [skip-results] ['notes']`, `viewers none [skip-results]`
fn change(cursor: &mut Cursor<'_>, entity: &SecuredEntity) -> Option<PrincipalChange> {
    let start = cursor.start();
    let text = words::expect_one_of(cursor, roles(entity))?.to_owned();
    let role = Name { text, span: cursor.span_from(start) };
    let principals = match words::eat_keyword(cursor, "none") {
        true => Vec::new(),
        false => names::list(cursor, |cursor| names::text(cursor, "a principal in quotes, such as 'aaduser=…'"))?,
    };
    let skip_results = words::eat_keyword(cursor, "skip-results");
    let notes = if cursor.at(TokenKind::String) { Some(cursor.string_literal()) } else { None };
    Some(PrincipalChange { role, principals, skip_results, notes })
}

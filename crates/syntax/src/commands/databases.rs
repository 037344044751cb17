//! Commands about databases.

use super::{extents, known, mappings, names, policies, principals, properties, schemas, words};
use crate::ast::command::{
    DatabaseCommand, DatabaseDetail, DatabaseScope, ExtentScope, MappingEntity, Persistence, PolicyEntity, SchemaScope,
    SchemaTarget, SecuredEntity, ServiceCommand,
};
use crate::ast::{CommandKind, Name};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// Words that may follow `.show database` without a name between; a database of such a name needs brackets.
const PARTS: [&str; 18] = [
    "cache",
    "cslschema",
    "datastats",
    "details",
    "entity",
    "extent",
    "extents",
    "identity",
    "ingestion",
    "journal",
    "kqlschema",
    "metadata",
    "policies",
    "policy",
    "principal",
    "principals",
    "schema",
    "verbose",
];

/// What of a database this server shows.
const OUR_PARTS: [&str; 9] =
    ["details", "extents", "identity", "ingestion", "journal", "policies", "policy", "principals", "schema"];
/// What of a database only Kusto shows.
const NOT_OUR_PARTS: [&str; 8] =
    ["cache", "entity", "extent", "extentcontainers", "keyvault", "operations", "purge", "shard-groups"];

/// Behind `.create database N`.
pub(super) fn create(cursor: &mut Cursor<'_>, name: Name) -> Option<CommandKind> {
    let persistence = if words::eat_keyword(cursor, "volatile") {
        Persistence::Volatile
    } else if words::eat_keyword(cursor, "persist") {
        Persistence::Paths(names::list(cursor, |cursor| names::text(cursor, "a path in quotes"))?)
    } else {
        Persistence::Default
    };
    let if_not_exists = words::eat_keyword(cursor, "ifnotexists");
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Database(DatabaseCommand::Create { name, persistence, if_not_exists, properties }))
}

/// Behind `.drop database N`, when no entity within the database follows.
pub(super) fn drop_database(cursor: &mut Cursor<'_>, name: Name) -> Option<CommandKind> {
    if words::eat_keyword(cursor, "prettyname") {
        let command = DatabaseCommand::SetPrettyName { database: Some(name), pretty_name: None };
        return Some(CommandKind::Database(command));
    }
    let [if_exists, _] = words::eat_options(cursor, ["ifexists", "skip-seal"]);
    Some(CommandKind::Database(DatabaseCommand::Drop { name, if_exists }))
}

/// Behind `.alter database [N] prettyname`.
pub(super) fn set_pretty_name(cursor: &mut Cursor<'_>, database: Option<Name>) -> Option<CommandKind> {
    let pretty_name = Some(names::text(cursor, "the pretty name in quotes")?);
    Some(CommandKind::Database(DatabaseCommand::SetPrettyName { database, pretty_name }))
}

/// Takes the name of a database unless one of `parts` comes next, which then speaks of the current database.
pub(super) fn optional_name(cursor: &mut Cursor<'_>, parts: &[&str]) -> Option<Option<Name>> {
    let word = words::keyword(cursor);
    let is_part = word.as_deref().is_some_and(|word| parts.contains(&word));
    // `.show database policy policy caching` speaks of a database called `policy`.
    let doubled = is_part && word.as_deref().is_some_and(|word| words::nth_is_keyword(cursor, 1, word));
    if is_part && !doubled {
        return Some(None);
    }
    names::name(cursor, "a database's name").map(Some)
}

/// Behind `.show database`.
pub(super) fn show_database(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    if cursor.eat(TokenKind::Star).is_some() {
        words::expect_keyword(cursor, "policy")?;
        return policies::show(cursor, PolicyEntity::AllDatabases);
    }
    if ends(cursor) {
        return details(cursor, DatabaseScope::Current, DatabaseDetail::Default);
    }
    let name = optional_name(cursor, &PARTS)?;
    let scope = name.clone().map_or(DatabaseScope::Current, |name| DatabaseScope::Named(vec![name]));
    if ends(cursor) {
        return details(cursor, scope, DatabaseDetail::Default);
    }
    let mark = cursor.mark();
    let part = words::eat_any_keyword(cursor);
    if let Some(detail) = part.as_deref().and_then(detail) {
        return details(cursor, scope, detail);
    }
    match part.as_deref() {
        Some("schema") => schemas::of_database(cursor, name),
        Some("cslschema" | "kqlschema") => schemas::csl_of_database(cursor, name),
        Some("extents") => {
            extents::show(cursor, name.map_or(ExtentScope::CurrentDatabase, |name| ExtentScope::Databases(vec![name])))
        }
        Some("ingestion") => mappings::show(cursor, MappingEntity::Database(name)),
        Some("policy") => policies::show(cursor, PolicyEntity::Database(name)),
        Some("principals") => Some(principals::show_all(SecuredEntity::Database(name))),
        Some("principal") => principals::show_roles(cursor, SecuredEntity::Database(name)),
        Some("journal") => Some(CommandKind::Service(ServiceCommand::ShowJournal { scope })),
        _ => {
            cursor.rewind(mark);
            known::unknown_part(cursor, "show database", &NOT_OUR_PARTS, &OUR_PARTS)
        }
    }
}

/// Behind `.show databases`: `[(D, …)]`, then a form of result.
pub(super) fn show_databases(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let targets = match cursor.at(TokenKind::LeftParen) {
        true => Some(names::list(cursor, schemas::target)?),
        false => None,
    };
    if words::eat_keyword(cursor, "schema") {
        return schemas::forms(cursor, targets.map_or(SchemaScope::Cluster, SchemaScope::Databases));
    }
    if words::eat_keyword(cursor, "entities") {
        let properties = properties::properties(cursor)?;
        return Some(CommandKind::Database(DatabaseCommand::ShowEntities { properties }));
    }
    let databases = targets.map(named);
    if words::eat_keyword(cursor, "extents") {
        return extents::show(cursor, databases.map_or(ExtentScope::Cluster, ExtentScope::Databases));
    }
    let scope = databases.map_or(DatabaseScope::All, DatabaseScope::Named);
    if ends(cursor) {
        return details(cursor, scope, DatabaseDetail::Default);
    }
    match words::keyword(cursor).as_deref().and_then(detail) {
        Some(detail) => {
            words::eat_any_keyword(cursor);
            details(cursor, scope, detail)
        }
        None => {
            let ours = ["datastats", "details", "entities", "extents", "identity", "metadata", "policies", "schema"];
            known::unknown_part(cursor, "show databases", &["management"], &ours)
        }
    }
}

fn named(targets: Vec<SchemaTarget>) -> Vec<Name> {
    targets.into_iter().filter_map(|target| target.database).collect()
}

/// Says whether the command proper ends here, or only properties follow.
fn ends(cursor: &Cursor<'_>) -> bool {
    matches!(cursor.kind(), TokenKind::End | TokenKind::Bar | TokenKind::Semicolon) || words::at_keyword(cursor, "with")
}

fn details(cursor: &mut Cursor<'_>, scope: DatabaseScope, detail: DatabaseDetail) -> Option<CommandKind> {
    properties::properties(cursor)?;
    Some(CommandKind::Database(DatabaseCommand::Show { scope, detail }))
}

fn detail(word: &str) -> Option<DatabaseDetail> {
    Some(match word {
        "details" | "verbose" => DatabaseDetail::Details,
        "identity" => DatabaseDetail::Identity,
        "policies" => DatabaseDetail::Policies,
        "datastats" => DatabaseDetail::DataStatistics,
        "metadata" => DatabaseDetail::Metadata,
        _ => return None,
    })
}

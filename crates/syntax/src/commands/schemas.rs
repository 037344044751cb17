//! `.show … schema`: of databases and the cluster. The columns of `.create table` are in `schema`.
//!
//! <https://learn.microsoft.com/kusto/management/show-schema-database>

use super::{names, properties, words};
use crate::ast::command::{DatabaseCommand, SchemaForm, SchemaScope, SchemaTarget};
use crate::ast::{CommandKind, Name};
use crate::cursor::Cursor;

/// Behind `.show database [N] schema`; `None` is the database that the request names.
pub(super) fn of_database(cursor: &mut Cursor<'_>, database: Option<Name>) -> Option<CommandKind> {
    forms(cursor, SchemaScope::Databases(vec![SchemaTarget { database, if_later_than: None }]))
}

/// `D [if_later_than "v1.2"]`
pub(super) fn target(cursor: &mut Cursor<'_>) -> Option<SchemaTarget> {
    let database = Some(names::name(cursor, "a database's name")?);
    Some(SchemaTarget { database, if_later_than: if_later_than(cursor)? })
}

fn if_later_than(cursor: &mut Cursor<'_>) -> Option<Option<String>> {
    match words::eat_keyword(cursor, "if_later_than") {
        true => names::text(cursor, "a version in quotes, such as \"v1.2\"").map(Some),
        false => Some(None),
    }
}

/// Behind `.show [cluster] schema`.
pub(super) fn of_cluster(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    forms(cursor, SchemaScope::Cluster)
}

/// Behind `schema`: `[details] [if_later_than "v"] [as json | as csl [script]] | violations`.
pub(super) fn forms(cursor: &mut Cursor<'_>, mut scope: SchemaScope) -> Option<CommandKind> {
    let mut form = SchemaForm::Rows { details: false };
    if words::eat_keyword(cursor, "violations") {
        form = SchemaForm::Violations;
    } else if words::eat_keyword(cursor, "details") {
        form = SchemaForm::Rows { details: true };
    }
    if let Some(version) = if_later_than(cursor)?
        && let SchemaScope::Databases(targets) = &mut scope
    {
        for target in targets {
            target.if_later_than.get_or_insert_with(|| version.clone());
        }
    }
    if words::eat_keyword(cursor, "as") {
        form = match words::expect_one_of(cursor, &["json", "csl", "kql"])? {
            "json" => SchemaForm::Json,
            _ => SchemaForm::Script,
        };
        words::eat_keyword(cursor, "script");
    }
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Database(DatabaseCommand::ShowSchema { scope, form, properties }))
}

/// Behind `.show database [N] cslschema`: `[script] [if_later_than "v"]`.
pub(super) fn csl_of_database(cursor: &mut Cursor<'_>, database: Option<Name>) -> Option<CommandKind> {
    let form = if words::eat_keyword(cursor, "script") { SchemaForm::Script } else { SchemaForm::Csl };
    let target = SchemaTarget { database, if_later_than: if_later_than(cursor)? };
    let properties = properties::properties(cursor)?;
    let scope = SchemaScope::Databases(vec![target]);
    Some(CommandKind::Database(DatabaseCommand::ShowSchema { scope, form, properties }))
}

//! `.show …`: which entity is shown.

use super::{
    databases, extents, functions, known, mappings, names, policies, principals, queued, schemas, service, show_table,
    words,
};
use crate::ast::CommandKind;
use crate::ast::command::{
    DatabaseScope, ExtentScope, MappingEntity, PolicyEntity, SecuredEntity, ServiceCommand, TableCommand,
};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// What may be shown, for the message when something else is asked for.
const ENTITIES: [&str; 26] = [
    "capacity",
    "cluster",
    "commands",
    "commands-and-queries",
    "database",
    "databases",
    "diagnostics",
    "export containers",
    "extents",
    "function",
    "functions",
    "ingestion",
    "journal",
    "operation",
    "operations",
    "plugins",
    "principal",
    "queries",
    "queued ingestion operations",
    "rowstores",
    "running queries",
    "schema",
    "streamingingestion",
    "table",
    "tables",
    "version",
];

/// Returns what may stand behind `.show`.
pub fn shown_entities() -> impl Iterator<Item = &'static str> {
    ENTITIES.iter().copied()
}

/// What of the cluster this server shows.
const OUR_CLUSTER_PARTS: [&str; 8] =
    ["databases", "details", "extents", "ingestion", "journal", "policy", "principals", "schema"];
/// What of the cluster only Kusto shows.
const NOT_OUR_CLUSTER_PARTS: [&str; 9] =
    ["admin", "blockedprincipals", "monitoring", "network", "pending", "sandboxes", "scalein", "services", "storage"];

/// Behind `.show`.
pub(super) fn show(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    if let Some(command) = service::show_simple(cursor) {
        return Some(CommandKind::Service(command));
    }
    let mark = cursor.mark();
    match words::eat_any_keyword(cursor).as_deref() {
        Some("database") => databases::show_database(cursor),
        Some("databases") => databases::show_databases(cursor),
        Some("cluster") => show_cluster(cursor),
        Some("schema") => schemas::of_cluster(cursor),
        Some("tables") => show_tables(cursor),
        Some("table") => show_table::show_table(cursor),
        Some("functions") => functions::show_all(cursor),
        Some("function") => functions::show_one(cursor),
        Some("ingestion") => show_ingestion(cursor),
        Some("extents") => extents::show(cursor, ExtentScope::CurrentDatabase),
        Some("principal") => show_principal(cursor),
        Some("operations") => service::show_operations(cursor),
        Some("operation") => service::show_operation(cursor),
        Some("capacity") => service::show_capacity(cursor),
        Some("queued") => queued::show(cursor),
        Some("running") => service::show_running_queries(cursor),
        _ => {
            cursor.rewind(mark);
            if !known::is_not_supported(cursor) {
                words::expected_word(cursor, "what to show, such as `tables`", &ENTITIES);
            }
            None
        }
    }
}

/// Behind `.show cluster`.
fn show_cluster(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let mark = cursor.mark();
    match words::eat_any_keyword(cursor).as_deref() {
        None => Some(CommandKind::Service(ServiceCommand::ShowCluster { details: false })),
        Some("details") => Some(CommandKind::Service(ServiceCommand::ShowCluster { details: true })),
        Some("databases") => databases::show_databases(cursor),
        Some("extents") => extents::show(cursor, ExtentScope::Cluster),
        Some("journal") => Some(CommandKind::Service(ServiceCommand::ShowJournal { scope: DatabaseScope::All })),
        Some("schema") => schemas::of_cluster(cursor),
        Some("policy") => policies::show(cursor, PolicyEntity::Cluster),
        Some("principals") => Some(principals::show_all(SecuredEntity::Cluster)),
        Some("principal") => principals::show_roles(cursor, SecuredEntity::Cluster),
        Some("ingestion") => mappings::show(cursor, MappingEntity::Cluster),
        Some(_) => {
            cursor.rewind(mark);
            known::unknown_part(cursor, "show cluster", &NOT_OUR_CLUSTER_PARTS, &OUR_CLUSTER_PARTS)
        }
    }
}

/// Behind `.show tables`: `[(T, …)] [details | extents … | schema]`.
fn show_tables(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let tables = match cursor.at(TokenKind::LeftParen) {
        true => Some(names::names(cursor, "a table's name")?),
        false => None,
    };
    let mark = cursor.mark();
    match words::eat_any_keyword(cursor).as_deref() {
        None => Some(CommandKind::Table(TableCommand::Show { tables, details: false })),
        Some("details") => Some(CommandKind::Table(TableCommand::Show { tables, details: true })),
        Some("extents") => match tables {
            Some(tables) => extents::show(cursor, ExtentScope::Tables(tables)),
            None => extents::show(cursor, ExtentScope::CurrentDatabase),
        },
        Some("schema") if tables.is_none() => schemas::of_database(cursor, None),
        Some("column") => {
            cursor.rewind(mark);
            known::not_supported(cursor, "show tables column statistics")
        }
        Some(_) => {
            cursor.rewind(mark);
            words::expected_one_of(cursor, &["details", "extents", "schema"]);
            None
        }
    }
}

/// Behind `.show ingestion`: `failures …`, `resources` as the Java client says it, or mappings of every database.
fn show_ingestion(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    if words::eat_keyword(cursor, "failures") {
        return service::show_ingestion_failures(cursor);
    }
    if words::eat_keyword(cursor, "resources") {
        return service::ingestion_resources(cursor);
    }
    mappings::show(cursor, MappingEntity::Cluster)
}

/// Behind `.show principal`: `access`, or the roles of a principal in the cluster.
fn show_principal(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    if words::eat_keyword(cursor, "access") {
        super::properties::properties(cursor)?;
        return Some(CommandKind::Service(ServiceCommand::ShowPrincipalAccess));
    }
    principals::show_roles(cursor, SecuredEntity::Cluster)
}

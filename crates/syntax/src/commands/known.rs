//! Commands of Kusto's that this server does not have: they are answered by name, not as a mistake of the author.
//!
//! <https://learn.microsoft.com/kusto/management/>

use super::words;
use crate::ast::CommandKind;
use crate::cursor::Cursor;
use crate::{Diagnostic, DiagnosticCode};

/// Verb and the entities that may follow it; no entities means any.
const KNOWN: [(&str, &[&str]); 37] = [
    ("add", &["cluster blockedprincipals", "external table", "follower database", "graph_model", "materialized-view"]),
    (
        "alter",
        &[
            "async",
            "cache",
            "cluster",
            "column",
            "columns",
            "entity_group",
            "extentcontainers",
            "external table",
            "fabric",
            "follower cluster",
            "follower database",
            "graph_model",
            "materialized-view",
            "mirroring-template",
            "policies",
            "workload_group",
        ],
    ),
    (
        "alter-merge",
        &["column", "entity_group", "external table", "materialized-view", "mirroring-template", "workload_group"],
    ),
    ("append", &["stored_query_result"]),
    ("apply", &["mirroring-template"]),
    ("attach", &[]),
    ("clean", &["databases"]),
    ("clear", &["cache remote-schema", "cluster cache", "database cache query_weak_consistency", "materialized-view"]),
    (
        "create",
        &[
            "continuous-export",
            "entity_group",
            "external table",
            "graph snapshot",
            "graph_model",
            "ifnotexists materialized-view",
            "materialized-view",
            "mirroring-template",
            "request_memoryprofile",
            "request_support",
            "rowstore",
            "tempstorage",
            "workload_group",
        ],
    ),
    (
        "create-or-alter",
        &[
            "continuous-export",
            "entity_group",
            "external table",
            "graph_model",
            "materialized-view",
            "mirroring-template",
            "workload_group",
        ],
    ),
    ("define", &["table", "tables"]),
    (
        "delete",
        &[
            "cluster",
            "column",
            "external table",
            "follower database",
            "graph_model",
            "materialized-view",
            "mirroring-template",
            "policies",
            "table",
        ],
    ),
    ("disable", &[]),
    (
        "drop",
        &[
            "cluster",
            "continuous-export",
            "empty extentcontainers",
            "entity_group",
            "extents partition metadata",
            "external table",
            "fabric",
            "follower",
            "graph_model",
            "graph_snapshot",
            "graph_snapshots",
            "materialized-view",
            "mirroring-template",
            "rowstore",
            "stored_query_result",
            "stored_query_results",
            "storedqueryresultcontainers",
            "tempstorage",
            "unused storedqueryresultcontainers",
            "workload_group",
        ],
    ),
    ("dup-next-failed-ingest", &[]),
    ("dup-next-ingest", &[]),
    ("enable", &[]),
    ("export", &[]),
    ("load", &["database"]),
    ("make", &["graph_snapshot"]),
    ("merge", &[]),
    ("patch", &["table", "extents"]),
    ("purge", &[]),
    ("redirect", &[]),
    ("rename", &["materialized-view"]),
    ("run", &[]),
    ("save", &[]),
    ("seal", &[]),
    (
        "set",
        &["access", "continuous-export", "external table", "graph_model", "materialized-view", "stored_query_result"],
    ),
    ("set-or-append", &["stored_query_result"]),
    ("set-or-replace", &["stored_query_result"]),
    (
        "show",
        &[
            "cache",
            "callstacks",
            "certificates",
            "clockdiagnostics",
            "cloudsettings",
            "column",
            "commconcurrency",
            "commpools",
            "continuous-export",
            "continuous-exports",
            "data operations",
            "entity",
            "entity_group",
            "entity_groups",
            "extentcontainers",
            "external table",
            "external tables",
            "fabric",
            "fabriccache",
            "fabricclocks",
            "fabriclocks",
            "featureflags",
            "filesystem",
            "follower database",
            "follower databases",
            "freshness",
            "graph_model",
            "graph_models",
            "graph_snapshot",
            "graph_snapshots",
            "materialized-view",
            "materialized-views",
            "memory",
            "mempools",
            "mirroring-template",
            "mirroring-templates",
            "query call-tree",
            "queryexecution",
            "queryplan",
            "request_support",
            "rowstore",
            "running callouts",
            "servicepoints",
            "stored_query_result",
            "stored_query_results",
            "tcpconnections",
            "tcpports",
            "threadpools",
            "whatsgoingon",
            "workload_group",
            "workload_groups",
        ],
    ),
    ("shuffle", &[]),
    ("undo", &["drop extentcontainer", "drop table"]),
    ("unload", &[]),
    ("update", &[]),
    ("upgrade", &[]),
];

/// Reports what follows a verb that the parser reads: as not supported if Kusto has it, else that one of
/// `entities` was expected. The cursor stands behind the verb (and `async`).
pub(super) fn unknown_entity<T>(cursor: &mut Cursor<'_>, entities: &[&str]) -> Option<T> {
    if !is_not_supported(cursor) {
        words::expected_one_of(cursor, entities);
    }
    None
}

/// Says whether the command is Kusto's but not supported, and if so reports it. The cursor may stand anywhere.
pub(super) fn is_not_supported(cursor: &mut Cursor<'_>) -> bool {
    let here = cursor.mark();
    cursor.rewind(0);
    let reported = not_supported_head(cursor);
    cursor.rewind(here);
    reported
}

/// Reads a verb whose commands are all known but not supported.
pub(super) fn never(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    unknown_entity(cursor, &["drop table"])
}

/// Reports that a command that was read to here is Kusto's but not supported; `name` names it, without its dot.
pub(super) fn not_supported<T>(cursor: &mut Cursor<'_>, name: &str) -> Option<T> {
    let span = cursor.peek().span;
    let message = format!("the command `.{name}` is not supported");
    cursor.report(Diagnostic::error(DiagnosticCode::NotSupported, span, message));
    None
}

/// Reports the word that follows `command`, such as `show table`: as not supported if Kusto has it, that is if it is
/// one of `theirs`; else that one of `ours` was expected.
pub(super) fn unknown_part<T>(cursor: &mut Cursor<'_>, command: &str, theirs: &[&str], ours: &[&str]) -> Option<T> {
    if let Some(word) = words::keyword(cursor)
        && theirs.contains(&word.as_str())
    {
        return not_supported(cursor, &format!("{command} {word}"));
    }
    words::expected_one_of(cursor, ours);
    None
}

fn not_supported_head(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.mark();
    let Some(verb) = words::eat_any_keyword(cursor) else { return false };
    words::eat_keyword(cursor, "async");
    let known = KNOWN.iter().find(|(known, _)| *known == verb).and_then(|(_, entities)| match entities {
        [] => Some(String::new()),
        _ => entities
            .iter()
            .find(|entity| words::eat_keywords(cursor, &entity.split(' ').collect::<Vec<_>>()))
            .map(|entity| format!(" {entity}")),
    });
    cursor.rewind(start);
    match known {
        Some(entity) => not_supported::<()>(cursor, &format!("{verb}{entity}")).is_none(),
        None => false,
    }
}

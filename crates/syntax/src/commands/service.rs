//! Commands about the service itself.

use super::{ingest, known, names, properties, queued, words};
use crate::ast::command::{DatabaseScope, RunningQueries, ServiceCommand, TableCommand};
use crate::ast::{CommandKind, Name};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// `.show` commands of fixed words.
const SIMPLE: [(&[&str], ServiceCommand); 12] = [
    (&["version"], ServiceCommand::ShowVersion),
    (&["diagnostics"], ServiceCommand::ShowDiagnostics),
    (&["queries"], ServiceCommand::ShowQueries),
    (&["commands"], ServiceCommand::ShowCommands),
    (&["commands-and-queries"], ServiceCommand::ShowCommandsAndQueries),
    (&["streamingingestion", "failures"], ServiceCommand::ShowStreamingIngestionFailures),
    (&["streamingingestion", "statistics"], ServiceCommand::ShowStreamingIngestionStatistics),
    (&["row", "stores"], ServiceCommand::ShowRowStores),
    (&["rowstores"], ServiceCommand::ShowRowStores),
    (&["export", "containers"], ServiceCommand::ShowExportContainers),
    (&["plugins"], ServiceCommand::ShowPlugins),
    (&["journal"], ServiceCommand::ShowJournal { scope: DatabaseScope::All }),
];

/// Behind `.show`: takes a command of fixed words, if one comes next.
pub(super) fn show_simple(cursor: &mut Cursor<'_>) -> Option<ServiceCommand> {
    let (_, command) = SIMPLE.iter().find(|(words, _)| words::eat_keywords(cursor, words))?;
    Some(command.clone())
}

/// Behind `.show operations`: `[id [details] | (id, …)]`.
pub(super) fn show_operations(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let id = |cursor: &mut Cursor<'_>| names::guid(cursor, "an operation's id");
    let ids = match cursor.kind() {
        TokenKind::LeftParen => names::list(cursor, id)?,
        TokenKind::End | TokenKind::Bar | TokenKind::Semicolon => Vec::new(),
        _ => {
            let id = id(cursor)?;
            if words::eat_keyword(cursor, "details") {
                return Some(CommandKind::Service(ServiceCommand::ShowOperationDetails { id }));
            }
            vec![id]
        }
    };
    Some(CommandKind::Service(ServiceCommand::ShowOperations { ids }))
}

/// Behind `.show operation`: `id details`.
pub(super) fn show_operation(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let id = names::guid(cursor, "an operation's id")?;
    if words::eat_keyword(cursor, "details") {
        return Some(CommandKind::Service(ServiceCommand::ShowOperationDetails { id }));
    }
    Some(CommandKind::Service(ServiceCommand::ShowOperations { ids: vec![id] }))
}

/// Behind `.show capacity`: `[ingestions] [with (scope = cluster)]`.
pub(super) fn show_capacity(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let named = cursor.at(TokenKind::Identifier) && !words::at_keyword(cursor, "with");
    let mut resource = None;
    if named {
        let start = cursor.start();
        let text = words::eat_any_keyword(cursor)?;
        resource = Some(Name { text, span: cursor.span_from(start) });
    }
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Service(ServiceCommand::ShowCapacity { resource, properties }))
}

/// Behind `.show running`: `queries [by user "…" | by *]`.
pub(super) fn show_running_queries(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    if words::at_keyword(cursor, "callouts") {
        return known::not_supported(cursor, "show running callouts");
    }
    words::expect_keyword(cursor, "queries")?;
    let mut whose = RunningQueries::Own;
    if words::eat_keyword(cursor, "by") {
        whose = if cursor.eat(TokenKind::Star).is_some() {
            RunningQueries::All
        } else {
            words::expect_keyword(cursor, "user")?;
            RunningQueries::OfUser(names::text(cursor, "a user in quotes")?)
        };
    }
    Some(CommandKind::Service(ServiceCommand::ShowRunningQueries(whose)))
}

/// Behind `.show ingestion failures`: `[with (OperationId = id)]`.
pub(super) fn show_ingestion_failures(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let mut operation = None;
    if words::eat_keyword(cursor, "with") {
        cursor.expect(TokenKind::LeftParen, "`(`")?;
        words::expect_keyword(cursor, "OperationId")?;
        cursor.expect(TokenKind::Equal, "`=`")?;
        operation = Some(names::guid(cursor, "an operation's id")?);
        cursor.expect(TokenKind::RightParen, "`)`")?;
    }
    Some(CommandKind::Service(ServiceCommand::ShowIngestionFailures { operation }))
}

/// Behind `.cancel`.
pub(super) fn cancel(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    if words::eat_keyword(cursor, "query") {
        let client_request_id = names::text(cursor, "the client request id in quotes")?;
        let properties = properties::properties(cursor)?;
        return Some(CommandKind::Service(ServiceCommand::CancelQuery { client_request_id, properties }));
    }
    if words::eat_keyword(cursor, "operation") {
        let id = names::guid(cursor, "an operation's id")?;
        let properties = properties::properties(cursor)?;
        return Some(CommandKind::Service(ServiceCommand::CancelOperation { id, properties }));
    }
    if words::eat_keyword(cursor, "queued") {
        return queued::cancel(cursor);
    }
    known::unknown_entity(cursor, &["operation", "query", "queued ingestion operation"])
}

/// Behind `.clear`.
pub(super) fn clear(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    if words::eat_keywords(cursor, &["database", "cache", "streamingingestion", "schema"]) {
        return Some(CommandKind::Service(ServiceCommand::ClearStreamingSchemaCache { table: None }));
    }
    if words::eat_keywords(cursor, &["database", "cache", "query_results"]) {
        return Some(CommandKind::Service(ServiceCommand::ClearQueryResultsCache));
    }
    if !words::eat_keyword(cursor, "table") {
        return known::unknown_entity(cursor, &["database cache", "table"]);
    }
    let table = names::name(cursor, "a table's name")?;
    if words::expect_one_of(cursor, &["data", "cache"])? == "data" {
        return Some(CommandKind::Table(TableCommand::Clear { table }));
    }
    words::expect_keyword(cursor, "streamingingestion")?;
    words::expect_keyword(cursor, "schema")?;
    Some(CommandKind::Service(ServiceCommand::ClearStreamingSchemaCache { table: Some(table) }))
}

/// Behind `.refresh`: `database 'd' table 't' cache ingestionbatchingpolicy`.
pub(super) fn refresh(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    words::expect_keyword(cursor, "database")?;
    let database = names::name(cursor, "a database's name")?;
    words::expect_keyword(cursor, "table")?;
    let table = names::name(cursor, "a table's name")?;
    words::expect_keyword(cursor, "cache")?;
    words::expect_keyword(cursor, "ingestionbatchingpolicy")?;
    Some(CommandKind::Service(ServiceCommand::RefreshBatchingPolicyCache { database, table }))
}

/// Behind `.get`.
pub(super) fn get(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    if words::eat_keywords(cursor, &["kusto", "identity", "token"]) {
        return Some(CommandKind::Service(ServiceCommand::GetIdentityToken));
    }
    if words::eat_keywords(cursor, &["ingestion", "resources"]) {
        return ingestion_resources(cursor);
    }
    known::unknown_entity(cursor, &["ingestion resources", "kusto identity token"])
}

/// Behind `ingestion resources`: `[with (…)]`.
pub(super) fn ingestion_resources(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Service(ServiceCommand::GetIngestionResources { properties }))
}

/// Behind `.execute`: `[database | cluster] script [with (…)] <| commands`.
pub(super) fn execute(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let cluster = words::eat_keyword(cursor, "cluster");
    if !cluster {
        words::eat_keyword(cursor, "database");
    }
    words::expect_keyword(cursor, "script")?;
    let properties = properties::properties(cursor)?;
    let script = ingest::embedded(cursor)?;
    Some(CommandKind::Service(ServiceCommand::ExecuteScript { cluster, properties, script }))
}

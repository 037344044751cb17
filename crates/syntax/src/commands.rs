//! Parser of management commands: text in, command or one finding out.
//!
//! The text is read in three parts: the command proper, of which everything is understood here; behind `<|` data or
//! a query, kept as text; behind the first `|` or `;` outside brackets a tail, kept as text for the query parser.
//! Keywords are read without case. Each file reads one verb or one kind of entity; every function either takes
//! tokens and returns something, or has reported and returns `None`.
//! <https://learn.microsoft.com/kusto/management/>

mod alter;
mod create;
mod databases;
mod drop;
mod extent_moves;
mod extents;
mod functions;
mod ingest;
mod known;
mod mappings;
mod names;
mod path_format;
mod policies;
mod principals;
mod properties;
mod queued;
mod rename;
mod schema;
mod schemas;
mod script;
mod secrets;
mod service;
mod show;
mod show_table;
mod tables;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

use crate::ast::command::{CommandKind, ManagementCommand, QueryTail};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::{Diagnostic, DiagnosticCode, Span};

pub use script::split_script;
pub use secrets::mask_secrets;
pub use show::shown_entities;

/// Says whether a text is a management command: whether it begins with `.` behind white space. A comment before the
/// dot makes it a query, as in the service and the SDKs.
#[must_use]
pub fn is_management_command(text: &str) -> bool {
    text.trim_start().starts_with('.')
}

/// Parses a management command.
///
/// # Errors
/// The first finding: of code `Syntax`, or of code `NotSupported`, naming the command, when it is Kusto's but not ours.
pub fn parse_command(text: &str) -> Result<ManagementCommand, Diagnostic> {
    let dot = text.len() - text.trim_start().len();
    if !is_management_command(text) {
        let found =
            Diagnostic::error(DiagnosticCode::Syntax, Span::new(dot, dot), "a management command begins with `.`");
        return Err(found.with_hint("a query goes to the query endpoint; put comments behind the command's first word"));
    }
    let mut cursor = Cursor::over(text, tokens::command_tokens(text, dot + 1));
    let command = command(&mut cursor);
    let end = cursor.peek().span;
    match (cursor.into_diagnostics().into_iter().next(), command) {
        (None, Some(command)) => Ok(command),
        (Some(mut finding), _) => {
            // The cursor speaks of queries.
            finding.message = finding.message.replace("the end of the query", "the end of the command");
            Err(finding)
        }
        (None, None) => Err(Diagnostic::error(DiagnosticCode::Syntax, end, "the command is not understood")),
    }
}

fn command(cursor: &mut Cursor<'_>) -> Option<ManagementCommand> {
    let mark = cursor.mark();
    let verb = words::eat_any_keyword(cursor);
    let Some((_, read)) = VERBS.iter().find(|(known, _)| Some(*known) == verb.as_deref()) else {
        cursor.rewind(mark);
        if !known::is_not_supported(cursor) {
            let what = "the verb of a management command, such as `show`";
            words::expected_word(cursor, what, &VERBS.map(|(verb, _)| verb));
        }
        return None;
    };
    let is_async = words::eat_keyword(cursor, "async");
    let kind = read(cursor)?;
    let tail = tail(cursor)?;
    Some(ManagementCommand { kind, is_async, tail })
}

/// Reads what follows the verb.
type Read = fn(&mut Cursor<'_>) -> Option<CommandKind>;

const VERBS: [(&str, Read); 28] = [
    ("show", show::show),
    ("create", create::create),
    ("create-merge", create::create_merge),
    ("create-or-alter", create::create_or_alter),
    ("alter", alter::alter),
    ("alter-merge", alter::alter_merge),
    ("drop", drop::drop_entity),
    ("drop-pretend", drop::drop_pretend),
    ("detach", drop::detach),
    ("delete", policies::delete),
    ("rename", rename::rename),
    ("move", extent_moves::move_extents),
    ("replace", extent_moves::replace_extents),
    ("clear", service::clear),
    ("refresh", service::refresh),
    ("cancel", service::cancel),
    ("get", service::get),
    ("execute", service::execute),
    ("add", principals::add),
    ("ingest", ingest::ingest),
    ("ingest-from-storage-queued", queued::ingest_from_storage),
    ("list", queued::list),
    ("set", ingest::set),
    ("append", ingest::append),
    ("set-or-append", ingest::set_or_append),
    ("set-or-replace", ingest::set_or_replace),
    ("undo", known::never),
    ("define", known::never),
];

/// Returns the words that may stand behind a command's dot.
pub fn command_verbs() -> impl Iterator<Item = &'static str> {
    VERBS.iter().filter(|(verb, _)| !matches!(*verb, "undo" | "define")).map(|(verb, _)| *verb)
}

/// Takes the tail, if there is one. `Some(None)` is no tail; a lone `;` at the end is none either.
fn tail(cursor: &mut Cursor<'_>) -> Option<Option<QueryTail>> {
    let start = cursor.start();
    let rest = cursor.text().get(start..).unwrap_or("");
    match cursor.kind() {
        TokenKind::End => Some(None),
        TokenKind::Semicolon if rest.trim_start_matches(|c: char| c == ';' || c.is_whitespace()).is_empty() => {
            Some(None)
        }
        TokenKind::Bar | TokenKind::Semicolon => Some(Some(QueryTail { text: rest.to_owned(), offset: start })),
        TokenKind::Dot => {
            let hint = "send one command per request, or all of them with `.execute database script <|`";
            cursor.expected_with_hint("the end of the command", hint);
            None
        }
        _ => {
            cursor.expected("the end of the command, or `|` and a query");
            None
        }
    }
}

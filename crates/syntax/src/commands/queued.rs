//! `.ingest-from-storage-queued …`, `.list blobs …`, `.show queued ingestion operations …` and their cancellation.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/queued-ingestion-overview>

use calypso_types::Scalar;

use super::{ingest, names, path_format, properties, tokens, words};
use crate::ast::CommandKind;
use crate::ast::command::{BlobListing, EmbeddedText, QueuedCommand, QueuedIngestion, QueuedSource, TableName};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// The most blobs that one command names.
const BLOBS_MAX: usize = 10_000;
/// The options before `with` of `.ingest-from-storage-queued`.
const INGEST_OPTIONS: [&str; 3] = ["EnableTracking", "SkipBatching", "CompressionFactor"];
/// The options of `.list blobs`.
const LIST_OPTIONS: [&str; 4] = ["Prefix", "Suffix", "MaxFiles", "PathFormat"];

/// Behind `.ingest-from-storage-queued`.
pub(super) fn ingest_from_storage(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    words::expect_keyword(cursor, "into")?;
    if words::at_keyword(cursor, "table")
        && matches!(cursor.nth(1).kind, TokenKind::Identifier | TokenKind::LeftBracket)
    {
        words::eat_keyword(cursor, "table");
    }
    let table = table(cursor)?;
    let (mut enable_tracking, mut skip_batching, mut compression_factor) = (None, None, None);
    while let Some(option) = option(cursor, &INGEST_OPTIONS) {
        match option {
            "EnableTracking" => enable_tracking = Some(flag(cursor)?),
            "SkipBatching" => skip_batching = Some(flag(cursor)?),
            _ => compression_factor = Some(factor(cursor)?),
        }
    }
    let properties = properties::properties(cursor)?;
    if !cursor.at(TokenKind::LessBar) {
        cursor.expected_with_hint("`<|` and the source", "the source is blobs in quotes, or `.list blobs (…)`");
        return None;
    }
    let text = ingest::embedded(cursor)?;
    let source = source(cursor, &text)?;
    let ingestion = QueuedIngestion { table, enable_tracking, skip_batching, compression_factor, properties, source };
    Some(CommandKind::Queued(QueuedCommand::IngestFromStorage(Box::new(ingestion))))
}

/// Takes `T`, `D.T` or `database('D').T`.
fn table(cursor: &mut Cursor<'_>) -> Option<TableName> {
    if !(words::at_keyword(cursor, "database") && cursor.nth(1).kind == TokenKind::LeftParen) {
        return names::table_name(cursor);
    }
    cursor.skip(2);
    let database = names::name(cursor, "a database's name")?;
    cursor.expect(TokenKind::RightParen, "`)`")?;
    cursor.expect(TokenKind::Dot, "`.` and a table's name")?;
    Some(TableName { database: Some(database), name: names::name(cursor, "a table's name")? })
}

/// Reads what stands behind `<|`, to the end of the text.
fn source(outer: &mut Cursor<'_>, source: &EmbeddedText) -> Option<QueuedSource> {
    let tokens = tokens::command_tokens(outer.text(), source.offset);
    let mut cursor = Cursor::over(outer.text(), tokens);
    let found = source_of(&mut cursor);
    if found.is_some() {
        cursor.eat(TokenKind::Semicolon);
        if !cursor.at_end() {
            cursor.expected("the end of the command");
        }
    }
    let failed = cursor.has_errors();
    for finding in cursor.into_diagnostics() {
        outer.report(finding);
    }
    found.filter(|_| !failed)
}

fn source_of(cursor: &mut Cursor<'_>) -> Option<QueuedSource> {
    if cursor.eat(TokenKind::Dot).is_some() {
        words::expect_keyword(cursor, "list")?;
        words::expect_keyword(cursor, "blobs")?;
        return listing(cursor).map(QueuedSource::Listing);
    }
    let mut blobs = Vec::new();
    while blobs.is_empty() || cursor.at(TokenKind::String) {
        if !cursor.at(TokenKind::String) {
            cursor.expected("blobs in quotes, or `.list blobs (…)`");
            return None;
        }
        blobs.push(ingest::single_source(cursor));
        if blobs.len() > BLOBS_MAX {
            cursor.error(format!("a command may name no more than {BLOBS_MAX} blobs; use `.list blobs (…)`"));
            return None;
        }
        if cursor.eat(TokenKind::Comma).is_some() && !cursor.at(TokenKind::String) {
            cursor.expected("a blob in quotes");
            return None;
        }
    }
    Some(QueuedSource::Blobs(blobs))
}

/// Behind `.list`: `blobs (…) …`.
pub(super) fn list(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    words::expect_keyword(cursor, "blobs")?;
    listing(cursor).map(|listing| CommandKind::Queued(QueuedCommand::ListBlobs(listing)))
}

fn listing(cursor: &mut Cursor<'_>) -> Option<BlobListing> {
    let mut listing = BlobListing { locators: names::list(cursor, ingest::source)?, ..BlobListing::default() };
    while let Some(option) = option(cursor, &LIST_OPTIONS) {
        match option {
            "Prefix" => listing.prefix = Some(names::text(cursor, "a prefix in quotes")?),
            "Suffix" => listing.suffix = Some(names::text(cursor, "a suffix in quotes")?),
            "MaxFiles" => listing.files_max = Some(files(cursor)?),
            _ => listing.path_format = Some(path_format::path_format(cursor)?),
        }
    }
    Some(listing)
}

/// Takes the name of one of `options` and its `=`, if they come next.
fn option<'o>(cursor: &mut Cursor<'_>, options: &[&'o str]) -> Option<&'o str> {
    if cursor.nth(1).kind != TokenKind::Equal {
        return None;
    }
    let found = options.iter().find(|option| words::eat_keyword(cursor, option))?;
    cursor.bump();
    Some(found)
}

/// Takes `true` or `false`, also in quotes.
fn flag(cursor: &mut Cursor<'_>) -> Option<bool> {
    let mark = cursor.mark();
    let value = match cursor.literal().map(|literal| literal.value) {
        Some(Scalar::Bool(value)) => Some(value),
        Some(Scalar::String(text)) => text.to_ascii_lowercase().parse().ok(),
        _ => None,
    };
    if value.is_none() {
        cursor.rewind(mark);
        cursor.expected("`true` or `false`");
    }
    value
}

/// Takes a positive number.
fn factor(cursor: &mut Cursor<'_>) -> Option<f64> {
    let mark = cursor.mark();
    let value = match cursor.literal().map(|literal| literal.value) {
        Some(Scalar::Real(value)) => Some(value),
        Some(Scalar::Long(value)) => Some(value as f64),
        _ => None,
    };
    let value = value.filter(|value| value.is_finite() && *value > 0.0);
    if value.is_none() {
        cursor.rewind(mark);
        cursor.expected("a positive number");
    }
    value
}

/// Takes a number of files.
fn files(cursor: &mut Cursor<'_>) -> Option<u64> {
    let mark = cursor.mark();
    let value = match cursor.literal().map(|literal| literal.value) {
        Some(Scalar::Long(value)) => u64::try_from(value).ok().filter(|value| *value > 0),
        _ => None,
    };
    if value.is_none() {
        cursor.rewind(mark);
        cursor.expected("a positive number of files");
    }
    value
}

/// Behind `.show queued`: `ingestion operations ["id" | ("id", …)] [details]`.
pub(super) fn show(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    words::expect_keyword(cursor, "ingestion")?;
    words::expect_keyword(cursor, "operations")?;
    let ids = match cursor.kind() {
        TokenKind::LeftParen => names::list(cursor, operation_id)?,
        TokenKind::End | TokenKind::Bar | TokenKind::Semicolon => Vec::new(),
        _ if words::at_keyword(cursor, "details") => Vec::new(),
        _ => vec![operation_id(cursor)?],
    };
    let details = words::eat_keyword(cursor, "details");
    Some(CommandKind::Queued(QueuedCommand::ShowOperations { ids, details }))
}

/// Behind `.cancel queued`: `ingestion operation "id" [with (reason = '…')]`.
pub(super) fn cancel(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    words::expect_keyword(cursor, "ingestion")?;
    words::expect_keyword(cursor, "operation")?;
    let id = operation_id(cursor)?;
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Queued(QueuedCommand::CancelOperation { id, properties }))
}

/// Takes an operation's id: any text in quotes, or a bare guid.
fn operation_id(cursor: &mut Cursor<'_>) -> Option<String> {
    if cursor.at(TokenKind::RawGuid) {
        let text = cursor.word().to_owned();
        cursor.bump();
        return Some(text);
    }
    names::text(cursor, "the id of a queued ingestion operation in quotes")
}

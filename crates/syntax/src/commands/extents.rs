//! Commands about extents.
//!
//! <https://learn.microsoft.com/kusto/management/show-extents>

use calypso_types::{Scalar, TimeSpan};

use super::{ingest, known, names, properties, words};
use crate::ast::command::{
    ExtentCommand, ExtentDropScope, ExtentScope, ExtentTagsDrop, ShowExtents, TagFilter, TagOperator,
};
use crate::ast::{CommandKind, Name};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// Behind `extents` of `.show`: `[(id, …)] [hot] [metadata] [where tags has 'a' and …] [with (…)]`.
pub(super) fn show(cursor: &mut Cursor<'_>, scope: ExtentScope) -> Option<CommandKind> {
    if words::at_keyword(cursor, "partitioning") {
        return known::not_supported(cursor, "show database extents partitioning statistics");
    }
    let ids = match cursor.at(TokenKind::LeftParen) {
        true => names::list(cursor, |cursor| names::guid(cursor, "an extent's id"))?,
        false => Vec::new(),
    };
    let hot = words::eat_keyword(cursor, "hot");
    let metadata = words::eat_keyword(cursor, "metadata");
    let mut tags = Vec::new();
    if words::eat_keyword(cursor, "where") {
        tags.push(tag_filter(cursor)?);
        while words::eat_keyword(cursor, "and") {
            tags.push(tag_filter(cursor)?);
        }
    }
    properties::properties(cursor)?;
    Some(CommandKind::Extent(ExtentCommand::Show(ShowExtents { scope, ids, hot, metadata, tags })))
}

/// `tags has 'a'`, `tags !contains 'b'`
fn tag_filter(cursor: &mut Cursor<'_>) -> Option<TagFilter> {
    words::expect_keyword(cursor, "tags")?;
    let operator = match cursor.word().to_ascii_lowercase().as_str() {
        "has" => TagOperator::Has,
        "!has" => TagOperator::NotHas,
        "contains" => TagOperator::Contains,
        "!contains" => TagOperator::NotContains,
        _ => {
            cursor.expected("one of `has`, `!has`, `contains`, `!contains`");
            return None;
        }
    };
    cursor.bump();
    Some(TagFilter { operator, tag: names::text(cursor, "a tag in quotes")? })
}

/// Behind `.drop extent`: `id [from T]`.
pub(super) fn drop_one(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let ids = vec![names::guid(cursor, "an extent's id")?];
    let table = from_table(cursor)?;
    Some(CommandKind::Extent(ExtentCommand::Drop { scope: ExtentDropScope::Ids { ids, table }, pretend: false }))
}

/// Behind `.drop extents` and, with `pretend`, `.drop-pretend extents`.
pub(super) fn drop_many(cursor: &mut Cursor<'_>, mut pretend: bool) -> Option<CommandKind> {
    pretend |= words::eat_keyword(cursor, "whatif");
    let scope = if cursor.at(TokenKind::LeftParen) {
        let ids = names::list(cursor, |cursor| names::guid(cursor, "an extent's id"))?;
        ExtentDropScope::Ids { ids, table: from_table(cursor)? }
    } else if cursor.at(TokenKind::LessBar) {
        ExtentDropScope::Query(ingest::embedded(cursor)?)
    } else {
        of_tables(cursor)?
    };
    Some(CommandKind::Extent(ExtentCommand::Drop { scope, pretend }))
}

/// Behind `extent` of `.alter[-merge] [table T] extent`: `tags ('a', …) [with (…)] <| query`.
pub(super) fn alter_tags(cursor: &mut Cursor<'_>, table: Option<Name>, merge: bool) -> Option<CommandKind> {
    words::expect_keyword(cursor, "tags")?;
    let tags = tags(cursor)?;
    let properties = properties::properties(cursor)?;
    let query = ingest::embedded(cursor)?;
    Some(CommandKind::Extent(ExtentCommand::AlterTags { table, merge, tags, properties, query }))
}

/// Behind `.drop [table T] extent tags`: `[from table T] ('a', …) [with (…)]`, or `[with (…)] <| query`.
pub(super) fn drop_tags(cursor: &mut Cursor<'_>, mut table: Option<Name>) -> Option<CommandKind> {
    if table.is_none() && words::eat_keyword(cursor, "from") {
        words::expect_keyword(cursor, "table")?;
        table = Some(names::name(cursor, "a table's name")?);
        if !cursor.at(TokenKind::LeftParen) {
            cursor.expected("`(` and the tags");
            return None;
        }
    }
    let listed = match table {
        Some(ref table) if cursor.at(TokenKind::LeftParen) => {
            Some(ExtentTagsDrop::Listed { table: table.clone(), tags: tags(cursor)? })
        }
        _ => None,
    };
    let properties = properties::properties(cursor)?;
    let scope = match listed {
        Some(listed) => listed,
        None => ExtentTagsDrop::Query { table, query: ingest::embedded(cursor)? },
    };
    Some(CommandKind::Extent(ExtentCommand::DropTags { scope, properties }))
}

/// `('a', 'b')`
fn tags(cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
    names::list(cursor, |cursor| names::text(cursor, "a tag in quotes"))
}

fn from_table(cursor: &mut Cursor<'_>) -> Option<Option<Name>> {
    match words::eat_keyword(cursor, "from") {
        true => names::name(cursor, "a table's name").map(Some),
        false => Some(None),
    }
}

/// `[older 10 days] from (T | all tables | tables (T, …))`; limits by size or number are not supported.
fn of_tables(cursor: &mut Cursor<'_>) -> Option<ExtentDropScope> {
    let older = match words::eat_keyword(cursor, "older") {
        true => Some(age(cursor)?),
        false => None,
    };
    words::expect_keyword(cursor, "from")?;
    let tables = if words::eat_keywords(cursor, &["all", "tables"]) {
        None
    } else if words::at_keyword(cursor, "tables") && cursor.nth(1).kind == TokenKind::LeftParen {
        words::eat_keyword(cursor, "tables");
        Some(names::names(cursor, "a table's name")?)
    } else {
        Some(vec![names::name(cursor, "a table's name")?])
    };
    if words::at_keyword(cursor, "trim") || words::at_keyword(cursor, "limit") {
        return known::not_supported(cursor, "drop extents with a limit of size or number");
    }
    Some(ExtentDropScope::Tables { older, tables })
}

/// `10 days`, `12 hours`, or a timespan.
fn age(cursor: &mut Cursor<'_>) -> Option<TimeSpan> {
    if !cursor.at(TokenKind::Long) {
        return names::timespan(cursor);
    }
    let Some(Scalar::Long(count)) = cursor.literal().map(|literal| literal.value) else {
        cursor.expected("a number of days or hours");
        return None;
    };
    let unit = match words::expect_one_of(cursor, &["days", "hours"])? {
        "hours" => TimeSpan::HOUR,
        _ => TimeSpan::DAY,
    };
    let age = unit.checked_mul(count);
    if age.is_none() {
        cursor.error("the age is out of range");
    }
    age
}

//! Commands about ingestion mappings.

use super::{names, properties, words};
use crate::ast::command::{MappingCommand, MappingCreation, MappingEntity};
use crate::ast::{CommandKind, Name};
use crate::cursor::Cursor;

/// Behind `ingestion`: `json mapping 'm' '[…]'`.
pub(super) fn define(cursor: &mut Cursor<'_>, creation: MappingCreation, entity: MappingEntity) -> Option<CommandKind> {
    let kind = kind(cursor)?;
    words::expect_keyword(cursor, "mapping")?;
    let name = mapping_name(cursor)?;
    let text = names::text(cursor, "the mapping's JSON in quotes")?;
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Mapping(MappingCommand::Define { creation, entity, kind, name, text, properties }))
}

/// Behind `ingestion`: `[json] mappings ['m']`, `[json] mapping 'm'`.
pub(super) fn show(cursor: &mut Cursor<'_>, entity: MappingEntity) -> Option<CommandKind> {
    let next = words::keyword(cursor);
    let kind = match next.as_deref() {
        Some("mapping" | "mappings") => None,
        _ => Some(kind(cursor)?),
    };
    let one = words::expect_one_of(cursor, &["mappings", "mapping"])? == "mapping";
    let name = if one || cursor.at(crate::lexer::TokenKind::String) { Some(mapping_name(cursor)?) } else { None };
    properties::properties(cursor)?;
    Some(CommandKind::Mapping(MappingCommand::Show { entity, kind, name }))
}

/// Behind `ingestion`: `json mapping 'm'`.
pub(super) fn drop_mapping(cursor: &mut Cursor<'_>, entity: MappingEntity) -> Option<CommandKind> {
    let kind = kind(cursor)?;
    words::expect_keyword(cursor, "mapping")?;
    let name = mapping_name(cursor)?;
    Some(CommandKind::Mapping(MappingCommand::Drop { entity, kind, name }))
}

fn kind(cursor: &mut Cursor<'_>) -> Option<Name> {
    if let Some("mapping" | "mappings") = words::keyword(cursor).as_deref() {
        cursor.expected("the kind of the mapping, such as `json` or `csv`");
        return None;
    }
    names::name(cursor, "the kind of the mapping, such as `json` or `csv`")
}

/// A name in quotes, or a bare one.
fn mapping_name(cursor: &mut Cursor<'_>) -> Option<String> {
    names::name(cursor, "the mapping's name in quotes").map(|name| name.text)
}

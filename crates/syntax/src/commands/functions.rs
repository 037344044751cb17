//! Commands about stored functions.
//!
//! <https://learn.microsoft.com/kusto/management/functions>

use super::{names, principals, properties, words};
use crate::Span;
use crate::ast::command::{
    CommandProperties, EmbeddedText, FunctionCommand, FunctionCreation, FunctionText, SecuredEntity,
};
use crate::ast::{CommandKind, Name};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;

/// Behind `function` of `.create` and `.create-or-alter`: `[ifnotexists] [with (…)] f (…) {…}`.
pub(super) fn define(cursor: &mut Cursor<'_>, creation: FunctionCreation) -> Option<CommandKind> {
    let if_not_exists = creation == FunctionCreation::Create && words::eat_keyword(cursor, "ifnotexists");
    let creation = if if_not_exists { FunctionCreation::CreateIfNotExists } else { creation };
    let properties = leading_properties(cursor)?;
    let name = names::name(cursor, "a function's name")?;
    declaration(cursor, creation, name, properties)
}

/// Behind `.alter function`: a new declaration, `f docstring '…'`, or `f folder '…'`.
pub(super) fn alter(cursor: &mut Cursor<'_>, creation: FunctionCreation) -> Option<CommandKind> {
    let properties = leading_properties(cursor)?;
    let name = names::name(cursor, "a function's name")?;
    if words::eat_keyword(cursor, "docstring") {
        let docstring = names::text(cursor, "the documentation in quotes")?;
        return Some(CommandKind::Function(FunctionCommand::SetDocstring { function: name, docstring }));
    }
    if words::eat_keyword(cursor, "folder") {
        let folder = names::text(cursor, "the folder in quotes")?;
        return Some(CommandKind::Function(FunctionCommand::SetFolder { function: name, folder }));
    }
    declaration(cursor, creation, name, properties)
}

/// `with (docstring = '…')`; a function called `with` needs brackets if it has parameters.
fn leading_properties(cursor: &mut Cursor<'_>) -> Option<CommandProperties> {
    properties::properties(cursor)
}

/// `(a:long, …) { … }`
fn declaration(
    cursor: &mut Cursor<'_>,
    creation: FunctionCreation,
    name: Name,
    properties: CommandProperties,
) -> Option<CommandKind> {
    let start = cursor.start();
    cursor.function_parameters();
    if cursor.has_errors() {
        return None;
    }
    let span = cursor.span_from(start);
    let parameters = embedded(cursor, span);
    let body = body(cursor)?;
    let function = FunctionText { name, parameters, body };
    Some(CommandKind::Function(FunctionCommand::Define { creation, function, properties }))
}

/// Takes `{ … }` with balanced brackets; what is within is for the query parser.
fn body(cursor: &mut Cursor<'_>) -> Option<EmbeddedText> {
    let start = cursor.start();
    cursor.expect(TokenKind::LeftBrace, "`{` and the function's body")?;
    cursor.skip_until(|_| false);
    cursor.expect(TokenKind::RightBrace, "`}`")?;
    let span = cursor.span_from(start);
    Some(embedded(cursor, span))
}

fn embedded(cursor: &Cursor<'_>, span: Span) -> EmbeddedText {
    EmbeddedText { text: cursor.text_of(span).to_owned(), offset: span.start }
}

/// Behind `.show functions`.
pub(super) fn show_all(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Function(FunctionCommand::Show { function: None, properties }))
}

/// Behind `.show function`.
pub(super) fn show_one(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let function = names::name(cursor, "a function's name")?;
    if words::eat_keyword(cursor, "principals") {
        return Some(principals::show_all(SecuredEntity::Function(function)));
    }
    if words::eat_keyword(cursor, "principal") {
        return principals::show_roles(cursor, SecuredEntity::Function(function));
    }
    if words::eat_keyword(cursor, "schema") {
        words::expect_keyword(cursor, "as")?;
        words::expect_keyword(cursor, "json")?;
        properties::properties(cursor)?;
        return Some(CommandKind::Function(FunctionCommand::ShowJsonSchema { function }));
    }
    let properties = properties::properties(cursor)?;
    Some(CommandKind::Function(FunctionCommand::Show { function: Some(function), properties }))
}

/// Behind `.drop function`.
pub(super) fn drop_one(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let function = names::name(cursor, "a function's name")?;
    let entity = SecuredEntity::Function(function.clone());
    if principals::at_role(cursor, &entity) {
        return principals::drop_from(cursor, entity);
    }
    let if_exists = words::eat_keyword(cursor, "ifexists");
    Some(CommandKind::Function(FunctionCommand::Drop { functions: vec![function], if_exists }))
}

/// Behind `.drop functions`.
pub(super) fn drop_many(cursor: &mut Cursor<'_>) -> Option<CommandKind> {
    let functions = names::names(cursor, "a function's name")?;
    let if_exists = words::eat_keyword(cursor, "ifexists");
    Some(CommandKind::Function(FunctionCommand::Drop { functions, if_exists }))
}

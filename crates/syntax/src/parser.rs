//! Recursive-descent parser: text in, tree and findings out.
//!
//! The grammar is written as methods of [`Cursor`], one file per part of the language. Every method either takes
//! tokens or reports and returns `ExprKind::Error`; none fails. Whoever loops makes sure that tokens are taken.
//! After a finding, reading goes on behind the next `|` or `;`.
//! <https://learn.microsoft.com/kusto/query/>

mod arguments;
mod dynamic;
mod expressions;
mod functions;
mod literals;
mod names;
pub(crate) mod operators;
mod patterns;
mod pipeline;
mod postfix;
mod primary;
mod schema;
mod statements;
mod tables;

use calypso_types::Scalar;

use crate::ast::{Expr, FunctionBody, Script};
use crate::cursor::Cursor;
use crate::{Diagnostic, lexer};

pub use operators::operator_names;

/// A tree and what is wrong with the text it was read from. With findings of severity error, the tree is a guess.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    pub script: Script,
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a query: statements separated by `;`.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    let mut cursor = Cursor::new(text);
    let script = Script { statements: cursor.statements() };
    Parsed { script, diagnostics: cursor.into_diagnostics() }
}

/// Parses the query that starts at byte `offset` of `text`, such as the one behind `<|`. Spans refer to the whole
/// text. An offset within a character or beyond the end reads an empty query.
#[must_use]
pub fn parse_from(text: &str, offset: usize) -> Parsed {
    let mut cursor = cursor_at(text, offset);
    let script = Script { statements: cursor.statements() };
    Parsed { script, diagnostics: cursor.into_diagnostics() }
}

/// The table that the first statement of [`parse_tail`] reads.
pub const COMMAND_RESULT: &str = "$command_result";

/// Parses what follows a management command from its first `|` at byte `offset`: `| take 1; print 2`. The first
/// statement reads [`COMMAND_RESULT`].
/// <https://learn.microsoft.com/kusto/management/>
#[must_use]
pub fn parse_tail(text: &str, offset: usize) -> Parsed {
    let mut cursor = cursor_at(text, offset);
    let script = Script { statements: cursor.statements_of_tail(COMMAND_RESULT) };
    Parsed { script, diagnostics: cursor.into_diagnostics() }
}

/// Parses the parameters and body of a function, as a stored function has them: `(a:int) { T | take a }`.
#[must_use]
pub fn parse_function(text: &str) -> (Option<FunctionBody>, Vec<Diagnostic>) {
    let mut cursor = Cursor::new(text);
    let function = cursor.at_function().then(|| cursor.function());
    if function.is_none() {
        cursor.expected("`(` and the parameters");
    } else if !cursor.at_end() {
        cursor.expected("the end of the function");
    }
    (function, cursor.into_diagnostics())
}

/// Reads tokens from byte `offset` on; an offset within a character counts as the end.
fn cursor_at(text: &str, offset: usize) -> Cursor<'_> {
    let offset = if text.is_char_boundary(offset) { offset } else { text.len() };
    Cursor::over(text, lexer::tokenize_from(text, offset))
}

/// Parses one scalar or tabular expression and nothing behind it.
#[must_use]
pub fn parse_expression(text: &str) -> (Expr, Vec<Diagnostic>) {
    let mut cursor = Cursor::new(text);
    let expr = cursor.pipe_expression();
    if !cursor.at_end() {
        cursor.expected("the end of the expression");
    }
    (expr, cursor.into_diagnostics())
}

/// Parses a single literal, such as the value of a query parameter; `None` when the text is anything else.
#[must_use]
pub fn parse_literal(text: &str) -> Option<Scalar> {
    let mut cursor = Cursor::new(text);
    let literal = cursor.literal()?;
    (cursor.at_end() && !cursor.has_errors()).then_some(literal.value)
}

#[cfg(test)]
mod tests;

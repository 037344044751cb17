//! The request options of database cursors. Each means what a `set` statement before the query means, and such a
//! statement in the query has the last word.
//!
//! <https://learn.microsoft.com/kusto/api/rest/request-properties>

use calypso_semantics::bound::SetOption;
use calypso_syntax::{
    Span,
    ast::{Expr, ExprKind, Literal, Name, Script, Statement},
};
use calypso_types::{Dynamic, Scalar};
use serde_json::Value;

use crate::{AppError, QueryOptions};

/// Options whose values are cursors.
const CURSORS: [&str; 3] = ["query_cursor_after_default", "query_cursor_before_or_at_default", "query_cursor_current"];
/// The option that turns the functions of cursors off.
const DISABLED: &str = "query_cursor_disabled";
/// The option that would apply cursors to tables without the query saying so.
const SCOPED_TABLES: &str = "query_cursor_scoped_tables";

/// Returns a query with the options of its request before its statements.
///
/// # Errors
/// When a value has the wrong type, or tables are to be scoped.
pub(crate) fn prepended(mut script: Script, options: &QueryOptions) -> Result<Script, AppError> {
    let mut statements = Vec::new();
    for (name, value) in options.raw.iter().filter(|(_, value)| !value.is_null()) {
        let value = match name.as_str() {
            DISABLED => flag(value).map(Scalar::Bool),
            SCOPED_TABLES if names_nothing(value) => continue,
            SCOPED_TABLES => return Err(scoped_tables()),
            name if CURSORS.contains(&name) => text(value).map(Scalar::String),
            _ => continue,
        };
        let value =
            value.ok_or_else(|| AppError::argument(format!("the value of option '{name}' is of a wrong type")))?;
        statements.push(set(name, value));
    }
    script.statements.splice(0..0, statements);
    Ok(script)
}

/// Refuses what a query sets and nothing obeys.
///
/// # Errors
/// When tables are to be scoped.
pub(crate) fn check_set(options: &[SetOption]) -> Result<(), AppError> {
    let asks = |option: &SetOption| {
        let is_empty = match &option.value {
            Scalar::Null(_) => true,
            Scalar::Dynamic(Dynamic::Array(tables)) => tables.is_empty(),
            value => value.to_text().is_empty(),
        };
        option.name.eq_ignore_ascii_case(SCOPED_TABLES) && !is_empty
    };
    if options.iter().any(asks) { Err(scoped_tables()) } else { Ok(()) }
}

fn scoped_tables() -> AppError {
    AppError::not_supported(format!("the option '{SCOPED_TABLES}'"))
}

fn set(name: &str, value: Scalar) -> Statement {
    let span = Span::default();
    let value = Expr { kind: ExprKind::Literal(Literal { value }), span };
    Statement::Set { name: Name { text: name.to_owned(), span }, value: Some(value), span }
}

/// Some SDKs send every value as text.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// Cursors are numbers to look at, and some callers take them for such.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn names_nothing(value: &Value) -> bool {
    match value {
        Value::Array(tables) => tables.is_empty(),
        Value::String(text) => matches!(text.trim(), "" | "[]" | "dynamic([])"),
        _ => false,
    }
}

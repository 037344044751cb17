//! The Kusto Query Language as text: lexer, parser and syntax tree, for queries and management commands.
//!
//! Pure: no schema, no types of expressions, no I/O. Parsing never fails as a whole: it returns a tree and
//! diagnostics. Read `span`, `diagnostic`, `ast`, then `lexer`, `cursor`, `parser` and
//! `commands`.

pub mod ast;
mod commands;
mod cursor;
mod diagnostic;
mod lexeme;
mod lexer;
mod parser;
mod span;

pub use commands::{command_verbs, is_management_command, mask_secrets, parse_command, shown_entities, split_script};
pub use diagnostic::{Diagnostic, DiagnosticCode, Severity};
pub use lexeme::{Lexeme, LexemeKind, lexemes};
pub use parser::{
    COMMAND_RESULT, Parsed, operator_names, parse, parse_expression, parse_from, parse_function, parse_literal,
    parse_tail,
};
pub use span::{LineColumn, Span};

//! The binder: syntax in, bound tree and diagnostics out.
//!
//! A failure inside one expression is reported once and stands as [`Reported`]; its neighbours are still bound, so
//! that one run tells everything that is wrong.

mod aggregates;
mod arithmetic;
mod calls;
mod classify;
mod expressions;
mod functions;
mod names;
mod operators;
mod parameters;
mod relations;
mod row_context;
mod scope;
mod statements;
mod string_operators;
mod windows;

use std::rc::Rc;

use calypso_syntax::{Diagnostic, DiagnosticCode, Span, ast::Script};
use calypso_types::ScalarType;

use crate::{
    GlobalState,
    bound::{BoundScript, Column, ColumnId},
};
pub use aggregates::aggregate_names;
use row_context::RowContext;
use scope::{Scope, Symbol};

/// What binding gives: a tree that is only complete when no diagnostic is an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    pub script: BoundScript,
    pub diagnostics: Vec<Diagnostic>,
}

/// The error has been added to the diagnostics.
#[derive(Debug, Clone, Copy)]
struct Reported;

type Bound<T> = Result<T, Reported>;

/// User functions call one another at most this deep.
const CALL_DEPTH_MAX: usize = 64;
/// A tree has at most this many relations: names that are used twice are bound twice.
const RELATIONS_MAX: usize = 20_000;
/// Expressions nest at most this deep; beyond it the stack is grown, up to the parser's own limit.
const STACK_RED_ZONE: usize = 128 * 1024;
const STACK_GROWTH: usize = 2 * 1024 * 1024;

/// Binds `script` in the world of `globals`.
#[must_use]
pub fn bind(script: &Script, globals: &GlobalState) -> Binding {
    let mut binder =
        Binder { globals, diagnostics: Vec::new(), next_column: 0, relations: 0, call_depth: 0, foreign_text: None };
    let script = binder.script(script);
    Binding { script, diagnostics: binder.diagnostics }
}

struct Binder<'a> {
    globals: &'a GlobalState,
    diagnostics: Vec<Diagnostic>,
    next_column: u32,
    relations: usize,
    call_depth: usize,
    /// Set while binding the text of a stored function: its spans do not point into the query. The span is that of
    /// the call, the text names the function.
    foreign_text: Option<(Span, String)>,
}

impl Binder<'_> {
    fn new_column(&mut self, name: impl Into<String>, ty: ScalarType) -> Column {
        let id = ColumnId(self.next_column);
        self.next_column += 1;
        Column { id, name: name.into(), ty }
    }

    fn error<T>(&mut self, code: DiagnosticCode, span: Span, message: impl Into<String>) -> Bound<T> {
        self.report(Diagnostic::error(code, span, message))
    }

    fn report<T>(&mut self, mut diagnostic: Diagnostic) -> Bound<T> {
        if let Some((span, function)) = &self.foreign_text {
            diagnostic.span = *span;
            diagnostic.message = format!("in function '{function}': {}", diagnostic.message);
        }
        self.diagnostics.push(diagnostic);
        Err(Reported)
    }

    fn unsupported<T>(&mut self, span: Span, what: &str) -> Bound<T> {
        self.error(DiagnosticCode::NotSupported, span, what)
    }
}

type ScopeRef = Rc<Scope>;

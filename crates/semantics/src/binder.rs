//! The binder: syntax in, bound tree and diagnostics out.
//!
//! A failure inside one expression is reported once and stands as [`Reported`]; its neighbours are still bound, so
//! that one run tells everything that is wrong.

mod aggregates;
mod arithmetic;
mod calls;
mod classify;
mod expansion;
mod expressions;
mod functions;
mod materialize;
mod multiple_columns;
mod names;
mod operators;
mod parameters;
mod patterns;
mod probes;
mod relations;
mod row_context;
mod scope;
mod statements;
mod string_operators;
mod system_columns;
mod template;
mod windows;

use std::rc::Rc;

use calypso_syntax::{Diagnostic, DiagnosticCode, Span, ast::Script};
use calypso_types::{DateTime, Scalar, ScalarType};

use crate::{
    GlobalState,
    bound::{BoundScript, Column, ColumnId, Relation, SetOption},
};
pub use aggregates::aggregate_names;
use row_context::RowContext;
use scope::{Scope, Symbol};

/// What binding gives: a tree that is only complete when no diagnostic is an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    pub script: BoundScript,
    pub diagnostics: Vec<Diagnostic>,
    /// A plugin's columns depend on data: run this, and bind again with one more answer. The tree is incomplete.
    pub probe: Option<Relation>,
}

/// The rows of a probe.
pub type ProbeAnswer = Vec<Vec<Scalar>>;

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
    bind_with_answers(script, globals, &[])
}

/// Binds `script` once more, with the answers to the probes of earlier bindings, in order.
#[must_use]
pub fn bind_with_answers(script: &Script, globals: &GlobalState, answers: &[ProbeAnswer]) -> Binding {
    let mut binder = Binder {
        globals,
        diagnostics: Vec::new(),
        next_column: 0,
        next_slot: 0,
        relations: 0,
        copied_parts: 0,
        call_depth: 0,
        foreign_text: None,
        options: Vec::new(),
        materialized: Vec::new(),
        answers,
        answers_used: 0,
        probe: None,
        system: None,
        emits_cursor: None,
    };
    let mut script = binder.script(script);
    script.cursor = binder.emits_cursor;
    Binding { script, diagnostics: binder.diagnostics, probe: binder.probe }
}

struct Binder<'a> {
    globals: &'a GlobalState,
    diagnostics: Vec<Diagnostic>,
    next_column: u32,
    relations: usize,
    /// Parts of expressions copied for uses of their names.
    copied_parts: usize,
    call_depth: usize,
    /// Set while binding the text of a stored function: its spans do not point into the query. The span is that of
    /// the call, the text names the function.
    foreign_text: Option<(Span, String)>,
    /// What `set` has said so far.
    options: Vec<SetOption>,
    /// Names that stand for `materialize(…)`, with what they were bound to.
    materialized: Vec<materialize::MaterializedName>,
    next_slot: u32,
    answers: &'a [ProbeAnswer],
    answers_used: usize,
    /// The first question without an answer.
    probe: Option<Relation>,
    /// What the expressions of the operator being bound use beyond its input's columns; `None` outside of operators.
    system: Option<Vec<system_columns::UsedSystemColumn>>,
    /// Set when the query looks at rows by cursor.
    emits_cursor: Option<DateTime>,
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

//! Functions of what a table knows of its rows without declaring it: `ingestion_time()`, `extent_id()`, `extent_tags()`,
//! and the functions of database cursors, which look at the time of ingestion.
//!
//! Such a call becomes a column of the table beneath the operator in which it stands, brought up through everything
//! between that keeps rows as they are. Where there is no table, the value is null.
//! <https://learn.microsoft.com/kusto/management/database-cursor>

use calypso_syntax::{
    DiagnosticCode, Span,
    ast::{Argument, JoinKind, Name},
};
use calypso_types::{DateTime, Scalar, ScalarType};

use crate::bound::{Column, Comparison, Expr, ExprKind, Relation, RelationKind, SystemColumn, TableRef, UnionInput};

use super::{Binder, Bound, RowContext, operators::columns::projected};

/// A system column that an expression of the operator being bound uses.
#[derive(Debug, Clone)]
pub(super) struct UsedSystemColumn {
    system: SystemColumn,
    column: Column,
    span: Span,
}

impl Binder<'_> {
    /// Binds a call of one of the functions; `None` if it is another one.
    pub(super) fn system_call(
        &mut self,
        name: &Name,
        arguments: &[Argument],
        context: &mut RowContext,
    ) -> Option<Bound<Expr>> {
        Some(match (name.text.as_str(), arguments) {
            ("ingestion_time", []) => Ok(self.system_value(SystemColumn::IngestionTime, name.span)),
            ("extent_id" | "extentid", []) => Ok(self.system_value(SystemColumn::ExtentId, name.span)),
            ("extent_tags", []) => Ok(self.system_value(SystemColumn::ExtentTags, name.span)),
            ("cursor_current" | "current_cursor", []) => {
                self.current_cursor(name).map(|cursor| Expr::constant(Scalar::String(cursor.0.to_string())))
            }
            ("cursor_after", [cursor]) => self.cursor_after(name, cursor, context),
            ("cursor_before_or_at", [cursor]) => self.cursor_before_or_at(name, cursor, context),
            _ => return None,
        })
    }

    fn system_value(&mut self, system: SystemColumn, span: Span) -> Expr {
        let Some(used) = &self.system else { return Expr::constant(Scalar::null(system.ty())) };
        if let Some(known) = used.iter().find(|used| used.system == system) {
            return Expr::column(known.column.id, known.column.ty);
        }
        let column = self.new_column("system", system.ty());
        let expr = Expr::column(column.id, column.ty);
        if let Some(used) = &mut self.system {
            used.push(UsedSystemColumn { system, column, span });
        }
        expr
    }

    /// Brings what an operator used from the table beneath its input, which had `input_depth`.
    pub(super) fn with_system_columns(
        &mut self,
        mut relation: Relation,
        used: Vec<UsedSystemColumn>,
        input_depth: usize,
    ) -> Bound<Relation> {
        let visible = relation.columns.clone();
        for UsedSystemColumn { system, column, span } in used {
            let depth = depth(&relation);
            if depth <= input_depth {
                return self.unsupported(span, "a function of the time of ingestion or of the extent in this operator");
            }
            self.bring_up(&mut relation, depth - input_depth, system, &column);
        }
        if relation.columns.len() == visible.len() {
            return Ok(relation);
        }
        let (serialized, name) = (relation.serialized, relation.name.clone());
        let outputs = visible.into_iter().map(|column| (column.clone(), Expr::column(column.id, column.ty))).collect();
        let mut relation = projected(relation, outputs, serialized);
        relation.name = name;
        Ok(relation)
    }

    /// Adds the column to the input, `steps` down, and to what the operator makes of it, as long as rows stay rows.
    fn bring_up(&mut self, relation: &mut Relation, steps: usize, system: SystemColumn, column: &Column) {
        if steps == 0 {
            return self.add_system_column(relation, system, column);
        }
        let passes = passes_rows(&relation.kind);
        let Some(input) = main_input(relation) else { return };
        self.bring_up(input, steps - 1, system, column);
        let has_it = input.columns.iter().any(|known| known.id == column.id);
        if passes && has_it {
            relation.columns.insert(0, column.clone());
        }
    }

    fn add_system_column(&mut self, relation: &mut Relation, system: SystemColumn, column: &Column) {
        let place = match &mut relation.kind {
            RelationKind::Table(TableRef::Stored { system: columns, .. }) => {
                columns.push(system);
                relation.columns.len()
            }
            RelationKind::Project { input, exprs } => {
                self.add_system_column(input, system, column);
                exprs.insert(0, Expr::column(column.id, column.ty));
                0
            }
            RelationKind::Union { inputs } => {
                for UnionInput { relation, outputs } in inputs {
                    let own = self.new_column("system", column.ty);
                    self.add_system_column(relation, system, &own);
                    outputs.insert(0, Expr::column(own.id, own.ty));
                }
                0
            }
            kind if passes_rows(kind) => {
                if let Some(input) = main_input(relation) {
                    self.add_system_column(input, system, column);
                }
                0
            }
            _ => return add_null(relation, column),
        };
        relation.columns.insert(place, column.clone());
    }

    /// Returns the cursor of this query: everything ingested through it is seen.
    fn current_cursor(&mut self, name: &Name) -> Bound<DateTime> {
        if matches!(self.option("query_cursor_disabled"), Some(Scalar::Bool(true))) {
            let message = format!("{}(): the query has query_cursor_disabled set", name.text);
            return self.error(DiagnosticCode::Semantic, name.span, message);
        }
        match self.option("query_cursor_current").map(|value| value.to_text()) {
            Some(text) if !text.is_empty() => self.cursor(&text, name.span),
            _ => Ok(self.globals.cursor.unwrap_or(DateTime::MAX)),
        }
    }

    /// Rows that came after the cursor, as far as this query's own cursor goes; with an empty one all of them.
    fn cursor_after(&mut self, name: &Name, cursor: &Argument, context: &mut RowContext) -> Bound<Expr> {
        let current = self.current_cursor(name)?;
        self.emits_cursor = Some(current);
        let after = self.cursor_argument(cursor, "query_cursor_after_default", context)?;
        let time = self.system_value(SystemColumn::IngestionTime, name.span);
        let seen = compared(Comparison::LessOrEqual, &time, current);
        Ok(match after {
            Some(after) => both(compared(Comparison::Greater, &time, after), seen),
            None => either(is_unknown(&time), seen),
        })
    }

    fn cursor_before_or_at(&mut self, name: &Name, cursor: &Argument, context: &mut RowContext) -> Bound<Expr> {
        let current = self.current_cursor(name)?;
        self.emits_cursor = Some(current);
        let until = self.cursor_argument(cursor, "query_cursor_before_or_at_default", context)?;
        let time = self.system_value(SystemColumn::IngestionTime, name.span);
        Ok(match until {
            Some(until) => compared(Comparison::LessOrEqual, &time, until),
            None => either(is_unknown(&time), compared(Comparison::LessOrEqual, &time, current)),
        })
    }

    /// Reads a cursor; `None` if it is empty and the query has no default for it.
    fn cursor_argument(&mut self, argument: &Argument, default: &str, context: &RowContext) -> Bound<Option<DateTime>> {
        let scope = context.scope.clone();
        let mut text = self.constant_text(&argument.value, &scope)?;
        if text.is_empty() {
            text = self.option(default).map(|value| value.to_text()).unwrap_or_default();
        }
        if text.is_empty() { Ok(None) } else { self.cursor(&text, argument.value.span).map(Some) }
    }

    fn cursor(&mut self, text: &str, span: Span) -> Bound<DateTime> {
        let read = text.parse().ok().map(DateTime).or_else(|| DateTime::parse(text));
        match read {
            Some(cursor) => Ok(cursor),
            None => self.error(DiagnosticCode::Semantic, span, format!("'{text}' is not a database cursor")),
        }
    }

    fn option(&self, name: &str) -> Option<Scalar> {
        let set = self.options.iter().rev().find(|option| option.name.eq_ignore_ascii_case(name));
        set.map(|option| option.value.clone())
    }
}

fn compared(comparison: Comparison, time: &Expr, cursor: DateTime) -> Expr {
    let (left, right) = (Box::new(time.clone()), Box::new(Expr::constant(Scalar::DateTime(cursor))));
    Expr { ty: ScalarType::Bool, kind: ExprKind::Compare { comparison, left, right } }
}

fn is_unknown(time: &Expr) -> Expr {
    Expr::call("isnull", vec![time.clone()], ScalarType::Bool)
}

fn both(a: Expr, b: Expr) -> Expr {
    Expr { ty: ScalarType::Bool, kind: ExprKind::And(Box::new(a), Box::new(b)) }
}

fn either(a: Expr, b: Expr) -> Expr {
    Expr { ty: ScalarType::Bool, kind: ExprKind::Or(Box::new(a), Box::new(b)) }
}

/// Returns the number of relations from this one down to its source.
pub(super) fn depth(relation: &Relation) -> usize {
    let mut depth = 1;
    let mut relation = relation;
    while let Some(input) = main_input_of(&relation.kind) {
        depth += 1;
        relation = input;
    }
    depth
}

/// Says whether each row that comes out is one that came in, with its columns.
const fn passes_rows(kind: &RelationKind) -> bool {
    match kind {
        RelationKind::Filter { .. }
        | RelationKind::Take { .. }
        | RelationKind::Sort { .. }
        | RelationKind::Serialize { .. }
        | RelationKind::Sample { .. }
        | RelationKind::Window { .. }
        | RelationKind::MvExpand { .. }
        | RelationKind::Parse { .. }
        | RelationKind::ParseKv { .. } => true,
        RelationKind::Join { kind, .. } => !matches!(kind, JoinKind::RightSemi | JoinKind::RightAnti),
        _ => false,
    }
}

fn main_input_of(kind: &RelationKind) -> Option<&Relation> {
    match kind {
        RelationKind::Filter { input, .. }
        | RelationKind::Project { input, .. }
        | RelationKind::Take { input, .. }
        | RelationKind::Sort { input, .. }
        | RelationKind::Aggregate { input, .. }
        | RelationKind::Window { input, .. }
        | RelationKind::MvExpand { input, .. }
        | RelationKind::Parse { input, .. }
        | RelationKind::ParseKv { input, .. }
        | RelationKind::Steps { input, .. }
        | RelationKind::Apply { input, .. }
        | RelationKind::Serialize { input }
        | RelationKind::Sample { input, .. }
        | RelationKind::Join { left: input, .. } => Some(input),
        _ => None,
    }
}

fn main_input(relation: &mut Relation) -> Option<&mut Relation> {
    match &mut relation.kind {
        RelationKind::Filter { input, .. }
        | RelationKind::Project { input, .. }
        | RelationKind::Take { input, .. }
        | RelationKind::Sort { input, .. }
        | RelationKind::Aggregate { input, .. }
        | RelationKind::Window { input, .. }
        | RelationKind::MvExpand { input, .. }
        | RelationKind::Parse { input, .. }
        | RelationKind::ParseKv { input, .. }
        | RelationKind::Steps { input, .. }
        | RelationKind::Apply { input, .. }
        | RelationKind::Serialize { input }
        | RelationKind::Sample { input, .. }
        | RelationKind::Join { left: input, .. } => Some(input),
        _ => None,
    }
}

/// Rows that are no table's: nothing is known of them.
fn add_null(relation: &mut Relation, column: &Column) {
    let (serialized, name) = (relation.serialized, relation.name.clone());
    let mut outputs = vec![(column.clone(), Expr::constant(Scalar::null(column.ty)))];
    outputs.extend(relation.columns.iter().map(|known| (known.clone(), Expr::column(known.id, known.ty))));
    let nothing = RelationKind::Values(Vec::new()).with_columns(Vec::new());
    let input = std::mem::replace(relation, nothing);
    *relation = projected(input, outputs, serialized);
    relation.name = name;
}

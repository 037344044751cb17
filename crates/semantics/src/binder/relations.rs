//! Tabular expressions: names, sources and pipelines.

use std::rc::Rc;

use calypso_model::Table;
use calypso_syntax::{
    Diagnostic, DiagnosticCode, Span,
    ast::{Argument, DataTable, Expr, ExprKind, Name, Operator, OperatorKind},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{Expr as BoundExpr, Relation, RelationKind, TableRef};

use super::{
    Binder, Bound, RELATIONS_MAX, RowContext, STACK_GROWTH, STACK_RED_ZONE, ScopeRef, Symbol,
    classify::is_entity_prefix, names::nearest,
};

/// The name by which an invoked function gets its input.
const INVOKED: &str = "$invoked";
/// One pipe has at most this many operators; the planner's own limit is lower, but comes after binding them.
const PIPED_OPERATORS_MAX: usize = 1_000;

impl Binder<'_> {
    /// Binds a tabular expression.
    pub(super) fn relation(&mut self, expr: &Expr, scope: &ScopeRef) -> Bound<Relation> {
        self.relations += 1;
        if self.relations > RELATIONS_MAX {
            return self.error(
                DiagnosticCode::TooDeep,
                expr.span,
                format!("the query expands to more than {RELATIONS_MAX} tabular expressions"),
            );
        }
        // An operator around this one has columns of its own.
        let outer = self.system.take();
        let relation = stacker::maybe_grow(STACK_RED_ZONE, STACK_GROWTH, || self.relation_inner(expr, scope));
        self.system = outer;
        relation
    }

    fn relation_inner(&mut self, expr: &Expr, scope: &ScopeRef) -> Bound<Relation> {
        match &expr.kind {
            ExprKind::Name(name) => self.named_relation(name, expr.span, scope),
            ExprKind::Pipe { source, operators } => self.pipeline(source, operators, scope),
            ExprKind::Source(operator) => self.source_operator(operator, scope),
            ExprKind::DataTable(table) => self.data_table(table, scope),
            ExprKind::Path { target, member } if self.is_pattern(target, scope) => {
                self.pattern_relation(target, Some(&member.text), scope)
            }
            ExprKind::Call { .. } if self.is_pattern(expr, scope) => self.pattern_relation(expr, None, scope),
            ExprKind::Call { name, arguments } => self.called_relation(name, arguments, scope),
            ExprKind::Path { target, member } if is_entity_prefix(target) => {
                let database = self.entity_database(target, scope)?;
                self.stored_relation(Some(&database), &member.text, member.span, scope)
            }
            ExprKind::MethodCall { target, name, arguments } if is_entity_prefix(target) => {
                let database = self.entity_database(target, scope)?;
                self.method_relation(&database, name, arguments, scope)
            }
            ExprKind::List(items) if items.len() == 1 => self.relation(&items[0], scope),
            ExprKind::Error => Err(super::Reported),
            _ => self.error(DiagnosticCode::TypeMismatch, expr.span, "a tabular expression is expected here"),
        }
    }

    fn named_relation(&mut self, name: &str, span: Span, scope: &ScopeRef) -> Bound<Relation> {
        match scope.find(name).cloned() {
            Some(Symbol::Tabular { expr, scope }) => return self.declared_relation(&expr, &scope),
            Some(Symbol::Relation(relation)) => return Ok(self.renumbered(&relation)),
            Some(Symbol::Failed) => return Err(super::Reported),
            Some(Symbol::Scalar(_)) => {
                let message = format!("'{name}' is a scalar, but a table is expected here");
                return self.error(DiagnosticCode::TypeMismatch, span, message);
            }
            Some(Symbol::Function { .. } | Symbol::Pattern { .. } | Symbol::State(_)) | None => {}
        }
        if let Some(memory) = self.globals.memory_table(name).cloned() {
            let columns = memory.columns.into_iter().map(|(name, ty)| self.new_column(name, ty)).collect();
            return Ok(RelationKind::Table(TableRef::Memory(memory.name)).with_columns(columns));
        }
        let name = self.globals.source_table(name).unwrap_or(name);
        self.stored_relation(None, name, span, scope)
    }

    /// A stored table, or a function called without parentheses.
    fn stored_relation(&mut self, database: Option<&str>, name: &str, span: Span, scope: &ScopeRef) -> Bound<Relation> {
        if let Some((_, table)) = self.globals.table(database, name) {
            let table = table.clone();
            return Ok(self.table_relation(&table));
        }
        if let Some(function) = self.find_function(name, database, scope) {
            let name = Name { text: name.to_owned(), span };
            return self.call_tabular(&function, &name, &[], &mut RowContext::constant(scope));
        }
        let mut diagnostic = Diagnostic::error(
            DiagnosticCode::UnknownTable,
            span,
            format!("'table' operator: Failed to resolve table expression named '{name}'"),
        );
        let known = self.known_tables(database, scope);
        if let Some(near) = nearest(name, known.iter().map(String::as_str)) {
            diagnostic = diagnostic.with_hint(format!("did you mean '{near}'?"));
        }
        self.report(diagnostic)
    }

    fn known_tables(&self, database: Option<&str>, scope: &ScopeRef) -> Vec<String> {
        let mut known = scope.all_names();
        if let Some(database) = self.globals.cluster.database(database.unwrap_or(&self.globals.database)) {
            known.extend(database.tables.keys().cloned());
            known.extend(database.functions.keys().cloned());
        }
        known
    }

    pub(super) fn table_relation(&mut self, table: &Table) -> Relation {
        let columns = table.columns.iter().map(|c| self.new_column(c.name.clone(), c.ty)).collect();
        RelationKind::Table(TableRef::Stored { table: table.id, name: table.name.clone(), system: Vec::new() })
            .with_columns(columns)
    }

    fn called_relation(&mut self, name: &Name, arguments: &[Argument], scope: &ScopeRef) -> Bound<Relation> {
        if let Some(function) = self.find_function(&name.text, None, scope) {
            return self.call_tabular(&function, name, arguments, &mut RowContext::constant(scope));
        }
        match (name.text.as_str(), arguments) {
            ("table", [table, ..]) => {
                let text = self.constant_text(&table.value, scope)?;
                self.named_relation(&text, table.value.span, scope)
            }
            ("materialize" | "materialized", [inner]) => {
                let relation = self.relation(&inner.value, scope)?;
                Ok(self.materialized(relation))
            }
            ("table" | "materialize", _) => {
                let message = format!("function '{}' expects one argument", name.text);
                self.error(DiagnosticCode::ArgumentCount, name.span, message)
            }
            (
                "external_table"
                | "materialized_view"
                | "externaldata"
                | "inline_external_table"
                | "graph"
                | "stored_query_result"
                | "cluster"
                | "database",
                _,
            ) => self.unsupported(name.span, &format!("function '{}'", name.text)),
            _ => {
                let message = format!("Unknown function: '{}'.", name.text);
                self.error(DiagnosticCode::UnknownFunction, name.span, message)
            }
        }
    }

    fn method_relation(
        &mut self,
        database: &str,
        name: &Name,
        arguments: &[Argument],
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        if let ("table", [table, ..]) = (name.text.as_str(), arguments) {
            let text = self.constant_text(&table.value, scope)?;
            return self.stored_relation(Some(database), &text, table.value.span, scope);
        }
        match self.find_function(&name.text, Some(database), scope) {
            Some(function) => self.call_tabular(&function, name, arguments, &mut RowContext::constant(scope)),
            None => self.error(
                DiagnosticCode::UnknownFunction,
                name.span,
                format!("Unknown function: '{}' in database '{database}'.", name.text),
            ),
        }
    }

    /// Checks that `cluster("c")` is this one.
    fn own_cluster(&mut self, expr: &Expr, scope: &ScopeRef) -> Bound<()> {
        let ExprKind::Call { name, arguments } = &expr.kind else {
            return self.error(DiagnosticCode::UnknownTable, expr.span, "a cluster is expected here");
        };
        let [argument] = arguments.as_slice() else {
            return self.error(DiagnosticCode::ArgumentCount, name.span, "cluster() takes the name of a cluster");
        };
        let text = self.constant_text(&argument.value, scope)?;
        if name.text == "cluster" && self.globals.is_own_cluster(&text) {
            return Ok(());
        }
        self.unsupported(expr.span, &format!("a query across clusters, here of '{text}',"))
    }

    /// Resolves `database("d")`; other clusters are not reachable.
    fn entity_database(&mut self, expr: &Expr, scope: &ScopeRef) -> Bound<String> {
        let (name, arguments) = match &expr.kind {
            ExprKind::Call { name, arguments } | ExprKind::MethodCall { name, arguments, .. } => (name, arguments),
            _ => return self.error(DiagnosticCode::UnknownTable, expr.span, "a database is expected here"),
        };
        if let ExprKind::MethodCall { target, .. } = &expr.kind {
            self.own_cluster(target, scope)?;
        }
        if name.text != "database" {
            return self.error(DiagnosticCode::UnknownTable, expr.span, "a database is expected here");
        }
        let Some(argument) = arguments.first() else { return Ok(self.globals.database.clone()) };
        let text = self.constant_text(&argument.value, scope)?;
        if self.globals.cluster.database(&text).is_none() {
            let message = format!("'database' operator: Failed to resolve database named '{text}'");
            return self.error(DiagnosticCode::UnknownTable, argument.value.span, message);
        }
        Ok(text)
    }

    /// Binds a constant string, or takes a bare name as its text.
    pub(super) fn constant_text(&mut self, expr: &Expr, scope: &ScopeRef) -> Bound<String> {
        if let ExprKind::Name(name) = &expr.kind
            && scope.find(name).is_none()
        {
            return Ok(name.clone());
        }
        let bound = self.scalar(expr, &mut RowContext::constant(scope))?;
        match bound.as_constant() {
            Some(Scalar::String(text)) => Ok(text.clone()),
            _ => self.error(DiagnosticCode::NotConstant, expr.span, "a constant string is expected here"),
        }
    }

    /// `T | invoke f(args)`: calls `f` with the table before its other arguments.
    fn invoke(&mut self, function: &Expr, span: Span, scope: &ScopeRef) -> Bound<Relation> {
        let ExprKind::Call { name, arguments } = &function.kind else {
            return self.error(
                DiagnosticCode::Semantic,
                function.span,
                "'invoke' operator: a function call is expected",
            );
        };
        let input = Expr { kind: ExprKind::Name(INVOKED.to_owned()), span };
        let mut with_input = vec![Argument { name: None, value: input }];
        with_input.extend(arguments.iter().cloned());
        self.called_relation(name, &with_input, scope)
    }

    fn data_table(&mut self, table: &DataTable, scope: &ScopeRef) -> Bound<Relation> {
        let mut columns = Vec::with_capacity(table.columns.len());
        for column in &table.columns {
            let Some(ty) = ScalarType::from_name(&column.type_name.text) else {
                let message = format!("'{}' is not a scalar type", column.type_name.text);
                return self.error(DiagnosticCode::TypeMismatch, column.type_name.span, message);
            };
            columns.push(self.new_column(column.name.text.clone(), ty));
        }
        if columns.is_empty() || !table.values.len().is_multiple_of(columns.len()) {
            let span = table.values.last().map_or(Span::default(), |v| v.span);
            let message = format!(
                "'datatable' operator: {} values do not fill rows of {} columns",
                table.values.len(),
                columns.len()
            );
            return self.error(DiagnosticCode::ArgumentCount, span, message);
        }
        let mut rows = Vec::with_capacity(table.values.len() / columns.len());
        let mut context = RowContext::constant(scope);
        for chunk in table.values.chunks(columns.len()) {
            let mut row = Vec::with_capacity(columns.len());
            for (value, column) in chunk.iter().zip(&columns) {
                row.push(self.constant_of_type(value, column.ty, &mut context)?);
            }
            rows.push(row);
        }
        let mut relation = constant_rows(rows).with_columns(columns);
        relation.serialized = true;
        Ok(relation)
    }

    fn constant_of_type(&mut self, expr: &Expr, ty: ScalarType, context: &mut RowContext) -> Bound<BoundExpr> {
        let bound = self.scalar(expr, context)?;
        match bound.as_constant() {
            Some(Scalar::Null(_)) => Ok(BoundExpr::constant(Scalar::null(ty))),
            Some(value) if value.scalar_type() == ty => Ok(bound),
            Some(value) => Ok(BoundExpr::constant(value.cast(ty))),
            None => Ok(bound.cast(ty)),
        }
    }

    fn pipeline(&mut self, source: &Expr, operators: &[Operator], scope: &ScopeRef) -> Bound<Relation> {
        let relation = self.relation(source, scope)?;
        self.piped(relation, operators, scope)
    }

    /// Sends `relation` through `operators`.
    pub(super) fn piped(&mut self, relation: Relation, operators: &[Operator], scope: &ScopeRef) -> Bound<Relation> {
        if let Some(operator) = operators.get(PIPED_OPERATORS_MAX) {
            let message = format!("the query pipes through more than {PIPED_OPERATORS_MAX} operators");
            return self.error(DiagnosticCode::TooDeep, operator.span, message);
        }
        let mut relation = relation;
        let mut scope = ScopeRef::clone(scope);
        for operator in operators {
            match &operator.kind {
                OperatorKind::As { name } => {
                    relation.name = Some(name.text.clone());
                    scope = scope.with(&name.text, Symbol::Relation(Rc::new(relation.clone())));
                }
                OperatorKind::Invoke { function } => {
                    let input = scope.with(INVOKED, Symbol::Relation(Rc::new(relation)));
                    relation = self.invoke(function, operator.span, &input)?;
                }
                _ => relation = self.apply(relation, operator, &scope)?,
            }
        }
        Ok(relation)
    }
}

/// Rows of literals, or of expressions if one is not a literal.
fn constant_rows(rows: Vec<Vec<BoundExpr>>) -> RelationKind {
    let literals: Option<Vec<Vec<Scalar>>> =
        rows.iter().map(|row| row.iter().map(|value| value.as_constant().cloned()).collect()).collect();
    literals.map_or(RelationKind::ConstantRows(rows), RelationKind::Values)
}

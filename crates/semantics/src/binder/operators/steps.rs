//! `scan`: steps that rows walk through, each with a state.
//!
//! <https://learn.microsoft.com/kusto/query/scan-operator>

use std::{collections::HashMap, rc::Rc};

use calypso_syntax::{
    Diagnostic, DiagnosticCode,
    ast::{Operator, Scan, ScanStep},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{Column, Expr, Relation, RelationKind, Step, StepOutput, Steps};

use super::super::{Binder, Bound, RowContext, ScopeRef, Symbol};

impl Binder<'_> {
    pub(super) fn steps(
        &mut self,
        input: Relation,
        scan: &Scan,
        operator: &Operator,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let input = if scan.order_by.is_empty() && scan.partition_by.is_empty() {
            input
        } else {
            self.scan_order(input, scan, scope)?
        };
        if !input.serialized {
            let message = "'scan' operator: the rows must be in a defined order";
            let diagnostic = Diagnostic::error(DiagnosticCode::NotSerialized, operator.span, message);
            return self.report(diagnostic.with_hint("add 'serialize' or 'sort by' before it"));
        }
        let mut partition = Vec::new();
        let mut context = RowContext::over(&input.columns, scope);
        for key in &scan.partition_by {
            partition.push(self.scalar(&key.expr, &mut context)?);
        }
        let (declared, defaults) = self.scan_declared(scan, scope)?;
        let match_id = self.parameter_text(&operator.parameters, "with_match_id", scope)?;
        let steps = self.scan_steps(&input, scan, &declared, scope)?;
        let mut columns = input.columns.clone();
        columns.extend(declared);
        columns.extend(match_id.iter().map(|name| self.new_column(name.clone(), ScalarType::Long)));
        let steps = Steps { steps, defaults, partition, match_id: match_id.is_some() };
        let mut relation = RelationKind::Steps { input: Box::new(input), steps }.with_columns(columns);
        relation.serialized = true;
        Ok(relation)
    }

    /// `partition by` and `order by` within `scan`: one sort by both.
    fn scan_order(&mut self, input: Relation, scan: &Scan, scope: &ScopeRef) -> Bound<Relation> {
        let mut by = Vec::new();
        for key in &scan.partition_by {
            by.push(calypso_syntax::ast::SortItem { expr: key.clone(), order: None, nulls: None });
        }
        by.extend(scan.order_by.iter().cloned());
        self.sort(input, &by, None, scope)
    }

    fn scan_declared(&mut self, scan: &Scan, scope: &ScopeRef) -> Bound<(Vec<Column>, Vec<Expr>)> {
        let mut declared = Vec::with_capacity(scan.declared.len());
        let mut defaults = Vec::with_capacity(scan.declared.len());
        for (column, default) in &scan.declared {
            let Some(ty) = ScalarType::from_name(&column.type_name.text) else {
                let message = format!("'{}' is not a scalar type", column.type_name.text);
                return self.error(DiagnosticCode::TypeMismatch, column.type_name.span, message);
            };
            declared.push(self.new_column(column.name.text.clone(), ty));
            defaults.push(match default {
                Some(default) => self.scalar(default, &mut RowContext::constant(scope))?.cast(ty),
                None => Expr::constant(Scalar::null(ty)),
            });
        }
        Ok((declared, defaults))
    }

    fn scan_steps(&mut self, input: &Relation, scan: &Scan, declared: &[Column], scope: &ScopeRef) -> Bound<Vec<Step>> {
        let all: Vec<Column> = input.columns.iter().chain(declared).cloned().collect();
        let states: Vec<Vec<Column>> = scan.steps.iter().map(|_| self.renewed(&all)).collect();
        let mut names = HashMap::new();
        for (step, state) in scan.steps.iter().zip(&states) {
            if names.insert(step.name.text.clone(), Symbol::State(Rc::new(state.clone()))).is_some() {
                let message = format!("'scan' operator: two steps are called '{}'", step.name.text);
                return self.error(DiagnosticCode::DuplicateName, step.name.span, message);
            }
        }
        let scope = scope.with_all(names);
        let mut bound = Vec::with_capacity(scan.steps.len());
        for (step, state) in scan.steps.iter().zip(states) {
            bound.push(self.scan_step(step, state, input, declared, &scope)?);
        }
        Ok(bound)
    }

    fn scan_step(
        &mut self,
        step: &ScanStep,
        state: Vec<Column>,
        input: &Relation,
        declared: &[Column],
        scope: &ScopeRef,
    ) -> Bound<Step> {
        if step.optional {
            return self.unsupported(step.name.span, "an optional step of 'scan'");
        }
        let output = match step.output.as_ref().map(|o| o.text.as_str()) {
            None | Some("all") => StepOutput::All,
            Some("last") => StepOutput::Last,
            Some("none") => StepOutput::None,
            Some(other) => {
                let message = format!("'scan' operator: output '{other}' is none of all, last and none");
                return self.error(DiagnosticCode::Semantic, step.name.span, message);
            }
        };
        let mut context = RowContext::over(&input.columns, scope);
        let condition = self.condition(&step.condition, &mut context)?;
        let mut assignments = Vec::with_capacity(step.assignments.len());
        for (name, value) in &step.assignments {
            let Some(at) = declared.iter().position(|c| c.name == name.text) else {
                let message = format!("'scan' operator: column '{}' is not declared", name.text);
                return self.error(DiagnosticCode::UnknownColumn, name.span, message);
            };
            assignments.push((at, self.scalar(value, &mut context)?.cast(declared[at].ty)));
        }
        Ok(Step { output, condition, assignments, state })
    }
}

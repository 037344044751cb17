//! `mv-apply` and `partition`: a subquery for each group of rows.
//!
//! <https://learn.microsoft.com/kusto/query/mv-apply-operator>,
//! <https://learn.microsoft.com/kusto/query/partition-operator>

use std::sync::Arc;

use calypso_syntax::{
    DiagnosticCode,
    ast::{Expr as SyntaxExpr, MvExpandItem, Name, Operator, OperatorKind},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{Column, ColumnId, Expr, Relation, RelationKind, WindowCall, WindowFunction};

use super::super::{
    Binder, Bound, RowContext, ScopeRef, Symbol,
    names::UniqueNames,
    template::{quoted, relation},
};
use super::union::Named;

/// Values of the key of a `partition` whose subquery has a source of its own; Kusto's own limit.
const PARTITIONS_MAX: usize = 64;
/// The column that numbers the rows of `mv-apply`'s input.
const ROW: &str = "$row";

impl Binder<'_> {
    pub(super) fn mv_apply(
        &mut self,
        input: Relation,
        items: &[MvExpandItem],
        limit: Option<&SyntaxExpr>,
        body: &[Operator],
        operator: &Operator,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let source: Vec<Column> = input.columns.clone();
        let index = self.parameter_text(&operator.parameters, "with_itemindex", scope)?;
        let numbered = self.numbered(input);
        let Some(row) = numbered.columns.last().cloned() else { return Err(super::super::Reported) };
        let expanded = self.mv_expand(numbered, items, limit, &operator.parameters, operator.span, scope)?;
        let kept: Vec<Column> = source.into_iter().filter(|c| expanded.columns.contains(c)).collect();
        // The subquery sees everything but the row's number.
        let inner: Vec<Column> = expanded.columns.iter().filter(|c| **c != row).cloned().collect();
        let outputs = inner
            .iter()
            .map(|c| (c.clone(), Expr::column(c.id, c.ty)))
            .chain([(row.clone(), Expr::column(row.id, row.ty))]);
        let outputs: Vec<_> = outputs.collect();
        let expanded = super::columns::projected(expanded, outputs, true);
        let (slot, group) = self.group_of(&inner);
        let passed: Vec<(ColumnId, Column)> = group
            .columns
            .iter()
            .zip(&inner)
            .filter(|(_, c)| kept.contains(c))
            .map(|(g, c)| (g.id, c.clone()))
            .collect();
        let index = index.and_then(|name| group.columns.iter().find(|c| c.name == name).map(|c| c.id));
        let body = self.piped(group, body, scope)?;
        let mut results: Vec<Column> =
            body.columns.iter().filter(|c| !passed.iter().any(|(id, _)| *id == c.id)).cloned().collect();
        results.sort_by_key(|c| Some(c.id) == index);
        let key = Expr::column(row.id, ScalarType::Long);
        let mut names = UniqueNames::default();
        let applied = applied(expanded, vec![key], slot, &kept, body);
        let mut outputs = Vec::new();
        for column in kept.into_iter().chain(results) {
            let name = names.claim(&column.name);
            outputs.push((self.new_column(name, column.ty), Expr::column(column.id, column.ty)));
        }
        Ok(super::columns::projected(applied, outputs, true))
    }

    pub(super) fn partition(
        &mut self,
        input: Relation,
        by: &SyntaxExpr,
        body: &[Operator],
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let key = self.scalar(by, &mut RowContext::over(&input.columns, scope))?;
        let (slot, mut group) = self.group_of(&input.columns);
        group.serialized = input.serialized;
        let body = self.piped(group, body, scope)?;
        let columns = body.columns.clone();
        let applied = applied(input, vec![key], slot, &[], body);
        let outputs = columns.into_iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        Ok(super::columns::projected(applied, outputs, false))
    }

    /// `partition by key { query }`: the query once for each value of the key, which data must tell first.
    pub(super) fn partition_with_source(
        &mut self,
        input: Relation,
        key: &Name,
        query: &SyntaxExpr,
        operator: &Operator,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let column = self.find_column(&input, key)?;
        let text = format!("$data | distinct {0} | take {1}", quoted(&key.text), PARTITIONS_MAX + 1);
        let names = vec![("$data", relation(input))];
        let probe = self.template(&text, names, "'partition' operator", operator.span, scope)?;
        let values = self.answer(probe)?;
        if values.len() > PARTITIONS_MAX {
            let message = format!("'partition' operator: the key has more than {PARTITIONS_MAX} values");
            return self.error(DiagnosticCode::Semantic, key.span, message);
        }
        // Without a value the columns are still those of the query.
        let is_empty = values.is_empty();
        let values = if is_empty { vec![vec![Scalar::null(column.ty)]] } else { values };
        let mut inputs = Vec::with_capacity(values.len());
        for value in values.into_iter().flatten() {
            let known = scope.with(&key.text, Symbol::Scalar(Expr::constant(value)));
            let relation = self.relation(query, &known)?;
            inputs.push(Named { source: String::new(), relation });
        }
        let united = self.united(inputs, false, None);
        if !is_empty {
            return Ok(united);
        }
        let columns = united.columns.clone();
        let predicate = Expr::constant(Scalar::Bool(false));
        Ok(RelationKind::Filter { input: Box::new(united), predicate }.with_columns(columns))
    }

    /// Adds the row's number behind the columns.
    pub(in crate::binder) fn numbered(&mut self, input: Relation) -> Relation {
        let columns = input.columns.clone();
        let mut input = RelationKind::Serialize { input: Box::new(input) }.with_columns(columns.clone());
        input.serialized = true;
        let call = WindowCall {
            function: WindowFunction::RowNumber,
            arguments: vec![Expr::constant(calypso_types::Scalar::Long(1))],
            ty: ScalarType::Long,
        };
        let mut columns = columns;
        columns.push(self.new_column(ROW, ScalarType::Long));
        let mut numbered = RelationKind::Window { input: Box::new(input), calls: vec![call] }.with_columns(columns);
        numbered.serialized = true;
        numbered
    }

    fn group_of(&mut self, columns: &[Column]) -> (u32, Relation) {
        let slot = self.next_slot;
        self.next_slot += 1;
        let mut group = RelationKind::Slot(slot).with_columns(self.renewed(columns));
        group.serialized = true;
        (slot, group)
    }
}

fn applied(input: Relation, keys: Vec<Expr>, slot: u32, kept: &[Column], body: Relation) -> Relation {
    let mut columns = kept.to_vec();
    columns.extend(body.columns.iter().cloned());
    let kept = kept.iter().map(|c| c.id).collect();
    let mut relation =
        RelationKind::Apply { input: Box::new(input), keys, slot, kept, body: Arc::new(body) }.with_columns(columns);
    relation.serialized = true;
    relation
}

/// Says whether `operator` gives several results.
pub(super) fn has_branches(operator: &Operator) -> bool {
    match &operator.kind {
        OperatorKind::Fork { .. } | OperatorKind::Facet { .. } => true,
        OperatorKind::Evaluate { plugin, .. } => plugin.text == "preview",
        _ => false,
    }
}

//! Tabular operators: one file per family beneath.

mod apply;
mod branches;
mod by_names;
pub(super) mod columns;
mod evaluate;
mod expand;
mod join;
mod lookups;
mod make_series;
mod parse;
mod parse_kv;
mod reshaping;
mod rows;
mod search;
mod sources;
mod steps;
mod summarize;
mod top;
mod union;

use calypso_syntax::{
    DiagnosticCode,
    ast::{Operator, OperatorKind as K, OperatorParameter},
};
use calypso_types::Scalar;

use crate::bound::Relation;

use super::{Binder, Bound, RowContext, ScopeRef, system_columns::depth};

impl Binder<'_> {
    /// Applies one operator to its input.
    pub(super) fn apply(&mut self, input: Relation, operator: &Operator, scope: &ScopeRef) -> Bound<Relation> {
        let input_depth = depth(&input);
        let outer = self.system.replace(Vec::new());
        let applied = self.apply_plain(input, operator, scope);
        let used = std::mem::replace(&mut self.system, outer).unwrap_or_default();
        let relation = applied?;
        if used.is_empty() { Ok(relation) } else { self.with_system_columns(relation, used, input_depth) }
    }

    fn apply_plain(&mut self, input: Relation, operator: &Operator, scope: &ScopeRef) -> Bound<Relation> {
        match &operator.kind {
            // `as` and `invoke` need the pipeline's text and are applied there.
            K::As { .. } | K::Render { .. } | K::Invoke { .. } => Ok(input),
            K::Consume => Ok(self.consume(input)),
            K::Count => Ok(self.count(input)),
            K::Distinct { columns } => self.distinct(input, columns, scope),
            K::Extend { columns } => self.extend(input, columns, scope),
            K::GetSchema => Ok(self.get_schema(&input)),
            K::Join { kind, right, on } => self.join(input, *kind, right, on, operator.span, scope),
            K::Lookup { kind, right, on } => self.lookup(input, *kind, right, on, operator.span, scope),
            K::MvExpand { items, limit } => {
                self.mv_expand(input, items, limit.as_ref(), &operator.parameters, operator.span, scope)
            }
            K::Parse { kind, input: text, parts, filter } => self.parse(input, kind, text, parts, *filter, scope),
            K::Project { columns } => self.project(input, columns, scope),
            K::ProjectAway { columns } => self.project_away(input, columns),
            K::ProjectKeep { columns } => self.project_keep(input, columns),
            K::ProjectRename { columns } => self.project_rename(input, columns),
            K::ProjectReorder { columns } => self.project_reorder(input, columns),
            K::Sample { count } => self.sample(input, count, scope),
            K::SampleDistinct { count, of } => self.sample_distinct(input, count, of, scope),
            K::Serialize { columns } => self.serialize(input, columns, scope),
            K::Sort { by } => self.sort(input, by, None, scope),
            K::Summarize { aggregates, by } => self.summarize(input, aggregates, by.as_ref(), scope),
            K::Take { count } => self.take(input, count, scope),
            K::Top { count, by } => self.sort(input, by, Some(count), scope),
            K::Union { tables } => self.union(Some(input), tables, operator, scope),
            K::Where { predicate } => self.filter(input, predicate, scope),
            K::Evaluate { plugin, arguments, schema } => {
                self.evaluate(Some(input), plugin, arguments, schema.as_ref(), scope)
            }
            K::Facet { .. } | K::Fork { .. } => self.error(
                DiagnosticCode::Semantic,
                operator.span,
                "this operator gives several results and must come last",
            ),
            K::Find { tables, predicate, columns, pack } => {
                self.find(Some(input), tables, predicate, columns, *pack, operator, scope)
            }
            K::MakeSeries(series) => self.make_series(input, series, operator, scope),
            K::MvApply { items, limit, body } => self.mv_apply(input, items, limit.as_ref(), body, operator, scope),
            K::ParseKv { input: text, columns, properties } => self.parse_kv(input, text, columns, properties, scope),
            K::Partition { by, body } => self.partition(input, by, body, scope),
            K::PartitionWithSource { key, query } => self.partition_with_source(input, key, query, operator, scope),
            K::ProjectByNames { columns } => self.project_by_names(input, columns, scope),
            K::Scan(scan) => self.steps(input, scan, operator, scope),
            K::Search { tables, predicate } => self.search(Some(input), tables, predicate, operator, scope),
            K::TopHitters { count, of, by } => self.top_hitters(input, count, of, by.as_ref(), operator.span, scope),
            K::TopNested { levels } => self.top_nested(input, levels, operator.span, scope),
            K::Print { .. } | K::Range { .. } => {
                self.error(DiagnosticCode::Semantic, operator.span, "this operator starts a query and takes no input")
            }
            K::Unsupported { name } => self.unsupported(name.span, &format!("operator '{}'", name.text)),
        }
    }

    /// Binds an operator that starts a query.
    pub(super) fn source_operator(&mut self, operator: &Operator, scope: &ScopeRef) -> Bound<Relation> {
        match &operator.kind {
            K::Print { columns } => self.print(columns, scope),
            K::Range { column, from, to, step } => self.range(column, from, to, step, scope),
            K::Union { tables } => self.union(None, tables, operator, scope),
            K::Evaluate { plugin, arguments, schema } => self.evaluate(None, plugin, arguments, schema.as_ref(), scope),
            K::Find { tables, predicate, columns, pack } => {
                self.find(None, tables, predicate, columns, *pack, operator, scope)
            }
            K::Search { tables, predicate } => self.search(None, tables, predicate, operator, scope),
            K::Unsupported { name } => self.unsupported(name.span, &format!("operator '{}'", name.text)),
            _ => self.error(DiagnosticCode::Semantic, operator.span, "this operator needs an input table"),
        }
    }

    /// Returns the value of `name=…` after the operator's keyword, as text.
    fn parameter_text(
        &mut self,
        parameters: &[OperatorParameter],
        name: &str,
        scope: &ScopeRef,
    ) -> Bound<Option<String>> {
        let Some(parameter) = parameters.iter().find(|p| p.name.text.eq_ignore_ascii_case(name)) else {
            return Ok(None);
        };
        if let calypso_syntax::ast::ExprKind::Name(word) = &parameter.value.kind {
            return Ok(Some(word.clone()));
        }
        let bound = self.scalar(&parameter.value, &mut RowContext::constant(scope))?;
        match bound.as_constant() {
            Some(Scalar::String(text)) => Ok(Some(text.clone())),
            Some(value) => Ok(Some(value.to_text())),
            None => self.error(DiagnosticCode::NotConstant, parameter.value.span, "a constant is expected here"),
        }
    }
}

//! `fork`, `facet` and `evaluate preview()`: several results from one input, which is run once.
//!
//! <https://learn.microsoft.com/kusto/query/fork-operator>, <https://learn.microsoft.com/kusto/query/facet-operator>,
//! <https://learn.microsoft.com/kusto/query/preview-plugin>

use calypso_syntax::ast::{
    ByClause, Expr as SyntaxExpr, ExprKind as SyntaxKind, Name, NamedExpr, Operator, OperatorKind,
};

use crate::bound::{BoundResult, Relation};

use super::super::{Binder, Bound, ScopeRef, template::name_syntax};

impl Binder<'_> {
    /// Binds a tabular statement: one result, or one for each branch of a `fork` or `facet` at its end.
    pub(in crate::binder) fn results(&mut self, expr: &SyntaxExpr, scope: &ScopeRef) -> Bound<Vec<BoundResult>> {
        let SyntaxKind::Pipe { source, operators } = &expr.kind else { return Ok(vec![self.result(expr, scope)?]) };
        let Some((last, before)) = operators.split_last().filter(|(last, _)| super::apply::has_branches(last)) else {
            return Ok(vec![self.result(expr, scope)?]);
        };
        let input = self.relation(source, scope)?;
        let input = self.piped(input, before, scope)?;
        let input = self.materialized(input);
        match &last.kind {
            OperatorKind::Fork { branches } => {
                let mut results = Vec::with_capacity(branches.len());
                for (index, branch) in branches.iter().enumerate() {
                    let name =
                        branch.name.as_ref().map_or_else(|| format!("GenericResult{}", index + 1), |n| n.text.clone());
                    let copy = self.renumbered(&input);
                    results.push(named(name, self.piped(copy, &branch.operators, scope)?));
                }
                Ok(results)
            }
            OperatorKind::Facet { by, with } => self.facets(&input, by, with, scope),
            OperatorKind::Evaluate { .. } => {
                let copy = self.renumbered(&input);
                let rows = self.piped(copy, std::slice::from_ref(last), scope)?;
                let copy = self.renumbered(&input);
                let count = self.count(copy);
                Ok(vec![named("GenericResult1".to_owned(), rows), named("GenericResult2".to_owned(), count)])
            }
            _ => Err(super::super::Reported),
        }
    }

    /// What the subquery gives, then the counts of each column's values.
    fn facets(
        &mut self,
        input: &Relation,
        by: &[Name],
        with: &[Operator],
        scope: &ScopeRef,
    ) -> Bound<Vec<BoundResult>> {
        let mut results = Vec::with_capacity(by.len() + 1);
        if !with.is_empty() {
            let copy = self.renumbered(input);
            results.push(named("GenericResult".to_owned(), self.piped(copy, with, scope)?));
        }
        for name in by {
            let copy = self.renumbered(input);
            let call = SyntaxExpr {
                kind: SyntaxKind::Call {
                    name: Name { text: "count".to_owned(), span: name.span },
                    arguments: Vec::new(),
                },
                span: name.span,
            };
            let result = Name { text: format!("count_{}", name.text), span: name.span };
            let count = NamedExpr { names: vec![result], expr: call };
            let key = NamedExpr { names: Vec::new(), expr: name_syntax(&name.text, name.span) };
            let by = ByClause { keys: vec![key] };
            results.push(named(format!("Facet_{}", name.text), self.summarize(copy, &[count], Some(&by), scope)?));
        }
        Ok(results)
    }
}

const fn named(name: String, relation: Relation) -> BoundResult {
    BoundResult { name: Some(name), relation, visualization: None }
}

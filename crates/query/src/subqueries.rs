//! `toscalar`, `in (T | …)` and `has_any (T | …)`: run once, before the query that holds them.

use std::sync::Arc;

use calypso_semantics::bound::{Expr, ExprKind, Relation, RelationKind};

/// A subquery and what is wanted of it.
#[derive(Debug, Clone)]
pub(crate) struct Subquery {
    pub(crate) relation: Arc<Relation>,
    /// All values of the first column rather than the first.
    pub(crate) values: bool,
}

/// Returns the subqueries of `relation`, not those within them.
pub(crate) fn subqueries(relation: &Relation) -> Vec<Subquery> {
    let mut found = Vec::new();
    in_relation(relation, &mut found);
    found
}

fn in_relation(relation: &Relation, found: &mut Vec<Subquery>) {
    use RelationKind as K;
    let mut exprs: Vec<&Expr> = Vec::new();
    match &relation.kind {
        K::Table(_) | K::Values(_) => {}
        K::Range { from, to, step } => exprs.extend([from, to, step]),
        K::Filter { input, predicate } => {
            in_relation(input, found);
            exprs.push(predicate);
        }
        K::Project { input, exprs: outputs } => {
            in_relation(input, found);
            exprs.extend(outputs);
        }
        K::Take { input, count } | K::Sample { input, count } => {
            in_relation(input, found);
            exprs.push(count);
        }
        K::Sort { input, keys, limit } => {
            in_relation(input, found);
            exprs.extend(keys.iter().map(|k| &k.expr));
            exprs.extend(limit);
        }
        K::Aggregate { input, keys, aggregates } => {
            in_relation(input, found);
            exprs.extend(keys);
            for call in aggregates {
                exprs.extend(call.arguments.iter().chain(&call.parameters).chain(&call.filter));
            }
        }
        K::Join { left, right, on, .. } => {
            in_relation(left, found);
            in_relation(right, found);
            exprs.extend(on.iter().flat_map(|(l, r)| [l, r]));
        }
        K::Union { inputs } => {
            for input in inputs {
                in_relation(&input.relation, found);
                exprs.extend(&input.outputs);
            }
        }
        K::Window { input, calls } => {
            in_relation(input, found);
            exprs.extend(calls.iter().flat_map(|c| &c.arguments));
        }
        K::MvExpand { input, expansions, limit, .. } => {
            in_relation(input, found);
            exprs.extend(expansions.iter().map(|e| &e.expr));
            exprs.extend(limit);
        }
        K::Parse { input, text, .. } => {
            in_relation(input, found);
            exprs.push(text);
        }
        K::Serialize { input } => in_relation(input, found),
    }
    exprs.into_iter().for_each(|e| in_expr(e, found));
}

fn in_expr(expr: &Expr, found: &mut Vec<Subquery>) {
    match &expr.kind {
        ExprKind::Constant(_) | ExprKind::Column(_) => {}
        ExprKind::Call { arguments, .. } => arguments.iter().for_each(|a| in_expr(a, found)),
        ExprKind::Cast(inner) | ExprKind::Not(inner) => in_expr(inner, found),
        ExprKind::And(a, b) | ExprKind::Or(a, b) => {
            in_expr(a, found);
            in_expr(b, found);
        }
        ExprKind::Compare { left, right, .. } => {
            in_expr(left, found);
            in_expr(right, found);
        }
        ExprKind::In { operand, list } => {
            in_expr(operand, found);
            list.iter().for_each(|i| in_expr(i, found));
        }
        ExprKind::InQuery { operand, query, .. } => {
            in_expr(operand, found);
            found.push(Subquery { relation: Arc::clone(query), values: true });
        }
        ExprKind::ToScalar(relation) => found.push(Subquery { relation: Arc::clone(relation), values: false }),
        ExprKind::ToArray(relation) => found.push(Subquery { relation: Arc::clone(relation), values: true }),
    }
}

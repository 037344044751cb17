//! `toscalar`, `in (T | …)` and `has_any (T | …)`: run once, before the query that holds them.

use std::sync::Arc;

use calypso_semantics::bound::{Expr, ExprKind, Relation, RelationKind};

/// A subquery and what is wanted of it.
#[derive(Debug, Clone)]
pub(crate) struct Subquery {
    pub(crate) relation: Arc<Relation>,
    pub(crate) wanted: Wanted,
}

/// What a subquery is run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The first column of the first row.
    Scalar,
    /// All values of the first column.
    Values,
    /// All rows: `materialize()`.
    Rows,
    /// A plan that is run for each group of rows, put into this slot.
    Body(u32),
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
        K::Table(_) | K::Values(_) | K::Slot(_) => {}
        K::ConstantRows(rows) => exprs.extend(rows.iter().flatten()),
        // What depends on the rows of a group cannot be run ahead.
        K::Materialized(shared) if reads_slot(shared) => in_relation(shared, found),
        K::Materialized(shared) => found.push(Subquery { relation: Arc::clone(shared), wanted: Wanted::Rows }),
        K::Apply { input, keys, slot, body, .. } => {
            in_relation(input, found);
            exprs.extend(keys);
            found.push(Subquery { relation: Arc::clone(body), wanted: Wanted::Body(*slot) });
        }
        K::ParseKv { input, text, .. } => {
            in_relation(input, found);
            exprs.push(text);
        }
        K::Steps { input, steps } => {
            in_relation(input, found);
            exprs.extend(steps.defaults.iter().chain(&steps.partition));
            for step in &steps.steps {
                exprs.push(&step.condition);
                exprs.extend(step.assignments.iter().map(|(_, value)| value));
            }
        }
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

/// Says whether the relation reads the rows of a group around it.
pub(crate) fn reads_slot(relation: &Relation) -> bool {
    let mut own = Vec::new();
    slot_within(relation, &mut own)
}

fn slot_within(relation: &Relation, own: &mut Vec<u32>) -> bool {
    use RelationKind as K;
    match &relation.kind {
        K::Slot(slot) => !own.contains(slot),
        K::Table(_) | K::Values(_) | K::ConstantRows(_) | K::Range { .. } => false,
        K::Materialized(inner) => slot_within(inner, own),
        K::Apply { input, slot, body, .. } => {
            own.push(*slot);
            slot_within(input, own) || slot_within(body, own)
        }
        K::Join { left, right, .. } => slot_within(left, own) || slot_within(right, own),
        K::Union { inputs } => inputs.iter().any(|i| slot_within(&i.relation, own)),
        K::Filter { input, .. }
        | K::Project { input, .. }
        | K::Take { input, .. }
        | K::Sort { input, .. }
        | K::Aggregate { input, .. }
        | K::Window { input, .. }
        | K::MvExpand { input, .. }
        | K::Parse { input, .. }
        | K::ParseKv { input, .. }
        | K::Steps { input, .. }
        | K::Serialize { input }
        | K::Sample { input, .. } => slot_within(input, own),
    }
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
            found.push(Subquery { relation: Arc::clone(query), wanted: Wanted::Values });
        }
        ExprKind::ToScalar(relation) => found.push(Subquery { relation: Arc::clone(relation), wanted: Wanted::Scalar }),
        ExprKind::ToArray(relation) => found.push(Subquery { relation: Arc::clone(relation), wanted: Wanted::Values }),
    }
}

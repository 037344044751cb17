//! `materialize()`: one relation for every use of a name, and new column numbers for each.
//!
//! <https://learn.microsoft.com/kusto/query/materialize-function>

use std::{rc::Rc, sync::Arc};

use calypso_syntax::ast::{Expr as SyntaxExpr, ExprKind as SyntaxKind};

use crate::bound::{Column, Expr, Relation, RelationKind};

use super::{Binder, Bound, ScopeRef};

/// A declared name whose value is a materialized relation.
pub(super) struct MaterializedName {
    expr: Rc<SyntaxExpr>,
    scope: ScopeRef,
    relation: Rc<Relation>,
}

impl Binder<'_> {
    /// Binds what a name stands for; a materialized one only once.
    pub(super) fn declared_relation(&mut self, expr: &Rc<SyntaxExpr>, scope: &ScopeRef) -> Bound<Relation> {
        let is_materialized = matches!(&expr.kind, SyntaxKind::Call { name, .. } if name.text == "materialize");
        if !is_materialized {
            return self.relation(expr, scope);
        }
        let known = self.materialized.iter().find(|m| Rc::ptr_eq(&m.expr, expr) && Rc::ptr_eq(&m.scope, scope));
        if let Some(known) = known {
            let relation = Rc::clone(&known.relation);
            return Ok(self.renumbered(&relation));
        }
        let relation = self.relation(expr, scope)?;
        let name = MaterializedName {
            expr: Rc::clone(expr),
            scope: ScopeRef::clone(scope),
            relation: Rc::new(relation.clone()),
        };
        self.materialized.push(name);
        Ok(relation)
    }

    /// Makes a relation that is run once for all its readers.
    pub(super) fn materialized(&mut self, relation: Relation) -> Relation {
        let columns = self.renewed(&relation.columns);
        let serialized = relation.serialized;
        let mut shared = RelationKind::Materialized(Arc::new(relation)).with_columns(columns);
        shared.serialized = serialized;
        shared
    }

    /// Returns the relation with columns of its own, so that it can stand twice in one tree.
    pub(super) fn renumbered(&mut self, relation: &Relation) -> Relation {
        let columns = self.renewed(&relation.columns);
        let serialized = relation.serialized;
        let mut copy = match &relation.kind {
            RelationKind::Materialized(shared) => RelationKind::Materialized(Arc::clone(shared)).with_columns(columns),
            RelationKind::Slot(slot) => RelationKind::Slot(*slot).with_columns(columns),
            RelationKind::Table(table) => RelationKind::Table(table.clone()).with_columns(columns),
            _ => {
                let exprs = relation.columns.iter().map(|c| Expr::column(c.id, c.ty)).collect();
                RelationKind::Project { input: Box::new(relation.clone()), exprs }.with_columns(columns)
            }
        };
        copy.serialized = serialized;
        copy.name.clone_from(&relation.name);
        copy
    }

    /// Returns columns of the same names and types with new numbers.
    pub(super) fn renewed(&mut self, columns: &[Column]) -> Vec<Column> {
        columns.iter().map(|c| self.new_column(c.name.clone(), c.ty)).collect()
    }
}

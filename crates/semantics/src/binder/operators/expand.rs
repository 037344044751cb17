//! `mv-expand`: one row per element of a dynamic array or property bag.
//!
//! <https://learn.microsoft.com/kusto/query/mv-expand-operator>

use calypso_syntax::{
    DiagnosticCode, Span,
    ast::{Expr as SyntaxExpr, MvExpandItem, OperatorParameter},
};
use calypso_types::ScalarType;

use crate::bound::{Column, Expansion, Expr, Relation, RelationKind};

use super::super::{Binder, Bound, RowContext, ScopeRef, names::implied_name};

impl Binder<'_> {
    pub(super) fn mv_expand(
        &mut self,
        input: Relation,
        items: &[MvExpandItem],
        limit: Option<&SyntaxExpr>,
        parameters: &[OperatorParameter],
        span: Span,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let mut context = RowContext::over(&input.columns, scope);
        let mut expansions = Vec::with_capacity(items.len());
        let mut names = Vec::with_capacity(items.len());
        for item in items {
            let expr = self.scalar(&item.expr.expr, &mut context)?;
            if expr.ty != ScalarType::Dynamic {
                let message = format!("'mv-expand' operator: expanded expression is of type {}, not dynamic", expr.ty);
                return self.error(DiagnosticCode::TypeMismatch, item.expr.expr.span, message);
            }
            let ty = match &item.to_type {
                None => ScalarType::Dynamic,
                Some(name) => match ScalarType::from_name(&name.text) {
                    Some(ty) => ty,
                    None => {
                        let message = format!("'{}' is not a scalar type", name.text);
                        return self.error(DiagnosticCode::TypeMismatch, name.span, message);
                    }
                },
            };
            let name = item.expr.names.first().map(|n| n.text.clone()).or_else(|| implied_name(&item.expr.expr));
            names.push(name.unwrap_or_else(|| format!("Column{}", names.len() + 1)));
            expansions.push(Expansion { expr, ty });
        }
        let bag_kind = match self.parameter_text(parameters, "bagexpansion", scope)? {
            Some(kind) => Some(kind),
            None => self.parameter_text(parameters, "kind", scope)?,
        };
        let bag_as_array = match bag_kind.as_deref() {
            None | Some("bag") => false,
            Some("array") => true,
            Some(other) => {
                let message = format!("'mv-expand' operator: kind '{other}' is neither bag nor array");
                return self.error(DiagnosticCode::Semantic, span, message);
            }
        };
        let item_index = self.parameter_text(parameters, "with_itemindex", scope)?;
        let limit = match limit {
            Some(limit) => Some(self.scalar(limit, &mut RowContext::constant(scope))?.cast(ScalarType::Long)),
            None => None,
        };
        Ok(self.expanded(input, expansions, &names, item_index, bag_as_array, limit))
    }

    fn expanded(
        &mut self,
        input: Relation,
        expansions: Vec<Expansion>,
        names: &[String],
        item_index: Option<String>,
        bag_as_array: bool,
        limit: Option<Expr>,
    ) -> Relation {
        let base = input.columns.clone();
        let serialized = input.serialized;
        let added: Vec<Column> = names.iter().zip(&expansions).map(|(n, e)| self.new_column(n.clone(), e.ty)).collect();
        let index = item_index.map(|name| self.new_column(name, ScalarType::Long));
        let mut columns = base.clone();
        columns.extend(added.iter().cloned());
        columns.extend(index.clone());
        let kind = RelationKind::MvExpand {
            input: Box::new(input),
            expansions,
            item_index: index.is_some(),
            bag_as_array,
            limit,
        };
        let mut relation = kind.with_columns(columns);
        relation.serialized = serialized;
        // The expanded value takes the place of the column it came from.
        let mut outputs: Vec<Column> = base;
        for column in added {
            match outputs.iter().position(|c| c.name == column.name) {
                Some(at) => outputs[at] = column,
                None => outputs.push(column),
            }
        }
        if let Some(index) = index {
            outputs.insert(0, index);
        }
        let outputs = outputs.into_iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        super::columns::projected(relation, outputs, serialized)
    }
}

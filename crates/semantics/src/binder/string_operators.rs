//! String operators: `has`, `contains`, `startswith`, `matches regex`, `has_any` and their kin.
//!
//! <https://learn.microsoft.com/kusto/query/datatypes-string-operators>

use std::sync::Arc;

use calypso_syntax::{
    DiagnosticCode,
    ast::{BinaryOperator, Expr as SyntaxExpr, ExprKind as SyntaxKind},
};
use calypso_types::{Dynamic, Scalar, ScalarType};

use crate::bound::{Expr, ExprKind, Relation, RelationKind};

use super::{Binder, Bound, RowContext};

impl Binder<'_> {
    pub(super) fn string_operator(
        &mut self,
        operator: BinaryOperator,
        left: &SyntaxExpr,
        right: &SyntaxExpr,
        context: &mut RowContext,
    ) -> Bound<Expr> {
        let (kernel, negated) = kernel_of(operator);
        if matches!(left.kind, SyntaxKind::Star) {
            return self.any_column(kernel, negated, right, context);
        }
        let left_bound = self.text_operand(left, context);
        let right_bound = self.text_operand(right, context);
        let call = Expr::call(kernel, vec![left_bound?, right_bound?], ScalarType::Bool);
        Ok(if negated { call.negated() } else { call })
    }

    /// `* has "x"`: any string column.
    fn any_column(
        &mut self,
        kernel: &'static str,
        negated: bool,
        right: &SyntaxExpr,
        context: &mut RowContext,
    ) -> Bound<Expr> {
        let right = self.text_operand(right, context)?;
        let columns = context.columns.clone();
        let any = columns
            .iter()
            .filter(|c| matches!(c.ty, ScalarType::String | ScalarType::Dynamic))
            .map(|c| {
                let text = Expr::column(c.id, c.ty).cast(ScalarType::String);
                Expr::call(kernel, vec![text, right.clone()], ScalarType::Bool)
            })
            .reduce(|a, b| Expr { kind: ExprKind::Or(Box::new(a), Box::new(b)), ty: ScalarType::Bool })
            .unwrap_or_else(|| Expr::constant(Scalar::Bool(false)));
        Ok(if negated { any.negated() } else { any })
    }

    fn text_operand(&mut self, expr: &SyntaxExpr, context: &mut RowContext) -> Bound<Expr> {
        let bound = self.scalar(expr, context)?;
        match bound.ty {
            ScalarType::String | ScalarType::Dynamic | ScalarType::Guid => Ok(bound.cast(ScalarType::String)),
            other => {
                let message = format!("a string operator needs a string, but the expression is of type {other}");
                self.error(DiagnosticCode::TypeMismatch, expr.span, message)
            }
        }
    }

    pub(super) fn has_list(
        &mut self,
        operand: &SyntaxExpr,
        list: &[SyntaxExpr],
        all: bool,
        context: &mut RowContext,
    ) -> Bound<Expr> {
        let kernel = if all { "op_has_all" } else { "op_has_any" };
        let operand = self.text_operand(operand, context)?;
        let array = match list {
            [single] if self.is_tabular(single, &context.scope) => {
                let scope = context.scope.clone();
                let query = self.relation(single, &scope)?;
                let Some(first) = query.columns.first().cloned() else {
                    return self.error(DiagnosticCode::Semantic, single.span, "the table has no columns");
                };
                let query = self.single_column(query, Expr::column(first.id, first.ty).cast(ScalarType::String));
                Expr { kind: ExprKind::ToArray(Arc::new(query)), ty: ScalarType::Dynamic }
            }
            items => {
                let mut bound = Vec::with_capacity(items.len());
                for item in items {
                    bound.push(self.scalar(item, context)?);
                }
                match bound.as_slice() {
                    [array] if array.ty == ScalarType::Dynamic => array.clone(),
                    _ => self.dynamic_array(bound),
                }
            }
        };
        Ok(Expr::call(kernel, vec![operand, array], ScalarType::Bool))
    }

    /// Makes a dynamic array: a constant if all items are.
    pub(super) fn dynamic_array(&mut self, items: Vec<Expr>) -> Expr {
        let constants: Option<Vec<Dynamic>> = items.iter().map(|i| i.as_constant().map(Dynamic::from_scalar)).collect();
        match constants {
            Some(values) => Expr::constant(Scalar::Dynamic(Dynamic::Array(values))),
            None => Expr::call("pack_array", items, ScalarType::Dynamic),
        }
    }

    /// Projects `relation` to one column.
    pub(super) fn single_column(&mut self, relation: Relation, expr: Expr) -> Relation {
        let column = self.new_column("value", expr.ty);
        RelationKind::Project { input: Box::new(relation), exprs: vec![expr] }.with_columns(vec![column])
    }
}

/// Returns the kernel of a string operator and whether its result is negated.
const fn kernel_of(operator: BinaryOperator) -> (&'static str, bool) {
    use BinaryOperator as B;
    match operator {
        B::EqualTilde => ("op_equal_tilde", false),
        B::NotEqualTilde => ("op_equal_tilde", true),
        B::Contains => ("op_contains", false),
        B::NotContains => ("op_contains", true),
        B::ContainsCs => ("op_contains_cs", false),
        B::NotContainsCs => ("op_contains_cs", true),
        B::StartsWith => ("op_startswith", false),
        B::NotStartsWith => ("op_startswith", true),
        B::StartsWithCs => ("op_startswith_cs", false),
        B::NotStartsWithCs => ("op_startswith_cs", true),
        B::EndsWith => ("op_endswith", false),
        B::NotEndsWith => ("op_endswith", true),
        B::EndsWithCs => ("op_endswith_cs", false),
        B::NotEndsWithCs => ("op_endswith_cs", true),
        B::Has => ("op_has", false),
        B::NotHas => ("op_has", true),
        B::HasCs => ("op_has_cs", false),
        B::NotHasCs => ("op_has_cs", true),
        B::HasPrefix => ("op_hasprefix", false),
        B::NotHasPrefix => ("op_hasprefix", true),
        B::HasPrefixCs => ("op_hasprefix_cs", false),
        B::NotHasPrefixCs => ("op_hasprefix_cs", true),
        B::HasSuffix => ("op_hassuffix", false),
        B::NotHasSuffix => ("op_hassuffix", true),
        B::HasSuffixCs => ("op_hassuffix_cs", false),
        B::NotHasSuffixCs => ("op_hassuffix_cs", true),
        B::Like => ("op_like", false),
        B::NotLike => ("op_like", true),
        B::LikeCs => ("op_like_cs", false),
        B::NotLikeCs => ("op_like_cs", true),
        _ => ("op_matches_regex", false),
    }
}

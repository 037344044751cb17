//! Operators that start a query: `print`, `range`.

use calypso_syntax::{
    DiagnosticCode,
    ast::{Expr as SyntaxExpr, Name, NamedExpr},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{Relation, RelationKind};

use super::super::{Binder, Bound, RowContext, ScopeRef, expressions::wider};

impl Binder<'_> {
    /// `print a = 1, 2`: one row; unnamed columns are `print_0`, `print_1`, ….
    pub(super) fn print(&mut self, columns: &[NamedExpr], scope: &ScopeRef) -> Bound<Relation> {
        let mut context = RowContext::constant(scope);
        let mut computed = self.computed(columns, &mut context)?;
        // A printed variable does not lend its name.
        for column in computed.iter_mut().filter(|c| !c.explicit) {
            column.name = None;
        }
        let outputs = self.named_outputs(computed, Some("print_"))?;
        let row = RelationKind::Values(vec![Vec::new()]).with_columns(Vec::new());
        Ok(super::columns::projected(row, outputs, true))
    }

    /// `range x from a to b step c`.
    pub(super) fn range(
        &mut self,
        column: &Name,
        from: &SyntaxExpr,
        to: &SyntaxExpr,
        step: &SyntaxExpr,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let mut context = RowContext::constant(scope);
        let span = from.span.to(step.span);
        let (from, to, step) =
            (self.scalar(from, &mut context)?, self.scalar(to, &mut context)?, self.scalar(step, &mut context)?);
        use ScalarType as T;
        let (ty, step_type) = match (from.ty, to.ty, step.ty) {
            (T::DateTime, T::DateTime, T::TimeSpan) => (T::DateTime, T::TimeSpan),
            (T::TimeSpan, T::TimeSpan, T::TimeSpan) => (T::TimeSpan, T::TimeSpan),
            (a, b, c)
                if (a.is_numeric() || a == T::Dynamic) && (b.is_numeric() || b == T::Dynamic) && c.is_numeric() =>
            {
                let a = if a == T::Dynamic { T::Long } else { a };
                let b = if b == T::Dynamic { T::Long } else { b };
                let ty = wider(wider(a, b), c);
                (ty, ty)
            }
            (a, b, c) => {
                let message =
                    format!("'range' operator: from, to and step of types {a}, {b} and {c} do not go together");
                return self.error(DiagnosticCode::TypeMismatch, span, message);
            }
        };
        if step.as_constant().is_some_and(is_zero) {
            return self.error(DiagnosticCode::Semantic, span, "'range' operator: the step must not be zero");
        }
        let output = self.new_column(column.text.clone(), ty);
        let kind = RelationKind::Range { from: from.cast(ty), to: to.cast(ty), step: step.cast(step_type) };
        let mut relation = kind.with_columns(vec![output]);
        relation.serialized = true;
        Ok(relation)
    }
}

fn is_zero(value: &Scalar) -> bool {
    match value {
        Scalar::Int(v) => *v == 0,
        Scalar::Long(v) => *v == 0,
        Scalar::Real(v) => *v == 0.0,
        Scalar::TimeSpan(v) => v.0 == 0,
        _ => false,
    }
}

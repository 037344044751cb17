//! The types of `+ - * / %`.
//!
//! <https://learn.microsoft.com/kusto/query/numerical-operators>,
//! <https://learn.microsoft.com/kusto/query/datetime-timespan-arithmetic>

use calypso_syntax::{Diagnostic, DiagnosticCode, Span, ast::BinaryOperator};
use calypso_types::ScalarType;

use crate::bound::Expr;

use super::{Binder, Bound, expressions::wider};

impl Binder<'_> {
    /// Types one arithmetic operation.
    pub(super) fn arithmetic(&mut self, operator: BinaryOperator, left: Expr, right: Expr, span: Span) -> Bound<Expr> {
        let Some((left_type, right_type, result)) = arithmetic_types(operator, left.ty, right.ty) else {
            let message =
                format!("operator '{}' cannot be applied to types {} and {}", symbol(operator), left.ty, right.ty);
            let mut diagnostic = Diagnostic::error(DiagnosticCode::TypeMismatch, span, message);
            if left.ty == ScalarType::Dynamic || right.ty == ScalarType::Dynamic {
                diagnostic =
                    diagnostic.with_hint("cast the dynamic value first, for example with tolong() or todouble()");
            } else if left.ty == ScalarType::String || right.ty == ScalarType::String {
                diagnostic = diagnostic.with_hint("use strcat() to join strings");
            }
            return self.report(diagnostic);
        };
        let kernel = match operator {
            BinaryOperator::Add => "op_add",
            BinaryOperator::Subtract => "op_subtract",
            BinaryOperator::Multiply => "op_multiply",
            BinaryOperator::Divide => "op_divide",
            _ => "op_modulo",
        };
        Ok(Expr::call(kernel, vec![left.cast(left_type), right.cast(right_type)], result))
    }
}

const fn symbol(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        _ => "%",
    }
}

/// Returns the types that the operands are brought to and the type of the result.
fn arithmetic_types(
    operator: BinaryOperator,
    left: ScalarType,
    right: ScalarType,
) -> Option<(ScalarType, ScalarType, ScalarType)> {
    use BinaryOperator as B;
    use ScalarType as T;
    let factor = |ty: T| if ty.is_integer() { T::Long } else { T::Real };
    Some(match (operator, left, right) {
        // Whole numbers give a long, whatever their width.
        (_, a, b) if a.is_integer() && b.is_integer() => (T::Long, T::Long, T::Long),
        (_, a, b) if a.is_numeric() && b.is_numeric() => (wider(a, b), wider(a, b), wider(a, b)),
        (B::Add, T::DateTime, T::TimeSpan) => (left, right, T::DateTime),
        (B::Add, T::TimeSpan, T::DateTime) => (left, right, T::DateTime),
        (B::Subtract, T::DateTime, T::TimeSpan) => (left, right, T::DateTime),
        (B::Subtract, T::DateTime, T::DateTime) => (left, right, T::TimeSpan),
        (B::Add | B::Subtract | B::Modulo, T::TimeSpan, T::TimeSpan) => (left, right, T::TimeSpan),
        (B::Divide, T::TimeSpan | T::DateTime, T::TimeSpan) => (left, right, T::Real),
        (B::Modulo, T::DateTime, T::TimeSpan) => (left, right, T::TimeSpan),
        (B::Multiply | B::Divide | B::Modulo, T::TimeSpan, b) if b.is_numeric() => (left, factor(b), T::TimeSpan),
        (B::Multiply, a, T::TimeSpan) if a.is_numeric() => (factor(a), right, T::TimeSpan),
        _ => return None,
    })
}

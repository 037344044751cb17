//! How far the expressions that names stand for may grow: every use of a scalar name is a copy of what it stands for.
//!
//! Without a limit, forty statements like `let b = strcat(a, a)` fill the memory, and a long chain of them nests so
//! deep that whatever walks the tree runs out of stack, which ends the process.

use calypso_syntax::{DiagnosticCode, Span};

use crate::bound::{Expr, ExprKind};

use super::{Binder, Bound};

/// Parts of all copies of one query together.
const COPIED_PARTS_MAX: usize = 500_000;
/// A copy nests at most this deep: as deep as the parser lets an expression be.
const HEIGHT_MAX: usize = 1_000;

impl Binder<'_> {
    /// Accounts for one use of the name that stands for `expr`.
    pub(super) fn copied(&mut self, expr: Expr, span: Span) -> Bound<Expr> {
        let (parts, height) = dimensions(&expr);
        self.copied_parts = self.copied_parts.saturating_add(parts);
        if height > HEIGHT_MAX {
            let message = format!("with its names replaced, the expression nests deeper than {HEIGHT_MAX} levels");
            return self.error(DiagnosticCode::Semantic, span, message);
        }
        if self.copied_parts > COPIED_PARTS_MAX {
            let message = format!("with its names replaced, the query has more than {COPIED_PARTS_MAX} parts");
            return self.error(DiagnosticCode::Semantic, span, message);
        }
        Ok(expr)
    }
}

/// Returns the number of parts and the height, without recursion.
fn dimensions(expr: &Expr) -> (usize, usize) {
    let (mut parts, mut height) = (0, 0);
    let mut open = vec![(expr, 1)];
    while let Some((expr, depth)) = open.pop() {
        parts += 1;
        height = height.max(depth);
        let mut within = |child| open.push((child, depth + 1));
        match &expr.kind {
            ExprKind::Constant(_) | ExprKind::Column(_) | ExprKind::ToScalar(_) | ExprKind::ToArray(_) => {}
            ExprKind::Call { arguments, .. } => arguments.iter().for_each(within),
            ExprKind::Cast(inner) | ExprKind::Not(inner) | ExprKind::InQuery { operand: inner, .. } => {
                within(inner.as_ref());
            }
            ExprKind::And(left, right) | ExprKind::Or(left, right) | ExprKind::Compare { left, right, .. } => {
                within(left.as_ref());
                within(right.as_ref());
            }
            ExprKind::In { operand, list } => {
                within(operand.as_ref());
                list.iter().for_each(within);
            }
        }
    }
    (parts, height)
}

#[cfg(test)]
mod tests;

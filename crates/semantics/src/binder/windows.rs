//! Window functions: they look at neighbouring rows, so the order of rows must be defined.
//!
//! <https://learn.microsoft.com/kusto/query/window-functions>

use calypso_syntax::{
    Diagnostic, DiagnosticCode,
    ast::{Argument, Name},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{ColumnId, Expr, Relation, RelationKind, WindowCall, WindowFunction};

use super::{Binder, Bound, RowContext, row_context::FoundWindow};

/// Returns the window function called `name`.
pub(super) fn window_function(name: &str) -> Option<WindowFunction> {
    Some(match name {
        "row_number" => WindowFunction::RowNumber,
        "prev" => WindowFunction::Prev,
        "next" => WindowFunction::Next,
        "row_cumsum" => WindowFunction::RowCumSum,
        "row_rank_dense" | "row_rank" => WindowFunction::RowRankDense,
        "row_rank_min" => WindowFunction::RowRankMin,
        "row_window_session" => WindowFunction::RowWindowSession,
        _ => return None,
    })
}

impl Binder<'_> {
    /// Binds a window function and returns the expression that refers to its column.
    pub(super) fn window_call(
        &mut self,
        function: WindowFunction,
        name: &Name,
        arguments: &[Argument],
        context: &mut RowContext,
    ) -> Bound<Expr> {
        if context.windows.is_none() {
            let message = format!("'{}' is a window function and cannot stand here", name.text);
            return self.error(DiagnosticCode::NotSerialized, name.span, message);
        }
        let mut bound = Vec::with_capacity(arguments.len());
        for argument in arguments {
            bound.push(self.scalar(&argument.value, context)?);
        }
        let (least, most) = argument_count(function);
        if bound.len() < least || bound.len() > most {
            let message = format!("{}(): function expects {least} to {most} argument(s).", name.text);
            return self.error(DiagnosticCode::ArgumentCount, name.span, message);
        }
        let (arguments, ty) = typed_arguments(function, bound);
        let column = self.new_column("window", ty);
        let expr = Expr::column(column.id, ty);
        if let Some(windows) = &mut context.windows {
            windows.push(FoundWindow { column, call: WindowCall { function, arguments, ty }, span: name.span });
        }
        Ok(expr)
    }

    /// Puts the window functions that `context` collected beneath the expressions that use them.
    pub(super) fn windowed(&mut self, input: Relation, context: RowContext) -> Bound<Relation> {
        let found = context.windows.unwrap_or_default();
        let Some(first) = found.first() else { return Ok(input) };
        if !input.serialized {
            let message = "a window function needs rows in a defined order";
            let hint = "add 'serialize' or 'sort by' before it";
            let diagnostic = Diagnostic::error(DiagnosticCode::NotSerialized, first.span, message).with_hint(hint);
            return self.report(diagnostic);
        }
        let mut relation = input;
        let mut left = found;
        // A call may use another's result: those whose arguments are at hand go first, one layer after the other.
        while !left.is_empty() {
            let pending: Vec<ColumnId> = left.iter().map(|f| f.column.id).collect();
            let (layer, later): (Vec<_>, Vec<_>) = left
                .into_iter()
                .partition(|f| !f.call.arguments.iter().any(|a| pending.iter().any(|id| a.refers_to(*id))));
            left = later;
            let mut columns = relation.columns.clone();
            columns.extend(layer.iter().map(|f| f.column.clone()));
            let calls = layer.into_iter().map(|f| f.call).collect();
            relation = RelationKind::Window { input: Box::new(relation), calls }.with_columns(columns);
            relation.serialized = true;
        }
        Ok(relation)
    }
}

const fn argument_count(function: WindowFunction) -> (usize, usize) {
    match function {
        WindowFunction::RowNumber => (0, 2),
        WindowFunction::Prev | WindowFunction::Next => (1, 3),
        WindowFunction::RowCumSum | WindowFunction::RowRankDense | WindowFunction::RowRankMin => (1, 2),
        WindowFunction::RowWindowSession => (3, 4),
    }
}

fn typed_arguments(function: WindowFunction, mut bound: Vec<Expr>) -> (Vec<Expr>, ScalarType) {
    match function {
        WindowFunction::RowNumber => {
            if bound.is_empty() {
                bound.push(Expr::constant(Scalar::Long(1)));
            }
            bound[0] = bound[0].clone().cast(ScalarType::Long);
            (bound, ScalarType::Long)
        }
        WindowFunction::Prev | WindowFunction::Next => {
            let ty = bound[0].ty;
            if bound.len() < 2 {
                bound.push(Expr::constant(Scalar::Long(1)));
            }
            if bound.len() < 3 {
                bound.push(Expr::constant(Scalar::null(ty)));
            }
            bound[1] = bound[1].clone().cast(ScalarType::Long);
            bound[2] = bound[2].clone().cast(ty);
            (bound, ty)
        }
        WindowFunction::RowCumSum => {
            let ty = if bound[0].ty == ScalarType::Int { ScalarType::Long } else { bound[0].ty };
            bound[0] = bound[0].clone().cast(ty);
            (bound, ty)
        }
        WindowFunction::RowRankDense | WindowFunction::RowRankMin => (bound, ScalarType::Long),
        WindowFunction::RowWindowSession => {
            let ty = bound[0].ty;
            (bound, ty)
        }
    }
}

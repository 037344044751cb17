//! Functions that give several columns: `series_stats`, `series_fit_line`, `array_sort_asc` of several arrays.

use calypso_syntax::{
    DiagnosticCode,
    ast::{Argument, ExprKind as SyntaxKind, Name, NamedExpr},
};
use calypso_types::{Scalar, ScalarType};

use crate::{bound::Expr, functions::scalar_function};

use super::{Binder, Bound, RowContext, names::implied_name, operators::columns::Computed};

impl Binder<'_> {
    /// Binds `column` if it is a call that gives several columns.
    pub(super) fn multiple_columns(
        &mut self,
        column: &NamedExpr,
        context: &mut RowContext,
    ) -> Bound<Option<Vec<Computed>>> {
        let SyntaxKind::Call { name, arguments } = &column.expr.kind else { return Ok(None) };
        if column.names.len() == 1 || self.find_function(&name.text, None, &context.scope.clone()).is_some() {
            return Ok(None);
        }
        let declared = self.declared_columns(name, arguments, context);
        if declared.is_empty() {
            return Ok(None);
        }
        if column.names.len() > declared.len() {
            let message = format!("{}() gives {} columns", name.text, declared.len());
            return self.error(DiagnosticCode::ArgumentCount, column.names[0].span, message);
        }
        let value = self.scalar(&column.expr, context)?;
        let columns = declared.into_iter().enumerate().map(|(index, (implied, ty))| {
            let at = Expr::constant(Scalar::Long(i64::try_from(index).unwrap_or(i64::MAX)));
            let written = column.names.get(index);
            Computed {
                name: Some(written.map_or(implied, |n| n.text.clone())),
                explicit: written.is_some() || column.names.is_empty(),
                value: Expr::call("op_index", vec![value.clone(), at], ScalarType::Dynamic).cast(ty),
                span: written.map_or(column.expr.span, |n| n.span),
            }
        });
        let wanted = if column.names.is_empty() { usize::MAX } else { column.names.len() };
        Ok(Some(columns.take(wanted).collect()))
    }

    /// The names and types of the columns that a call gives; none if it gives one.
    fn declared_columns(&self, name: &Name, arguments: &[Argument], context: &RowContext) -> Vec<(String, ScalarType)> {
        let first = arguments.first().and_then(|a| implied_name(&a.value));
        if matches!(name.text.as_str(), "array_sort_asc" | "array_sort_desc") {
            let arrays = arguments.iter().filter(|a| !is_flag(a));
            let names: Vec<_> = arrays
                .enumerate()
                .map(|(index, a)| implied_name(&a.value).unwrap_or_else(|| format!("Column{}", index + 1)))
                .collect();
            if names.len() < 2 {
                return Vec::new();
            }
            return names.into_iter().map(|n| (format!("{n}_sorted"), ScalarType::Dynamic)).collect();
        }
        if context.aggregates.is_some() {
            return Vec::new();
        }
        let Some(function) = scalar_function(&name.text) else { return Vec::new() };
        let of = first.map_or_else(String::new, |of| format!("_{of}"));
        function.columns.iter().map(|(column, ty)| (format!("{}{of}_{column}", name.text), *ty)).collect()
    }
}

fn is_flag(argument: &Argument) -> bool {
    match &argument.value.kind {
        SyntaxKind::Literal(literal) => matches!(literal.value, Scalar::Bool(_)),
        _ => false,
    }
}

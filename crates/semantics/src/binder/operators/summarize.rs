//! `summarize`.
//!
//! <https://learn.microsoft.com/kusto/query/summarize-operator>

use calypso_syntax::{
    DiagnosticCode,
    ast::{ByClause, ExprKind as SyntaxKind, NamedExpr},
};
use calypso_types::ScalarType;

use crate::bound::{Column, Expr, Relation, RelationKind};

use super::super::{
    Binder, Bound, RowContext, ScopeRef,
    aggregates::{aggregate_column_name, multiple_columns},
    names::{UniqueNames, implied_name},
};

impl Binder<'_> {
    pub(super) fn summarize(
        &mut self,
        input: Relation,
        aggregates: &[NamedExpr],
        by: Option<&ByClause>,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let mut names = UniqueNames::default();
        let keys = self.group_keys(&input, by, scope, &mut names);
        let key_names: Vec<String> = keys.iter().flatten().map(|(c, _)| c.name.clone()).collect();
        let mut context = RowContext::over(&input.columns, scope).with_aggregates();
        let mut results: Vec<(Option<String>, Expr)> = Vec::new();
        let mut failed = keys.is_err().then_some(super::super::Reported);
        for aggregate in aggregates {
            match self.aggregate_columns(aggregate, &mut context, &key_names) {
                Ok(mut columns) => results.append(&mut columns),
                Err(reported) => failed = Some(reported),
            }
        }
        if let Some(reported) = failed {
            return Err(reported);
        }
        self.check_aggregated(&input, &results, aggregates)?;
        Ok(self.grouped(input, keys?, results, context, names))
    }

    fn group_keys(
        &mut self,
        input: &Relation,
        by: Option<&ByClause>,
        scope: &ScopeRef,
        names: &mut UniqueNames,
    ) -> Bound<Vec<(Column, Expr)>> {
        let Some(by) = by else { return Ok(Vec::new()) };
        let mut context = RowContext::over(&input.columns, scope);
        let computed = self.computed(&by.keys, &mut context)?;
        let mut keys = Vec::with_capacity(computed.len());
        for key in computed {
            if key.value.ty == ScalarType::Dynamic {
                let message = "'summarize' operator: a group key cannot be dynamic: cast it to a simple type first";
                return self.error(DiagnosticCode::TypeMismatch, key.span, message);
            }
            let name = names.claim_implied(key.name);
            keys.push((self.new_column(name, key.value.ty), key.value));
        }
        Ok(keys)
    }

    /// Binds one item of the aggregate list to one or more named columns.
    fn aggregate_columns(
        &mut self,
        aggregate: &NamedExpr,
        context: &mut RowContext,
        group_keys: &[String],
    ) -> Bound<Vec<(Option<String>, Expr)>> {
        if let Some((name, arguments)) = multiple_columns(&aggregate.expr) {
            let columns = match name.text.as_str() {
                "percentiles" | "percentilesw" => self.percentiles(name, arguments, context)?,
                "take_any" | "any" => self.take_any(name, arguments, context, group_keys)?,
                _ => self.arg_extreme(name, arguments, context, group_keys)?,
            };
            let renamed = columns
                .into_iter()
                .enumerate()
                .map(|(index, (name, expr))| (Some(aggregate.names.get(index).map_or(name, |n| n.text.clone())), expr));
            return Ok(renamed.collect());
        }
        let expr = self.scalar(&aggregate.expr, context)?;
        let name = match (aggregate.names.first(), &aggregate.expr.kind) {
            (Some(name), _) => Some(name.text.clone()),
            (None, SyntaxKind::Call { name, arguments }) => {
                aggregate_column_name(&name.text, arguments).or_else(|| implied_name(&aggregate.expr))
            }
            (None, _) => implied_name(&aggregate.expr),
        };
        Ok(vec![(name, expr)])
    }

    /// Outside aggregates an item may not look at the rows.
    fn check_aggregated(
        &mut self,
        input: &Relation,
        results: &[(Option<String>, Expr)],
        items: &[NamedExpr],
    ) -> Bound<()> {
        for (_, expr) in results {
            let stray = input.columns.iter().find(|c| expr.refers_to(c.id));
            if let Some(column) = stray {
                let span = items.first().map_or(calypso_syntax::Span::default(), |i| i.expr.span);
                let message =
                    format!("'summarize' operator: column '{}' must stand inside an aggregation function", column.name);
                return self.error(DiagnosticCode::AggregateMisplaced, span, message);
            }
        }
        Ok(())
    }

    fn grouped(
        &mut self,
        input: Relation,
        keys: Vec<(Column, Expr)>,
        results: Vec<(Option<String>, Expr)>,
        context: RowContext,
        mut names: UniqueNames,
    ) -> Relation {
        let found = context.aggregates.unwrap_or_default();
        let (key_columns, key_exprs): (Vec<Column>, Vec<Expr>) = keys.into_iter().unzip();
        let mut columns = key_columns.clone();
        columns.extend(found.iter().map(|f| f.column.clone()));
        let calls = found.into_iter().map(|f| f.call).collect();
        let aggregate = RelationKind::Aggregate { input: Box::new(input), keys: key_exprs, aggregates: calls }
            .with_columns(columns);
        let mut outputs: Vec<(Column, Expr)> =
            key_columns.into_iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        for (name, expr) in results {
            let name = names.claim_implied(name);
            outputs.push((self.new_column(name, expr.ty), expr));
        }
        super::columns::projected(aggregate, outputs, false)
    }
}

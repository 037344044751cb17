//! `top-hitters` and `top-nested`.
//!
//! <https://learn.microsoft.com/kusto/query/top-hitters-operator>,
//! <https://learn.microsoft.com/kusto/query/top-nested-operator>

use std::fmt::Write as _;

use calypso_syntax::{
    Span,
    ast::{ByClause, Expr as SyntaxExpr, ExprKind as SyntaxKind, Name, NamedExpr, SortOrder, TopNestedLevel},
};
use calypso_types::ScalarType;

use crate::bound::{Column, Expr, Relation};

use super::super::{
    Binder, Bound, RowContext, ScopeRef,
    names::implied_name,
    template::{name_syntax, quoted, relation, scalar},
};

impl Binder<'_> {
    /// `top-hitters n of x by y`: exact here, where Kusto estimates.
    pub(super) fn top_hitters(
        &mut self,
        input: Relation,
        count: &SyntaxExpr,
        of: &NamedExpr,
        by: Option<&SyntaxExpr>,
        span: Span,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let name = of.names.first().map(|n| n.text.clone()).or_else(|| implied_name(&of.expr));
        let name = name.unwrap_or_else(|| "Column1".to_owned());
        let (function, arguments, result) = match by {
            None => ("count", Vec::new(), format!("approximate_count_{name}")),
            Some(by) => {
                let of = implied_name(by).unwrap_or_default();
                let argument = calypso_syntax::ast::Argument { name: None, value: by.clone() };
                ("sum", vec![argument], format!("approximate_sum_{of}"))
            }
        };
        let call = SyntaxKind::Call { name: Name { text: function.to_owned(), span }, arguments };
        let aggregate =
            NamedExpr { names: vec![Name { text: result.clone(), span }], expr: SyntaxExpr { kind: call, span } };
        let clause = ByClause { keys: vec![of.clone()] };
        let summarized = self.summarize(input, &[aggregate], Some(&clause), scope)?;
        let count = self.scalar(count, &mut RowContext::constant(scope))?;
        let text = format!("$data | top $count by {} desc", quoted(&result));
        self.template(
            &text,
            vec![("$data", relation(summarized)), ("$count", scalar(count))],
            "'top-hitters' operator",
            span,
            scope,
        )
    }

    /// `top-nested`: the best values of the first level, then of the second within each, and so on.
    pub(super) fn top_nested(
        &mut self,
        input: Relation,
        levels: &[TopNestedLevel],
        span: Span,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let mut context = RowContext::over(&input.columns, scope);
        let mut outputs: Vec<(Column, Expr)> =
            input.columns.iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        let mut names = Vec::with_capacity(levels.len());
        for (index, level) in levels.iter().enumerate() {
            if let Some(others) = &level.others {
                return self.unsupported(others.span, "'with others' of 'top-nested'");
            }
            let value = self.scalar(&level.of.expr, &mut context)?;
            let implied = level.of.names.first().map(|n| n.text.clone()).or_else(|| implied_name(&level.of.expr));
            let key = implied.unwrap_or_else(|| format!("Column{}", index + 1));
            let by = level.by.names.first().map_or_else(|| format!("aggregated_{key}"), |n| n.text.clone());
            names.push((key, by));
            outputs.push((self.new_column(format!("$k{index}"), value.ty), value));
        }
        let keyed = super::columns::projected(input, outputs, false);
        let keyed = self.materialized(keyed);
        let mut chosen: Option<Relation> = None;
        for (index, level) in levels.iter().enumerate() {
            chosen = Some(self.nested_level(&keyed, chosen, index, level, span, scope)?);
        }
        let Some(chosen) = chosen else { return Err(super::super::Reported) };
        let mut text = String::from("$chosen | project ");
        for (index, (key, by)) in names.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let _ = write!(text, "{comma}{} = ['$k{index}'], {} = ['$a{index}']", quoted(key), quoted(by));
        }
        self.template(&text, vec![("$chosen", relation(chosen))], "'top-nested' operator", span, scope)
    }

    /// The chosen values of the levels up to `index`, with their aggregates.
    fn nested_level(
        &mut self,
        keyed: &Relation,
        parents: Option<Relation>,
        index: usize,
        level: &TopNestedLevel,
        span: Span,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let keys: Vec<String> = (0..index).map(|i| format!("['$k{i}']")).collect();
        let rows = self.renumbered(keyed);
        let aggregate =
            NamedExpr { names: vec![Name { text: format!("$a{index}"), span }], expr: level.by.expr.clone() };
        let key = |i: usize| NamedExpr { names: Vec::new(), expr: name_syntax(&format!("$k{i}"), span) };
        let by = ByClause { keys: (0..=index).map(key).collect() };
        let summarized = self.summarize(rows, &[aggregate], Some(&by), scope)?;
        let order = if level.order == Some(SortOrder::Ascending) { "asc" } else { "desc" };
        let mut text = String::from("$level ");
        let mut bindings = vec![("$level", relation(summarized))];
        if let Some(parents) = parents {
            let _ = write!(text, "| join kind=inner $parents on {} | project-away ", keys.join(", "));
            let copies: Vec<String> = (0..index).map(|i| format!("['$k{i}1']")).collect();
            text.push_str(&copies.join(", "));
            bindings.push(("$parents", relation(parents)));
        }
        let ordered: Vec<String> =
            keys.iter().map(|k| format!("{k} asc")).chain([format!("['$a{index}'] {order}")]).collect();
        let _ = write!(text, "| sort by {}", ordered.join(", "));
        if let Some(count) = &level.count {
            let count = self.scalar(count, &mut RowContext::constant(scope))?.cast(ScalarType::Long);
            let changes: Vec<String> = keys.iter().map(|k| format!("{k} != prev({k})")).collect();
            let restart = if changes.is_empty() { "false".to_owned() } else { changes.join(" or ") };
            let _ = write!(text, "| where row_number(1, {restart}) <= $count");
            bindings.push(("$count", scalar(count)));
        }
        self.template(&text, bindings, "'top-nested' operator", span, scope)
    }
}

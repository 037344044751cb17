//! `evaluate`: which plugin is meant, and its arguments.
//!
//! <https://learn.microsoft.com/kusto/query/evaluate-operator>

use calypso_syntax::{
    DiagnosticCode, Span,
    ast::{Argument, Expr as SyntaxExpr, Name, PluginSchema},
};
use calypso_types::{Scalar, ScalarType};

use crate::bound::{Column, Expr, Relation};

use super::super::{Binder, Bound, RowContext, ScopeRef};

/// A plugin's call.
pub(super) struct PluginCall<'a> {
    pub(super) name: &'a Name,
    pub(super) arguments: &'a [Argument],
    pub(super) schema: Option<&'a PluginSchema>,
    pub(super) scope: &'a ScopeRef,
}

impl<'a> PluginCall<'a> {
    /// The value of an argument by name, or by its place among those without names.
    pub(super) fn argument(&self, name: &str, place: Option<usize>) -> Option<&'a SyntaxExpr> {
        let named = self.arguments.iter().find(|a| a.name.as_ref().is_some_and(|n| n.text.eq_ignore_ascii_case(name)));
        named.or_else(|| self.arguments.get(place?).filter(|a| a.name.is_none())).map(|a| &a.value)
    }

    pub(super) const fn span(&self) -> Span {
        self.name.span
    }

    pub(super) fn what(&self) -> String {
        format!("plugin '{}'", self.name.text)
    }
}

impl Binder<'_> {
    pub(super) fn evaluate(
        &mut self,
        input: Option<Relation>,
        name: &Name,
        arguments: &[Argument],
        schema: Option<&PluginSchema>,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let call = PluginCall { name, arguments, schema, scope };
        let Some(input) = input else {
            return self.unsupported(name.span, &format!("plugin '{}' without an input", name.text));
        };
        match name.text.as_str() {
            "bag_unpack" => self.bag_unpack(input, &call),
            "pivot" => self.pivot(input, &call),
            "narrow" => self.narrow(input, &call),
            "rows_near" => self.rows_near(input, &call),
            "rolling_percentile" => self.rolling_percentile(input, &call),
            "schema_merge" => self.schema_merge(input, &call),
            "dcount_intersect" => self.unsupported(name.span, "plugin 'dcount_intersect'"),
            "preview" => self.take_preview(input, &call),
            "ipv4_lookup" => self.address_lookup(input, &call, "ipv4_is_in_range"),
            "ipv6_lookup" => self.address_lookup(input, &call, "ipv6_is_in_range"),
            "geo_polygon_lookup" => self.polygon_lookup(input, &call),
            "geo_line_lookup" => self.line_lookup(input, &call),
            other => {
                let what = format!("plugin '{other}'");
                self.unsupported(name.span, &what)
            }
        }
    }

    /// An argument that must be there.
    pub(super) fn plugin_argument<'a>(
        &mut self,
        call: &PluginCall<'a>,
        name: &str,
        place: usize,
    ) -> Bound<&'a SyntaxExpr> {
        match call.argument(name, Some(place)) {
            Some(argument) => Ok(argument),
            None => {
                let message = format!("{}: argument '{name}' is missing", call.what());
                self.error(DiagnosticCode::ArgumentCount, call.span(), message)
            }
        }
    }

    /// A constant argument.
    pub(super) fn plugin_constant(&mut self, call: &PluginCall<'_>, argument: &SyntaxExpr) -> Bound<Scalar> {
        let bound = self.scalar(argument, &mut RowContext::constant(call.scope))?;
        match bound.as_constant() {
            Some(value) => Ok(value.clone()),
            None => self.error(DiagnosticCode::NotConstant, argument.span, "a plugin's option must be a literal"),
        }
    }

    /// A constant text, if the argument is given.
    pub(super) fn plugin_text(
        &mut self,
        call: &PluginCall<'_>,
        name: &str,
        place: Option<usize>,
    ) -> Bound<Option<String>> {
        match call.argument(name, place) {
            None => Ok(None),
            Some(argument) => Ok(Some(self.plugin_constant(call, argument)?.to_text())),
        }
    }

    /// A switch, false if it is not given.
    pub(super) fn plugin_switch(&mut self, call: &PluginCall<'_>, name: &str) -> Bound<bool> {
        match call.argument(name, None) {
            None => Ok(false),
            Some(argument) => Ok(self.plugin_constant(call, argument)?.cast(ScalarType::Bool) == Scalar::Bool(true)),
        }
    }

    /// Adds a computed column called `name`.
    pub(super) fn with_column(
        &mut self,
        input: Relation,
        name: &str,
        value: &SyntaxExpr,
        scope: &ScopeRef,
    ) -> Bound<Relation> {
        let value = self.scalar(value, &mut RowContext::over(&input.columns, scope))?;
        Ok(self.with_value(input, name, value))
    }

    pub(super) fn with_value(&mut self, input: Relation, name: &str, value: Expr) -> Relation {
        let serialized = input.serialized;
        let mut outputs: Vec<(Column, Expr)> =
            input.columns.iter().map(|c| (c.clone(), Expr::column(c.id, c.ty))).collect();
        outputs.push((self.new_column(name, value.ty), value));
        super::columns::projected(input, outputs, serialized)
    }
}

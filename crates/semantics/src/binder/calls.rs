//! Calls of scalar functions: built in, user-defined, and the few that the binder itself understands.

use std::sync::Arc;

use calypso_syntax::{
    Diagnostic, DiagnosticCode, Span,
    ast::{Argument, Expr as SyntaxExpr, ExprKind as SyntaxKind, Literal, Name},
};
use calypso_types::{Dynamic, Scalar, ScalarType};

use crate::{
    bound::{Expr, ExprKind},
    functions::{Accepts, Function, Parameter, ResultRule, Signature, Volatility, scalar_function, scalar_functions},
};

use super::{
    Binder, Bound, RowContext,
    aggregates::is_aggregate,
    expressions::wider,
    names::{implied_name, nearest},
    windows::window_function,
};

impl Binder<'_> {
    pub(super) fn call(&mut self, name: &Name, arguments: &[Argument], context: &mut RowContext) -> Bound<Expr> {
        let scope = context.scope.clone();
        if let Some(function) = self.find_function(&name.text, None, &scope) {
            return self.call_scalar(&function, name, arguments, context);
        }
        if let Some(result) = self.special_call(name, arguments, context) {
            return result;
        }
        if let Some(result) = self.system_call(name, arguments, context) {
            return result;
        }
        if let Some(window) = window_function(&name.text) {
            return self.window_call(window, name, arguments, context);
        }
        if is_aggregate(&name.text) && (context.aggregates.is_some() || scalar_function(&name.text).is_none()) {
            return self.aggregate_call(name, arguments, context);
        }
        let Some(function) = scalar_function(&name.text) else {
            return self.unknown_function(name);
        };
        self.builtin(function, name, arguments, context)
    }

    fn unknown_function(&mut self, name: &Name) -> Bound<Expr> {
        let message = format!("Unknown function: '{}'.", name.text);
        let mut diagnostic = Diagnostic::error(DiagnosticCode::UnknownFunction, name.span, message);
        if let Some(near) = nearest(&name.text, scalar_functions().map(|f| f.name)) {
            diagnostic = diagnostic.with_hint(format!("did you mean '{near}'?"));
        }
        self.report(diagnostic)
    }

    /// Functions whose arguments are not plain values.
    fn special_call(&mut self, name: &Name, arguments: &[Argument], context: &mut RowContext) -> Option<Bound<Expr>> {
        Some(match (name.text.as_str(), arguments) {
            ("toscalar", [inner]) => self.scalar_subquery(&inner.value, context),
            ("column_ifexists" | "columnifexists", [column, default]) => {
                self.column_if_exists(&column.value, &default.value, context)
            }
            ("column_names_of", [table]) => self.column_names_of(&table.value, context),
            ("bin_auto", [value]) => self.bin_auto(name, &value.value, context),
            ("pack_array", [star]) if matches!(star.value.kind, SyntaxKind::Star) => Ok(Expr::call(
                "pack_array",
                context.columns.iter().map(|c| Expr::column(c.id, c.ty)).collect(),
                ScalarType::Dynamic,
            )),
            ("pack_all", arguments) if arguments.len() <= 1 => Ok(pack_all(context)),
            ("iscolumnexists", [column]) => {
                let scope = context.scope.clone();
                self.constant_text(&column.value, &scope)
                    .map(|column| Expr::constant(Scalar::Bool(context.column(&column).is_some())))
            }
            ("tostring", [value]) => self.conversion(&value.value, ScalarType::String, context),
            ("toint", [value]) => self.conversion(&value.value, ScalarType::Int, context),
            ("tolong", [value]) => self.conversion(&value.value, ScalarType::Long, context),
            ("toreal" | "todouble", [value]) => self.conversion(&value.value, ScalarType::Real, context),
            ("todecimal", [value]) => self.conversion(&value.value, ScalarType::Decimal, context),
            ("tobool" | "toboolean", [value]) => self.conversion(&value.value, ScalarType::Bool, context),
            ("todatetime", [value]) => self.conversion(&value.value, ScalarType::DateTime, context),
            ("totimespan" | "totime", [value]) => self.conversion(&value.value, ScalarType::TimeSpan, context),
            ("toguid", [value]) => self.conversion(&value.value, ScalarType::Guid, context),
            ("bag_pack_columns", columns) if !columns.is_empty() => self.bag_pack_columns(columns, context),
            ("extract" | "extract_json" | "extractjson", [.., last])
                if matches!(last.value.kind, SyntaxKind::TypeOf(_)) =>
            {
                self.typed_extract(name, arguments, context)
            }
            ("not", [value]) => self.condition(&value.value, context).map(Expr::negated),
            _ => return None,
        })
    }

    /// `extract(…, typeof(T))`: the text, then the conversion.
    fn typed_extract(&mut self, name: &Name, arguments: &[Argument], context: &mut RowContext) -> Bound<Expr> {
        let (last, others) = arguments.split_last().ok_or(super::Reported)?;
        let SyntaxKind::TypeOf(types) = &last.value.kind else { return Err(super::Reported) };
        let ty = types.first().and_then(|t| ScalarType::from_name(&t.type_name.text));
        let Some(ty) = ty else {
            return self.error(DiagnosticCode::TypeMismatch, last.value.span, "typeof() names no scalar type");
        };
        Ok(self.call(name, others, context)?.cast(ty))
    }

    /// `bag_pack_columns(a, b)`: a bag of the columns by their names.
    fn bag_pack_columns(&mut self, columns: &[Argument], context: &mut RowContext) -> Bound<Expr> {
        let mut arguments = Vec::with_capacity(columns.len() * 2);
        for column in columns {
            let Some(name) = implied_name(&column.value) else {
                let message = "bag_pack_columns() takes columns only";
                return self.error(DiagnosticCode::TypeMismatch, column.value.span, message);
            };
            arguments.push(Expr::constant(Scalar::String(name)));
            arguments.push(self.scalar(&column.value, context)?);
        }
        Ok(Expr::call("bag_pack", arguments, ScalarType::Dynamic))
    }

    /// `column_names_of(T)`: the names of a table's columns.
    /// <https://learn.microsoft.com/kusto/query/column-names-of-function>
    fn column_names_of(&mut self, table: &SyntaxExpr, context: &RowContext) -> Bound<Expr> {
        let scope = context.scope.clone();
        let relation = self.relation(table, &scope)?;
        let names = relation.columns.iter().map(|c| Dynamic::String(c.name.clone())).collect();
        Ok(Expr::constant(Scalar::Dynamic(Dynamic::Array(names))))
    }

    /// `bin_auto(x)`: the size and the start of bins come from `set`.
    /// <https://learn.microsoft.com/kusto/query/bin-auto-function>
    fn bin_auto(&mut self, name: &Name, value: &SyntaxExpr, context: &mut RowContext) -> Bound<Expr> {
        let option = |binder: &Self, name: &str| {
            let set = binder.options.iter().rev().find(|o| o.name.eq_ignore_ascii_case(name));
            set.map(|o| SyntaxExpr { kind: SyntaxKind::Literal(Literal { value: o.value.clone() }), span: value.span })
        };
        let Some(size) = option(self, "query_bin_auto_size") else {
            let message = "bin_auto(): the query does not set query_bin_auto_size";
            return self.error(DiagnosticCode::Semantic, name.span, message);
        };
        let argument = |value: SyntaxExpr| Argument { name: None, value };
        let mut arguments = vec![argument(value.clone()), argument(size)];
        let start = option(self, "query_bin_auto_at");
        let function = if start.is_some() { "bin_at" } else { "bin" };
        arguments.extend(start.map(argument));
        let name = Name { text: function.to_owned(), span: name.span };
        self.call(&name, &arguments, context)
    }

    fn conversion(&mut self, value: &SyntaxExpr, ty: ScalarType, context: &mut RowContext) -> Bound<Expr> {
        self.scalar(value, context).map(|value| value.cast(ty))
    }

    fn scalar_subquery(&mut self, inner: &SyntaxExpr, context: &mut RowContext) -> Bound<Expr> {
        let scope = context.scope.clone();
        if !self.is_tabular(inner, &scope) {
            return self.scalar(inner, context);
        }
        let relation = self.relation(inner, &scope)?;
        let Some(first) = relation.columns.first() else {
            return self.error(DiagnosticCode::Semantic, inner.span, "toscalar(): the table has no columns");
        };
        let ty = first.ty;
        Ok(Expr { kind: ExprKind::ToScalar(Arc::new(relation)), ty })
    }

    fn column_if_exists(&mut self, column: &SyntaxExpr, default: &SyntaxExpr, context: &mut RowContext) -> Bound<Expr> {
        let scope = context.scope.clone();
        let name = self.constant_text(column, &scope)?;
        match context.column(&name) {
            Some(column) => Ok(column),
            None => self.scalar(default, context),
        }
    }

    fn builtin(
        &mut self,
        function: &'static Function,
        name: &Name,
        arguments: &[Argument],
        context: &mut RowContext,
    ) -> Bound<Expr> {
        let mut bound = Vec::with_capacity(arguments.len());
        let mut failed = None;
        for argument in arguments {
            match self.scalar(&argument.value, context) {
                Ok(value) => bound.push(value),
                Err(reported) => failed = Some(reported),
            }
        }
        if let Some(reported) = failed {
            return Err(reported);
        }
        for signature in function.signatures {
            if let Some((arguments, ty)) = matching(signature, &bound) {
                let volatile = function.volatility == Volatility::Volatile;
                return Ok(Expr { kind: ExprKind::Call { function: function.name, arguments, volatile }, ty });
            }
        }
        let spans: Vec<Span> = arguments.iter().map(|a| a.value.span).collect();
        self.wrong_arguments(function, name, &bound, &spans)
    }

    fn wrong_arguments(&mut self, function: &Function, name: &Name, bound: &[Expr], spans: &[Span]) -> Bound<Expr> {
        let counts_fit = function.signatures.iter().any(|s| count_fits(s, bound.len()));
        if !counts_fit {
            let expected: Vec<String> = function.signatures.iter().map(expected_count).collect();
            let message = format!("{}(): function expects {} argument(s).", name.text, expected.join(" or "));
            return self.error(DiagnosticCode::ArgumentCount, name.span, message);
        }
        // Name the first argument that no signature of this length accepts.
        for (index, argument) in bound.iter().enumerate() {
            let accepted =
                function.signatures.iter().filter(|s| count_fits(s, bound.len())).any(|s| {
                    parameter_at(s, index, bound.len()).is_some_and(|p| accept(p.accepts, argument).is_some())
                });
            if !accepted {
                let message = format!(
                    "{}(): argument {} is of type {}, which it does not accept",
                    name.text,
                    index + 1,
                    argument.ty
                );
                let span = spans.get(index).copied().unwrap_or(name.span);
                return self.error(DiagnosticCode::TypeMismatch, span, message);
            }
        }
        let types: Vec<&str> = bound.iter().map(|a| a.ty.name()).collect();
        let message = format!("{}(): no form of the function takes ({})", name.text, types.join(", "));
        self.error(DiagnosticCode::TypeMismatch, name.span, message)
    }
}

fn pack_all(context: &RowContext) -> Expr {
    let mut arguments = Vec::with_capacity(context.columns.len() * 2);
    for column in &context.columns {
        arguments.push(Expr::constant(Scalar::String(column.name.clone())));
        arguments.push(Expr::column(column.id, column.ty));
    }
    Expr::call("bag_pack", arguments, ScalarType::Dynamic)
}

fn count_fits(signature: &Signature, count: usize) -> bool {
    let all = signature.parameters.len();
    let least = all - signature.optional;
    if count < least {
        return false;
    }
    if signature.repeating == 0 {
        return count <= all;
    }
    count <= all || (count - all).is_multiple_of(signature.repeating)
}

fn expected_count(signature: &Signature) -> String {
    let all = signature.parameters.len();
    let least = all - signature.optional;
    match (signature.repeating, least == all) {
        (0, true) => format!("{all}"),
        (0, false) => format!("{least} to {all}"),
        _ => format!("at least {least}"),
    }
}

/// Returns the parameter that argument `index` of `count` fills.
///
/// The repeating group is the last before any trailing parameter; for `case(p, v, p, v, else)` the group stands at the
/// front: a signature of three parameters with a repeating group of two and one fixed at the end.
fn parameter_at(signature: &Signature, index: usize, count: usize) -> Option<&Parameter> {
    let all = signature.parameters.len();
    if signature.repeating == 0 || index < all && count <= all {
        return signature.parameters.get(index);
    }
    let group = signature.repeating;
    if is_trailing_else(signature) {
        if index + 1 == count {
            return signature.parameters.last();
        }
        return signature.parameters.get(index % group);
    }
    if index < all {
        return signature.parameters.get(index);
    }
    signature.parameters.get(all - group + (index - all) % group)
}

/// `case`-like: groups at the front and one more parameter at the end.
fn is_trailing_else(signature: &Signature) -> bool {
    signature.repeating == 2 && signature.parameters.len() == 3
}

/// Says whether `argument` may stand for the parameter, and as what type (`None` within: left as it is).
#[expect(clippy::option_option, reason = "the outer answers 'accepted', the inner 'converted to'")]
fn accept(accepts: Accepts, argument: &Expr) -> Option<Option<ScalarType>> {
    match accepts {
        Accepts::Any | Accepts::Common => Some(None),
        Accepts::Numeric => argument.ty.is_numeric().then_some(None),
        Accepts::Integer => argument.ty.is_integer().then_some(None),
        Accepts::Ordered => (argument.ty.is_numeric()
            || matches!(argument.ty, ScalarType::DateTime | ScalarType::TimeSpan))
        .then_some(None),
        Accepts::Exact(ty) => implicit(argument, ty).then_some(Some(ty)),
        Accepts::Constant(ty) => (argument.is_constant() && implicit(argument, ty)).then_some(Some(ty)),
    }
}

/// Says whether a value of the argument's type is taken as `to` without being asked.
fn implicit(argument: &Expr, to: ScalarType) -> bool {
    use ScalarType as T;
    if argument.as_constant().is_some_and(Scalar::is_null) {
        return true;
    }
    match (argument.ty, to) {
        (a, b) if a == b => true,
        (T::Int, T::Long | T::Real | T::Decimal) | (T::Long, T::Int | T::Real | T::Decimal) | (T::Real, T::Decimal) => {
            true
        }
        (T::Decimal, T::Real) => true,
        // A dynamic is unwrapped where a scalar is expected; what does not fit becomes null.
        (T::Dynamic, _) => true,
        (_, T::Dynamic) => true,
        _ => false,
    }
}

/// Matches arguments with a signature: the converted arguments and the result's type.
fn matching(signature: &Signature, arguments: &[Expr]) -> Option<(Vec<Expr>, ScalarType)> {
    if !count_fits(signature, arguments.len()) {
        return None;
    }
    let mut plan = Vec::with_capacity(arguments.len());
    let mut common: Option<ScalarType> = None;
    for (index, argument) in arguments.iter().enumerate() {
        let parameter = parameter_at(signature, index, arguments.len())?;
        let target = accept(parameter.accepts, argument)?;
        if parameter.accepts == Accepts::Common && !argument.as_constant().is_some_and(Scalar::is_null) {
            common = Some(match common {
                None => argument.ty,
                Some(other) => common_type(other, argument.ty)?,
            });
        }
        plan.push((parameter.accepts, target));
    }
    let first_common = arguments.iter().zip(&plan).find(|(_, (a, _))| *a == Accepts::Common).map(|(a, _)| a.ty);
    let common = common.or(first_common);
    let converted: Vec<Expr> = arguments
        .iter()
        .zip(&plan)
        .map(|(argument, (accepts, target))| match (*accepts, *target, common) {
            (Accepts::Common, _, Some(ty)) | (_, Some(ty), _) => argument.clone().cast(ty),
            _ => argument.clone(),
        })
        .collect();
    let ty = match signature.result {
        ResultRule::Exact(ty) => ty,
        ResultRule::SameAs(index) => converted.get(index)?.ty,
        ResultRule::Common => common?,
    };
    Some((converted, ty))
}

/// Returns the type to which values of both types are brought, as `iff` and `coalesce` need it.
pub(super) fn common_type(a: ScalarType, b: ScalarType) -> Option<ScalarType> {
    match (a, b) {
        (a, b) if a == b => Some(a),
        (a, b) if a.is_numeric() && b.is_numeric() => Some(wider(a, b)),
        (ScalarType::Dynamic, _) | (_, ScalarType::Dynamic) => Some(ScalarType::Dynamic),
        _ => None,
    }
}

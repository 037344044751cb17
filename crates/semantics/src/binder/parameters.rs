//! Query parameters: the request's values meet `declare query_parameters`.

use calypso_syntax::{DiagnosticCode, ast::QueryParameter, parse_literal};
use calypso_types::{Scalar, ScalarType};

use crate::{ParameterValue, bound::Expr};

use super::{Binder, Bound, Symbol};

impl Binder<'_> {
    pub(super) fn query_parameter(&mut self, parameter: &QueryParameter) -> Symbol {
        self.parameter_value(parameter).map_or(Symbol::Failed, |value| Symbol::Scalar(Expr::constant(value)))
    }

    fn parameter_value(&mut self, parameter: &QueryParameter) -> Bound<Scalar> {
        let Some(ty) = ScalarType::from_name(&parameter.type_name.text) else {
            return self.error(
                DiagnosticCode::QueryParameter,
                parameter.type_name.span,
                format!("'{}' is not a scalar type", parameter.type_name.text),
            );
        };
        let name = &parameter.name.text;
        let Some(given) = self.globals.parameters.get(name).cloned() else {
            return match &parameter.default {
                Some(default) => Ok(default.value.cast(ty)),
                None => self.error(
                    DiagnosticCode::QueryParameter,
                    parameter.name.span,
                    format!("query parameter '{name}' has no value and no default"),
                ),
            };
        };
        match read_parameter(&given, ty) {
            Some(value) => Ok(value),
            None => self.error(
                DiagnosticCode::QueryParameter,
                parameter.name.span,
                format!("the value of query parameter '{name}' is not a literal of type {ty}"),
            ),
        }
    }
}

/// Reads a parameter's value as `ty`: a KQL literal of the type, or the bare value. `None` if it is neither.
///
/// A string is unquoted only when all of it is one KQL string literal: Go quotes, the other SDKs do not.
fn read_parameter(given: &ParameterValue, ty: ScalarType) -> Option<Scalar> {
    match given {
        ParameterValue::Scalar(value) if value.is_null() => Some(Scalar::null(ty)),
        ParameterValue::Scalar(value) => Some(value.cast(ty)).filter(|v| !v.is_null()),
        ParameterValue::Text(text) if ty == ScalarType::String => match parse_literal(text) {
            Some(Scalar::String(inner)) => Some(Scalar::String(inner)),
            _ => Some(Scalar::String(text.clone())),
        },
        ParameterValue::Text(text) => match parse_literal(text.trim()) {
            Some(value) if value.is_null() => Some(Scalar::null(ty)),
            Some(value) if value.scalar_type() == ty => Some(value),
            Some(value) if ty == ScalarType::Dynamic => {
                Some(Scalar::Dynamic(calypso_types::Dynamic::from_scalar(&value)))
            }
            Some(value) if value.scalar_type().is_numeric() && ty.is_numeric() => Some(value.cast(ty)),
            _ => Some(Scalar::parse_as(ty, text.trim())).filter(|v| !v.is_null()),
        },
    }
}

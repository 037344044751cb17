//! Kusto scalars as the engine's literals, and back.

use calypso_columns::{array_of_scalar, arrow_type, scalar_at};
use calypso_types::{Scalar, ScalarType};
use datafusion::{common::ScalarValue, logical_expr::Expr};

use crate::QueryError;

/// Returns `value` as the engine's scalar, in the representation of `calypso-columns`.
pub(crate) fn scalar_value(value: &Scalar) -> Result<ScalarValue, QueryError> {
    if value.is_null() {
        return Ok(ScalarValue::try_from(&arrow_type(value.scalar_type()))?);
    }
    Ok(ScalarValue::try_from_array(&array_of_scalar(value), 0)?)
}

/// Returns `value` as a literal expression.
pub(crate) fn literal(value: &Scalar) -> Result<Expr, QueryError> {
    Ok(Expr::Literal(scalar_value(value)?, None))
}

/// Returns an engine's scalar as a Kusto scalar of `ty`.
pub(crate) fn scalar(value: &ScalarValue, ty: ScalarType) -> Result<Scalar, QueryError> {
    Ok(scalar_at(&value.to_array()?, ty, 0))
}

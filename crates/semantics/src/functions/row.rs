//! The short forms in which the tables of functions are written.

use calypso_types::ScalarType;

use super::{Accepts, Parameter, ResultRule, Signature};

pub(super) const BOOL: ResultRule = ResultRule::Exact(ScalarType::Bool);
pub(super) const INT: ResultRule = ResultRule::Exact(ScalarType::Int);
pub(super) const LONG: ResultRule = ResultRule::Exact(ScalarType::Long);
pub(super) const REAL: ResultRule = ResultRule::Exact(ScalarType::Real);
pub(super) const DECIMAL: ResultRule = ResultRule::Exact(ScalarType::Decimal);
pub(super) const STRING: ResultRule = ResultRule::Exact(ScalarType::String);
pub(super) const DATETIME: ResultRule = ResultRule::Exact(ScalarType::DateTime);
pub(super) const TIMESPAN: ResultRule = ResultRule::Exact(ScalarType::TimeSpan);
pub(super) const GUID: ResultRule = ResultRule::Exact(ScalarType::Guid);
pub(super) const DYNAMIC: ResultRule = ResultRule::Exact(ScalarType::Dynamic);
/// The type of the first argument.
pub(super) const FIRST: ResultRule = ResultRule::SameAs(0);

/// A signature.
pub(super) const fn sig(parameters: &'static [Parameter], result: ResultRule) -> Signature {
    Signature::new(parameters, result)
}

const fn exact(name: &'static str, ty: ScalarType) -> Parameter {
    Parameter { name, accepts: Accepts::Exact(ty) }
}

/// A parameter of any type, left as it is.
pub(super) const fn any(name: &'static str) -> Parameter {
    Parameter { name, accepts: Accepts::Any }
}

/// A parameter brought to one type with the others marked so.
pub(super) const fn common(name: &'static str) -> Parameter {
    Parameter { name, accepts: Accepts::Common }
}

pub(super) const fn bool(name: &'static str) -> Parameter {
    exact(name, ScalarType::Bool)
}

pub(super) const fn long(name: &'static str) -> Parameter {
    exact(name, ScalarType::Long)
}

pub(super) const fn real(name: &'static str) -> Parameter {
    exact(name, ScalarType::Real)
}

pub(super) const fn decimal(name: &'static str) -> Parameter {
    exact(name, ScalarType::Decimal)
}

pub(super) const fn string(name: &'static str) -> Parameter {
    exact(name, ScalarType::String)
}

pub(super) const fn datetime(name: &'static str) -> Parameter {
    exact(name, ScalarType::DateTime)
}

pub(super) const fn timespan(name: &'static str) -> Parameter {
    exact(name, ScalarType::TimeSpan)
}

pub(super) const fn guid(name: &'static str) -> Parameter {
    exact(name, ScalarType::Guid)
}

pub(super) const fn dynamic(name: &'static str) -> Parameter {
    exact(name, ScalarType::Dynamic)
}

/// An int or long, left as it is.
pub(super) const fn integer(name: &'static str) -> Parameter {
    Parameter { name, accepts: Accepts::Integer }
}

/// A number, left as it is.
pub(super) const fn number(name: &'static str) -> Parameter {
    Parameter { name, accepts: Accepts::Numeric }
}

/// A constant string.
pub(super) const fn constant(name: &'static str) -> Parameter {
    Parameter { name, accepts: Accepts::Constant(ScalarType::String) }
}

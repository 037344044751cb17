//! Statements of a query.

use super::{Expr, Literal, Name, TypedName};
use crate::Span;

/// The statements of one request, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Script {
    pub statements: Vec<Statement>,
}

/// One statement; a script returns one table per `Expression`.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// `let name = value;`
    Let {
        name: Name,
        value: LetValue,
        span: Span,
    },
    /// `set name = value;` (`value` absent means true).
    Set {
        name: Name,
        value: Option<Expr>,
        span: Span,
    },
    /// `declare query_parameters (…);`
    QueryParameters {
        parameters: Vec<QueryParameter>,
        span: Span,
    },
    /// `declare pattern name = (a:string)[path:string] { … };`
    Pattern {
        pattern: Pattern,
        span: Span,
    },
    /// A statement of Kusto's that is not supported, named: `alias`, `restrict access`.
    Unsupported {
        name: Name,
        span: Span,
    },
    Expression(Expr),
}

/// The right side of a `let`.
#[derive(Debug, Clone, PartialEq)]
pub enum LetValue {
    /// A scalar or tabular expression.
    Expression(Expr),
    /// `(a:int, T:(x:long)) { … }` or `view () { … }`.
    Function(FunctionBody),
}

/// A user-defined function.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionBody {
    pub parameters: Vec<FunctionParameter>,
    pub view: bool,
    /// The statements between the braces; the last is an `Expression`.
    pub body: Vec<Statement>,
    /// Covers `{ … }` including the braces.
    pub body_span: Span,
}

/// One parameter of a user-defined function.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionParameter {
    pub name: Name,
    pub parameter_type: ParameterType,
    pub default: Option<Literal>,
}

/// The type of a function's parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterType {
    /// `x:long`.
    Scalar(Name),
    /// `T:(a:int, b:string)`; `any` is `T:(*)`.
    Tabular { columns: Vec<TypedName>, any: bool },
}

/// One parameter of `declare query_parameters`.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryParameter {
    pub name: Name,
    pub type_name: Name,
    pub default: Option<Literal>,
}

/// `declare pattern`: bodies chosen by the literal arguments of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    pub name: Name,
    pub cases: Vec<PatternCase>,
}

/// `("a", "b").["path"] = { body }`.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternCase {
    pub arguments: Vec<Expr>,
    pub path: Option<String>,
    pub body: FunctionBody,
}

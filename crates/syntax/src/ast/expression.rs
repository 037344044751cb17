//! Scalar and tabular expressions.

use calypso_types::Scalar;

use super::{FunctionBody, Operator, TypedName};
use crate::Span;

/// An identifier with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// An expression and the text it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

/// A constant in the text. `Scalar::Null(ty)` is a typed null such as `int(null)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Literal {
    pub value: Scalar,
}

/// One argument of a call. `name` is set for `f(x=1)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    pub name: Option<Name>,
    pub value: Expr,
}

/// `datatable (a:int, b:string) [ … ]`.
#[derive(Debug, Clone, PartialEq)]
pub struct DataTable {
    pub columns: Vec<TypedName>,
    /// Row-major; the binder checks that the count is a multiple of the columns.
    pub values: Vec<Expr>,
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    Literal(Literal),
    /// A column, a variable, a table or a stored function without parentheses.
    Name(String),
    /// `*` as an argument or operand, as in `count(*)`, `* has "x"`, `arg_max(a, *)`.
    Star,
    /// `target.member` or `target["member"]` with a literal string (`quoted` tells the second form).
    Path {
        target: Box<Expr>,
        member: Name,
    },
    /// `target[index]`.
    Index {
        target: Box<Expr>,
        index: Box<Expr>,
    },
    /// `name(arguments)`, scalar, aggregate, tabular or stored function. Includes `toscalar(…)`, `table(…)`,
    /// `database("x")`, `materialize(…)`, `not(…)`, `iff(…)`.
    Call {
        name: Name,
        arguments: Vec<Argument>,
    },
    /// `database("d").T`, `cluster("c").database("d").T` parse as `Path` over `Call`; a call on a path,
    /// `database("d").f(1)`, parses to this.
    MethodCall {
        target: Box<Expr>,
        name: Name,
        arguments: Vec<Argument>,
    },
    Unary {
        operator: UnaryOperator,
        operand: Box<Expr>,
    },
    /// `operator_span` covers the operator's own text.
    Binary {
        operator: BinaryOperator,
        left: Box<Expr>,
        right: Box<Expr>,
        operator_span: Span,
    },
    /// `operand between (low .. high)`, `negated` for `!between`.
    Between {
        operand: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
        negated: bool,
    },
    /// `operand in (list)`. A single tabular item is a subquery. Covers in, !in, in~, !in~.
    In {
        operand: Box<Expr>,
        list: Vec<Expr>,
        case_insensitive: bool,
        negated: bool,
    },
    /// `operand has_any (list)`, `has_all`. A single item may be a tabular expression or a dynamic array.
    HasList {
        operand: Box<Expr>,
        list: Vec<Expr>,
        all: bool,
    },
    /// A parenthesised list outside a call, `(a, b)`: `summarize … by`-less contexts, `arg_max((a,b))`.
    List(Vec<Expr>),
    /// A tabular pipeline: `source | op | op`. `operators` is never empty.
    Pipe {
        source: Box<Expr>,
        operators: Vec<Operator>,
    },
    /// A tabular operator that stands first: `print …`, `range …`, `union …`, `search …`, `find …`, `evaluate …`.
    Source(Box<Operator>),
    DataTable(Box<DataTable>),
    /// `typeof(long)` as an argument.
    TypeOf(Vec<TypedName>),
    /// An anonymous function, only valid as the value of a `let`.
    Lambda(Box<FunctionBody>),
    /// What the parser could not read; a diagnostic has been issued.
    Error,
}

/// Prefix operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    Minus,
    Plus,
}

/// Infix operators. `Not…` variants are the `!` forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// `=~`
    EqualTilde,
    /// `!~`
    NotEqualTilde,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Contains,
    NotContains,
    ContainsCs,
    NotContainsCs,
    StartsWith,
    NotStartsWith,
    StartsWithCs,
    NotStartsWithCs,
    EndsWith,
    NotEndsWith,
    EndsWithCs,
    NotEndsWithCs,
    Has,
    NotHas,
    HasCs,
    NotHasCs,
    HasPrefix,
    NotHasPrefix,
    HasPrefixCs,
    NotHasPrefixCs,
    HasSuffix,
    NotHasSuffix,
    HasSuffixCs,
    NotHasSuffixCs,
    Like,
    NotLike,
    LikeCs,
    NotLikeCs,
    MatchesRegex,
}

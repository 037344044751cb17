//! How a function is declared.

use calypso_types::ScalarType;

/// A function's declaration.
#[derive(Debug)]
pub struct Function {
    /// The canonical name; Kusto's function names are case-sensitive.
    pub name: &'static str,
    /// Other documented spellings, often deprecated.
    pub aliases: &'static [&'static str],
    /// Tried in order; the first that accepts the arguments is taken.
    pub signatures: &'static [Signature],
    pub category: Category,
    pub volatility: Volatility,
    /// The columns of a function that gives several, in order: its kernel gives an array of them. Left unnamed they
    /// are called after the function and its first argument: `series_stats_x_min`.
    pub columns: &'static [(&'static str, ScalarType)],
    /// One sentence, third person present.
    pub summary: &'static str,
}

impl Function {
    /// Declares an immutable function without aliases.
    pub(super) const fn new(
        name: &'static str,
        category: Category,
        summary: &'static str,
        signatures: &'static [Signature],
    ) -> Self {
        Self { name, aliases: &[], signatures, category, volatility: Volatility::Immutable, columns: &[], summary }
    }

    /// Adds other spellings.
    pub(super) const fn also(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// Declares that the function gives several columns.
    pub(super) const fn gives(self, columns: &'static [(&'static str, ScalarType)]) -> Self {
        Self { columns, ..self }
    }

    /// Says when two equal calls agree.
    pub(super) const fn stable(self, volatility: Volatility) -> Self {
        Self { volatility, ..self }
    }
}

impl Signature {
    /// Declares a signature of which every parameter is given once.
    pub(super) const fn new(parameters: &'static [Parameter], result: ResultRule) -> Self {
        Self { parameters, optional: 0, repeating: 0, trailing: 0, result }
    }

    /// Lets the last `optional` parameters be left out.
    pub(super) const fn optional(self, optional: usize) -> Self {
        Self { optional, ..self }
    }

    /// Lets `repeating` parameters, the last before those that trail, repeat as a group.
    pub(super) const fn repeating(self, repeating: usize) -> Self {
        Self { repeating, ..self }
    }

    /// Puts the last `trailing` parameters after the repeated group.
    pub(super) const fn trailing(self, trailing: usize) -> Self {
        Self { trailing, ..self }
    }
}

/// One way to call a function.
#[derive(Debug)]
pub struct Signature {
    pub parameters: &'static [Parameter],
    /// How many trailing parameters may be left out.
    pub optional: usize,
    /// How many trailing parameters repeat as a group: 0 none, 1 `f(a, b, b, …)`, 2 `case(p, v, p, v, …)`.
    /// At least one group must be given unless it is also optional.
    pub repeating: usize,
    /// How many parameters stand after the repeated group, as the `else` of `case(p, v, …, else)`.
    pub trailing: usize,
    pub result: ResultRule,
}

/// A parameter's name (for named arguments and docs) and what it takes.
#[derive(Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub accepts: Accepts,
}

/// What a parameter takes. The binder inserts the conversion, so a kernel sees exactly the promised type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepts {
    /// This type. Widening is implicit: int→long→real→decimal; dynamic→string for string parameters.
    Exact(ScalarType),
    /// A constant of this type.
    Constant(ScalarType),
    /// Any type, left as it is.
    Any,
    /// int, long, real or decimal, left as it is.
    Numeric,
    /// int or long, left as it is.
    Integer,
    /// Numeric, datetime or timespan, left as it is.
    Ordered,
    /// All parameters marked so are brought to one common type (numeric widening; anything with dynamic is dynamic).
    Common,
}

/// The type of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultRule {
    Exact(ScalarType),
    /// The type of argument n (after conversion).
    SameAs(usize),
    /// The common type of the `Common` parameters.
    Common,
}

/// The chapter of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    Aggregation,
    Binary,
    Conditional,
    Conversion,
    DateTime,
    Dynamic,
    Geospatial,
    Hash,
    Ip,
    Mathematical,
    Metadata,
    Operator,
    Series,
    String,
    Type,
    Window,
}

/// When two calls with equal arguments give the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Volatility {
    /// Always: a call with constant arguments is a constant.
    Immutable,
    /// Within one query: `now()`, `current_database()`.
    PerQuery,
    /// Never: `rand()`, `new_guid()`.
    Volatile,
}

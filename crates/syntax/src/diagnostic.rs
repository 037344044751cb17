//! What is wrong with a query, where, and what to do about it.

use crate::Span;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Warning,
    Error,
}

/// The identity of a finding. `wire` is the code Kusto's service sends where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiagnosticCode {
    /// The text does not follow the grammar.
    Syntax,
    /// The text nests deeper than the parser allows.
    TooDeep,
    /// A table, variable or tabular name is unknown.
    UnknownTable,
    /// A column, variable or scalar name is unknown.
    UnknownColumn,
    /// A function name is unknown.
    UnknownFunction,
    /// A function is called with the wrong number of arguments.
    ArgumentCount,
    /// An argument or operand has the wrong type.
    TypeMismatch,
    /// A name is declared twice or a result would be ambiguous.
    DuplicateName,
    /// The expression must be a constant.
    NotConstant,
    /// An aggregate stands where a scalar is wanted, or the other way round.
    AggregateMisplaced,
    /// The row order is not defined where a function needs it.
    NotSerialized,
    /// The element is Kusto's but this server does not have it yet.
    NotSupported,
    /// A query parameter is missing or malformed.
    QueryParameter,
    /// Any other violation of an operator's rules.
    Semantic,
}

impl DiagnosticCode {
    /// Returns the code that the service's errors carry.
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Syntax | Self::TooDeep => "SYN0002",
            Self::UnknownTable | Self::UnknownColumn => "SEM0100",
            Self::UnknownFunction => "SEM0260",
            Self::ArgumentCount => "SEM0219",
            Self::TypeMismatch => "SEM0025",
            Self::DuplicateName => "SEM0106",
            Self::NotConstant => "SEM0020",
            Self::AggregateMisplaced => "SEM0081",
            Self::NotSerialized => "SEM0042",
            Self::NotSupported => "SEM0001",
            Self::QueryParameter => "SEM0104",
            Self::Semantic => "SEM0100",
        }
    }

    /// Says whether the finding is about grammar rather than meaning.
    #[must_use]
    pub const fn is_syntax(self) -> bool {
        matches!(self, Self::Syntax | Self::TooDeep)
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: DiagnosticCode,
    pub severity: Severity,
    pub span: Span,
    pub message: String,
    /// What the author could do: a near name, an alternative.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// Creates an error.
    #[must_use]
    pub fn error(code: DiagnosticCode, span: Span, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, span, message: message.into(), hint: None }
    }

    /// Adds a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

//! What a scalar expression may refer to: the columns of its input, and what it may collect on the way.

use calypso_syntax::Span;

use crate::bound::{AggregateCall, Column, Expr, WindowCall};

use super::ScopeRef;

/// An aggregate found inside an expression; the expression refers to its column.
#[derive(Debug, Clone)]
pub(super) struct FoundAggregate {
    pub column: Column,
    pub call: AggregateCall,
}

/// A window function found inside an expression.
#[derive(Debug, Clone)]
pub(super) struct FoundWindow {
    pub column: Column,
    pub call: WindowCall,
    pub span: Span,
}

/// The surroundings of a scalar expression.
#[derive(Debug, Clone)]
pub(super) struct RowContext {
    pub columns: Vec<Column>,
    /// The right side of a join's `on`; then `columns` are the left's.
    pub right: Option<Vec<Column>>,
    pub scope: ScopeRef,
    /// Where aggregates may stand, those found so far.
    pub aggregates: Option<Vec<FoundAggregate>>,
    /// Where window functions may stand, those found so far.
    pub windows: Option<Vec<FoundWindow>>,
}

impl RowContext {
    /// Returns a context over `columns` without aggregates or window functions.
    pub(super) fn over(columns: &[Column], scope: &ScopeRef) -> Self {
        Self { columns: columns.to_vec(), right: None, scope: ScopeRef::clone(scope), aggregates: None, windows: None }
    }

    /// Returns a context without columns: for constants.
    pub(super) fn constant(scope: &ScopeRef) -> Self {
        Self::over(&[], scope)
    }

    /// Allows aggregates.
    pub(super) fn with_aggregates(mut self) -> Self {
        self.aggregates = Some(Vec::new());
        self
    }

    /// Allows window functions.
    pub(super) fn with_windows(mut self) -> Self {
        self.windows = Some(Vec::new());
        self
    }

    /// Returns the column called `name`, the last one declared if several are.
    pub(super) fn column(&self, name: &str) -> Option<Expr> {
        self.columns.iter().find(|c| c.name == name).map(|c| Expr::column(c.id, c.ty))
    }
}

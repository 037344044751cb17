//! Bound scalar expressions.

use std::sync::Arc;

use calypso_types::{Scalar, ScalarType};

use super::{ColumnId, Relation};

/// A typed scalar expression over the columns of one relation.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: ScalarType,
}

/// The comparison operators. Null rules: <https://learn.microsoft.com/kusto/query/scalar-data-types/null-values>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The forms of a scalar expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    Constant(Scalar),
    Column(ColumnId),
    /// A kernel by its canonical name; arguments have exactly the types it was declared with.
    Call {
        function: &'static str,
        arguments: Vec<Expr>,
        volatile: bool,
    },
    /// A conversion with the rules of `tolong()` and kin.
    Cast(Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    /// Both sides have the same type.
    Compare {
        comparison: Comparison,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `operand in (list)`; items have the operand's type.
    In {
        operand: Box<Expr>,
        list: Vec<Expr>,
    },
    /// `operand in (T | …)`; the relation has one column of the operand's type. Run once, before the query.
    InQuery {
        operand: Box<Expr>,
        query: Arc<Relation>,
        case_insensitive: bool,
    },
    /// `toscalar(T | …)`: first column of the first row. Run once, before the query.
    ToScalar(Arc<Relation>),
    /// The values of the first column as a dynamic array: `has_any (T | …)`. Run once, before the query.
    ToArray(Arc<Relation>),
}

impl Expr {
    #[must_use]
    pub fn constant(value: Scalar) -> Self {
        Self { ty: value.scalar_type(), kind: ExprKind::Constant(value) }
    }

    #[must_use]
    pub const fn column(id: ColumnId, ty: ScalarType) -> Self {
        Self { ty, kind: ExprKind::Column(id) }
    }

    /// Calls an immutable kernel.
    #[must_use]
    pub fn call(function: &'static str, arguments: Vec<Self>, ty: ScalarType) -> Self {
        Self { ty, kind: ExprKind::Call { function, arguments, volatile: false } }
    }

    /// Converts to `ty`; nothing to do when the type is already that.
    #[must_use]
    pub fn cast(self, ty: ScalarType) -> Self {
        if self.ty == ty { self } else { Self { ty, kind: ExprKind::Cast(Box::new(self)) } }
    }

    #[must_use]
    pub fn negated(self) -> Self {
        Self { ty: ScalarType::Bool, kind: ExprKind::Not(Box::new(self)) }
    }

    /// Returns the value if the expression is a literal constant.
    #[must_use]
    pub const fn as_constant(&self) -> Option<&Scalar> {
        match &self.kind {
            ExprKind::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// Says whether the expression uses the column.
    #[must_use]
    pub fn refers_to(&self, column: ColumnId) -> bool {
        match &self.kind {
            ExprKind::Column(id) => *id == column,
            ExprKind::Constant(_) | ExprKind::ToScalar(_) | ExprKind::ToArray(_) => false,
            ExprKind::Call { arguments, .. } => arguments.iter().any(|a| a.refers_to(column)),
            ExprKind::Cast(inner) | ExprKind::Not(inner) => inner.refers_to(column),
            ExprKind::And(a, b) | ExprKind::Or(a, b) => a.refers_to(column) || b.refers_to(column),
            ExprKind::Compare { left, right, .. } => left.refers_to(column) || right.refers_to(column),
            ExprKind::In { operand, list } => operand.refers_to(column) || list.iter().any(|i| i.refers_to(column)),
            ExprKind::InQuery { operand, .. } => operand.refers_to(column),
        }
    }

    /// Says whether the value is the same for every row: no column and nothing volatile within.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        match &self.kind {
            ExprKind::Constant(_) | ExprKind::ToScalar(_) | ExprKind::ToArray(_) => true,
            ExprKind::Column(_) => false,
            ExprKind::Call { arguments, volatile, .. } => !volatile && arguments.iter().all(Self::is_constant),
            ExprKind::Cast(inner) | ExprKind::Not(inner) => inner.is_constant(),
            ExprKind::And(a, b) | ExprKind::Or(a, b) => a.is_constant() && b.is_constant(),
            ExprKind::Compare { left, right, .. } => left.is_constant() && right.is_constant(),
            ExprKind::In { operand, list } => operand.is_constant() && list.iter().all(Self::is_constant),
            ExprKind::InQuery { operand, .. } => operand.is_constant(),
        }
    }
}

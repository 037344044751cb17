//! The bound tree: every name resolved, every type decided, every conversion explicit.
//!
//! Columns are identified by number, unique within one tree, so that joins and self-joins need no renaming and the
//! planner never looks at a name.

mod aggregate;
mod expression;
mod relation;

pub use aggregate::{AggregateCall, AggregateFunction};
pub use expression::{Comparison, Expr, ExprKind};
pub use relation::{
    BoundResult, BoundScript, Column, ColumnId, Expansion, JoinKind, KeyValues, Parse, ParsePiece, Relation,
    RelationKind, SetOption, SortKey, Step, StepOutput, Steps, SystemColumn, TableRef, UnionInput, Visualization,
    WindowCall, WindowFunction,
};

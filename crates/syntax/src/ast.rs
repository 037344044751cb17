//! The syntax tree of queries and, in `command`, of management commands. Every node carries the span it was read from.
//!
//! Names are stored unquoted: `['a b']` is the name `a b`.

pub mod command;
mod expression;
mod operator;
mod statement;

pub use command::{CommandKind, ManagementCommand};
pub use expression::{Argument, BinaryOperator, DataTable, Expr, ExprKind, Literal, Name, UnaryOperator};
pub use operator::{
    ByClause, ColumnPattern, FindColumn, ForkBranch, JoinKind, MakeSeries, MvExpandItem, NamedExpr, NullsOrder,
    Operator, OperatorKind, OperatorParameter, ParseKind, ParsePart, PluginSchema, ReorderItem, Scan, ScanStep,
    SortItem, SortOrder, TopNestedLevel, TypedName,
};
pub use statement::{
    FunctionBody, FunctionParameter, LetValue, ParameterType, Pattern, PatternCase, QueryParameter, Script, Statement,
};

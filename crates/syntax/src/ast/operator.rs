//! Tabular operators.

use super::{Argument, Expr, Name};
use crate::Span;

/// One operator of a pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Operator {
    pub kind: OperatorKind,
    pub span: Span,
    /// `hint.strategy=shuffle`, `kind=inner`, `isfuzzy=true`, `withsource=X`: everything of the form name=value
    /// between the operator's keyword and its body, in order, except `kind` of join, lookup and parse.
    pub parameters: Vec<OperatorParameter>,
}

/// `name=value` after an operator's keyword; `value` is a literal or a bare word (as string).
#[derive(Debug, Clone, PartialEq)]
pub struct OperatorParameter {
    pub name: Name,
    pub value: Expr,
}

/// The forms of an operator.
#[derive(Debug, Clone, PartialEq)]
pub enum OperatorKind {
    As {
        name: Name,
    },
    Count,
    /// `consume`.
    Consume,
    Distinct {
        columns: Vec<Expr>,
    },
    Extend {
        columns: Vec<NamedExpr>,
    },
    GetSchema,
    Join {
        kind: JoinKind,
        right: Box<Expr>,
        on: Vec<Expr>,
    },
    /// `kind` is leftouter (default) or inner.
    Lookup {
        kind: JoinKind,
        right: Box<Expr>,
        on: Vec<Expr>,
    },
    MvExpand {
        items: Vec<MvExpandItem>,
        limit: Option<Expr>,
    },
    /// `parse`, and `parse-where` when `filter` is set.
    Parse {
        kind: ParseKind,
        input: Expr,
        parts: Vec<ParsePart>,
        filter: bool,
    },
    Print {
        columns: Vec<NamedExpr>,
    },
    Project {
        columns: Vec<NamedExpr>,
    },
    ProjectAway {
        columns: Vec<ColumnPattern>,
    },
    ProjectKeep {
        columns: Vec<ColumnPattern>,
    },
    ProjectRename {
        columns: Vec<(Name, Name)>,
    },
    ProjectReorder {
        columns: Vec<ReorderItem>,
    },
    Range {
        column: Name,
        from: Expr,
        to: Expr,
        step: Expr,
    },
    /// `chart` is the visualization's name; `properties` those of `with (…)`.
    Render {
        chart: Name,
        properties: Vec<OperatorParameter>,
    },
    Sample {
        count: Expr,
    },
    SampleDistinct {
        count: Expr,
        of: Expr,
    },
    Serialize {
        columns: Vec<NamedExpr>,
    },
    Sort {
        by: Vec<SortItem>,
    },
    Summarize {
        aggregates: Vec<NamedExpr>,
        by: Option<ByClause>,
    },
    Take {
        count: Expr,
    },
    Top {
        count: Expr,
        by: Vec<SortItem>,
    },
    Union {
        tables: Vec<Expr>,
    },
    Where {
        predicate: Expr,
    },
    /// `invoke f(args)`: `f` with the input as first argument.
    Invoke {
        function: Expr,
    },
    /// `evaluate plugin(arguments) : (schema)`.
    Evaluate {
        plugin: Name,
        arguments: Vec<Argument>,
        schema: Option<PluginSchema>,
    },
    /// `facet by a, b with (subquery)`; several results.
    Facet {
        by: Vec<Name>,
        with: Vec<Operator>,
    },
    /// `find in (tables) where predicate project columns`. `columns` is empty for the smart projection.
    Find {
        tables: Vec<Expr>,
        predicate: Expr,
        columns: Vec<FindColumn>,
        pack: bool,
    },
    /// `fork name=(subquery) (subquery)`; several results.
    Fork {
        branches: Vec<ForkBranch>,
    },
    MakeSeries(Box<MakeSeries>),
    MvApply {
        items: Vec<MvExpandItem>,
        limit: Option<Expr>,
        body: Vec<Operator>,
    },
    /// `parse-kv input as (columns) with (properties)`.
    ParseKv {
        input: Expr,
        columns: Vec<TypedName>,
        properties: Vec<OperatorParameter>,
    },
    /// `partition by key (subquery)`.
    Partition {
        by: Expr,
        body: Vec<Operator>,
    },
    /// `partition by key { query }`: the query has a source of its own and knows the key.
    PartitionWithSource {
        key: Name,
        query: Box<Expr>,
    },
    ProjectByNames {
        columns: Vec<Expr>,
    },
    Scan(Box<Scan>),
    /// `search in (tables) predicate`.
    Search {
        tables: Vec<Expr>,
        predicate: Expr,
    },
    TopHitters {
        count: Expr,
        of: NamedExpr,
        by: Option<Expr>,
    },
    TopNested {
        levels: Vec<TopNestedLevel>,
    },
    /// An operator of Kusto's that has no tree of its own yet; the binder says so by name.
    Unsupported {
        name: Name,
    },
}

/// The schema behind `evaluate plugin(…) :`.
#[derive(Debug, Clone, PartialEq)]
pub struct PluginSchema {
    /// `*` came first: the columns of the input stay.
    pub with_input: bool,
    pub columns: Vec<TypedName>,
}

/// One branch of `fork`.
#[derive(Debug, Clone, PartialEq)]
pub struct ForkBranch {
    pub name: Option<Name>,
    pub operators: Vec<Operator>,
}

/// The body of `make-series`.
#[derive(Debug, Clone, PartialEq)]
pub struct MakeSeries {
    /// The aggregates, each with the value of `default=`.
    pub aggregates: Vec<(NamedExpr, Option<Expr>)>,
    pub axis: NamedExpr,
    pub from: Option<Expr>,
    pub to: Option<Expr>,
    pub step: Expr,
    /// The older form `in range(from, to, step)`, whose end belongs to the series.
    pub to_inclusive: bool,
    pub by: Option<ByClause>,
}

/// The body of `scan`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    pub partition_by: Vec<NamedExpr>,
    pub order_by: Vec<SortItem>,
    /// Declared columns, with their defaults.
    pub declared: Vec<(TypedName, Option<Expr>)>,
    pub steps: Vec<ScanStep>,
}

/// `step name optional output=last: condition => a = x, b = y;`
#[derive(Debug, Clone, PartialEq)]
pub struct ScanStep {
    pub name: Name,
    pub optional: bool,
    /// `all`, `last` or `none`, if written.
    pub output: Option<Name>,
    pub condition: Expr,
    pub assignments: Vec<(Name, Expr)>,
}

/// One level of `top-nested`.
#[derive(Debug, Clone, PartialEq)]
pub struct TopNestedLevel {
    /// All values if absent.
    pub count: Option<Expr>,
    pub of: NamedExpr,
    /// The value of `with others =`.
    pub others: Option<Expr>,
    pub by: NamedExpr,
    pub order: Option<SortOrder>,
}

/// `name = expr`, `(a, b) = expr` or just `expr`.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedExpr {
    /// Empty when unnamed, one for `a = e`, several for `(a, b) = e`.
    pub names: Vec<Name>,
    pub expr: Expr,
}

/// The keys of `summarize … by`.
#[derive(Debug, Clone, PartialEq)]
pub struct ByClause {
    pub keys: Vec<NamedExpr>,
}

/// A column name, possibly with `*` wildcards (`Name*`, `*`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPattern {
    pub name: Name,
    /// Set when `name` contains `*` written as a wildcard.
    pub wildcard: bool,
}

/// One item of `project-reorder`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReorderItem {
    pub pattern: ColumnPattern,
    /// `asc`, `desc`, `granny-asc`, `granny-desc`, if written.
    pub order: Option<Name>,
}

/// `name : type`. `type_name` is kept as text for the binder to resolve (`int`, `dynamic`, …).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedName {
    pub name: Name,
    pub type_name: Name,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortOrder {
    Ascending,
    Descending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullsOrder {
    First,
    Last,
}

/// One key of `sort`/`top`. Absent order is descending; absent nulls are first for asc, last for desc.
#[derive(Debug, Clone, PartialEq)]
pub struct SortItem {
    pub expr: NamedExpr,
    pub order: Option<SortOrder>,
    pub nulls: Option<NullsOrder>,
}

/// One item of `mv-expand`.
#[derive(Debug, Clone, PartialEq)]
pub struct MvExpandItem {
    pub expr: NamedExpr,
    /// The type of `to typeof(T)`.
    pub to_type: Option<Name>,
}

/// `kind=` of `join` and `lookup`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinKind {
    InnerUnique,
    Inner,
    LeftOuter,
    RightOuter,
    FullOuter,
    LeftSemi,
    RightSemi,
    LeftAnti,
    RightAnti,
}

/// `kind=` of `parse`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseKind {
    Simple,
    Relaxed,
    /// With the value of `flags=`.
    Regex {
        flags: String,
    },
}

/// One part of a `parse` pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum ParsePart {
    Star,
    /// A constant string expression.
    Text(Expr),
    /// A column, with the type's name if written.
    Column {
        name: Name,
        type_name: Option<Name>,
    },
}

/// A column of `find … project`: `name` or `name:type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindColumn {
    pub name: Name,
    pub type_name: Option<Name>,
}

//! Bound tabular expressions.

use std::sync::Arc;

use calypso_model::TableId;
pub use calypso_syntax::ast::JoinKind;
use calypso_types::{DateTime, Scalar, ScalarType};

use super::{AggregateCall, Expr};

/// The number of a column, unique within one bound tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnId(pub u32);

/// A column of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub id: ColumnId,
    pub name: String,
    pub ty: ScalarType,
}

/// A typed table.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    pub kind: RelationKind,
    /// The columns in result order.
    pub columns: Vec<Column>,
    /// The order of rows is defined: after `sort`, `top`, `serialize`, `range` and kin.
    pub serialized: bool,
    /// The name that `as` has just given it.
    pub name: Option<String>,
}

/// What a stored table knows of its rows without declaring it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemColumn {
    IngestionTime,
    ExtentId,
    ExtentTags,
}

impl SystemColumn {
    /// All of them, in the order in which a table's snapshot has them behind its own columns.
    pub const ALL: [Self; 3] = [Self::IngestionTime, Self::ExtentId, Self::ExtentTags];

    /// Returns the type of its values.
    #[must_use]
    pub const fn ty(self) -> ScalarType {
        match self {
            Self::IngestionTime => ScalarType::DateTime,
            Self::ExtentId => ScalarType::Guid,
            Self::ExtentTags => ScalarType::Dynamic,
        }
    }
}

/// Where stored rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableRef {
    /// `columns` of the relation stand for the table's columns, in its order, and behind them for those of `system`.
    Stored { table: TableId, name: String, system: Vec<SystemColumn> },
    /// A table of the request, by name.
    Memory(String),
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey {
    pub expr: Expr,
    pub descending: bool,
    pub nulls_first: bool,
}

/// One input of a union, with the expression that gives each of the union's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct UnionInput {
    pub relation: Relation,
    pub outputs: Vec<Expr>,
}

/// A function of the row's place among its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WindowFunction {
    /// Arguments: start, restart predicate.
    RowNumber,
    /// Arguments: value, offset, default.
    Prev,
    Next,
    /// Arguments: value, restart predicate.
    RowCumSum,
    /// Arguments: value, restart predicate.
    RowRankDense,
    RowRankMin,
    /// Arguments: time, maximum distance from first, maximum distance between neighbours, restart predicate.
    RowWindowSession,
}

/// One window function of an `extend`, `project`, `where` or `serialize`.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowCall {
    pub function: WindowFunction,
    pub arguments: Vec<Expr>,
    pub ty: ScalarType,
}

/// One column that `mv-expand` unfolds.
#[derive(Debug, Clone, PartialEq)]
pub struct Expansion {
    /// A dynamic expression over the input.
    pub expr: Expr,
    /// The type of the unfolded values (`to typeof(T)`); dynamic if not given.
    pub ty: ScalarType,
}

/// The pattern of `parse`, compiled by the engine.
#[derive(Debug, Clone, PartialEq)]
pub struct Parse {
    pub pieces: Vec<ParsePiece>,
    /// `kind=regex` with its flags.
    pub regex_flags: Option<String>,
    /// `kind=relaxed`: a value of the wrong type becomes null, the row still matches.
    pub relaxed: bool,
}

/// One piece of a `parse` pattern. Columns come in the order of the relation's added columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParsePiece {
    Star,
    Text(String),
    Column(ScalarType),
}

/// How `parse-kv` finds pairs; the keys are the names of the added columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyValues {
    pub names: Vec<String>,
    pub pair_delimiter: String,
    pub kv_delimiter: String,
    /// Opening and closing quotes.
    pub quotes: Vec<(char, char)>,
    pub escape: Option<char>,
    pub greedy: bool,
    /// A regular expression of two groups, instead of delimiters.
    pub regex: Option<String>,
}

/// Which rows of a step of `scan` come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOutput {
    All,
    Last,
    None,
}

/// One step of `scan`. Expressions refer to the input's columns and to the `states` columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub output: StepOutput,
    pub condition: Expr,
    /// The declared column's number and its new value.
    pub assignments: Vec<(usize, Expr)>,
    /// The columns by which expressions read this step's state: those of the input, then the declared ones.
    pub state: Vec<Column>,
}

/// The body of `scan`.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps {
    pub steps: Vec<Step>,
    /// Declared columns' values before anything matched.
    pub defaults: Vec<Expr>,
    /// Rows with other keys start anew.
    pub partition: Vec<Expr>,
    pub match_id: bool,
}

/// The forms of a relation.
#[derive(Debug, Clone, PartialEq)]
pub enum RelationKind {
    Table(TableRef),
    /// Constant rows: `datatable`, `getschema`, and one row without columns beneath `print`.
    Values(Vec<Vec<Scalar>>),
    /// `range`: one column; the three have its type (the step a timespan for datetimes).
    Range {
        from: Expr,
        to: Expr,
        step: Expr,
    },
    Filter {
        input: Box<Relation>,
        predicate: Expr,
    },
    /// One expression for each of the relation's columns.
    Project {
        input: Box<Relation>,
        exprs: Vec<Expr>,
    },
    Take {
        input: Box<Relation>,
        count: Expr,
    },
    Sort {
        input: Box<Relation>,
        keys: Vec<SortKey>,
        limit: Option<Expr>,
    },
    /// Keys first, then aggregates, in the order of the relation's columns.
    Aggregate {
        input: Box<Relation>,
        keys: Vec<Expr>,
        aggregates: Vec<AggregateCall>,
    },
    /// The columns are those of the left, then of the right; semi and anti joins give one side's only.
    Join {
        left: Box<Relation>,
        right: Box<Relation>,
        kind: JoinKind,
        on: Vec<(Expr, Expr)>,
    },
    Union {
        inputs: Vec<UnionInput>,
    },
    /// The input's columns, then one for each call.
    Window {
        input: Box<Relation>,
        calls: Vec<WindowCall>,
    },
    /// The input's columns, then one per expansion, then the item index if asked for; one row per element.
    MvExpand {
        input: Box<Relation>,
        expansions: Vec<Expansion>,
        item_index: bool,
        bag_as_array: bool,
        limit: Option<Expr>,
    },
    /// The input's columns, then the pattern's; `filter` drops rows that do not match.
    Parse {
        input: Box<Relation>,
        text: Expr,
        pattern: Parse,
        filter: bool,
    },
    /// As `Values`, with constants that are only known when the query runs: `now()`.
    ConstantRows(Vec<Vec<Expr>>),
    /// A relation that is run once, whoever reads it: `materialize()`. Its columns by position.
    Materialized(Arc<Relation>),
    /// The rows of the group that an `Apply` is working on. Its columns by position.
    Slot(u32),
    /// Runs `body` once for each group of rows with equal `keys`; `body` reads the group from `slot`. The columns are
    /// those of the input that are `kept` (of the group's first row), then the body's.
    Apply {
        input: Box<Relation>,
        keys: Vec<Expr>,
        slot: u32,
        kept: Vec<ColumnId>,
        body: Arc<Relation>,
    },
    /// The input's columns, then one for each key.
    ParseKv {
        input: Box<Relation>,
        text: Expr,
        keys: KeyValues,
    },
    /// `scan`: the columns that are read, then those declared, then the match's number if asked for.
    Steps {
        input: Box<Relation>,
        steps: Steps,
    },
    /// `serialize`: fixes the order that the rows happen to have.
    Serialize {
        input: Box<Relation>,
    },
    /// Random rows, at most `count`.
    Sample {
        input: Box<Relation>,
        count: Expr,
    },
}

impl RelationKind {
    /// Returns the relation with these columns, in no defined order.
    #[must_use]
    pub const fn with_columns(self, columns: Vec<Column>) -> Relation {
        Relation { kind: self, columns, serialized: false, name: None }
    }
}

/// `render`: how a client may draw the result. Values are those of the `@ExtendedProperties` table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Visualization {
    pub kind: String,
    /// Property name in Kusto's spelling (`Title`, `XColumn`, …) and value.
    pub properties: Vec<(String, Scalar)>,
}

/// One result table of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundResult {
    /// The name given by `as`, if any.
    pub name: Option<String>,
    pub relation: Relation,
    pub visualization: Option<Visualization>,
}

/// `set name = value;`
#[derive(Debug, Clone, PartialEq)]
pub struct SetOption {
    pub name: String,
    pub value: Scalar,
}

/// A whole request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BoundScript {
    pub results: Vec<BoundResult>,
    pub options: Vec<SetOption>,
    /// The database cursor, if the query looks at rows by cursor.
    pub cursor: Option<DateTime>,
}

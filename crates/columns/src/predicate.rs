//! What a reader of a table may skip: conditions on single columns, known before any row is read.

use calypso_types::Scalar;

/// How a column compares with a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A necessary condition on one column: rows that fail it are not wanted. Readers may ignore it.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnPredicate {
    /// `column op value`; never true for a null.
    Compare { column: usize, comparison: Comparison, value: Scalar },
    /// The column equals one of the values.
    AnyOf { column: usize, values: Vec<Scalar> },
    /// The string column contains each of these whole terms, ignoring case (`has`). Terms are lower-case.
    HasTerms { column: usize, terms: Vec<String> },
}

/// What a query wants of one table.
#[derive(Debug, Clone, Default)]
pub struct ScanRequest {
    /// Positions of the wanted columns in the table's schema, in the order wanted. May be empty (row count only).
    pub columns: Vec<usize>,
    /// All of these hold for every wanted row (conjunction). `column` counts in the table's schema.
    pub predicates: Vec<ColumnPredicate>,
    /// No more rows than this are needed.
    pub limit: Option<usize>,
}

//! Bound aggregates.

use calypso_types::ScalarType;

use super::Expr;

/// The aggregation functions that have an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AggregateFunction {
    Count,
    Sum,
    Avg,
    Min,
    Max,
    /// Approximate number of distinct values.
    DCount,
    /// Exact number of distinct values.
    CountDistinct,
    /// `arguments`: value; `parameters`: the percentile.
    Percentile,
    /// `parameters`: the percentiles; the result is a dynamic array.
    PercentilesArray,
    /// Weighted: value, weight.
    PercentileWeighted,
    PercentilesWeightedArray,
    /// Values as a dynamic array; `parameters`: maximum length.
    MakeList,
    MakeListWithNulls,
    MakeSet,
    MakeBag,
    /// `arguments`: key, then the column to return from the same row.
    ArgMax,
    ArgMin,
    /// A value of some row.
    TakeAny,
    /// Sample forms; with `Population` over all of it.
    Stdev,
    StdevPopulation,
    Variance,
    VariancePopulation,
    BinaryAllAnd,
    BinaryAllOr,
    BinaryAllXor,
    /// Sample forms: two numbers.
    Covariance,
    CovariancePopulation,
    /// The values of `make-series`: index, value; `parameters`: the length and the value of what is missing.
    Series,
    /// The schema that admits all values.
    BuildSchema,
}

/// One aggregate of a `summarize`.
#[derive(Debug, Clone, PartialEq)]
pub struct AggregateCall {
    pub function: AggregateFunction,
    pub arguments: Vec<Expr>,
    /// Constant parameters: percentiles, a maximum length, an accuracy.
    pub parameters: Vec<Expr>,
    /// Only rows that satisfy this count (`countif`, `sumif`, …).
    pub filter: Option<Expr>,
    pub ty: ScalarType,
}

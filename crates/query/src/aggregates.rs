//! Aggregates that the engine lacks or means differently.

mod collect;
mod percentile;
mod schema;
mod series;
mod ticks_average;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use calypso_columns::arrow_type;
use calypso_semantics::bound::AggregateFunction;
use calypso_types::{Scalar, ScalarType, dynamic_text};
use datafusion::{
    error::Result,
    logical_expr::{
        Accumulator, AggregateUDF, AggregateUDFImpl, Expr, Signature, Volatility,
        expr::AggregateFunction as AggregateExpr,
        function::{AccumulatorArgs, StateFieldsArgs},
        utils::AggregateOrderSensitivity,
    },
};

use crate::QueryError;
use collect::Collect;
use percentile::Percentiles;
use schema::BuildSchema;
use series::Series;
use ticks_average::TicksAverage;

/// One of our aggregates with its types and constant parameters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct KustoAggregate {
    function: AggregateFunction,
    argument_types: Vec<ScalarType>,
    /// Percentiles as bits of a double, or one maximum length.
    parameters: Vec<u64>,
    /// The text of the value that a series has where there is none.
    filler: String,
    result: ScalarType,
    signature: Signature,
}

/// Kusto's own bound on `make_list` and `make_set`.
const COLLECTED_MAX: u64 = 1_048_576;

impl KustoAggregate {
    pub(crate) fn try_new(
        function: AggregateFunction,
        argument_types: Vec<ScalarType>,
        parameters: &[Scalar],
        result: ScalarType,
    ) -> std::result::Result<Self, QueryError> {
        let is_series = function == AggregateFunction::Series;
        let (parameters, filler) = match parameters.split_last() {
            Some((filler, before)) if is_series => (before, dynamic_text::from_scalar(filler)),
            _ => (parameters, String::new()),
        };
        let numbers = parameters
            .iter()
            .map(|p| match p.cast(ScalarType::Real) {
                Scalar::Real(value) => Ok(value),
                _ => Err(QueryError::bad_request("an aggregate's parameter is not a number")),
            })
            .collect::<std::result::Result<Vec<f64>, _>>()?;
        if is_percentile(function) && numbers.iter().any(|p| !(0.0..=100.0).contains(p)) {
            return Err(QueryError::bad_request("a percentile must lie between 0 and 100"));
        }
        Ok(Self {
            function,
            argument_types,
            parameters: numbers.into_iter().map(f64::to_bits).collect(),
            filler,
            result,
            signature: Signature::variadic_any(Volatility::Immutable),
        })
    }

    /// Returns a call of the aggregate.
    pub(crate) fn call(self, arguments: Vec<Expr>) -> Expr {
        let function = Arc::new(AggregateUDF::new_from_impl(self));
        Expr::AggregateFunction(AggregateExpr::new_udf(function, arguments, false, None, Vec::new(), None))
    }

    fn numbers(&self) -> Vec<f64> {
        self.parameters.iter().map(|bits| f64::from_bits(*bits)).collect()
    }

    fn length_max(&self) -> usize {
        let wanted =
            self.numbers().first().map_or(COLLECTED_MAX, |n| if *n <= 0.0 { COLLECTED_MAX } else { *n as u64 });
        usize::try_from(wanted.min(COLLECTED_MAX)).unwrap_or(usize::MAX)
    }
}

const fn is_percentile(function: AggregateFunction) -> bool {
    matches!(
        function,
        AggregateFunction::Percentile
            | AggregateFunction::PercentilesArray
            | AggregateFunction::PercentileWeighted
            | AggregateFunction::PercentilesWeightedArray
    )
}

impl AggregateUDFImpl for KustoAggregate {
    fn name(&self) -> &'static str {
        match self.function {
            AggregateFunction::MakeList => "make_list",
            AggregateFunction::MakeListWithNulls => "make_list_with_nulls",
            AggregateFunction::MakeSet => "make_set",
            AggregateFunction::MakeBag => "make_bag",
            AggregateFunction::Avg => "avg_ticks",
            AggregateFunction::Series => "series",
            AggregateFunction::BuildSchema => "buildschema",
            _ => "percentile",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(arrow_type(self.result))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let field = |suffix: &str, ty: DataType| Arc::new(Field::new(format!("{}_{suffix}", args.name), ty, true));
        Ok(match self.function {
            AggregateFunction::Avg => vec![field("sum", DataType::Decimal128(38, 0)), field("count", DataType::Int64)],
            f if is_percentile(f) => vec![field("values", DataType::LargeBinary)],
            _ => vec![field("elements", DataType::LargeUtf8)],
        })
    }

    fn accumulator(&self, _args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let value = self.argument_types[0];
        Ok(match self.function {
            AggregateFunction::Avg => Box::new(TicksAverage::default()),
            AggregateFunction::Series => {
                let length = self.numbers().first().map_or(0.0, |n| n.max(0.0));
                Box::new(Series::try_new(length as usize, self.argument_types[1], self.filler.clone())?)
            }
            AggregateFunction::BuildSchema => Box::new(BuildSchema::default()),
            f if is_percentile(f) => Box::new(Percentiles::new(f, value, self.numbers(), self.result)),
            f => Box::new(Collect::new(f, value, self.length_max())),
        })
    }

    /// The order of a list is that in which rows come; nothing needs sorting for it.
    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

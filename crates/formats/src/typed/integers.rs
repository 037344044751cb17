//! Widening of the narrow number types, and the units of times.

use arrow::{
    array::{Array, Float64Array, Int64Array, UInt64Array, cast::AsArray as _},
    datatypes::{
        DataType, Date32Type, Date64Type, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
        DurationSecondType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
        Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType, TimeUnit,
        TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
        UInt16Type, UInt32Type, UInt64Type,
    },
};

/// How many ticks of 100 ns a unit has, or how many units a tick has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Ticks(i64),
    PerTick(i64),
}

impl Unit {
    pub(super) const DAY: Self = Self::Ticks(864_000_000_000);
    pub(super) const MILLISECOND: Self = Self::Ticks(10_000);

    pub(super) const fn of(unit: TimeUnit) -> Self {
        match unit {
            TimeUnit::Second => Self::Ticks(10_000_000),
            TimeUnit::Millisecond => Self::MILLISECOND,
            TimeUnit::Microsecond => Self::Ticks(10),
            TimeUnit::Nanosecond => Self::PerTick(100),
        }
    }

    /// Returns so many units in ticks, rounded down; none beyond 64 bits.
    pub(super) fn ticks(self, count: i64) -> Option<i64> {
        match self {
            Self::Ticks(ticks) => count.checked_mul(ticks),
            Self::PerTick(units) => Some(count.div_euclid(units)),
        }
    }
}

macro_rules! widened {
    ($array:expr, $source:ty, $target:ty) => {
        Some($array.as_primitive_opt::<$source>()?.unary::<_, $target>(Into::into))
    };
}

/// Returns whole numbers of any width below 64 bits without sign as long; none for other arrays.
pub(super) fn longs(array: &dyn Array) -> Option<Int64Array> {
    match array.data_type() {
        DataType::Int8 => widened!(array, Int8Type, Int64Type),
        DataType::Int16 => widened!(array, Int16Type, Int64Type),
        DataType::Int32 => widened!(array, Int32Type, Int64Type),
        DataType::Int64 => array.as_primitive_opt::<Int64Type>().cloned(),
        DataType::UInt8 => widened!(array, UInt8Type, Int64Type),
        DataType::UInt16 => widened!(array, UInt16Type, Int64Type),
        DataType::UInt32 => widened!(array, UInt32Type, Int64Type),
        _ => None,
    }
}

/// Returns 64 bits without sign; none for other arrays.
pub(super) fn unsigned_longs(array: &dyn Array) -> Option<UInt64Array> {
    array.as_primitive_opt::<UInt64Type>().cloned()
}

/// Returns floating-point numbers of any width as real; none for other arrays.
pub(super) fn reals(array: &dyn Array) -> Option<Float64Array> {
    match array.data_type() {
        DataType::Float16 => widened!(array, Float16Type, Float64Type),
        DataType::Float32 => widened!(array, Float32Type, Float64Type),
        DataType::Float64 => array.as_primitive_opt::<Float64Type>().cloned(),
        _ => None,
    }
}

macro_rules! counted {
    ($array:expr, $source:ty) => {
        $array.as_primitive_opt::<$source>()?.reinterpret_cast::<Int64Type>()
    };
}

/// Returns points in time as counts since 1970 of a unit; none for other arrays. A zone only says how to show them.
pub(super) fn datetimes(array: &dyn Array) -> Option<(Int64Array, Unit)> {
    Some(match array.data_type() {
        DataType::Date32 => (widened!(array, Date32Type, Int64Type)?, Unit::DAY),
        DataType::Date64 => (counted!(array, Date64Type), Unit::MILLISECOND),
        DataType::Timestamp(unit, _) => {
            let counts = match unit {
                TimeUnit::Second => counted!(array, TimestampSecondType),
                TimeUnit::Millisecond => counted!(array, TimestampMillisecondType),
                TimeUnit::Microsecond => counted!(array, TimestampMicrosecondType),
                TimeUnit::Nanosecond => counted!(array, TimestampNanosecondType),
            };
            (counts, Unit::of(*unit))
        }
        _ => return None,
    })
}

/// Returns times of day and durations as counts of a unit; none for other arrays.
pub(super) fn timespans(array: &dyn Array) -> Option<(Int64Array, Unit)> {
    Some(match array.data_type() {
        DataType::Time32(TimeUnit::Second) => {
            (widened!(array, Time32SecondType, Int64Type)?, Unit::of(TimeUnit::Second))
        }
        DataType::Time32(_) => (widened!(array, Time32MillisecondType, Int64Type)?, Unit::MILLISECOND),
        DataType::Time64(TimeUnit::Microsecond) => {
            (counted!(array, Time64MicrosecondType), Unit::of(TimeUnit::Microsecond))
        }
        DataType::Time64(_) => (counted!(array, Time64NanosecondType), Unit::of(TimeUnit::Nanosecond)),
        DataType::Duration(unit) => {
            let counts = match unit {
                TimeUnit::Second => counted!(array, DurationSecondType),
                TimeUnit::Millisecond => counted!(array, DurationMillisecondType),
                TimeUnit::Microsecond => counted!(array, DurationMicrosecondType),
                TimeUnit::Nanosecond => counted!(array, DurationNanosecondType),
            };
            (counts, Unit::of(*unit))
        }
        _ => return None,
    })
}

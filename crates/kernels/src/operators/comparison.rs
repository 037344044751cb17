//! `== != < <= > >=` on two values of the same type.
//!
//! Two nulls compare to null; `==` and `!=` of a null with a value are false and true; the orders are null as soon
//! as one side is. <https://learn.microsoft.com/kusto/query/scalar-data-types/null-values>

use std::{cmp::Ordering, sync::Arc};

use arrow::{
    array::{Array as _, ArrayRef, BooleanArray},
    buffer::{BooleanBuffer, NullBuffer},
    datatypes::{ArrowPrimitiveType, Decimal128Type, Float64Type, Int32Type, Int64Type},
};
use calypso_types::{Dynamic, ScalarType};

use crate::{
    Argument, Call, KernelError,
    lanes::{self, Lane},
};

/// Compares by an order: null where either side is null.
macro_rules! by_order {
    ($call:expr, $operator:tt, $holds:expr) => {
        match $call.type_of(0)? {
            ScalarType::Bool => bools($call, |a, b| a $operator b),
            ScalarType::Int => primitives::<Int32Type>($call, |a, b| a $operator b),
            ScalarType::Long | ScalarType::DateTime | ScalarType::TimeSpan => {
                primitives::<Int64Type>($call, |a, b| a $operator b)
            }
            ScalarType::Real => primitives::<Float64Type>($call, |a, b| a $operator b),
            ScalarType::Decimal => primitives::<Decimal128Type>($call, |a, b| a $operator b),
            ScalarType::String => strings($call, |a, b| a $operator b),
            ScalarType::Guid => guids($call, |a, b| a $operator b),
            ScalarType::Dynamic => dynamics($call, $holds),
        }
    };
}

/// `a < b`.
pub(super) fn less(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(Arc::new(by_order!(call, <, Ordering::is_lt)?))
}

/// `a <= b`.
pub(super) fn less_or_equal(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(Arc::new(by_order!(call, <=, Ordering::is_le)?))
}

/// `a > b`.
pub(super) fn greater(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(Arc::new(by_order!(call, >, Ordering::is_gt)?))
}

/// `a >= b`.
pub(super) fn greater_or_equal(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(Arc::new(by_order!(call, >=, Ordering::is_ge)?))
}

/// `a == b`.
pub(super) fn equal(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let result = by_order!(call, ==, Ordering::is_eq)?;
    Ok(Arc::new(decide_single_nulls(call, result, false)))
}

/// `a != b`.
pub(super) fn not_equal(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let result = by_order!(call, !=, Ordering::is_ne)?;
    Ok(Arc::new(decide_single_nulls(call, result, true)))
}

/// Which rows of an argument are null; none if no row is.
fn nulls_of(argument: &Argument, rows: usize) -> Option<NullBuffer> {
    if argument.ty == ScalarType::String {
        return None;
    }
    if argument.constant {
        return argument.array.is_null(0).then(|| NullBuffer::new_null(rows));
    }
    argument.array.nulls().filter(|n| n.null_count() > 0).cloned()
}

/// Gives `answer` to the rows where exactly one side is null, leaving null those where both are.
fn decide_single_nulls(call: &Call<'_>, result: BooleanArray, answer: bool) -> BooleanArray {
    let (Some(a), Some(b)) = (call.arguments.first(), call.arguments.get(1)) else { return result };
    let (a, b) = (nulls_of(a, call.rows), nulls_of(b, call.rows));
    if a.is_none() && b.is_none() {
        return result;
    }
    let set = || BooleanBuffer::new_set(call.rows);
    let a = a.map_or_else(set, NullBuffer::into_inner);
    let b = b.map_or_else(set, NullBuffer::into_inner);
    let both = &a & &b;
    let values = result.values() & &both;
    let values = if answer { &values | &!&both } else { values };
    BooleanArray::new(values, Some(NullBuffer::new(&a | &b)))
}

fn primitives<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    f: impl Fn(T::Native, T::Native) -> bool,
) -> Result<BooleanArray, KernelError> {
    let (a, b) = (Lane::<T>::of(call, 0, "comparable")?, Lane::<T>::of(call, 1, "comparable")?);
    Ok(lanes::compare(call.rows, a, b, f))
}

fn bools(call: &Call<'_>, f: impl Fn(bool, bool) -> bool) -> Result<BooleanArray, KernelError> {
    let (a, b) = (call.bools(0)?, call.bools(1)?);
    Ok((0..call.rows).map(|row| Some(f(a.get(row)?, b.get(row)?))).collect())
}

fn strings(call: &Call<'_>, f: impl Fn(&[u8], &[u8]) -> bool) -> Result<BooleanArray, KernelError> {
    let (a, b) = (call.strings(0)?, call.strings(1)?);
    // The order of UTF-8 bytes is the order of code points, and bytes compare without decoding.
    let values = if b.is_constant() {
        let right = b.get(0).as_bytes();
        BooleanBuffer::collect_bool(call.rows, |row| f(a.get(row).as_bytes(), right))
    } else {
        BooleanBuffer::collect_bool(call.rows, |row| f(a.get(row).as_bytes(), b.get(row).as_bytes()))
    };
    Ok(BooleanArray::new(values, None))
}

fn guids(call: &Call<'_>, f: impl Fn([u8; 16], [u8; 16]) -> bool) -> Result<BooleanArray, KernelError> {
    let (a, b) = (call.guids(0)?, call.guids(1)?);
    Ok((0..call.rows).map(|row| Some(f(a.get(row)?, b.get(row)?))).collect())
}

fn dynamics(call: &Call<'_>, holds: fn(Ordering) -> bool) -> Result<BooleanArray, KernelError> {
    let (a, b) = (call.strings(0)?, call.strings(1)?);
    let compare = |row| {
        let (a, b) = (a.get_dynamic(row)?, b.get_dynamic(row)?);
        if a == b {
            return Some(holds(Ordering::Equal));
        }
        Some(holds(Dynamic::parse(a).ok()?.compare(&Dynamic::parse(b).ok()?)))
    };
    Ok((0..call.rows).map(compare).collect())
}

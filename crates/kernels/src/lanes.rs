//! Whole-column evaluation over primitive values: the fast road of arithmetic and comparison.
//!
//! A [`Lane`] is a slice of values, or one value standing for every row. The combining functions visit every slot,
//! null or not, so that the loops vectorise; nulls are joined once, as buffers.

use std::sync::Arc;

use arrow::{
    array::{
        Array as _, ArrayRef, ArrowPrimitiveType, BooleanArray, PrimitiveArray, cast::AsArray as _, new_null_array,
    },
    buffer::{BooleanBuffer, NullBuffer, ScalarBuffer},
    datatypes::DataType,
};

use crate::{Call, KernelError};

/// The values of one argument.
#[derive(Clone, Copy)]
pub(crate) struct Lane<'a, T: ArrowPrimitiveType> {
    array: &'a PrimitiveArray<T>,
    constant: bool,
}

impl<'a, T: ArrowPrimitiveType> Lane<'a, T> {
    /// Reads argument `index`.
    pub(crate) fn of(call: &Call<'a>, index: usize, expected: &'static str) -> Result<Self, KernelError> {
        let argument = call.arguments.get(index).ok_or(KernelError::Wiring { index, expected })?;
        let array = argument.array.as_primitive_opt::<T>().ok_or(KernelError::Wiring { index, expected })?;
        Ok(Self { array, constant: argument.constant })
    }

    /// The one value of a constant that is not null.
    fn single(&self) -> Option<T::Native> {
        (self.constant && self.array.is_valid(0)).then(|| self.array.value(0))
    }

    fn is_null_constant(&self) -> bool {
        self.constant && self.array.is_null(0)
    }

    /// The nulls of a column; a constant here is known not to be null.
    fn nulls(&self) -> Option<&NullBuffer> {
        if self.constant { None } else { self.array.nulls() }
    }

    pub(crate) fn get(&self, row: usize) -> Option<T::Native> {
        let row = if self.constant { 0 } else { row };
        self.array.is_valid(row).then(|| self.array.value(row))
    }
}

/// Combines two lanes value by value; null where either is null. `f` sees arbitrary values at null slots.
pub(crate) fn zip<A, B, R>(
    rows: usize,
    a: Lane<'_, A>,
    b: Lane<'_, B>,
    data_type: &DataType,
    f: impl Fn(A::Native, B::Native) -> R::Native,
) -> ArrayRef
where
    A: ArrowPrimitiveType,
    B: ArrowPrimitiveType,
    R: ArrowPrimitiveType,
{
    if a.is_null_constant() || b.is_null_constant() {
        return new_null_array(data_type, rows);
    }
    let values: ScalarBuffer<R::Native> = match (a.single(), b.single()) {
        (Some(x), Some(y)) => std::iter::repeat_n(f(x, y), rows).collect(),
        (None, Some(y)) => a.array.values().iter().map(|x| f(*x, y)).collect(),
        (Some(x), None) => b.array.values().iter().map(|y| f(x, *y)).collect(),
        (None, None) => a.array.values().iter().zip(b.array.values()).map(|(x, y)| f(*x, *y)).collect(),
    };
    let nulls = NullBuffer::union(a.nulls(), b.nulls());
    Arc::new(PrimitiveArray::<R>::new(values, nulls).with_data_type(data_type.clone()))
}

/// Combines two lanes row by row where the result may be null of itself.
pub(crate) fn zip_checked<A, B, R>(
    rows: usize,
    a: Lane<'_, A>,
    b: Lane<'_, B>,
    data_type: &DataType,
    f: impl Fn(A::Native, B::Native) -> Option<R::Native>,
) -> ArrayRef
where
    A: ArrowPrimitiveType,
    B: ArrowPrimitiveType,
    R: ArrowPrimitiveType,
{
    let values: PrimitiveArray<R> = (0..rows).map(|row| f(a.get(row)?, b.get(row)?)).collect();
    Arc::new(values.with_data_type(data_type.clone()))
}

/// Compares two lanes; null where either is null.
pub(crate) fn compare<T: ArrowPrimitiveType>(
    rows: usize,
    a: Lane<'_, T>,
    b: Lane<'_, T>,
    f: impl Fn(T::Native, T::Native) -> bool,
) -> BooleanArray {
    if a.is_null_constant() || b.is_null_constant() {
        return BooleanArray::new_null(rows);
    }
    let (left, right) = (a.array.values(), b.array.values());
    let values = match (a.single(), b.single()) {
        (Some(x), Some(y)) if f(x, y) => BooleanBuffer::new_set(rows),
        (Some(_), Some(_)) => BooleanBuffer::new_unset(rows),
        (None, Some(y)) => BooleanBuffer::collect_bool(rows, |row| f(left[row], y)),
        (Some(x), None) => BooleanBuffer::collect_bool(rows, |row| f(x, right[row])),
        (None, None) => BooleanBuffer::collect_bool(rows, |row| f(left[row], right[row])),
    };
    BooleanArray::new(values, NullBuffer::union(a.nulls(), b.nulls()))
}

/// Maps one lane value by value; nulls stay. `f` sees arbitrary values at null slots.
pub(crate) fn map<A, R>(
    rows: usize,
    a: Lane<'_, A>,
    data_type: &DataType,
    f: impl Fn(A::Native) -> R::Native,
) -> ArrayRef
where
    A: ArrowPrimitiveType,
    R: ArrowPrimitiveType,
{
    if a.is_null_constant() {
        return new_null_array(data_type, rows);
    }
    let values: ScalarBuffer<R::Native> = match a.single() {
        Some(x) => std::iter::repeat_n(f(x), rows).collect(),
        None => a.array.values().iter().map(|x| f(*x)).collect(),
    };
    Arc::new(PrimitiveArray::<R>::new(values, a.nulls().cloned()).with_data_type(data_type.clone()))
}

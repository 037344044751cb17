//! Reading series out of stored arrays and writing them back.

use std::fmt::Write as _;

use arrow::array::ArrayRef;
use calypso_columns::Strings;
use calypso_types::{Dynamic, TimeSpan, write_real};

use crate::{
    Call, KernelError,
    conversion::BoxedColumn,
    dynamic::{ArrayWriter, elements_of},
};

/// One element: a whole number stays one as long as whole numbers meet.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Number {
    Whole(i64),
    Real(f64),
}

impl Number {
    /// Reads an element; none if it is no number. Times count their ticks.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Ok(value) = text.parse::<i64>() {
            return Some(Self::Whole(value));
        }
        match Dynamic::parse(text).ok()? {
            Dynamic::Int(value) => Some(Self::Whole(value.into())),
            Dynamic::Long(value) => Some(Self::Whole(value)),
            Dynamic::DateTime(value) => Some(Self::Real(value.0 as f64)),
            Dynamic::TimeSpan(TimeSpan(ticks)) => Some(Self::Real(ticks as f64)),
            other => other.as_f64().map(Self::Real),
        }
    }

    pub(super) const fn real(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Real(value) => value,
        }
    }
}

/// Appends a real in the stored form, which names NaN and the infinities.
pub(super) fn write_stored_real(value: f64, out: &mut String) {
    if value.is_finite() {
        write_real(out, value);
    } else {
        Dynamic::Real(value).write_text(out);
    }
}

/// Appends an element, `null` for none.
pub(super) fn write_number(number: Option<Number>, out: &mut String) {
    match number {
        None => out.push_str("null"),
        // Writing to a string never fails.
        Some(Number::Whole(value)) => drop(write!(out, "{value}")),
        Some(Number::Real(value)) => write_stored_real(value, out),
    }
}

/// Appends an array of reals.
pub(super) fn write_reals(values: &[f64], out: &mut String) {
    let mut writer = ArrayWriter::new(out);
    values.iter().for_each(|value| write_stored_real(*value, writer.element()));
    writer.finish();
}

/// Appends an array of numbers.
pub(super) fn write_numbers(values: impl IntoIterator<Item = Option<Number>>, out: &mut String) {
    let mut writer = ArrayWriter::new(out);
    values.into_iter().for_each(|value| write_number(value, writer.element()));
    writer.finish();
}

/// Returns the numbers of an array, none for elements that are none; none if the value is no array.
pub(super) fn numbers_of(text: Option<&str>) -> Option<Vec<Option<Number>>> {
    Some(elements_of(text)?.into_iter().map(Number::parse).collect())
}

/// Returns the elements as reals, NaN for those that are no numbers; none if the value is no array.
pub(super) fn reals_of(text: Option<&str>) -> Option<Vec<f64>> {
    Some(numbers_of(text)?.into_iter().map(|number| number.map_or(f64::NAN, Number::real)).collect())
}

/// A series argument, or a number that stands for every element.
pub(super) struct Operand(BoxedColumn);

impl Operand {
    pub(super) fn new(call: &Call<'_>, index: usize) -> Result<Self, KernelError> {
        BoxedColumn::new(call, index).map(Self)
    }

    /// Returns the elements of `row`, and whether they are one number repeated.
    pub(super) fn elements(&self, row: usize) -> Option<(Vec<Option<Number>>, bool)> {
        let text = self.0.text_or_null(row);
        match numbers_of(Some(text)) {
            Some(elements) => Some((elements, false)),
            None => Some((vec![Some(Number::parse(text)?)], true)),
        }
    }
}

/// Combines two operands element by element; as long as the longer series, where one is missing the result is none.
pub(super) fn pairs(a: &Operand, b: &Operand, row: usize) -> Option<Vec<Option<(Number, Number)>>> {
    let ((a, a_single), (b, b_single)) = (a.elements(row)?, b.elements(row)?);
    let length = match (a_single, b_single) {
        (true, false) => b.len(),
        (false, true) => a.len(),
        _ => a.len().max(b.len()),
    };
    let at = |elements: &[Option<Number>], single: bool, index: usize| {
        elements.get(if single { 0 } else { index }).copied().flatten()
    };
    Some((0..length).map(|index| Some((at(&a, a_single, index)?, at(&b, b_single, index)?))).collect())
}

/// Builds a dynamic column of argument 0's series, changed; null where it is no array or `f` gives none.
pub(super) fn map_series(
    call: &Call<'_>,
    f: impl Fn(usize, Vec<f64>, &mut String) -> Option<()>,
) -> Result<ArrayRef, KernelError> {
    let series: Strings<'_> = call.strings(0)?;
    Ok(call
        .build_dynamics(|row, out| reals_of(series.get_dynamic(row)).and_then(|values| f(row, values, out)).is_some()))
}

/// Appends a bag whose values are given as stored text.
fn write_bag(members: &[(&str, String)], out: &mut String) {
    out.push('{');
    for (index, (name, value)) in members.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let _ = write!(out, "{comma}\"{name}\":{value}");
    }
    out.push('}');
}

/// How a function of several results gives them.
#[derive(Clone, Copy)]
pub(super) enum Results {
    /// As an array in the order of its columns, which the binder takes apart.
    Columns,
    /// As a bag: the `_dynamic` functions.
    Bag,
}

impl Results {
    /// Appends the results, whose values are given as stored text.
    pub(super) fn write(self, members: &[(&str, String)], out: &mut String) {
        match self {
            Self::Bag => write_bag(members, out),
            Self::Columns => {
                let mut writer = ArrayWriter::new(out);
                writer.extend(members.iter().map(|(_, value)| value.as_str()));
                writer.finish();
            }
        }
    }
}

/// Returns the stored text of a real.
pub(super) fn real_text(value: f64) -> String {
    let mut out = String::new();
    write_stored_real(value, &mut out);
    out
}

/// Returns the stored text of an array of reals.
pub(super) fn reals_text(values: &[f64]) -> String {
    let mut out = String::new();
    write_reals(values, &mut out);
    out
}

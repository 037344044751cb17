//! `series_fill_…`: replacing the missing elements of a series, by default the nulls.
//!
//! <https://learn.microsoft.com/kusto/query/series-fill-linear-function> and its siblings.

use arrow::array::ArrayRef;
use calypso_types::dynamic_text;

use super::numbers::{Number, write_number};
use crate::{
    Call, KernelError,
    conversion::BoxedColumn,
    dynamic::{ArrayWriter, elements_of},
};

/// What stands for a missing element.
struct Placeholder(Option<BoxedColumn>);

impl Placeholder {
    fn of(call: &Call<'_>, index: usize) -> Result<Self, KernelError> {
        if index < call.len() { BoxedColumn::new(call, index).map(Some).map(Self) } else { Ok(Self(None)) }
    }

    fn matches(&self, row: usize, element: &str) -> bool {
        let placeholder = self.0.as_ref().map_or("null", |column| column.text_or_null(row));
        if dynamic_text::is_null(placeholder) {
            // NaN and the infinities cannot be told from a missing number in JSON either.
            return dynamic_text::is_null(element);
        }
        element == placeholder || dynamic_text::compare(element, placeholder).is_eq()
    }
}

/// Rewrites the series; `f` gets the elements, missing ones as none.
fn fill(
    call: &Call<'_>,
    placeholder: usize,
    f: impl Fn(usize, &[&str], &[bool], &mut ArrayWriter<'_>),
) -> Result<ArrayRef, KernelError> {
    let series = call.strings(0)?;
    let placeholder = Placeholder::of(call, placeholder)?;
    Ok(call.build_dynamics(|row, out| {
        let Some(elements) = elements_of(series.get_dynamic(row)) else { return false };
        let missing: Vec<bool> = elements.iter().map(|element| placeholder.matches(row, element)).collect();
        let mut writer = ArrayWriter::new(out);
        f(row, &elements, &missing, &mut writer);
        writer.finish();
        true
    }))
}

/// `series_fill_forward(series [, placeholder])`
pub(super) fn forward(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    fill(call, 1, |_, elements, missing, writer| {
        let mut last = None;
        for (element, missing) in elements.iter().zip(missing) {
            if !missing {
                last = Some(*element);
            }
            writer.push(last.unwrap_or(element));
        }
    })
}

/// `series_fill_backward(series [, placeholder])`
pub(super) fn backward(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    fill(call, 1, |_, elements, missing, writer| {
        let mut filled = elements.to_vec();
        let mut next = None;
        for (index, element) in filled.iter_mut().enumerate().rev() {
            if !missing[index] {
                next = Some(*element);
            }
            *element = next.unwrap_or(*element);
        }
        writer.extend(filled);
    })
}

/// `series_fill_const(series, value [, placeholder])`
pub(super) fn constant(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let value = BoxedColumn::new(call, 1)?;
    fill(call, 2, |row, elements, missing, writer| {
        let value = value.text_or_null(row);
        writer.extend(elements.iter().zip(missing).map(|(element, missing)| if *missing { value } else { element }));
    })
}

/// `series_fill_linear(series [, placeholder [, fill edges [, constant]]])`: whole series stay whole, cut down.
pub(super) fn linear(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let edges = if call.len() > 2 { Some(call.bools(2)?) } else { None };
    let constant = if call.len() > 3 { Some(BoxedColumn::new(call, 3)?) } else { None };
    fill(call, 1, |row, elements, missing, writer| {
        let known: Vec<(usize, Number)> = (0..elements.len())
            .filter(|index| !missing[*index])
            .filter_map(|index| Some((index, Number::parse(elements[index])?)))
            .collect();
        if known.is_empty() {
            let constant = constant.as_ref().map_or("0.0", |column| column.text_or_null(row));
            elements.iter().for_each(|_| writer.push(constant));
            return;
        }
        let edges = edges.is_none_or(|edges| edges.get(row).unwrap_or(true));
        for (index, element) in elements.iter().enumerate() {
            if missing[index] {
                write_interpolated(index, element, &known, edges, writer);
            } else {
                writer.push(element);
            }
        }
    })
}

fn write_interpolated(
    index: usize,
    element: &str,
    known: &[(usize, Number)],
    edges: bool,
    writer: &mut ArrayWriter<'_>,
) {
    let after = known.partition_point(|(position, _)| *position < index);
    let number = match (after.checked_sub(1).and_then(|before| known.get(before)), known.get(after)) {
        (Some(before), Some(after)) => Some(between(index, *before, *after, known)),
        (Some((_, edge)), None) | (None, Some((_, edge))) if edges => Some(*edge),
        _ => None,
    };
    match number {
        Some(number) => write_number(Some(number), writer.element()),
        None => writer.push(element),
    }
}

fn between(index: usize, before: (usize, Number), after: (usize, Number), known: &[(usize, Number)]) -> Number {
    let share = (index - before.0) as f64 / (after.0 - before.0) as f64;
    let value = before.1.real() + (after.1.real() - before.1.real()) * share;
    let whole = known.iter().all(|(_, number)| matches!(number, Number::Whole(_)));
    if whole { Number::Whole(value as i64) } else { Number::Real(value) }
}

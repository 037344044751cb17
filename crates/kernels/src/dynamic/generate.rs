//! `range` and `repeat`: arrays from a rule.
//!
//! <https://learn.microsoft.com/kusto/query/range-function>, <https://learn.microsoft.com/kusto/query/repeat-function>

use arrow::array::ArrayRef;
use calypso_types::{DateTime, Scalar, ScalarType, TimeSpan, dynamic_text::write_scalar};

use super::ArrayWriter;
use crate::{Call, KernelError, conversion::BoxedColumn};

/// The longest array either function makes; what is beyond is cut.
const ELEMENTS_MAX: i64 = 1 << 20;

/// `range(start, stop [, step])`: the step is 1, of times 1h, if left out.
pub(super) fn range(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let ty = call.type_of(0)?;
    Ok(match ty {
        ScalarType::Real => {
            let (starts, stops) = (call.reals(0)?, call.reals(1)?);
            let steps = if call.len() > 2 { Some(call.reals(2)?) } else { None };
            call.build_dynamics(|row, out| {
                let step = steps.map_or(Some(1.0), |steps| steps.get(row));
                let (Some(start), Some(stop), Some(step)) = (starts.get(row), stops.get(row), step) else {
                    return false;
                };
                write_reals(start, stop, step, out)
            })
        }
        ScalarType::Long | ScalarType::DateTime | ScalarType::TimeSpan => {
            let (starts, stops, steps) = (call.longs(0)?, call.longs(1)?, call.optional_longs(2)?);
            let default = if ty == ScalarType::Long { 1 } else { TimeSpan::HOUR.0 };
            call.build_dynamics(|row, out| {
                let step = steps.map_or(Some(default), |steps| steps.get(row));
                let (Some(start), Some(stop), Some(step)) = (starts.get(row), stops.get(row), step) else {
                    return false;
                };
                write_whole(ty, start, stop, step, out)
            })
        }
        other => {
            let message = format!("values of type {other} make no range");
            return Err(KernelError::Argument { function: "range".to_owned(), message });
        }
    })
}

fn write_reals(start: f64, stop: f64, step: f64, out: &mut String) -> bool {
    if step == 0.0 || step.is_nan() {
        return false;
    }
    let mut writer = ArrayWriter::new(out);
    for index in 0..ELEMENTS_MAX {
        // Multiplying does not pile up the error that adding would.
        let value = start + index as f64 * step;
        if !(step > 0.0 && value <= stop || step < 0.0 && value >= stop) {
            break;
        }
        write_scalar(writer.element(), &Scalar::Real(value));
    }
    writer.finish();
    true
}

fn write_whole(ty: ScalarType, start: i64, stop: i64, step: i64, out: &mut String) -> bool {
    if step == 0 {
        return false;
    }
    let mut writer = ArrayWriter::new(out);
    let mut next = Some(start);
    for _ in 0..ELEMENTS_MAX {
        let Some(value) = next.filter(|v| step > 0 && *v <= stop || step < 0 && *v >= stop) else { break };
        let scalar = match ty {
            ScalarType::DateTime => Scalar::DateTime(DateTime(value)),
            ScalarType::TimeSpan => Scalar::TimeSpan(TimeSpan(value)),
            _ => Scalar::Long(value),
        };
        write_scalar(writer.element(), &scalar);
        next = value.checked_add(step);
    }
    writer.finish();
    true
}

/// `repeat(value, count)`: null of a negative count.
pub(super) fn repeat(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let values = BoxedColumn::new(call, 0)?;
    let counts = call.longs(1)?;
    Ok(call.build_dynamics(|row, out| {
        let Some(count) = counts.get(row).filter(|count| *count >= 0) else { return false };
        let mut writer = ArrayWriter::new(out);
        (0..count.min(ELEMENTS_MAX)).for_each(|_| writer.push(values.text_or_null(row)));
        writer.finish();
        true
    }))
}

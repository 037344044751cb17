//! `bag_pack`, `pack_all`, `pack_array`: values of any type into a bag or an array.
//!
//! <https://learn.microsoft.com/kusto/query/pack-function>

use arrow::array::ArrayRef;
use calypso_types::dynamic_text::{is_null, write_json_string};

use super::ArrayWriter;
use crate::{
    Call, KernelError,
    conversion::{BoxedColumn, TextColumn},
};

/// Names and values in pairs.
struct Members {
    names: Vec<TextColumn>,
    values: Vec<BoxedColumn>,
}

impl Members {
    /// Reads the pairs from argument `first` on.
    fn of(call: &Call<'_>, first: usize) -> Result<Self, KernelError> {
        if !(call.len() - first).is_multiple_of(2) {
            let message = "a key has no value".to_owned();
            return Err(KernelError::Argument { function: "bag_pack".to_owned(), message });
        }
        let pairs = (first..call.len()).step_by(2);
        Ok(Self {
            names: pairs.clone().map(|index| TextColumn::new(call, index)).collect::<Result<_, _>>()?,
            values: pairs.map(|index| BoxedColumn::new(call, index + 1)).collect::<Result<_, _>>()?,
        })
    }

    /// Writes the bag of `row`; of a repeated name the last value counts, at the place of the first.
    fn write(&self, row: usize, keep: impl Fn(&str) -> bool, out: &mut String) -> Result<(), KernelError> {
        let mut members: Vec<(&str, &str)> = Vec::with_capacity(self.names.len());
        for (name, value) in self.names.iter().zip(&self.values) {
            let (name, value) = (name.strings()?.get(row), value.text_or_null(row));
            match members.iter_mut().find(|(known, _)| *known == name) {
                Some(member) => member.1 = value,
                None if keep(value) => members.push((name, value)),
                None => {}
            }
        }
        out.push('{');
        for (index, (name, value)) in members.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_json_string(out, name);
            out.push(':');
            out.push_str(value);
        }
        out.push('}');
        Ok(())
    }
}

fn build(call: &Call<'_>, members: &Members, keep: impl Fn(&str) -> bool) -> Result<ArrayRef, KernelError> {
    let mut error = None;
    let array = call.build_dynamics(|row, out| match members.write(row, &keep, out) {
        Ok(()) => true,
        Err(cause) => {
            error = Some(cause);
            false
        }
    });
    error.map_or(Ok(array), Err)
}

/// `bag_pack(key, value, …)`; the binder brings `bag_pack_columns(…)` to the same form.
pub(super) fn bag_pack(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    build(call, &Members::of(call, 0)?, |_| true)
}

/// `pack_all([ignore])`: the binder appends key and value of every column; `ignore` leaves out null and "".
pub(super) fn pack_all(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let has_flag = call.len() % 2 == 1;
    let ignore = has_flag && call.bools(0)?.get(0).unwrap_or(false);
    let members = Members::of(call, usize::from(has_flag))?;
    build(call, &members, |value| !ignore || !is_null(value) && value != "\"\"")
}

/// `pack_array(value, …)`
pub(super) fn pack_array(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let values = BoxedColumn::all(call, 0)?;
    Ok(call.build_dynamics(|row, out| {
        let mut writer = ArrayWriter::new(out);
        writer.extend(values.iter().map(|value| value.text_or_null(row)));
        writer.finish();
        true
    }))
}

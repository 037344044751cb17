//! `dynamic_to_json`: one text for equal values, properties in order of their names.
//!
//! <https://learn.microsoft.com/kusto/query/dynamic-to-json-function>

use arrow::array::ArrayRef;
use calypso_types::{Dynamic, ScalarType};

use crate::{Call, KernelError, conversion::TextOf};

/// Sorts the properties of every bag inside; the depth of a value is bounded when it is parsed.
fn sort(value: &mut Dynamic) {
    match value {
        Dynamic::Array(items) => items.iter_mut().for_each(sort),
        Dynamic::Bag(members) => {
            members.sort_by(|a, b| a.0.cmp(&b.0));
            members.iter_mut().for_each(|(_, member)| sort(member));
        }
        _ => {}
    }
}

/// Returns the stored text of the value with its properties sorted.
pub(super) fn canonical_text(text: &str) -> String {
    match Dynamic::parse(text) {
        Ok(mut value) => {
            sort(&mut value);
            value.to_text()
        }
        Err(_) => text.to_owned(),
    }
}

/// `dynamic_to_json(value)`: of a type other than dynamic what `tostring()` gives.
pub(super) fn dynamic_to_json(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    if call.type_of(0)? != ScalarType::Dynamic {
        let texts = TextOf::new(call, 0)?;
        return Ok(call.build_strings(|row, out| texts.write(row, out)));
    }
    let texts = call.strings(0)?;
    Ok(call.build_strings(|row, out| {
        if let Some(Ok(mut value)) = texts.get_dynamic(row).map(Dynamic::parse) {
            sort(&mut value);
            value.write_json(out);
        }
    }))
}

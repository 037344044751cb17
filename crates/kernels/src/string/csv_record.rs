//! `parse_csv`: the fields of the first record.
//!
//! <https://learn.microsoft.com/kusto/query/parse-csv-function>

use arrow::array::ArrayRef;
use calypso_types::dynamic_text::write_json_string;

use crate::{Call, KernelError};

/// `parse_csv(record)`: an array of strings.
pub(super) fn parse_csv(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let records = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        for (index, field) in fields(records.get(row)).iter().enumerate() {
            out.push(if index == 0 { '[' } else { ',' });
            write_json_string(out, field);
        }
        out.push(']');
        true
    }))
}

/// Splits the first record; inside quotes everything is text and a doubled quote is one.
fn fields(text: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let Some(field) = fields.last_mut() else { break };
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            ',' if !quoted => fields.push(String::new()),
            '\r' | '\n' if !quoted => break,
            other => field.push(other),
        }
    }
    fields
}

//! `parse_command_line`: splits as Windows' `CommandLineToArgvW` does.
//!
//! <https://learn.microsoft.com/kusto/query/parse-command-line-function>

use arrow::array::ArrayRef;
use calypso_types::dynamic_text::write_json_string;

use crate::{Call, KernelError};

/// `parse_command_line(command line, "windows")`
pub(super) fn parse_command_line(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let lines = call.strings(0)?;
    let parser = call.constant_string(1, "windows")?;
    if !parser.eq_ignore_ascii_case("windows") {
        let message = format!("the parser '{parser}' is not supported; 'windows' is");
        return Err(KernelError::Argument { function: "parse_command_line".to_owned(), message });
    }
    Ok(call.build_dynamics(|row, out| {
        let arguments = split(lines.get(row));
        if arguments.is_empty() {
            return false;
        }
        for (index, argument) in arguments.iter().enumerate() {
            out.push(if index == 0 { '[' } else { ',' });
            write_json_string(out, argument);
        }
        out.push(']');
        true
    }))
}

/// Blanks separate outside quotes; backslashes before a quote count in pairs, the odd one escapes the quote.
fn split(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut current: Option<String> = None;
    let (mut quoted, mut backslashes) = (false, 0);
    for c in line.chars() {
        if c == '\\' {
            backslashes += 1;
            continue;
        }
        if backslashes > 0 {
            let kept = if c == '"' { backslashes / 2 } else { backslashes };
            current.get_or_insert_default().extend(std::iter::repeat_n('\\', kept));
        }
        let escaped = backslashes % 2 == 1;
        backslashes = 0;
        match c {
            '"' if escaped => current.get_or_insert_default().push('"'),
            '"' => {
                quoted = !quoted;
                current.get_or_insert_default();
            }
            ' ' | '\t' if !quoted => arguments.extend(current.take()),
            other => current.get_or_insert_default().push(other),
        }
    }
    if backslashes > 0 {
        current.get_or_insert_default().extend(std::iter::repeat_n('\\', backslashes));
    }
    arguments.extend(current);
    arguments
}

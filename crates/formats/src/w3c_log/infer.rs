//! The columns that the fields of a log would make.

use std::io::Read;

use calypso_columns::Column;

use super::{LogFields, directive_fields};
use crate::{
    Error, Position,
    infer::NamedGuesses,
    limits::{INFER_BYTES_MAX, INFER_RECORDS_MAX},
    window::Window,
};

/// Looks at the first lines of a file.
///
/// # Errors
/// When a line is too large, or reading fails.
pub(crate) fn infer(file: &mut dyn Read) -> Result<Vec<Column>, Error> {
    let mut window = Window::open(file)?;
    let mut guesses = NamedGuesses::default();
    let mut names: Vec<String> = Vec::new();
    let mut fields = LogFields::default();
    for line in 1..=INFER_RECORDS_MAX {
        let at = Position { record: line, line, offset: window.offset() };
        if at.offset > INFER_BYTES_MAX as u64 {
            break;
        }
        let Some(length) = super::line_length(&mut window, at)? else { break };
        let text = &window.data()[..length];
        if let Some(directive) = text.strip_prefix(b"#") {
            if let Some(found) = directive_fields(&String::from_utf8_lossy(directive)) {
                names = found.map(str::to_owned).collect();
                names.iter().for_each(|name| {
                    guesses.of(name);
                });
            }
        } else {
            fields.split(text.strip_suffix(b"\r").unwrap_or(text), at)?;
            for (position, name) in names.iter().enumerate() {
                if let Some(value) = fields.get(text, position) {
                    guesses.of(name).add_text(&value);
                }
            }
        }
        window.consume((length + 1).min(window.data().len()));
    }
    Ok(guesses.into_columns())
}

//! The columns that delimited fields would make.

use std::io::Read;

use calypso_columns::Column;

use super::{Fields, splitter};
use crate::{
    DataFormat, Error,
    infer::Guess,
    limits::{INFER_BYTES_MAX, INFER_RECORDS_MAX},
    window::Window,
};

/// Looks at the first records of a file, of which the very first may be names.
///
/// # Errors
/// When a record is malformed or too large, or reading fails.
pub(crate) fn infer(file: &mut dyn Read, format: DataFormat, has_names: bool) -> Result<Vec<Column>, Error> {
    let mut window = Window::open(file)?;
    let mut splitter = splitter(format);
    let mut fields = Fields::default();
    let mut names: Vec<String> = Vec::new();
    let mut guesses: Vec<Guess> = Vec::new();
    for record in 1..=INFER_RECORDS_MAX {
        fields.forget(&mut window);
        if window.offset() > INFER_BYTES_MAX as u64 || !splitter.next(&mut window, &mut fields, record)? {
            break;
        }
        let count = fields.len();
        fields.end_record(record);
        let values = fields.decoded(&window);
        let texts = (0..count).filter_map(|field| values.fields(field).next().flatten());
        if record == 1 && has_names && format != DataFormat::Raw {
            names = texts.map(|name| name.trim().to_owned()).collect();
            continue;
        }
        guesses.resize(guesses.len().max(count), Guess::default());
        if matches!(format, DataFormat::Txt | DataFormat::Raw) {
            continue;
        }
        for (guess, text) in guesses.iter_mut().zip(texts) {
            guess.add_text(&text);
        }
    }
    guesses.resize(guesses.len().max(names.len()), Guess::default());
    let name = |position: usize| match names.get(position) {
        Some(name) if !name.is_empty() => name.clone(),
        _ => format!("Column{}", position + 1),
    };
    Ok(guesses.into_iter().enumerate().map(|(position, guess)| Column::new(name(position), guess.ty())).collect())
}

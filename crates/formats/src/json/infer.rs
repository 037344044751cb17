//! The columns that properties of records would make.

use std::io::Read;

use calypso_columns::{Column, Strings};
use calypso_model::{ColumnMapping, IngestionMapping, MappingKind};
use calypso_types::{ScalarType, dynamic_text};

use crate::{DataFormat, Error, Ingestion, infer::NamedGuesses, ingestion::read, limits::INFER_RECORDS_MAX};

/// Looks at the first records of a file.
///
/// # Errors
/// When a record is malformed where the format does not leave it out, none is well formed, or reading fails.
pub(crate) fn infer(file: &mut dyn Read, format: DataFormat) -> Result<Vec<Column>, Error> {
    let columns = [Column::new("record", ScalarType::Dynamic)];
    let element = ColumnMapping {
        column: "record".to_owned(),
        data_type: None,
        ordinal: None,
        path: Some("$".to_owned()),
        const_value: None,
        transform: None,
    };
    let mapping = IngestionMapping {
        name: String::new(),
        kind: MappingKind::Json,
        columns: vec![element],
        text: String::new(),
        last_updated_on: 0,
    };
    let mut ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(format, &columns) };
    ingestion.options.record_limit = Some(INFER_RECORDS_MAX);
    let mut guesses = NamedGuesses::default();
    read(file, &ingestion, &mut |batch| {
        let Some(records) = Strings::new(batch.column(0), false) else { return Ok(()) };
        for record in (0..batch.num_rows()).filter_map(|row| records.get_dynamic(row)) {
            for (name, value) in dynamic_text::members(record) {
                guesses.of(&name).add_stored(value);
            }
        }
        Ok(())
    })?;
    Ok(guesses.into_columns())
}

//! What becomes of a table before data from sources goes into it: `extend_schema`, `folder` and `docstring`.
//!
//! <https://learn.microsoft.com/kusto/management/data-ingestion/ingest-from-query> has it that a schema changes with a
//! transaction of its own, which stays when the ingestion fails.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use calypso_catalog::CommitEvent;
use calypso_columns::Column;
use calypso_formats::infer_columns;
use calypso_model::{Change, MappingKind, Table};
use calypso_types::ScalarType;

use super::{Reading, Source, SourceIngestion, open};
use crate::{
    App, AppError, Cancellation, error_sources,
    table_definition::{ColumnSpec, merge_columns},
};

impl SourceIngestion {
    /// Makes the table ready for the data. Returns for each source why it does not fit, if so.
    ///
    /// # Errors
    /// When the table is gone or the change is not stored.
    pub(crate) async fn prepare_table(
        &mut self,
        app: &App,
        cancel: &Cancellation,
        event: CommitEvent,
    ) -> Result<Vec<Result<(), AppError>>, AppError> {
        let properties = &self.properties;
        if !properties.extend_schema && properties.folder.is_none() && properties.docstring.is_none() {
            return Ok(vec![Ok(()); self.sources.len()]);
        }
        let mut found = FoundColumns::default();
        let mut outcomes = Vec::with_capacity(self.sources.len());
        for source in &self.sources {
            let outcome =
                if properties.extend_schema { self.look(app, cancel, source, &mut found).await } else { Ok(()) };
            outcomes.push(outcome);
        }
        self.table = app
            .catalog
            .update(event, |state| {
                let known = state.table_by_id(self.table.id).map(|(_, table)| table);
                let known = known.ok_or_else(|| AppError::table_not_found(&self.database.name, &self.table.name))?;
                let mut table = Table::clone(known);
                found.extend(&mut table)?;
                properties.describe(&mut table);
                let changed = table != **known;
                let table = Arc::new(table);
                let changes = if changed { vec![Change::PutTable(table.clone())] } else { Vec::new() };
                Ok::<_, AppError>((changes, table))
            })
            .await?;
        Ok(outcomes)
    }

    /// Finds the columns of a source. One that cannot extend the table by itself leaves nothing among those of the
    /// others.
    async fn look(
        &self,
        app: &App,
        cancel: &Cancellation,
        source: &Source,
        found: &mut FoundColumns,
    ) -> Result<(), AppError> {
        let reading = self.reading(app, source)?;
        let by_position = reading.mapping.is_none() && reading.format.mapping_kind() == Some(MappingKind::Csv);
        let columns = infer(app, cancel, source, reading).await?;
        let mut alone = FoundColumns::default();
        alone.add(columns.clone(), by_position);
        alone.extend(&mut Table::clone(&self.table))?;
        found.add(columns, by_position);
        Ok(())
    }
}

async fn infer(app: &App, cancel: &Cancellation, source: &Source, reading: Reading) -> Result<Vec<Column>, AppError> {
    let permit = app.readers.clone().acquire_owned().await;
    // A mapping says it all, unless the types are in the file.
    let told = reading.mapping.is_some() && !reading.format.is_compact();
    let source = if told { Source::Inline(Bytes::new()) } else { source.clone() };
    let body = open(app, cancel, source).await?;
    let inferring = tokio::task::spawn_blocking(move || {
        let columns = infer_columns(body, &reading.ingestion(&[]));
        drop(permit);
        columns
    });
    match inferring.await {
        Ok(columns) => Ok(columns?),
        Err(error) => {
            error_sources::log(&error);
            Err(AppError::internal("Looking at the columns of the source failed."))
        }
    }
}

/// The columns that sources have, whether or not the table has them.
#[derive(Default)]
struct FoundColumns {
    /// Of sources whose fields go to the columns by position: at most the ones behind the table's are new.
    by_position: Vec<ColumnSpec>,
    by_name: Vec<ColumnSpec>,
    /// Where each name is in `by_name`.
    places: HashMap<String, usize>,
}

impl FoundColumns {
    /// Adds the columns of one source. A column of which sources say different things gets a type for all of them.
    fn add(&mut self, columns: Vec<Column>, by_position: bool) {
        for (position, column) in columns.into_iter().enumerate() {
            let known = if by_position {
                self.by_position.get_mut(position)
            } else {
                self.places.get(&column.name).and_then(|place| self.by_name.get_mut(*place))
            };
            if let Some((_, ty)) = known {
                *ty = common_type(*ty, column.ty);
            } else if by_position {
                self.by_position.push((column.name, column.ty));
            } else {
                self.places.insert(column.name.clone(), self.by_name.len());
                self.by_name.push((column.name, column.ty));
            }
        }
    }

    /// Adds to `table`, at its end, what it lacks. Columns that it has keep their types.
    ///
    /// # Errors
    /// When a name cannot be a column's, a further field has the name of a column, or the columns become too many.
    fn extend(&self, table: &mut Table) -> Result<(), AppError> {
        let further = self.by_position.get(table.columns.len()..).unwrap_or_default();
        if let Some((name, _)) = further.iter().find(|(name, _)| table.column(name).is_some()) {
            return Err(AppError::already_exists("Column", name));
        }
        add(table, further)?;
        let lacking = self.by_name.iter().filter(|(name, _)| table.column(name).is_none());
        let lacking: Vec<_> = lacking.cloned().collect();
        add(table, &lacking)
    }
}

fn add(table: &mut Table, columns: &[ColumnSpec]) -> Result<(), AppError> {
    if columns.is_empty() { Ok(()) } else { merge_columns(table, columns).map(drop) }
}

/// Returns a type that has the values of both.
fn common_type(a: ScalarType, b: ScalarType) -> ScalarType {
    use ScalarType::{Int, Long, Real};
    match (a, b) {
        (a, b) if a == b => a,
        (Int, Long) | (Long, Int) => Long,
        (Int | Long, Real) | (Real, Int | Long) => Real,
        _ => ScalarType::String,
    }
}

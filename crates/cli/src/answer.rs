//! What came of a statement, as it is shown: results, and what the query wants drawn.

use calypso_types::Scalar;
use kusto_data::{Dataset, Error, Table};

use crate::{chart::Visualization, connect::Connection, statement::Statement};

/// What a query wants drawn is the value of this property.
const VISUALIZATION: &str = "Visualization";

/// Runs a query or command.
///
/// # Errors
/// As the SDK's; [`Error::partial_results`] has what came before one.
pub(crate) async fn execute(
    connection: &Connection,
    statement: &Statement,
    properties: &kusto_data::ClientRequestProperties,
) -> Result<Dataset, Error> {
    let Connection { client, database } = connection;
    if statement.is_command() {
        client.execute_command(database, statement.text(), Some(properties)).await
    } else {
        client.execute_query(database, statement.text(), Some(properties)).await
    }
}

/// Returns the results of an answer.
pub(crate) fn results(dataset: &Dataset) -> Vec<&Table> {
    dataset.primary_results().collect()
}

/// Returns what the query wants drawn.
pub(crate) fn visualization(dataset: &Dataset) -> Option<Visualization> {
    let properties = dataset.query_properties()?;
    properties.iter().find_map(|row| {
        // V1 answers have the value alone.
        let is_other = row.get("Key").is_some_and(|key| key.to_text() != VISUALIZATION);
        match row.get("Value").filter(|_| !is_other)? {
            Scalar::Dynamic(value) => Visualization::of_property(value),
            Scalar::String(text) => Visualization::read(text),
            _ => None,
        }
    })
}

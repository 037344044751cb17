//! Asks the service for names: databases, tables with their columns, functions, and its version.

use calypso_types::Scalar;
use kusto_data::{Dataset, Error};

use crate::{connect::Connection, language::Schema};

/// Returns the names of the connection's database and of all databases.
pub(super) async fn schema(connection: &Connection) -> Result<Schema, Error> {
    let database = calypso_types::kql_string(&connection.database);
    let command = format!(".show database [{database}] schema as json");
    let answer = connection.client.execute_command(&connection.database, &command, None).await?;
    let text = first(&answer, "DatabaseSchema").map(Scalar::to_text).unwrap_or_default();
    let mut schema = Schema::read(&text);
    schema.databases = databases(connection).await?;
    Ok(schema)
}

/// Returns the names of all databases.
pub(super) async fn databases(connection: &Connection) -> Result<Vec<String>, Error> {
    let answer = connection.client.execute_command(&connection.database, ".show databases", None).await?;
    let rows = answer.primary().into_iter().flat_map(|table| table.iter().collect::<Vec<_>>());
    Ok(rows.filter_map(|row| row.get("DatabaseName").map(Scalar::to_text)).collect())
}

/// Returns what the service calls itself.
pub(super) async fn version(connection: &Connection) -> Result<String, Error> {
    let answer = connection.client.execute_command(&connection.database, ".show version", None).await?;
    let told = |column| first(&answer, column).map(Scalar::to_text).unwrap_or_default();
    Ok([told("ServiceType"), told("BuildVersion")].join(" ").trim().to_owned())
}

fn first<'a>(answer: &'a Dataset, column: &str) -> Option<&'a Scalar> {
    answer.primary()?.value(0, column)
}

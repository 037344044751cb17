//! A query with a parameter, its rows as structs.
//!
//! `cargo run -p kusto-data --example query -- http://localhost:8080`
#![allow(clippy::print_stdout)]

use std::error::Error;

use kusto_data::{Client, ClientRequestProperties, ConnectionStringBuilder, DateTime};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Reading {
    at: DateTime,
    device: String,
    value: Option<f64>,
}

/// Asks for the readings of one device.
pub(crate) async fn run(connection: ConnectionStringBuilder) -> Result<usize, Box<dyn Error>> {
    let client = Client::new(connection)?;
    let properties = ClientRequestProperties::new()
        .with_application("query example")
        .with_query_take_max_records(100)
        .with_parameter("wanted", "kitchen");
    let query = "declare query_parameters(wanted: string);
        datatable(at: datetime, device: string, value: real) [
            datetime(2026-01-01 08:00), 'kitchen', 19.5,
            datetime(2026-01-01 08:05), 'attic', 4.25,
            datetime(2026-01-01 08:10), 'kitchen', real(null),
        ]
        | where device == wanted";
    let answer = client.execute_query("", query, Some(&properties)).await?;
    let readings: Vec<Reading> = answer.primary_rows()?;
    for Reading { at, device, value } in &readings {
        println!("{at} {device} {value:?}");
    }
    Ok(readings.len())
}

#[tokio::main]
#[allow(dead_code, reason = "a test runs the rest")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "http://localhost:8080".to_owned());
    run(ConnectionStringBuilder::new(&url)?).await.map(drop)
}

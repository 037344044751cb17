//! Results in Arrow's form, batch by batch.
//!
//! `cargo run -p kusto-data --example record_batches -- http://localhost:8080`
#![allow(clippy::print_stdout)]

use std::error::Error;

use futures::TryStreamExt as _;
use kusto_data::{Client, ConnectionStringBuilder, DateTimeAs, RecordBatchOptions};

/// Reads batches; returns how many rows they have.
pub(crate) async fn run(connection: ConnectionStringBuilder) -> Result<usize, Box<dyn Error>> {
    let client = Client::new(connection)?;
    let query = "range n from 1 to 50000 step 1 | extend at = datetime(2026-01-01) + n * 1s";
    let options = RecordBatchOptions::default().with_datetime_as(DateTimeAs::Nanoseconds);
    let mut batches = client.execute_streaming("", query, None).await?.record_batches(options);
    let mut count = 0;
    while let Some(batch) = batches.try_next().await? {
        println!("{} rows of {} columns", batch.num_rows(), batch.num_columns());
        count += batch.num_rows();
    }
    Ok(count)
}

#[tokio::main]
#[allow(dead_code, reason = "a test runs the rest")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "http://localhost:8080".to_owned());
    run(ConnectionStringBuilder::new(&url)?).await.map(drop)
}

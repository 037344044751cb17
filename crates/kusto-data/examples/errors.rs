//! What may go wrong, and what a program does about it.
//!
//! `cargo run -p kusto-data --example errors -- http://localhost:8080`
#![allow(clippy::print_stdout)]

use std::error::Error as StdError;

use kusto_data::{Client, ClientRequestProperties, ConnectionStringBuilder, Error, ErrorKind};

/// Asks for what is not there and for too much; returns how many rows came all the same.
pub(crate) async fn run(connection: ConnectionStringBuilder) -> Result<usize, Box<dyn StdError>> {
    let client = Client::new(connection)?;
    let Err(error) = client.execute_query("", "NoSuchTable | take 1", None).await else {
        return Err("a table that is not there has rows".into());
    };
    println!("{error} (code {:?}, permanent: {})", error.code(), error.is_permanent());

    let little = ClientRequestProperties::new().with_truncation_max_records(10);
    let answer = match client.execute_query("", "range n from 1 to 100 step 1", Some(&little)).await {
        // The rows before the failure are there.
        Err(error) if error.kind() == ErrorKind::PartialFailure => {
            println!("{error}");
            error.into_partial_results().map_err(Box::<Error>::new)?
        }
        answer => answer?,
    };
    Ok(answer.primary().map_or(0, |table| table.row_count()))
}

#[tokio::main]
#[allow(dead_code, reason = "a test runs the rest")]
async fn main() -> Result<(), Box<dyn StdError>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "http://localhost:8080".to_owned());
    run(ConnectionStringBuilder::new(&url)?).await.map(drop)
}

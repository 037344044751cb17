//! A result of any size, read as it comes.
//!
//! `cargo run -p kusto-data --example streaming_query -- http://localhost:8080`
#![allow(clippy::print_stdout)]

use std::error::Error;

use futures::TryStreamExt as _;
use kusto_data::{Client, ClientRequestProperties, ConnectionStringBuilder};

/// Adds up a column of many rows without holding them.
pub(crate) async fn run(connection: ConnectionStringBuilder) -> Result<i64, Box<dyn Error>> {
    let client = Client::new(connection)?;
    let properties = ClientRequestProperties::new().with_no_truncation(true);
    let query = "range n from 1 to 100000 step 1 | extend label = strcat('row ', n)";
    let mut rows = client.execute_streaming("", query, Some(&properties)).await?.rows::<(i64, String)>();
    let mut sum = 0;
    while let Some((n, _label)) = rows.try_next().await? {
        sum += n;
    }
    println!("the sum is {sum}");
    Ok(sum)
}

#[tokio::main]
#[allow(dead_code, reason = "a test runs the rest")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "http://localhost:8080".to_owned());
    run(ConnectionStringBuilder::new(&url)?).await.map(drop)
}

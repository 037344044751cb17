//! The real service: Microsoft's sample database, as whoever is signed in to the Azure CLI (`az login`).
//!
//! `cargo run -p kusto-data --example azure_data_explorer`
#![allow(clippy::print_stdout)]

use std::error::Error;

use kusto_data::{Client, ConnectionStringBuilder};

/// Asks for the states with most storms.
pub(crate) async fn run(connection: ConnectionStringBuilder) -> Result<(), Box<dyn Error>> {
    let client = Client::new(connection)?;
    let query = "StormEvents | summarize storms = count() by State | top 5 by storms";
    let answer = client.execute_query("Samples", query, None).await?;
    for (state, storms) in answer.primary_rows::<(String, i64)>()? {
        println!("{state}: {storms}");
    }
    Ok(())
}

#[tokio::main]
#[allow(dead_code, reason = "a test compiles the rest")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(ConnectionStringBuilder::new("https://help.kusto.windows.net")?.with_azure_cli()).await
}

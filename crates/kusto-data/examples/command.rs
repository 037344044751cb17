//! Management commands: a table is made, looked at and dropped.
//!
//! `cargo run -p kusto-data --example command -- http://localhost:8080`
#![allow(clippy::print_stdout)]

use std::error::Error;

use kusto_data::{Client, ConnectionStringBuilder};

/// Makes a table; returns the names of its columns.
pub(crate) async fn run(connection: ConnectionStringBuilder) -> Result<Vec<String>, Box<dyn Error>> {
    let client = Client::new(connection)?;
    client.execute_command("", ".create table ExampleOfCommands (at: datetime, device: string)", None).await?;
    // `execute` tells commands from queries by their dot.
    let answer = client.execute("", "ExampleOfCommands | getschema | project ColumnName", None).await?;
    let names: Vec<String> = answer.primary_rows()?;
    println!("{names:?}");
    client.execute_command("", ".drop table ExampleOfCommands", None).await?;
    Ok(names)
}

#[tokio::main]
#[allow(dead_code, reason = "a test runs the rest")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "http://localhost:8080".to_owned());
    run(ConnectionStringBuilder::new(&url)?).await.map(drop)
}

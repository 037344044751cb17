//! Load generator for streaming ingestion: many connections, one body, HTTP/1.1 keep-alive, nothing else on the path.
//!
//! Prints one line: requests per second, rows per second, megabytes per second, p50, p99, errors.

mod connection;
mod tally;

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use clap::Parser;
use tokio::time::Instant;

use crate::{connection::Connection, tally::Tally};

/// Streams the same body again and again and tells how fast the server acknowledged it.
#[derive(Debug, Parser)]
struct Arguments {
    /// Address of the server's http listener.
    #[arg(long, default_value = "127.0.0.1:8080")]
    address: SocketAddr,
    #[arg(long, default_value = "NetDefaultDB")]
    database: String,
    #[arg(long)]
    table: String,
    /// Bytes of each body, rounded to whole rows.
    #[arg(long, default_value_t = 1024)]
    body_bytes: usize,
    #[arg(long, default_value_t = 1)]
    connections: usize,
    /// Measured time; as much again divided by four is spent before it, unmeasured.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// Bytes of a row of the body: a number, a comma, a text, a line end.
const ROW_BYTES: usize = 128;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let rows = (arguments.body_bytes / ROW_BYTES).max(1);
    let body = body(rows);
    let path = format!("/v1/rest/ingest/{}/{}?streamFormat=csv", arguments.database, arguments.table);
    let request = connection::request(&path, &body);
    let measured = Duration::from_secs(arguments.seconds);
    let warm_until = Instant::now() + measured / 4;
    let end = warm_until + measured;
    let mut tasks = Vec::new();
    for _ in 0..arguments.connections {
        let connection = Connection::open(arguments.address).await.context("the server is not reachable")?;
        tasks.push(tokio::spawn(send_until(connection, request.clone(), warm_until, end)));
    }
    let mut total = Tally::default();
    for task in tasks {
        total.add(task.await??);
    }
    report(&arguments, &mut total, rows, body.len());
    Ok(())
}

/// Sends the request until the end; what is answered before `warm_until` does not count.
async fn send_until(
    mut connection: Connection,
    request: Vec<u8>,
    warm_until: Instant,
    end: Instant,
) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    loop {
        let started = Instant::now();
        if started >= end {
            return Ok(tally);
        }
        let status = connection.exchange(&request).await?;
        if started >= warm_until {
            tally.count(status, started.elapsed());
        }
    }
}

fn body(rows: usize) -> Vec<u8> {
    let mut body = Vec::with_capacity(rows * ROW_BYTES);
    for row in 0..rows {
        let number = format!("{row:08},");
        body.extend_from_slice(number.as_bytes());
        body.extend(std::iter::repeat_n(b'x', ROW_BYTES - number.len() - 1));
        body.push(b'\n');
    }
    body
}

#[expect(clippy::print_stdout, reason = "the line is what the program is for")]
fn report(arguments: &Arguments, total: &mut Tally, rows: usize, body_bytes: usize) {
    let per_second = total.acknowledged() as f64 / arguments.seconds as f64;
    println!(
        "{:>7} B x {:>3} connections: {:>8.0} requests/s {:>9.0} rows/s {:>7.1} MB/s  p50 {:>7.2} ms  p99 {:>7.2} ms  {} errors{}",
        body_bytes,
        arguments.connections,
        per_second,
        per_second * rows as f64,
        per_second * body_bytes as f64 / 1e6,
        total.percentile(0.50).as_secs_f64() * 1e3,
        total.percentile(0.99).as_secs_f64() * 1e3,
        total.errors(),
        total.error_summary(),
    );
}

//! Ingests through the Rust SDK and tells what that took: `bench/sdk.py` runs it beside the same in Python.
//!
//! Prints one line of JSON: how many requests or bytes, seconds, seconds of processor time, peak memory.

mod usage;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use futures::future::try_join_all;
use kusto_ingest::{
    IngestClient as _, IngestionOutcome, IngestionProperties, ManagedStreamingIngestClient, QueuedIngestClient, Source,
};
use serde_json::json;
use tokio::time::{Duration, Instant};

use crate::usage::Usage;

/// As in the server and in `calypso ingest`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bytes of a row: a number, a comma, a text, a line end.
const ROW_BYTES: usize = 128;

#[derive(Debug, Parser)]
struct Arguments {
    #[arg(long, default_value = "http://localhost:8080")]
    cluster: String,
    #[arg(long, default_value = "NetDefaultDB")]
    database: String,
    #[arg(long)]
    table: String,
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, Subcommand)]
enum Work {
    /// Managed streaming of small bodies.
    Managed {
        #[arg(long, default_value_t = 1024)]
        body_bytes: usize,
        /// Calls under way at once.
        #[arg(long, default_value_t = 8)]
        parallel: usize,
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// Queued ingestion of a file: until its message is posted.
    Upload {
        file: PathBuf,
        /// Send the file as it is.
        #[arg(long)]
        plain: bool,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let properties = IngestionProperties::new(&arguments.database, &arguments.table);
    match &arguments.work {
        Work::Managed { body_bytes, parallel, seconds } => {
            managed(&arguments.cluster, &properties, body(*body_bytes), *parallel, *seconds).await
        }
        Work::Upload { file, plain } => {
            let source = Source::file(file);
            let source = if *plain { source.without_compression() } else { source };
            upload(&arguments.cluster, &properties, source, std::fs::metadata(file)?.len()).await
        }
    }
}

async fn managed(
    cluster: &str,
    properties: &IngestionProperties,
    body: Vec<u8>,
    parallel: usize,
    seconds: u64,
) -> anyhow::Result<()> {
    let client = ManagedStreamingIngestClient::new(cluster)?;
    // Whatever is only done once is not measured.
    client.ingest(Source::bytes(body.clone()), properties).await?;
    let (before, end) = (Usage::now()?, Instant::now() + Duration::from_secs(seconds));
    let calls = try_join_all((0..parallel).map(|_| async {
        let mut count = 0_u64;
        while Instant::now() < end {
            let result = client.ingest(Source::bytes(body.clone()), properties).await?;
            anyhow::ensure!(matches!(result.outcome, IngestionOutcome::Streamed { .. }), "a body was queued");
            count += 1;
        }
        Ok(count)
    }));
    let requests: u64 = calls.await?.into_iter().sum();
    report("requests", requests, &before)
}

async fn upload(cluster: &str, properties: &IngestionProperties, source: Source, bytes: u64) -> anyhow::Result<()> {
    let client = QueuedIngestClient::new(cluster)?;
    let before = Usage::now()?;
    client.ingest(source, properties).await?;
    report("bytes", bytes, &before)
}

fn body(bytes: usize) -> Vec<u8> {
    let rows = (bytes / ROW_BYTES).max(1);
    let text = |row: usize| format!("{row:08},{}\n", "x".repeat(ROW_BYTES - 10));
    (0..rows).map(text).collect::<String>().into_bytes()
}

#[expect(clippy::print_stdout, reason = "the line is what the program is for")]
fn report(what: &str, count: u64, before: &Usage) -> anyhow::Result<()> {
    let after = Usage::now()?;
    let line = json!({
        what: count,
        "seconds": (after.at - before.at).as_secs_f64(),
        "processor_seconds": after.processor_seconds - before.processor_seconds,
        "peak_megabytes": after.peak_megabytes,
    });
    println!("{line}");
    Ok(())
}

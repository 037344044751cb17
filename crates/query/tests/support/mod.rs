//! Runs a query over an empty catalog and prints its results as text.

use std::sync::Arc;

use calypso_columns::scalar_at;
use calypso_kernels::EvalContext;
use calypso_model::ClusterState;
use calypso_query::{EngineSettings, QueryEngine, TableSnapshot, TableSource};
use calypso_semantics::{GlobalState, bind, bound::TableRef};
use calypso_types::DateTime;
use futures::StreamExt as _;

struct NoTables;

impl TableSource for NoTables {
    fn table(&self, _table: &TableRef) -> Option<Arc<dyn TableSnapshot>> {
        None
    }
}

/// Runs `text` and returns every result: a header line, then a line per row, values separated by `|`.
pub(crate) fn run(text: &str) -> Result<Vec<Vec<String>>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    runtime.block_on(run_async(text))
}

async fn run_async(text: &str) -> Result<Vec<Vec<String>>, String> {
    let parsed = calypso_syntax::parse(text);
    if let Some(error) = parsed.diagnostics.first() {
        return Err(format!("{:?}: {}", error.code, error.message));
    }
    let globals =
        GlobalState { cluster: Arc::new(ClusterState::default()), database: "db".to_owned(), ..GlobalState::default() };
    let binding = bind(&parsed.script, &globals);
    if let Some(error) = binding.diagnostics.first() {
        return Err(format!("{:?}: {}", error.code, error.message));
    }
    let settings = EngineSettings { memory_bytes_max: 1 << 30, spill_directory: std::env::temp_dir(), threads: 2 };
    let engine = QueryEngine::new(&settings).map_err(|e| e.to_string())?;
    let context = Arc::new(EvalContext {
        now: DateTime::UNIX_EPOCH,
        database: "db".to_owned(),
        cluster: "http://localhost".to_owned(),
        principal: "anonymous".to_owned(),
        random: Arc::new(|| 4),
    });
    let tables: Arc<dyn TableSource> = Arc::new(NoTables);
    let binding = engine
        .complete(binding, &Arc::new(parsed.script), &Arc::new(globals), &tables, &context)
        .await
        .map_err(|e| e.to_string())?;
    if let Some(error) = binding.diagnostics.first() {
        return Err(format!("{:?}: {}", error.code, error.message));
    }
    let run = engine.run(binding.script.results, tables, context).await.map_err(|e| e.to_string())?;
    let mut results = Vec::new();
    for mut result in run.results {
        let header: Vec<String> = result.columns.iter().map(|c| format!("{}:{}", c.name, c.ty)).collect();
        let mut lines = vec![header.join("|")];
        let columns = result.columns.clone();
        while let Some(batch) = result.next().await {
            let batch = batch.map_err(|e| e.to_string())?;
            for row in 0..batch.num_rows() {
                let values: Vec<String> = columns
                    .iter()
                    .enumerate()
                    .map(|(i, c)| {
                        let value = scalar_at(batch.column(i), c.ty, row);
                        if value.is_null() { "null".to_owned() } else { value.to_text() }
                    })
                    .collect();
                lines.push(values.join("|"));
            }
        }
        results.push(lines);
    }
    Ok(results)
}

//! What to do after the tutorial.

use std::path::Path;

use super::page::Page;

const NEXT_STEPS: &str = r#"calypso serve                                   a server that keeps its data, in ./calypso-data
calypso query 'print now()'                     asks it; commands begin with a dot: '.show tables'
calypso repl                                    an interactive shell: completion, history, charts
calypso ingest --table MyStormEvents FILE.csv   streams a file into a table

Connection string of the SDKs: Data Source=http://localhost:8080;Initial Catalog=NetDefaultDB

Python, after `pip install azure-kusto-data`:

  from azure.kusto.data import KustoClient
  client = KustoClient("http://localhost:8080")
  for row in client.execute("NetDefaultDB", "print Hello = 'world'").primary_results[0]:
      print(row["Hello"])

The query language: https://learn.microsoft.com/kusto/query/
"#;

/// Prints them; `kept` is the tutorial's data directory if it stays.
pub(super) fn write(kept: Option<&Path>, page: &mut Page) -> anyhow::Result<()> {
    page.line("What to do next\n")?;
    if let Some(dir) = kept {
        page.block(&format!("calypso serve --data-dir {}\n\n", dir.display()))?;
    }
    page.block(NEXT_STEPS)
}

//! The steps of the tutorial: create, stream, query.

use std::time::Instant;

use anyhow::{bail, ensure};

use super::{
    page::{Page, told},
    sample::{COLUMNS, Sample},
};
use calypso_cli::{connect::Connection, explanation::explain, layout::Format};
use calypso_types::Scalar;
use kusto_data::{Dataset, Error, StreamBody, StreamingIngestRequest};

const TABLE: &str = "MyStormEvents";
const COUNT: &str = "MyStormEvents\n| count";
/// What is asked after the count, and how its result reads best.
const QUESTIONS: [(&str, &str, Format); 3] = [
    ("The most recent event", "MyStormEvents\n| top 1 by EndTime", Format::Vertical),
    (
        "The five states with the most events",
        "MyStormEvents\n| summarize Events = count(), PropertyDamage = sum(DamageProperty) by State\n| top 5 by Events",
        Format::Table,
    ),
    (
        "Into the dynamic column, by month",
        "MyStormEvents\n\
         | extend Description = tostring(StormSummary.Details.Description)\n\
         | where Description has \"hail\"\n\
         | summarize HailReports = count(), Damages = sum(tolong(StormSummary.TotalDamages)) by Month = startofmonth(StartTime)\n\
         | top 3 by HailReports",
        Format::Table,
    ),
];

/// The tutorial on a running server.
pub(super) struct Tutorial<'a> {
    pub(super) connection: Connection,
    pub(super) page: &'a mut Page,
}

impl Tutorial<'_> {
    pub(super) async fn run(mut self, url: &str, sample: Sample) -> anyhow::Result<()> {
        self.page.line(&format!("Calypso {}: a temporary server on {url}", env!("CARGO_PKG_VERSION")))?;
        if cfg!(debug_assertions) {
            self.page.line("(This is a build for development: a release build is several times faster.)")?;
        }
        self.create_table().await?;
        let rows = self.stream(sample).await?;
        self.query(rows).await
    }

    async fn create_table(&mut self) -> anyhow::Result<()> {
        self.page.line("\n1. Create a table and allow streaming into it\n")?;
        let columns: Vec<String> = COLUMNS.iter().map(|(name, ty)| format!("    {name}: {ty}")).collect();
        let commands = [
            format!(".create table {TABLE} (\n{})", columns.join(",\n")),
            format!(".alter table {TABLE} policy streamingingestion enable"),
        ];
        for command in commands {
            self.page.block(&command)?;
            let started = Instant::now();
            self.execute(&command).await?;
            self.page.block(&format!("-- {}\n\n", told(started.elapsed())))?;
        }
        Ok(())
    }

    /// Streams the sample; returns how many rows the server says it took.
    async fn stream(&mut self, sample: Sample) -> anyhow::Result<u64> {
        self.page.line(&format!("2. Stream {}\n", sample.description()))?;
        let (mut rows, mut requests) = (0, 0);
        let started = Instant::now();
        for bytes in sample.into_bodies() {
            let request = StreamingIngestRequest::new(TABLE, "csv", StreamBody::Bytes(bytes))
                .with_database(&self.connection.database);
            let streamed = self.connection.client.stream_ingest(request).await.map_err(|error| failed(&error, None))?;
            let count = streamed.primary().and_then(|table| table.value(0, "ConsumedRecordsCount"));
            if let Some(Scalar::Long(count)) = count {
                rows += u64::try_from(*count).unwrap_or(0);
            }
            requests += 1;
        }
        let (elapsed, plural) = (told(started.elapsed()), if requests == 1 { "" } else { "s" });
        self.page.block(&format!("POST /v1/rest/ingest/{}/{TABLE}?streamFormat=csv", self.connection.database))?;
        self.page.block(&format!(
            "-- {rows} rows on disk and visible to queries after {elapsed}, {requests} request{plural}"
        ))?;
        ensure!(rows > 0, "the server took no row");
        Ok(rows)
    }

    async fn query(&mut self, rows: u64) -> anyhow::Result<()> {
        self.page.line("\n3. Query\n")?;
        let answer = self.ask("How many", COUNT, Format::Table).await?;
        let count = answer.single_value().map(Scalar::to_text);
        if count != Some(rows.to_string()) {
            bail!("{rows} rows were streamed, but the query counts {count:?}");
        }
        for (title, query, format) in QUESTIONS {
            self.ask(title, query, format).await?;
        }
        Ok(())
    }

    async fn ask(&mut self, title: &str, query: &str, format: Format) -> anyhow::Result<Dataset> {
        self.page.block(&format!("// {title}\n{query}\n\n"))?;
        let started = Instant::now();
        let answer = self.execute(query).await?;
        let elapsed = told(started.elapsed());
        self.page.results(&answer, format)?;
        self.page.block(&format!("-- {elapsed}\n\n"))?;
        Ok(answer)
    }

    async fn execute(&self, text: &str) -> anyhow::Result<Dataset> {
        let Connection { client, database } = &self.connection;
        client.execute(database, text, None).await.map_err(|error| failed(&error, Some(text)))
    }
}

fn failed(error: &Error, statement: Option<&str>) -> anyhow::Error {
    anyhow::Error::msg(explain(error, statement))
}

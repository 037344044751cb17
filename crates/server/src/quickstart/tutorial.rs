//! The steps of the tutorial: create, stream, query.

use std::time::Instant;

use anyhow::{bail, ensure};
use calypso_clock::{Ids as _, RandomIds};

use super::{
    page::{Page, told},
    sample::{COLUMNS, Sample},
};
use crate::client::{
    Answer, Client, ClientError, Retries, Statement, StreamBody, StreamRequest, explain, layout::Format,
};

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
    pub(super) client: Client,
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
            let request = StreamRequest {
                table: TABLE,
                format: "csv",
                mapping: None,
                body: StreamBody::Data { bytes, gzip: false },
                source_id: RandomIds.next_id(),
            };
            let streamed = self.client.stream(&request, Retries::DEFAULT, |_, _| {}).await;
            rows += streamed.map_err(|error| failed(&error, None))?.count;
            requests += 1;
        }
        let (elapsed, plural) = (told(started.elapsed()), if requests == 1 { "" } else { "s" });
        self.page.block(&format!("POST /v1/rest/ingest/{}/{TABLE}?streamFormat=csv", self.client.database()))?;
        self.page.block(&format!(
            "-- {rows} rows on disk and visible to queries after {elapsed}, {requests} request{plural}"
        ))?;
        ensure!(rows > 0, "the server took no row");
        Ok(rows)
    }

    async fn query(&mut self, rows: u64) -> anyhow::Result<()> {
        self.page.line("\n3. Query\n")?;
        let answer = self.ask("How many", COUNT, Format::Table).await?;
        let count = answer.single_value().and_then(serde_json::Value::as_u64);
        if count != Some(rows) {
            bail!("{rows} rows were streamed, but the query counts {count:?}");
        }
        for (title, query, format) in QUESTIONS {
            self.ask(title, query, format).await?;
        }
        Ok(())
    }

    async fn ask(&mut self, title: &str, query: &str, format: Format) -> anyhow::Result<Answer> {
        self.page.block(&format!("// {title}\n{query}\n\n"))?;
        let started = Instant::now();
        let answer = self.execute(query).await?;
        let elapsed = told(started.elapsed());
        self.page.results(&answer, format)?;
        self.page.block(&format!("-- {elapsed}\n\n"))?;
        Ok(answer)
    }

    async fn execute(&self, text: &str) -> anyhow::Result<Answer> {
        let answer = self.client.execute(&Statement::new(text)).await.map_err(|error| failed(&error, Some(text)))?;
        match answer.error {
            Some(error) => Err(failed(&ClientError::Refused(Box::new(error)), Some(text))),
            None => Ok(answer),
        }
    }
}

fn failed(error: &ClientError, statement: Option<&str>) -> anyhow::Error {
    anyhow::Error::msg(explain(error, statement))
}

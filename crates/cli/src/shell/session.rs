//! What the shell remembers between statements, and how one is run.

use std::{
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use calypso_clock::{Ids as _, RandomIds};
use kusto_data::{ClientRequestProperties, Dataset, Error, Table};
use tokio::runtime::Runtime;

use super::{prompt::ShellPrompt, say, schema_source};
use crate::{
    answer,
    connect::{ConnectArguments, Connection},
    explanation::explain,
    language::Schema,
    layout::{Format, Layout, rows_told},
    statement::Statement,
    terminal,
};

/// Rows of a result that are shown; the rest would only scroll by.
const ROWS_SHOWN_MAX: usize = 1_000;

/// How long the service is given to acknowledge that a query is cancelled.
const CANCEL_LIMIT: Duration = Duration::from_secs(5);

/// Names of the database, shared with the editor.
pub(super) type SharedSchema = Arc<RwLock<Schema>>;

/// A connection and how its results are shown.
pub(super) struct Session {
    runtime: Runtime,
    arguments: ConnectArguments,
    connection: Connection,
    /// What the service calls itself.
    version: String,
    pub(super) schema: SharedSchema,
    pub(super) format: Option<Format>,
    pub(super) timing: bool,
    pub(super) colours: bool,
}

/// What came of a statement.
enum Outcome {
    Done(Box<Dataset>),
    Failed(Box<Error>),
    Cancelled,
}

impl Session {
    /// Connects and reads the names of the database.
    pub(super) fn open(arguments: &ConnectArguments, format: Option<Format>) -> anyhow::Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start a thread")?;
        let connection = arguments.connect()?;
        let version =
            runtime.block_on(schema_source::version(&connection)).map_err(|e| anyhow::Error::msg(explain(&e, None)))?;
        let session = Self {
            runtime,
            arguments: arguments.clone(),
            connection,
            version,
            schema: SharedSchema::default(),
            format,
            timing: true,
            colours: terminal::has_colours(),
        };
        // Names only help while typing: the shell works without them.
        session.read_names();
        Ok(session)
    }

    pub(super) fn greeting(&self) -> String {
        let calypso = env!("CARGO_PKG_VERSION");
        format!(
            "calypso {calypso}, connected to {} ({})\n\\help lists what the shell understands\n\n",
            self.arguments.url(),
            self.version
        )
    }

    pub(super) fn prompt(&self) -> ShellPrompt {
        ShellPrompt::new(&self.connection.database)
    }

    pub(super) fn format_name(&self) -> String {
        self.format.map_or_else(|| "auto".to_owned(), Format::name)
    }

    /// Runs a statement and shows what came; Ctrl-C cancels it.
    pub(super) fn execute(&mut self, statement: &Statement) -> anyhow::Result<()> {
        let started = Instant::now();
        let outcome = self.runtime.block_on(run(&self.connection, statement));
        let elapsed = started.elapsed();
        match outcome {
            Outcome::Done(dataset) => {
                self.show(&dataset, elapsed)?;
                if statement.is_command() && may_change_names(statement.text()) {
                    self.read_names();
                }
                Ok(())
            }
            Outcome::Failed(error) => {
                if let Some(partial) = error.partial_results() {
                    self.show(partial, elapsed)?;
                    say("The results are not complete: ")?;
                }
                say(&format!("{}\n\n", explain(&error, Some(statement.text()))))
            }
            Outcome::Cancelled => say(&format!("cancelled{}\n\n", self.told(elapsed))),
        }
    }

    fn show(&self, dataset: &Dataset, elapsed: Duration) -> anyhow::Result<()> {
        let tables = answer::results(dataset);
        let shown: Vec<Table> = tables.iter().map(|table| beginning(table)).collect();
        let layout = Layout {
            format: self.format,
            width: terminal::width(),
            header: true,
            row_count: false,
            charts: true,
            colours: self.colours,
        };
        let mut text = Vec::new();
        let visualization = answer::visualization(dataset);
        layout
            .write(&shown.iter().collect::<Vec<_>>(), visualization.as_ref(), &mut text)
            .context("cannot lay out the results")?;
        let count: usize = tables.iter().map(|table| table.row_count()).sum();
        let hidden = count - shown.iter().map(Table::row_count).sum::<usize>();
        let told = match hidden {
            0 => rows_told(count),
            _ => format!("{}, of which the first {} are shown", rows_told(count), count - hidden),
        };
        say(&format!("{}\n{told}{}\n\n", String::from_utf8_lossy(&text), self.told(elapsed)))
    }

    fn told(&self, elapsed: Duration) -> String {
        if self.timing { format!(" in {}", told(elapsed)) } else { String::new() }
    }

    /// Changes the database; returns what to say about it.
    pub(super) fn change_database(&mut self, name: &str) -> String {
        let names = self.runtime.block_on(schema_source::databases(&self.connection));
        let found = match names {
            Ok(names) => names.into_iter().find(|known| known == name || known.eq_ignore_ascii_case(name)),
            Err(error) => return format!("{}\n", explain(&error, None)),
        };
        let Some(found) = found else {
            return format!("there is no database '{name}'\nhint: `\\db` lists the databases there are\n");
        };
        self.connection.database = found;
        self.read_names();
        String::new()
    }

    /// Changes the service; returns what to say about it.
    pub(super) fn change_service(&mut self, text: &str) -> String {
        let changed = self.arguments.elsewhere(text).and_then(|arguments| {
            let connection = arguments.connect()?;
            let version = self.runtime.block_on(schema_source::version(&connection));
            Ok((arguments, connection, version.map_err(|error| anyhow::Error::msg(explain(&error, None)))?))
        });
        match changed {
            Ok((arguments, connection, version)) => {
                (self.arguments, self.connection, self.version) = (arguments, connection, version);
                self.read_names();
                format!("connected to {} ({})\n", self.arguments.url(), self.version)
            }
            Err(error) => format!("{error:#}\n"),
        }
    }

    /// Reads the names again; returns what to say about it.
    pub(super) fn refresh(&self) -> String {
        match self.read_names() {
            Some(error) => format!("{}\n", explain(&error, None)),
            None => {
                let schema = self.schema.read().unwrap_or_else(std::sync::PoisonError::into_inner);
                format!("{} tables, {} functions\n", schema.tables.len(), schema.functions.len())
            }
        }
    }

    fn read_names(&self) -> Option<Error> {
        match self.runtime.block_on(schema_source::schema(&self.connection)) {
            Ok(schema) => {
                *self.schema.write().unwrap_or_else(std::sync::PoisonError::into_inner) = schema;
                None
            }
            Err(error) => Some(error),
        }
    }
}

/// Runs a statement until it ends or Ctrl-C is pressed, which also ends it at the service.
async fn run(connection: &Connection, statement: &Statement) -> Outcome {
    let id = format!("calypso.repl;{}", RandomIds.next_id());
    let properties = ClientRequestProperties::default().with_client_request_id(&id);
    tokio::select! {
        answered = answer::execute(connection, statement, &properties) => match answered {
            Ok(dataset) => Outcome::Done(Box::new(dataset)),
            Err(error) => Outcome::Failed(Box::new(error)),
        },
        _ = tokio::signal::ctrl_c() => {
            // The connection is closed already, which ends most; a service that did not notice is told.
            let _ = tokio::time::timeout(CANCEL_LIMIT, connection.client.cancel(&id)).await;
            Outcome::Cancelled
        }
    }
}

/// Returns the rows that are shown.
fn beginning(table: &Table) -> Table {
    if table.row_count() <= ROWS_SHOWN_MAX {
        return table.clone();
    }
    let rows = table.iter().take(ROWS_SHOWN_MAX).map(|row| row.values().to_vec()).collect();
    Table::new(table.name(), table.columns().to_vec(), rows).unwrap_or_else(|_| table.clone())
}

/// Says whether a command may have made or removed names that completion offers.
fn may_change_names(command: &str) -> bool {
    let verb =
        command.trim_start().trim_start_matches('.').split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    ["create", "alter", "drop", "rename", "set", "append", "execute", "undo", "attach", "detach"]
        .iter()
        .any(|known| verb.starts_with(known))
}

/// `7 ms`, `1.52 s`.
fn told(elapsed: Duration) -> String {
    match elapsed.as_millis() {
        millis @ 0..1_000 => format!("{millis} ms"),
        _ => format!("{:.2} s", elapsed.as_secs_f64()),
    }
}

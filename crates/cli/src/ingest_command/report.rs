//! What became of each source, and all together.

use std::{
    io::{self, Write},
    time::Duration,
};

use uuid::Uuid;

use crate::figures;

/// The end of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// Rows are in the table; how many the service may not say.
    Streamed {
        rows: Option<u64>,
        attempts: u32,
    },
    /// The service has it; `reason` is why managed streaming did not stream it, if it tried.
    Queued {
        source_id: Uuid,
        reason: Option<String>,
    },
    /// Queued and waited for.
    Ingested {
        rows: Option<u64>,
    },
    Skipped,
    Failed(String),
}

impl Ending {
    /// Returns the rows that were added, as far as known.
    pub(super) fn rows(&self) -> u64 {
        match self {
            Self::Streamed { rows, .. } | Self::Ingested { rows } => rows.unwrap_or(0),
            _ => 0,
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Streamed { rows: Some(0), attempts: 2.. } => {
                "ingested by an earlier attempt whose answer was lost".to_owned()
            }
            Self::Streamed { rows: Some(rows), .. } | Self::Ingested { rows: Some(rows) } => {
                figures::counted(*rows, "row")
            }
            Self::Streamed { rows: None, .. } | Self::Ingested { rows: None } => "ingested".to_owned(),
            Self::Queued { source_id, reason: None } => format!("queued as {source_id}"),
            Self::Queued { source_id, reason: Some(reason) } => {
                let reason = reason.lines().next().unwrap_or_default();
                format!("queued as {source_id}, since it was not streamed: {reason}")
            }
            Self::Skipped => "skipped: the table has data with that tag".to_owned(),
            Self::Failed(reason) => reason.clone(),
        }
    }
}

/// See the file's header.
pub(super) struct Report {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    total: usize,
    rows: u64,
    failed: usize,
    queued: Vec<Uuid>,
    /// The failure of a single source is the failure of the command.
    pub(super) only_failure: Option<String>,
    written: io::Result<()>,
}

impl Report {
    /// Reports on `total` sources to standard output, of failures to standard error.
    pub(super) fn begin(total: usize) -> Self {
        Self::to(total, Box::new(io::stdout()), Box::new(io::stderr()))
    }

    fn to(total: usize, out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        Self { out, err, total, rows: 0, failed: 0, queued: Vec::new(), only_failure: None, written: Ok(()) }
    }

    /// Tells the end of a source.
    pub(super) fn source(&mut self, name: &str, ending: Ending) {
        self.rows += ending.rows();
        let line = format!("{name}: {}", ending.told());
        match ending {
            Ending::Failed(_) => {
                self.failed += 1;
                if self.total == 1 {
                    self.only_failure = Some(line);
                } else {
                    // Nobody is left to tell it to.
                    let _ = writeln!(self.err, "calypso: {line}");
                }
                return;
            }
            Ending::Queued { source_id, .. } => self.queued.push(source_id),
            _ => {}
        }
        self.print(&line);
    }

    /// Tells what all came to; returns how many sources failed.
    ///
    /// # Errors
    /// If standard output could not be written to.
    pub(super) fn end(mut self, bytes: u64, batches: usize, sending: Duration, elapsed: Duration) -> io::Result<usize> {
        let succeeded = self.total - self.failed;
        let sources = figures::counted(self.total as u64, "source");
        let mut told = match self.failed {
            0 => sources,
            _ => format!("{} of {sources}", figures::grouped(succeeded as u64)),
        };
        if self.queued.is_empty() {
            told.push_str(&format!(", {}", figures::counted(self.rows, "row")));
        } else if self.rows > 0 {
            told.push_str(&format!(", {} so far", figures::counted(self.rows, "row")));
        }
        if batches > 0 {
            told.push_str(&format!(" in {}", figures::counted(batches as u64, "batch")));
        }
        if bytes > 0 {
            told.push_str(&format!(", {} at {}", figures::bytes(bytes), figures::rate(bytes, sending)));
        }
        told.push_str(&format!(", {}", figures::time(elapsed)));
        self.print(&told);
        if let [first, rest @ ..] = self.queued.as_slice() {
            let which = if rest.is_empty() { "it" } else { "the first" };
            let line =
                format!("rows appear when their batch is sealed; `calypso status {first}` says where {which} is");
            self.print(&line);
        }
        self.written.and_then(|()| self.out.flush())?;
        Ok(self.failed)
    }

    fn print(&mut self, line: &str) {
        if self.written.is_ok() {
            self.written = writeln!(self.out, "{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_source_has_its_line_and_the_last_says_what_all_came_to() {
        let (out, err) = (Shared::default(), Shared::default());
        let mut report = Report::to(4, Box::new(out.clone()), Box::new(err.clone()));
        report.source("a", Ending::Streamed { rows: Some(1200), attempts: 1 });
        report.source("b", Ending::Failed("no".to_owned()));
        report.source("c", Ending::Queued { source_id: Uuid::nil(), reason: Some("off\nhint: x".to_owned()) });
        report.source("d", Ending::Skipped);
        assert_eq!(report.end(2048, 0, Duration::from_secs(2), Duration::from_secs(3)).unwrap(), 1);
        let text = |shared: &Shared| String::from_utf8(shared.0.lock().unwrap().clone()).unwrap();
        let id = Uuid::nil();
        assert_eq!(
            text(&out),
            format!(
                "a: 1,200 rows\nc: queued as {id}, since it was not streamed: off\n\
                 d: skipped: the table has data with that tag\n\
                 3 of 4 sources, 1,200 rows so far, 2.0 KiB at 1.0 KiB/s, 3.0 s\n\
                 rows appear when their batch is sealed; `calypso status {id}` says where it is\n"
            )
        );
        assert_eq!(text(&err), "calypso: b: no\n");
    }

    #[test]
    fn an_answer_that_was_lost_is_no_empty_source() {
        let told = Ending::Streamed { rows: Some(0), attempts: 2 }.told();
        assert_eq!(told, "ingested by an earlier attempt whose answer was lost");
    }
}

//! How far ingestion is, drawn while it runs: a line for each source under way and one for all of them.
//!
//! Nothing is drawn where standard error is no terminal, and nothing is left of it at the end.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::figures;

/// Lines of sources under way that are drawn.
const LINES_MAX: u64 = 8;
/// Columns of a source's name.
const NAME_COLUMNS: usize = 24;
const REDRAWN_EVERY: Duration = Duration::from_millis(100);

/// See the file's header.
#[derive(Clone)]
pub(super) struct Progress {
    lines: MultiProgress,
    total: ProgressBar,
    counts: Arc<Counts>,
    started: Instant,
}

/// What all sources together come to.
#[derive(Debug, Default)]
struct Counts {
    sources: u64,
    /// Bytes that there are to read, as far as sources tell.
    size: u64,
    read: AtomicU64,
    done: AtomicU64,
    rows: AtomicU64,
    batches: AtomicU64,
    /// Lines of sources that are drawn now.
    lines: AtomicU64,
    /// How long sending took, once all was sent.
    sending: OnceLock<Duration>,
}

/// The line of one source.
pub(super) struct SourceProgress {
    bar: ProgressBar,
    /// Bytes read of the source.
    pub(super) read: Arc<AtomicU64>,
    shown: u64,
    counts: Arc<Counts>,
}

impl Progress {
    /// Begins with nothing done of sources of known sizes.
    pub(super) fn begin(sources: u64, size: u64) -> Self {
        let lines = MultiProgress::new();
        let total = lines.add(ProgressBar::new(sources));
        total.set_style(style("{msg}"));
        let counts = Arc::new(Counts { sources, size, ..Counts::default() });
        Self { lines, total, counts, started: Instant::now() }
    }

    /// Adds the line of a source.
    pub(super) fn source(&self, name: &str, size: Option<u64>) -> SourceProgress {
        let known = "{prefix}  {bar:20.cyan/dim}  {binary_bytes} of {binary_total_bytes}  {msg}";
        self.line(name, size, if size.is_some() { known } else { "{prefix}  {binary_bytes}  {msg}" })
    }

    /// Adds the line of a source that was sent and is waited for.
    pub(super) fn waiting(&self, name: &str) -> SourceProgress {
        self.line(name, None, "{prefix}  {msg}")
    }

    fn line(&self, name: &str, size: Option<u64>, template: &str) -> SourceProgress {
        let is_drawn = self.counts.lines.fetch_add(1, Ordering::Relaxed) < LINES_MAX;
        let bar = if is_drawn {
            let bar = size.map_or_else(ProgressBar::no_length, ProgressBar::new);
            self.lines.insert_before(&self.total, bar)
        } else {
            ProgressBar::hidden()
        };
        bar.set_style(style(template));
        bar.set_prefix(shortened(name));
        SourceProgress { bar, read: Arc::default(), shown: 0, counts: Arc::clone(&self.counts) }
    }

    /// Notes the end of a source.
    pub(super) fn done(&self, rows: u64) {
        self.counts.done.fetch_add(1, Ordering::Relaxed);
        self.counts.rows.fetch_add(rows, Ordering::Relaxed);
        self.draw();
    }

    /// Notes how many batches brought the rows so far.
    pub(super) fn batches(&self, count: u64) {
        self.counts.batches.store(count, Ordering::Relaxed);
        self.draw();
    }

    /// Runs `work` while what it reads is shown.
    pub(super) async fn watch<T>(&self, line: &mut SourceProgress, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        let mut ticks = tokio::time::interval(REDRAWN_EVERY);
        loop {
            tokio::select! {
                outcome = &mut work => {
                    self.show(line);
                    return outcome;
                }
                _ = ticks.tick() => self.show(line),
            }
        }
    }

    fn show(&self, line: &mut SourceProgress) {
        let read = line.read.load(Ordering::Relaxed);
        self.counts.read.fetch_add(read.saturating_sub(line.shown), Ordering::Relaxed);
        line.shown = read;
        line.bar.set_position(read);
        if line.bar.length().is_some_and(|size| read >= size) && line.bar.message().is_empty() {
            line.bar.set_message("sent, the service works on it");
        }
        self.draw();
    }

    fn draw(&self) {
        self.total.set_message(self.told());
    }

    fn told(&self) -> String {
        let Counts { sources, size, read, done, rows, batches, .. } = &*self.counts;
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let read = load(read);
        let bytes = match size {
            0 => figures::bytes(read),
            size => format!("{} of {}", figures::bytes(read), figures::bytes((*size).max(read))),
        };
        let mut told = format!(
            "{} of {}  {bytes}  {}",
            load(done),
            figures::counted(*sources, "source"),
            figures::rate(read, self.sending())
        );
        for (count, noun) in [(load(rows), "row"), (load(batches), "batch")] {
            if count > 0 {
                told.push_str("  ");
                told.push_str(&figures::counted(count, noun));
            }
        }
        told
    }

    /// Runs `write`, which prints lines, above what is drawn.
    pub(super) fn above<T>(&self, write: impl FnOnce() -> T) -> T {
        self.lines.suspend(write)
    }

    /// Takes everything away.
    pub(super) fn end(&self) {
        self.total.finish_and_clear();
        // Fails only if the terminal is gone.
        let _ = self.lines.clear();
    }

    /// Notes that all sources were sent: what follows is waiting, which the rate must not count.
    pub(super) fn sent(&self) {
        self.counts.sending.get_or_init(|| self.started.elapsed());
    }

    /// Returns how long sending has taken.
    pub(super) fn sending(&self) -> Duration {
        self.counts.sending.get().copied().unwrap_or_else(|| self.started.elapsed())
    }

    /// Returns the bytes read and the time since the beginning.
    pub(super) fn figures(&self) -> (u64, Duration) {
        (self.counts.read.load(Ordering::Relaxed), self.started.elapsed())
    }
}

impl SourceProgress {
    /// Says what the source waits for.
    pub(super) fn say(&self, message: &'static str) {
        self.bar.set_message(message);
    }
}

impl Drop for SourceProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        self.counts.lines.fetch_sub(1, Ordering::Relaxed);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates of this file are well formed").progress_chars("━━╌")
}

/// Returns the last part of a path, or its end if that is too long.
fn shortened(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let count = name.chars().count();
    let text: String = match count > NAME_COLUMNS {
        true => std::iter::once('…').chain(name.chars().skip(count - NAME_COLUMNS + 1)).collect(),
        false => name.to_owned(),
    };
    format!("{text:<NAME_COLUMNS$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_end_and_take_the_same_room() {
        assert_eq!(shortened("a.csv").len(), NAME_COLUMNS);
        assert_eq!(shortened("/a/very/long/path/to/some/a.csv"), shortened("a.csv"));
        let long = shortened("/a/some-very-long-name-of-events-2026.csv");
        assert!(long.starts_with('…') && long.ends_with("events-2026.csv"));
        assert_eq!(long.chars().count(), NAME_COLUMNS);
    }

    #[test]
    fn the_total_counts_what_is_known_of_it() {
        let progress = Progress::begin(3, 4096);
        progress.done(2);
        progress.batches(1);
        let told = progress.told();
        assert!(told.starts_with("1 of 3 sources  0 B of 4.0 KiB  0 B/s"), "{told}");
        assert!(told.ends_with("  2 rows  1 batch"), "{told}");
    }
}

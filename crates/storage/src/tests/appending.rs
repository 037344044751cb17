//! Appends: durable, visible, once per source, bounded.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use calypso_model::TableId;
use uuid::Uuid;

use super::bench::{Bench, COLUMN_IDS, TABLE, components, rows};
use crate::{Error, ErrorKind, LogFile, LogFiles, StorageComponents};

#[tokio::test(flavor = "multi_thread")]
async fn appended_rows_are_visible_at_once_and_after_a_restart() {
    let bench = Bench::new().await;
    bench.append(0..3).await;
    bench.append(3..4).await;
    assert_eq!(bench.numbers(), [0, 1, 2, 3]);
    let bench = bench.reopen().await;
    assert_eq!(bench.numbers(), [0, 1, 2, 3]);
    bench.append(4..6).await;
    let bench = bench.reopen().await;
    assert_eq!(bench.numbers(), [0, 1, 2, 3, 4, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_added_once_however_many_requests_bring_it_at_once() {
    let bench = Arc::new(Bench::new().await);
    let attempts: Vec<_> = (0..16)
        .map(|_| {
            let bench = bench.clone();
            tokio::spawn(async move { bench.append_source(0..5, 7).await.unwrap() })
        })
        .collect();
    let mut duplicates = 0;
    for attempt in attempts {
        duplicates += usize::from(attempt.await.unwrap());
    }
    assert_eq!(duplicates, 15);
    assert_eq!(bench.numbers(), [0, 1, 2, 3, 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_remembered_across_restarts_and_seals() {
    let bench = Bench::new().await;
    assert!(!bench.append_source(0..1, 7).await.unwrap());
    let bench = bench.reopen().await;
    assert!(bench.append_source(0..1, 7).await.unwrap());
    assert_eq!(bench.seal().await, 1);
    assert!(bench.append_source(0..1, 7).await.unwrap());
    let bench = bench.reopen().await;
    assert!(bench.append_source(0..1, 7).await.unwrap());
    assert!(!bench.append_source(1..2, 8).await.unwrap());
    assert_eq!(bench.numbers(), [0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_stops_waiting_does_not_let_its_retry_double_the_rows() {
    let bench = Bench::new().await;
    for source in 0..50 {
        let first = bench.append_source(0..1, source);
        // Polled once: the append is queued, then nobody waits for it.
        tokio::select! {
            biased;
            _ = first => {}
            () = std::future::ready(()) => {}
        }
        bench.append_source(0..1, source).await.unwrap();
    }
    assert_eq!(bench.numbers(), vec![0; 50]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_row_store_throttles_and_takes_rows_again_after_a_seal() {
    let bench = Bench::with(|settings| settings.row_store_bytes_max = 2000).await;
    bench.append(0..10).await;
    let error = bench.storage.append(TABLE, rows(10..30), &COLUMN_IDS, None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert!(!error.is_permanent());
    bench.seal().await;
    bench.append(10..20).await;
    assert_eq!(bench.numbers(), (0..20).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_table_and_a_batch_of_other_columns_are_refused() {
    let bench = Bench::new().await;
    let unknown = TableId(Uuid::from_u128(99));
    let error = bench.storage.append(unknown, rows(0..1), &COLUMN_IDS, None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = bench.storage.append(TABLE, rows(0..1), &[1, 2], None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_sync_poisons_the_log_until_it_is_opened_again() {
    let bench = Bench::new().await;
    let failing = Arc::new(AtomicBool::new(false));
    let parts = components(&bench.dir);
    let log_files = Arc::new(FailingLog { files: parts.log_files, failing: failing.clone() });
    let bench = bench.reopen_with(StorageComponents { log_files, ..parts }).await;
    assert!(!bench.append_source(0..2, 1).await.unwrap());
    failing.store(true, Ordering::SeqCst);
    let error = bench.append_source(2..4, 2).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Poisoned);
    failing.store(false, Ordering::SeqCst);
    assert!(matches!(bench.append_source(2..4, 2).await, Err(Error::Poisoned { .. })));
    assert_eq!(bench.numbers(), [0, 1]);
    // What is durable stays readable and can be sealed.
    assert_eq!(bench.seal().await, 1);
    let bench = bench.reopen().await;
    // The unacknowledged rows may have come back; their source then says so, and nothing is doubled.
    bench.append_source(2..4, 2).await.unwrap();
    assert_eq!(bench.numbers(), [0, 1, 2, 3]);
}

/// A log whose syncs fail on demand.
struct FailingLog {
    files: Arc<dyn LogFiles>,
    failing: Arc<AtomicBool>,
}

struct FailingFile {
    file: Box<dyn LogFile>,
    failing: Arc<AtomicBool>,
}

impl LogFiles for FailingLog {
    fn create(&self, name: &str) -> io::Result<Box<dyn LogFile>> {
        Ok(Box::new(FailingFile { file: self.files.create(name)?, failing: self.failing.clone() }))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.files.remove(name)
    }

    fn truncate(&self, name: &str, length: u64) -> io::Result<()> {
        self.files.truncate(name, length)
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.files.read(name)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.files.list()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.files.path(name)
    }
}

impl LogFile for FailingFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.append(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.failing.load(Ordering::SeqCst) {
            return Err(io::Error::other("the disk is gone"));
        }
        self.file.sync()
    }
}

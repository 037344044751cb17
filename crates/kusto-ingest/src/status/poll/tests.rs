//! Waiting with a clock that sleeping moves.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use calypso_clock::ManualClock;
use calypso_types::DateTime;
use parking_lot::Mutex;

use super::*;
use crate::OperationStatus;

const ID: Uuid = Uuid::from_u128(7);

/// A poll whose sleeps are noted and pass at once.
fn poll() -> (Poll, Arc<Mutex<Vec<Duration>>>) {
    let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
    let slept: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let (moved, noted) = (clock.clone(), slept.clone());
    let sleep: crate::timing::Sleep = Arc::new(move |time| {
        moved.advance(TimeSpan((time.as_nanos() / 100) as i64));
        noted.lock().push(time);
        Box::pin(async {})
    });
    (Poll(Timing { clock, sleep, ..Timing::default() }), slept)
}

fn status(status: OperationStatus) -> Result<IngestionStatus, Error> {
    Ok(IngestionStatus::new(ID, status))
}

#[tokio::test]
async fn asking_becomes_rarer_and_ends_with_the_status() {
    let (poll, slept) = poll();
    let asked = AtomicUsize::new(0);
    let ended = poll.until_terminal(ID, Duration::from_secs(600), || async {
        let count = asked.fetch_add(1, Ordering::Relaxed);
        status(if count < 12 { OperationStatus::Pending } else { OperationStatus::Succeeded })
    });
    assert_eq!(ended.await.unwrap().status, OperationStatus::Succeeded);
    let slept = slept.lock();
    assert_eq!((slept[0], slept.len()), (FIRST_WAIT, 12));
    assert!(slept.is_sorted() && *slept.last().unwrap() == WAIT_MAX, "{slept:?}");
}

#[tokio::test]
async fn a_deadline_ends_the_waiting_and_says_so() {
    let (poll, slept) = poll();
    let deadline = Duration::from_secs(30);
    let error = poll.until_terminal(ID, deadline, || async { status(OperationStatus::Queued) }).await.unwrap_err();
    assert!(matches!(error, Error::Deadline { source_id: ID, .. }), "{error}");
    let slept: Duration = slept.lock().iter().sum();
    assert_eq!(slept.as_millis(), deadline.as_millis());
}

#[tokio::test]
async fn errors_that_pass_are_asked_again_and_others_end_the_waiting() {
    let (poll, _) = poll();
    let asked = AtomicUsize::new(0);
    let ended = poll.until_terminal(ID, Duration::from_secs(60), || async {
        match asked.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => Err(Error::Answer { reason: "garbled".to_owned() }),
            _ => Err(Error::NoStatus { source_id: ID, reason: "it is gone".to_owned() }),
        }
    });
    let error = ended.await.unwrap_err();
    assert!(matches!(error, Error::NoStatus { .. }), "{error}");
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

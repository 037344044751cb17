//! Answers that grow old, with a clock that is moved by hand.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use calypso_clock::ManualClock;

use super::*;

struct Service {
    clock: Arc<ManualClock>,
    asked: Arc<AtomicUsize>,
    fails: Arc<AtomicBool>,
}

/// Returns a kept answer that counts how often it was asked for.
fn kept() -> (Kept<usize>, Service) {
    let service = Service {
        clock: Arc::new(ManualClock::new(DateTime::UNIX_EPOCH)),
        asked: Arc::default(),
        fails: Arc::default(),
    };
    let (asked, fails) = (service.asked.clone(), service.fails.clone());
    let ask: Ask<usize> = Arc::new(move || {
        let number = asked.fetch_add(1, Ordering::Relaxed) + 1;
        let fails = fails.load(Ordering::Relaxed);
        Box::pin(async move {
            if fails { Err(Error::Answer { reason: "the service is away".to_owned() }) } else { Ok(number) }
        })
    });
    (Kept::new("a number", service.clock.clone(), ask), service)
}

impl Service {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// Lets the task behind the caller's back run to its end.
async fn settle<T>(kept: &Kept<T>) {
    tokio::task::yield_now().await;
    drop(kept.turn.lock().await);
}

#[tokio::test]
async fn an_answer_is_asked_for_once_an_hour() {
    let (kept, service) = kept();
    assert_eq!(*kept.get().await.unwrap(), 1);
    service.clock.advance(TimeSpan(RENEWED_AFTER.0 - 1));
    assert_eq!(*kept.get().await.unwrap(), 1);
    assert_eq!(service.asked(), 1);
    service.clock.advance(TimeSpan(1));
    assert_eq!(*kept.get().await.unwrap(), 1, "the caller does not wait for the new one");
    settle(&kept).await;
    assert_eq!(*kept.get().await.unwrap(), 2);
    assert_eq!(service.asked(), 2);
}

#[tokio::test]
async fn the_last_good_answer_is_kept_while_the_service_is_away_but_not_for_ever() {
    let (kept, service) = kept();
    kept.get().await.unwrap();
    service.fails.store(true, Ordering::Relaxed);
    service.clock.advance(RENEWED_AFTER);
    for _ in 0..5 {
        assert_eq!(*kept.get().await.unwrap(), 1);
        settle(&kept).await;
    }
    assert_eq!(service.asked(), 2, "a service that is away is left alone for a while");
    service.clock.advance(ASKED_AGAIN_AFTER);
    assert_eq!(*kept.get().await.unwrap(), 1);
    settle(&kept).await;
    assert_eq!(service.asked(), 3);
    service.clock.advance(KEPT_MAX);
    kept.get().await.unwrap_err();
    service.fails.store(false, Ordering::Relaxed);
    assert_eq!(*kept.get().await.unwrap(), 5);
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let (kept, service) = kept();
    service.fails.store(true, Ordering::Relaxed);
    kept.get().await.unwrap_err();
    service.fails.store(false, Ordering::Relaxed);
    assert_eq!(*kept.get().await.unwrap(), 2);
}

#[tokio::test]
async fn callers_who_refuse_the_same_answer_share_the_next_one() {
    let (kept, service) = kept();
    let first = kept.get().await.unwrap();
    let (a, b) = futures::join!(kept.other_than(&first), kept.other_than(&first));
    assert_eq!((*a.unwrap(), *b.unwrap(), service.asked()), (2, 2, 2));
}

//! Queues: visibility, receipts, expiry, limits, crashes, and writes that share a sync.

use std::time::Duration;

use super::*;
use crate::{MessageQueue as _, Receipt};

const HIDDEN: Duration = Duration::from_secs(60);

fn ready(staging: &LocalStaging) -> &LocalQueue {
    staging.queue(QueueName::ReadyForAggregation)
}

async fn put(queue: &LocalQueue, texts: &[&str]) {
    for text in texts {
        queue.put((*text).to_owned()).await.unwrap();
    }
}

async fn receive(queue: &LocalQueue, count: usize) -> Vec<String> {
    queue.receive(count, HIDDEN).await.unwrap().into_iter().map(|message| message.text).collect()
}

#[tokio::test]
async fn messages_come_in_order_once_and_again_when_not_deleted_in_time() {
    let place = Place::new();
    let staging = place.open().await;
    let queue = ready(&staging);
    put(queue, &["a", "b", "c"]).await;
    assert_eq!(receive(queue, 2).await, ["a", "b"]);
    assert_eq!(receive(queue, 32).await, ["c"]);
    assert!(receive(queue, 32).await.is_empty());
    place.pass(59);
    assert!(receive(queue, 32).await.is_empty());
    place.pass(1);
    let again = queue.receive(32, HIDDEN).await.unwrap();
    assert_eq!(again.iter().map(|message| message.text.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert!(again.iter().all(|message| message.dequeue_count == 2));
    assert_eq!(queue.count().await.unwrap(), 3);
}

#[tokio::test]
async fn only_the_last_receipt_counts() {
    let place = Place::new();
    let staging = place.open().await;
    let queue = ready(&staging);
    put(queue, &["a"]).await;
    let first = queue.receive(1, HIDDEN).await.unwrap().pop().unwrap().receipt;
    let extended = queue.extend(&first, HIDDEN).await.unwrap();
    assert!(matches!(queue.delete(&first).await, Err(Error::NotFound { .. })));
    place.pass(61);
    let second = queue.receive(1, HIDDEN).await.unwrap().pop().unwrap().receipt;
    for old in [&first, &extended, &Receipt { message: "x".to_owned(), pop: "y".to_owned() }] {
        assert!(matches!(queue.extend(old, HIDDEN).await, Err(Error::NotFound { .. })));
        assert!(matches!(queue.delete(old).await, Err(Error::NotFound { .. })));
    }
    queue.delete(&second).await.unwrap();
    assert_eq!(queue.count().await.unwrap(), 0);
    assert!(matches!(queue.delete(&second).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn an_extended_message_stays_hidden_from_then_on() {
    let place = Place::new();
    let staging = place.open().await;
    let queue = ready(&staging);
    put(queue, &["a"]).await;
    let receipt = queue.receive(1, HIDDEN).await.unwrap().pop().unwrap().receipt;
    place.pass(50);
    queue.extend(&receipt, HIDDEN).await.unwrap();
    place.pass(50);
    assert!(receive(queue, 1).await.is_empty());
    place.pass(10);
    assert_eq!(receive(queue, 1).await, ["a"]);
}

#[tokio::test]
async fn queues_do_not_mix() {
    let place = Place::new();
    let staging = place.open().await;
    put(ready(&staging), &["a"]).await;
    assert!(receive(staging.queue(QueueName::FailedIngestions), 32).await.is_empty());
    assert_eq!(staging.queue(QueueName::FailedIngestions).approximate_count(), 0);
    let message = ready(&staging).get_messages(1, HIDDEN).await.unwrap().pop().unwrap();
    let elsewhere = staging.queue(QueueName::FailedIngestions).delete_message(message.id, message.pop_receipt).await;
    assert!(elsewhere.is_err());
}

#[tokio::test]
async fn peeking_changes_nothing() {
    let place = Place::new();
    let staging = place.open().await;
    let queue = ready(&staging);
    put(queue, &["a", "b"]).await;
    for _ in 0..2 {
        let seen = queue.peek_messages(1).await.unwrap();
        assert_eq!((seen[0].text.as_str(), seen[0].dequeue_count), ("a", 0));
    }
    assert_eq!(receive(queue, 32).await, ["a", "b"]);
    assert!(queue.peek_messages(32).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_message_can_be_put_for_later_and_for_a_while() {
    let place = Place::new();
    let staging = place.open().await;
    let queue = ready(&staging);
    let lives = TimeToLive::For(Duration::from_secs(100));
    queue.put_message("a".to_owned(), Duration::from_secs(10), lives).await.unwrap();
    queue.put_message("b".to_owned(), Duration::ZERO, TimeToLive::Forever).await.unwrap();
    assert_eq!(receive(queue, 32).await, ["b"]);
    place.pass(10);
    assert_eq!(receive(queue, 32).await, ["a"]);
    place.pass(7 * 24 * 60 * 60);
    assert_eq!(receive(queue, 32).await, ["b"], "the other one has expired");
    assert_eq!(staging.expire(place.clock.now()).await.unwrap().messages, 1);
    assert_eq!(queue.approximate_count(), 1);
}

#[tokio::test]
async fn messages_live_a_week_unless_they_say_otherwise() {
    let place = Place::new();
    let staging = place.open().await;
    put(ready(&staging), &["a"]).await;
    place.pass(7 * 24 * 60 * 60 - 1);
    assert_eq!(ready(&staging).peek_messages(1).await.unwrap().len(), 1);
    place.pass(1);
    assert!(ready(&staging).peek_messages(1).await.unwrap().is_empty());
}

#[tokio::test]
async fn too_long_a_text_is_refused() {
    let place = Place::new();
    let staging = place.open().await;
    assert!(ready(&staging).put("x".repeat(MESSAGE_BYTES_MAX)).await.is_ok());
    let refused = ready(&staging).put("x".repeat(MESSAGE_BYTES_MAX + 1)).await;
    assert!(matches!(refused, Err(Error::TooLarge { .. })));
}

#[tokio::test]
async fn a_full_queue_refuses_work_and_drops_old_notifications() {
    let place = Place::new();
    let staging = place.open_with(LocalStagingSettings { messages_max: 2, ..place.settings() }).await;
    put(ready(&staging), &["a", "b"]).await;
    let refused = ready(&staging).put("c".to_owned()).await;
    assert!(matches!(refused, Err(Error::Full { limit: 2, .. })));
    assert!(refused.is_err_and(|error| !error.is_permanent()));
    let notifications = staging.queue(QueueName::SuccessfulIngestions);
    put(notifications, &["a", "b", "c"]).await;
    assert_eq!(receive(notifications, 32).await, ["b", "c"]);
    assert_eq!(notifications.approximate_count(), 2);
}

#[tokio::test]
async fn a_crash_loses_no_message_and_shows_those_that_were_received() {
    let place = Place::new();
    let staging = place.open().await;
    let queue = ready(&staging);
    put(queue, &["a", "b", "c", "d"]).await;
    let received = queue.receive(3, HIDDEN).await.unwrap();
    queue.delete(&received[0].receipt).await.unwrap();
    let (reopened, _copy) = place.open_after_crash().await;
    let queue = ready(&reopened);
    assert_eq!(queue.approximate_count(), 3);
    let again = queue.receive(32, HIDDEN).await.unwrap();
    let seen: Vec<_> = again.iter().map(|message| (message.text.as_str(), message.dequeue_count)).collect();
    assert_eq!(seen, [("b", 2), ("c", 2), ("d", 1)]);
    assert!(matches!(queue.delete(&received[1].receipt).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn clearing_empties_one_queue() {
    let place = Place::new();
    let staging = place.open().await;
    put(ready(&staging), &["a", "b"]).await;
    put(staging.queue(QueueName::FailedIngestions), &["c"]).await;
    ready(&staging).clear().await.unwrap();
    assert_eq!(ready(&staging).approximate_count(), 0);
    assert_eq!(receive(staging.queue(QueueName::FailedIngestions), 32).await, ["c"]);
}

#[tokio::test]
async fn what_waits_together_is_committed_together_and_nothing_is_lost() {
    const PUTS: usize = 500;
    let place = Place::new();
    let staging = place.open().await;
    let before = staging.commits();
    let puts = (0..PUTS).map(|number| {
        let staging = staging.clone();
        tokio::spawn(async move { ready(&staging).put(number.to_string()).await })
    });
    for put in puts.collect::<Vec<_>>() {
        put.await.unwrap().unwrap();
    }
    let commits = staging.commits() - before;
    assert!(commits < PUTS as u64 / 2, "{commits} commits for {PUTS} puts");
    let (reopened, _copy) = place.open_after_crash().await;
    assert_eq!(ready(&reopened).approximate_count(), PUTS as u64);
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_undo_its_write() {
    let place = Place::new();
    let staging = place.open().await;
    let mut put = Box::pin(ready(&staging).put("a".to_owned()));
    // One poll hands the step over; then the caller is gone.
    std::future::poll_fn(|context| {
        let _ = put.as_mut().poll(context);
        std::task::Poll::Ready(())
    })
    .await;
    drop(put);
    put_and_wait(&staging).await;
    assert_eq!(receive(ready(&staging), 32).await, ["a", "b"]);
}

async fn put_and_wait(staging: &LocalStaging) {
    ready(staging).put("b".to_owned()).await.unwrap();
}

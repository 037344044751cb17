//! The decisions, with time told by hand.

use calypso_types::{DateTime, TimeSpan};

use crate::{BatchKey, BatchLimits, Batcher, Item, SealReason, SealedBatch, Turns};

const SECOND: i64 = TimeSpan::SECOND.0;
const LIMITS: BatchLimits = BatchLimits { time: TimeSpan(300 * SECOND), items: 3, raw_bytes: 1000 };

fn at(seconds: i64) -> DateTime {
    DateTime(DateTime::UNIX_EPOCH.0 + seconds * SECOND)
}

fn key(table: &str, properties: &str) -> BatchKey {
    BatchKey { database: "db".to_owned(), table: table.to_owned(), properties: properties.to_owned() }
}

fn item(table: &str, raw_bytes: u64, content: u32) -> Item<u32> {
    Item { key: key(table, "{}"), raw_bytes, flush_since: None, alone: None, content }
}

fn batcher() -> Batcher<u32> {
    Batcher::new(TimeSpan(2 * SECOND))
}

fn due(batcher: &mut Batcher<u32>, seconds: i64) -> Vec<(SealReason, Vec<u32>)> {
    let sealed = batcher.seal_due(at(seconds), |_| LIMITS);
    sealed.into_iter().map(|batch| (batch.reason, batch.items)).collect()
}

#[test]
fn a_batch_is_sealed_by_the_item_that_fills_it() {
    let mut batcher = batcher();
    assert!(batcher.add(item("T", 10, 1), LIMITS, at(0)).is_none());
    assert!(batcher.add(item("T", 10, 2), LIMITS, at(1)).is_none());
    let sealed = batcher.add(item("T", 10, 3), LIMITS, at(2)).unwrap();
    assert_eq!((sealed.reason, sealed.items, sealed.raw_bytes), (SealReason::Count, vec![1, 2, 3], 30));
    assert_eq!(sealed.opened_on, at(0));
    let sealed = batcher.add(item("T", 1000, 4), LIMITS, at(3)).unwrap();
    assert_eq!((sealed.reason, sealed.items), (SealReason::Size, vec![4]));
    assert_eq!((batcher.items(), batcher.batches()), (0, 0));
}

#[test]
fn a_batch_is_sealed_when_its_oldest_item_has_waited_long_enough() {
    let mut batcher = batcher();
    batcher.add(item("T", 10, 1), LIMITS, at(0));
    batcher.add(item("T", 10, 2), LIMITS, at(299));
    assert_eq!(due(&mut batcher, 299), []);
    assert_eq!(batcher.oldest(), Some(at(0)));
    assert_eq!(due(&mut batcher, 300), [(SealReason::Time, vec![1, 2])]);
}

#[test]
fn a_flush_takes_along_what_is_posted_within_moments() {
    let mut batcher = batcher();
    batcher.add(item("T", 10, 1), LIMITS, at(0));
    batcher.add(Item { flush_since: Some(at(10)), ..item("T", 10, 2) }, LIMITS, at(10));
    assert_eq!(due(&mut batcher, 11), []);
    assert_eq!(due(&mut batcher, 12), [(SealReason::FlushImmediately, vec![1, 2])]);
}

#[test]
fn what_has_waited_before_waits_no_more() {
    let mut batcher = batcher();
    batcher.add(Item { flush_since: Some(at(9)), ..item("T", 10, 1) }, LIMITS, at(9));
    batcher.add(Item { flush_since: Some(at(0)), ..item("T", 10, 2) }, LIMITS, at(10));
    assert_eq!(due(&mut batcher, 10), [(SealReason::FlushImmediately, vec![1, 2])]);
    let alone = Some(SealReason::SingleBlobSizeUnknown);
    batcher.add(Item { flush_since: Some(at(0)), alone, ..item("T", 0, 3) }, LIMITS, at(11));
    assert_eq!(due(&mut batcher, 11), [(SealReason::SingleBlobSizeUnknown, vec![3])]);
}

#[test]
fn items_that_must_be_alone_are_alone() {
    let mut batcher = batcher();
    for content in [1, 2] {
        let alone = Some(SealReason::SingleBlobIngestByTag);
        batcher.add(Item { alone, ..item("T", 10, content) }, LIMITS, at(0));
    }
    batcher.add(item("T", 10, 3), LIMITS, at(0));
    assert_eq!(due(&mut batcher, 1), []);
    let alone = |content| (SealReason::SingleBlobIngestByTag, vec![content]);
    assert_eq!(due(&mut batcher, 2), [alone(1), alone(2)]);
    assert_eq!(batcher.items(), 1);
}

#[test]
fn other_tables_and_other_properties_are_other_batches() {
    let mut batcher = batcher();
    batcher.add(item("A", 10, 1), LIMITS, at(0));
    batcher.add(item("B", 10, 2), LIMITS, at(0));
    batcher.add(Item { key: key("A", "{\"format\":\"json\"}"), ..item("A", 10, 3) }, LIMITS, at(0));
    assert_eq!(batcher.batches(), 3);
    assert_eq!(due(&mut batcher, 300).len(), 3);
}

#[test]
fn a_policy_that_became_stricter_counts_at_once() {
    let mut batcher = batcher();
    batcher.add(item("T", 10, 1), LIMITS, at(0));
    let strict = BatchLimits { time: TimeSpan(10 * SECOND), ..LIMITS };
    let sealed = batcher.seal_due(at(10), |_| strict);
    assert_eq!(sealed[0].reason, SealReason::Time);
}

#[test]
fn room_is_made_by_the_largest_batch_and_removed_items_are_gone() {
    let mut batcher = batcher();
    batcher.add(item("A", 10, 1), LIMITS, at(0));
    batcher.add(item("B", 10, 2), LIMITS, at(0));
    batcher.add(item("B", 10, 3), LIMITS, at(0));
    assert_eq!(batcher.remove(|content| *content == 1), [1]);
    assert_eq!(batcher.batches(), 1);
    let sealed = batcher.seal_largest().unwrap();
    assert_eq!((sealed.reason, sealed.items), (SealReason::SystemFlush, vec![2, 3]));
    assert!(batcher.seal_largest().is_none());
}

#[test]
fn tables_take_turns_and_keep_their_own_order() {
    let mut turns = Turns::default();
    let batch = |table: &str, content: u32| SealedBatch {
        key: key(table, "{}"),
        reason: SealReason::Time,
        opened_on: at(0),
        raw_bytes: 0,
        items: vec![content],
    };
    for (table, content) in [("A", 1), ("A", 2), ("A", 3), ("B", 4), ("C", 5)] {
        turns.push(batch(table, content));
    }
    assert_eq!((turns.batches(), turns.items()), (5, 5));
    let taken: Vec<u32> = std::iter::from_fn(|| turns.pop()).flat_map(|batch| batch.items).collect();
    assert_eq!(taken, [1, 4, 5, 2, 3]);
    assert_eq!((turns.batches(), turns.items()), (0, 0));
}

//! Which extents are chosen, and that repeated merging ends with few extents and little rewriting.

use std::sync::Arc;

use calypso_model::{Extent, ExtentId, TableId, policy::MergePolicy};
use calypso_types::{DateTime, TimeSpan};
use uuid::Uuid;

use super::plan_merge;

const START: DateTime = DateTime(638_000_000_000_000_000);

fn extent(minute: i64, rows: u64) -> Arc<Extent> {
    let created_on = DateTime(START.0 + minute * TimeSpan::MINUTE.0);
    Arc::new(Extent {
        id: ExtentId(Uuid::from_u128(minute.unsigned_abs().into())),
        table: TableId(Uuid::nil()),
        path: String::new(),
        rows,
        original_bytes: rows * 100,
        extent_bytes: rows * 10,
        min_created_on: created_on,
        max_created_on: created_on,
        tags: Vec::new(),
        columns: Vec::new(),
        ingested_on: None,
        rebuild_wanted: false,
        crc32c: 0,
    })
}

fn tagged(minute: i64, tag: &str) -> Arc<Extent> {
    Arc::new(Extent { tags: vec![tag.to_owned()], ..Extent::clone(&extent(minute, 10)) })
}

fn plan(extents: &[Arc<Extent>], minute: i64) -> Option<std::ops::Range<usize>> {
    plan_merge(extents, &MergePolicy::default(), None, true, DateTime(START.0 + minute * TimeSpan::MINUTE.0))
}

#[test]
fn eight_small_neighbours_merge_and_seven_wait() {
    let extents: Vec<_> = (0..8).map(|minute| extent(minute, 100)).collect();
    assert_eq!(plan(&extents, 8), Some(0..8));
    assert_eq!(plan(&extents[..7], 8), None);
    assert_eq!(plan(&[], 8), None);
}

#[test]
fn a_large_extent_is_not_rewritten_for_small_neighbours() {
    let mut extents = vec![extent(0, 1_000_000)];
    extents.extend((1..9).map(|minute| extent(minute, 10)));
    assert_eq!(plan(&extents, 9), Some(1..9));
    // Not even when it is old.
    assert_eq!(plan(&[extent(0, 1_000_000), extent(1, 10)], 10_000), None);
}

#[test]
fn what_was_compressed_for_speed_is_rebuilt_once_settled_unless_it_merges_or_the_policy_forbids() {
    let hasty = |minute, rows| Arc::new(Extent { rebuild_wanted: true, ..Extent::clone(&extent(minute, rows)) });
    let extents = vec![extent(0, 3_000_000), hasty(1, 1_000_000)];
    assert_eq!(plan(&extents, 360), None);
    assert_eq!(plan(&extents, 361), Some(1..2));
    // Data of old times that was ingested a minute ago.
    let late = Arc::new(Extent { ingested_on: Some(extent(360, 1).max_created_on), ..Extent::clone(&extents[1]) });
    assert_eq!(plan(std::slice::from_ref(&late), 361), None);
    assert_eq!(plan(&[late], 720), Some(0..1));
    let small: Vec<_> = (0..8).map(|minute| hasty(minute, 100)).collect();
    assert_eq!(plan(&small, 8), Some(0..8));
    let day = DateTime(START.0 + TimeSpan::DAY.0);
    assert_eq!(plan_merge(&extents, &MergePolicy::default(), None, false, day), None);
    let policy = MergePolicy { allow_rebuild: false, ..MergePolicy::default() };
    assert_eq!(plan_merge(&extents, &policy, None, true, day), None);
}

#[test]
fn leftovers_of_earlier_times_merge_in_small_numbers() {
    let extents = vec![extent(0, 100), extent(10, 300)];
    assert_eq!(plan(&extents, 60), None);
    // The larger one would grow by a third only.
    assert_eq!(plan(&extents, 600), None);
    assert_eq!(plan(&[extent(0, 300), extent(10, 300)], 600), Some(0..2));
}

#[test]
fn the_policys_bounds_hold() {
    let extents: Vec<_> = (0..40).map(|minute| extent(minute * 60, 100)).collect();
    // 24 hours at most.
    assert_eq!(plan(&extents, 2400), Some(0..25));
    let now = DateTime(START.0 + 40 * TimeSpan::HOUR.0);
    let merge = |policy: MergePolicy| plan_merge(&extents, &policy, None, true, now);
    let policy = MergePolicy { max_extents_to_merge: 3, ..MergePolicy::default() };
    assert_eq!(merge(policy), Some(0..3));
    let policy = MergePolicy { row_count_upper_bound_for_merge: 1000, ..MergePolicy::default() };
    assert_eq!(merge(policy), Some(0..10));
    let policy = MergePolicy { allow_merge: false, allow_rebuild: false, ..MergePolicy::default() };
    assert_eq!(merge(policy), None);
    // Nothing beyond the lookback of 14 days.
    assert_eq!(plan(&extents, 60 * 24 * 20), None);
}

#[test]
fn extents_of_other_drop_by_tags_stay_apart() {
    let mut extents: Vec<_> = (0..8).map(|minute| tagged(minute, "drop-by:a")).collect();
    extents.extend((8..16).map(|minute| tagged(minute, "drop-by:b")));
    assert_eq!(plan(&extents, 16), Some(0..8));
    let mixed: Vec<_> = (0..8).map(|minute| tagged(minute, if minute % 2 == 0 { "drop-by:a" } else { "x" })).collect();
    assert_eq!(plan(&mixed, 16), None);
    let others: Vec<_> = (0..8).map(|minute| tagged(minute, &format!("ingest-by:{minute}"))).collect();
    assert_eq!(plan(&others, 16), Some(0..8));
}

/// Three days of a seal every minute; each step merges what the plan says.
#[test]
fn three_days_of_seals_end_in_few_extents_and_each_row_is_rewritten_a_few_times() {
    let minutes = 3 * 24 * 60;
    let (mut extents, mut rewritten) = (Vec::new(), 0);
    for minute in 0..minutes {
        extents.push(extent(minute, 1000));
        while let Some(run) = plan(&extents, minute) {
            let parts: Vec<Arc<Extent>> = extents.splice(run.clone(), []).collect();
            let rows = parts.iter().map(|part| part.rows).sum();
            rewritten += rows;
            let (first, last) = (&parts[0], &parts[parts.len() - 1]);
            let merged = Extent { rows, min_created_on: first.min_created_on, ..Extent::clone(last) };
            extents.insert(run.start, Arc::new(merged));
        }
    }
    let rows: u64 = extents.iter().map(|extent| extent.rows).sum();
    assert_eq!(rows, minutes as u64 * 1000);
    assert!(extents.len() < 60, "{}", extents.len());
    assert!(rewritten < 8 * rows, "{} times", rewritten as f64 / rows as f64);
}

//! The memory of recent sources: lookups, bounds and forgetting.

use super::*;

fn batch(sequence: i64, ids: &[u128]) -> SourceBatch {
    let ids = ids.iter().map(|id| SourceId(Uuid::from_u128(*id))).collect();
    SourceBatch { sequence, table: TableId(Uuid::nil()), at: DateTime(sequence), ids }
}

fn known(sources: &RecentSources, ids: &[u128]) -> Vec<bool> {
    ids.iter().map(|id| sources.contains(TableId(Uuid::nil()), SourceId(Uuid::from_u128(*id)))).collect()
}

#[test]
fn the_oldest_sources_are_forgotten_beyond_the_bound() {
    let mut sources = RecentSources::new(4);
    for (sequence, ids) in [[1, 2], [3, 4], [1, 5]].iter().enumerate() {
        sources.remember(batch(i64::try_from(sequence).unwrap(), ids));
    }
    // 1 was named again by the last batch, so forgetting the first does not forget it.
    assert_eq!(known(&sources, &[1, 2, 3, 4, 5]), [true, false, true, true, true]);
    assert_eq!((sources.count, sources.first_sequence()), (4, Some(1)));
}

#[test]
fn forgetting_everything_leaves_nothing_behind() {
    let mut sources = RecentSources::new(100);
    sources.remember(batch(1, &[1, 2]));
    sources.remember(batch(2, &[3]));
    sources.forget_table(TableId(Uuid::nil()));
    assert_eq!((sources.count, sources.first_sequence(), sources.by_table.len()), (0, None, 0));
    sources.remember(batch(3, &[1]));
    sources.forget_before(DateTime(4));
    assert_eq!((sources.count, sources.first_sequence(), sources.by_table.len()), (0, None, 0));
}

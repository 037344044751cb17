//! Which extents to merge: a run of neighbours in time order, of similar size, within the merge policy's bounds.
//!
//! An extent of *level* n has fewer than 8ⁿ⁺¹ times [`LEVEL_ROWS`] rows. Eight neighbours of at most the same level
//! merge, so a row is rewritten about once per level, however often small extents come. What is left of older times
//! merges in smaller numbers, and what was compressed for speed alone is rebuilt by itself.

#[cfg(test)]
mod tests;

use std::{ops::Range, sync::Arc};

use calypso_model::{
    Extent,
    policy::{CachingPolicy, MergeLookback, MergePolicy},
};
use calypso_types::{DateTime, TimeSpan};

use crate::settings::{EXTENT_BYTES_MAX, EXTENT_ROWS_MAX};

/// Neighbours of similar size that make a merge worth its cost.
const FAN_IN: usize = 8;
/// A merge makes its largest extent grow by so many times at least.
const GAIN: u64 = 3;
/// Rows of an extent of level 0, times [`FAN_IN`].
const LEVEL_ROWS: u64 = 1024;
/// Extents this old have the neighbours they will have; few of them may merge.
const SETTLED_AFTER: TimeSpan = TimeSpan(6 * TimeSpan::HOUR.0);
/// Kusto's default lookback.
const LOOKBACK_DEFAULT: TimeSpan = TimeSpan(14 * TimeSpan::DAY.0);
const MEGABYTE: u64 = 1024 * 1024;

/// Returns the place of the extents to merge next; the smallest first, then the oldest. Without `rebuilds` it is never
/// one extent alone.
pub(super) fn plan_merge(
    extents: &[Arc<Extent>],
    policy: &MergePolicy,
    caching: Option<&CachingPolicy>,
    rebuilds: bool,
    now: DateTime,
) -> Option<Range<usize>> {
    if !policy.allow_merge && !policy.allow_rebuild {
        return None;
    }
    let bounds = Bounds::new(policy, caching, now);
    // Extents are ordered by their newest row: those beyond the lookback cost nothing.
    let skipped = extents.partition_point(|extent| extent.max_created_on < bounds.oldest);
    let extents = &extents[skipped..];
    let level_max = level_of(EXTENT_ROWS_MAX);
    let run = (0..=level_max).find_map(|level| find_run(extents, level, &bounds));
    let run = run.or_else(|| find_settled_run(extents, level_max, &bounds, now));
    let run = run.or_else(|| if rebuilds && policy.allow_rebuild { find_rebuild(extents, now) } else { None })?;
    Some(run.start + skipped..run.end + skipped)
}

/// Finds enough neighbours of at most `level`, none of which is most of the whole.
fn find_run(extents: &[Arc<Extent>], level: u32, bounds: &Bounds) -> Option<Range<usize>> {
    let gain = GAIN.min(bounds.extents as u64 - 1);
    (0..extents.len()).find_map(|start| {
        let run = start..start + run_length(&extents[start..], level, bounds);
        (run.len() >= FAN_IN.min(bounds.extents) && gains(&extents[run.clone()], gain)).then_some(run)
    })
}

/// Finds fewer neighbours, where no more will come between them: what is left of a day.
fn find_settled_run(extents: &[Arc<Extent>], level: u32, bounds: &Bounds, now: DateTime) -> Option<Range<usize>> {
    let settled = extents.partition_point(|extent| now.since(extent.max_created_on) >= SETTLED_AFTER);
    let extents = &extents[..settled];
    (0..extents.len()).find_map(|start| {
        let run = start..start + run_length(&extents[start..], level, bounds);
        (run.len() >= 2 && gains(&extents[run.clone()], 1)).then_some(run)
    })
}

/// Finds an extent that was compressed for speed and no merge has taken since.
fn find_rebuild(extents: &[Arc<Extent>], now: DateTime) -> Option<Range<usize>> {
    let has_settled = |extent: &Extent| now.since(extent.ingested_on.unwrap_or(extent.max_created_on)) >= SETTLED_AFTER;
    let found = extents.iter().position(|extent| extent.rebuild_wanted && has_settled(extent))?;
    Some(found..found + 1)
}

/// Says whether the largest extent grows by at least `gain` times its rows: what bounds how often a row is rewritten.
fn gains(run: &[Arc<Extent>], gain: u64) -> bool {
    let rows: u64 = run.iter().map(|extent| extent.rows).sum();
    let largest = run.iter().map(|extent| extent.rows).max().unwrap_or(0);
    rows - largest >= largest.saturating_mul(gain)
}

/// Returns how many extents from the first one on may become one.
fn run_length(extents: &[Arc<Extent>], level: u32, bounds: &Bounds) -> usize {
    let Some(first) = extents.first() else { return 0 };
    let mut run = Run { rows: 0, original_bytes: 0, bytes: 0, oldest: first.min_created_on };
    let fits = |extent: &&Arc<Extent>| {
        level_of(extent.rows) <= level && drop_by_tags(extent) == drop_by_tags(first) && run.take(extent, bounds)
    };
    extents.iter().take(bounds.extents).take_while(fits).count()
}

struct Bounds {
    rows: u64,
    original_bytes: u64,
    bytes: u64,
    extents: usize,
    range: TimeSpan,
    oldest: DateTime,
}

impl Bounds {
    fn new(policy: &MergePolicy, caching: Option<&CachingPolicy>, now: DateTime) -> Self {
        let or_unbounded = |bound: u64| if bound == 0 { u64::MAX } else { bound };
        let lookback = match policy.lookback {
            MergeLookback::Default => Some(LOOKBACK_DEFAULT),
            MergeLookback::All => None,
            MergeLookback::HotCache => caching.map(|caching| caching.data_hot_span),
            MergeLookback::Custom(span) => Some(span),
        };
        Self {
            rows: or_unbounded(policy.row_count_upper_bound_for_merge).min(EXTENT_ROWS_MAX),
            original_bytes: or_unbounded(policy.original_size_mb_upper_bound_for_merge.saturating_mul(MEGABYTE)),
            bytes: EXTENT_BYTES_MAX,
            extents: usize::try_from(policy.max_extents_to_merge).unwrap_or(usize::MAX).max(2),
            range: TimeSpan(i64::from(policy.max_range_in_hours).saturating_mul(TimeSpan::HOUR.0)),
            oldest: lookback.map_or(DateTime::MIN, |span| DateTime(now.0.saturating_sub(span.0))),
        }
    }
}

struct Run {
    rows: u64,
    original_bytes: u64,
    bytes: u64,
    oldest: DateTime,
}

impl Run {
    /// Adds an extent if the bounds allow.
    fn take(&mut self, extent: &Extent, bounds: &Bounds) -> bool {
        let rows = self.rows + extent.rows;
        let original_bytes = self.original_bytes + extent.original_bytes;
        let bytes = self.bytes + extent.extent_bytes;
        let oldest = self.oldest.min(extent.min_created_on);
        let fits = rows <= bounds.rows
            && original_bytes <= bounds.original_bytes
            && bytes <= bounds.bytes
            && extent.max_created_on.since(oldest) <= bounds.range
            && extent.max_created_on >= bounds.oldest;
        if fits {
            *self = Self { rows, original_bytes, bytes, oldest };
        }
        fits
    }
}

fn level_of(rows: u64) -> u32 {
    (rows / LEVEL_ROWS).max(1).ilog(FAN_IN as u64)
}

/// Extents dropped together by a tag must not gain rows that would not be.
fn drop_by_tags(extent: &Extent) -> Vec<&str> {
    let mut tags: Vec<&str> = extent.tags.iter().map(String::as_str).filter(|tag| is_drop_by(tag)).collect();
    tags.sort_unstable();
    tags
}

fn is_drop_by(tag: &str) -> bool {
    tag.get(.."drop-by:".len()).is_some_and(|prefix| prefix.eq_ignore_ascii_case("drop-by:"))
}

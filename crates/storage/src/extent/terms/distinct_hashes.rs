//! The distinct hashes of one row group's terms: a list that is sorted now and then. Where most hashes are new, that
//! takes a fraction of the time of a set, whose every question goes to a place of its own in memory.

/// The list is not sorted before it has so many hashes: those of a row group of different values.
const UNSORTED_MAX: usize = 1 << 17;

/// See the file's header.
#[derive(Default)]
pub(super) struct DistinctHashes {
    hashes: Vec<u64>,
    /// How many there were when they were sorted last; none is among them twice.
    sorted: usize,
}

impl DistinctHashes {
    /// Adds a hash; tells how many distinct ones there are, if it was time to count them.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64) -> Option<usize> {
        self.hashes.push(hash);
        // Each hash is sorted twice on average, however many are distinct.
        let is_grown = self.hashes.len() >= UNSORTED_MAX && self.hashes.len() >= 2 * self.sorted;
        is_grown.then(|| self.distinct().len())
    }

    /// Returns each hash once.
    pub(super) fn distinct(&mut self) -> &[u64] {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        self.sorted = self.hashes.len();
        &self.hashes
    }

    /// Forgets all hashes, and keeps their memory for others.
    pub(super) fn clear(&mut self) {
        self.hashes.clear();
        self.sorted = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_is_told_once_however_often_it_came() {
        for (distinct, times) in [(0, 0), (1, 3), (1000, 2), (UNSORTED_MAX as u64 + 1, 5)] {
            let mut hashes = DistinctHashes::default();
            for hash in (0..times).flat_map(|_| 0..distinct) {
                let counted = hashes.insert(hash);
                assert!(counted.is_none_or(|counted| counted as u64 <= distinct), "{counted:?} of {distinct}");
            }
            assert_eq!(hashes.distinct(), (0..distinct).collect::<Vec<_>>());
            hashes.clear();
            assert!(hashes.distinct().is_empty());
        }
    }

    #[test]
    fn the_list_stays_within_twice_the_distinct_hashes() {
        let mut hashes = DistinctHashes::default();
        for hash in (0..10).flat_map(|_| 0..UNSORTED_MAX as u64) {
            hashes.insert(hash);
            assert!(hashes.hashes.len() <= 2 * UNSORTED_MAX);
        }
    }
}

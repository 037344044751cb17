//! The hashes of one row group's terms: a list, most of them once. Where most hashes are new, that takes a fraction of
//! the time of a set, whose every question goes to a place of its own in memory.

/// The list is not freed of repeated hashes before it has so many: more than a row group of different values has.
const UNSORTED_MAX: usize = 1 << 18;
/// Bits of the map by which hashes are counted, for each in the list.
const BITS_PER_HASH: usize = 4;
const BITS_MIN: usize = 1 << 12;

/// See the file's header.
#[derive(Default)]
pub(super) struct DistinctHashes {
    hashes: Vec<u64>,
    /// How many there were when repeated ones were taken out last.
    sorted: usize,
}

impl DistinctHashes {
    /// Adds a hash; tells how many distinct ones there are, if it was time to count them.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64) -> Option<usize> {
        self.hashes.push(hash);
        // Each hash is sorted twice on average, however many are distinct.
        let is_grown = self.hashes.len() >= UNSORTED_MAX && self.hashes.len() >= 2 * self.sorted;
        is_grown.then(|| self.take_out_repeated())
    }

    /// Returns each hash at least once.
    pub(super) fn all(&self) -> &[u64] {
        &self.hashes
    }

    /// Returns how many distinct hashes there are, within a hundredth: from how many bits of a map stay clear in which
    /// each hash sets one, which takes less time than sorting (linear counting, Whang and others 1990).
    pub(super) fn count(&self) -> usize {
        let bits = (self.hashes.len() * BITS_PER_HASH).next_power_of_two().max(BITS_MIN);
        let mut map = vec![0u64; bits / 64];
        for hash in &self.hashes {
            let place = (hash >> 32) as usize % bits;
            map[place / 64] |= 1 << (place % 64);
        }
        let clear = bits - map.iter().map(|word| word.count_ones() as usize).sum::<usize>();
        (bits as f64 * (bits as f64 / clear as f64).ln()).round() as usize
    }

    /// Forgets all hashes, and keeps their memory for others.
    pub(super) fn clear(&mut self) {
        self.hashes.clear();
        self.sorted = 0;
    }

    fn take_out_repeated(&mut self) -> usize {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        self.sorted = self.hashes.len();
        self.sorted
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Different hashes, spread as those of terms.
    fn spread(number: u64) -> u64 {
        super::super::term_hash(&number.to_le_bytes())
    }

    #[test]
    fn every_hash_is_there_and_distinct_ones_are_counted_however_often_they_came() {
        for (distinct, times) in [(0, 0), (1, 3), (2, 1), (50, 1), (1000, 2), (UNSORTED_MAX as u64 + 1, 5)] {
            let mut hashes = DistinctHashes::default();
            for hash in (0..times).flat_map(|_| 0..distinct).map(spread) {
                let counted = hashes.insert(hash);
                assert!(counted.is_none_or(|counted| counted as u64 <= distinct), "{counted:?} of {distinct}");
            }
            assert_eq!(hashes.all().iter().collect::<HashSet<_>>().len() as u64, distinct);
            let difference = (hashes.count() as u64).abs_diff(distinct);
            assert!(difference * 100 <= distinct, "{} of {distinct}", hashes.count());
            hashes.clear();
            assert!(hashes.all().is_empty());
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

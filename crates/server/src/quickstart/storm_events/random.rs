//! Random numbers that are the same in every version of every library: SplitMix64.

/// A generator.
#[derive(Debug)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.next() % (most - least + 1)
    }

    pub(super) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.between(0, choices.len() as u64 - 1) as usize]
    }

    /// Returns one of `choices`, each as often as its weight says.
    pub(super) fn weighted<T>(&mut self, choices: impl Iterator<Item = (T, u64)> + Clone) -> T {
        let total: u64 = choices.clone().map(|(_, weight)| weight).sum();
        let mut ticket = self.between(1, total);
        for (choice, weight) in choices {
            if ticket <= weight {
                return choice;
            }
            ticket -= weight;
        }
        unreachable!("the ticket is within the total")
    }

    /// Returns dollars: mostly none, often little, seldom much; `percent` is how often any.
    pub(super) fn damage(&mut self, percent: u64, unit: i64) -> i64 {
        if self.between(1, 100) > percent {
            return 0;
        }
        let scale = self.weighted([(1, 10), (10, 6), (100, 2), (1000, 1)].into_iter());
        unit * scale * self.between(1, 10) as i64
    }
}

//! Storage accounts in the order in which they are to be tried: those that worked lately first.
//!
//! As the other SDKs do: outcomes are counted in six buckets of ten seconds, younger ones weigh more, and accounts of
//! one tier of success are tried in random order. An outcome that is a minute old is forgotten, also when nothing new
//! is counted, so an account that failed once comes back.

use std::collections::BTreeMap;

use calypso_clock::Ids;
use calypso_types::{DateTime, TimeSpan};

/// Buckets of outcomes of each account.
const BUCKETS: usize = 6;
/// How long outcomes are counted into one bucket.
const BUCKET_TICKS: i64 = 10 * TimeSpan::SECOND.0;
/// Lower bounds of the tiers of success, in per cent.
const TIERS: [f64; 4] = [90.0, 70.0, 30.0, 0.0];

#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    succeeded: u32,
    total: u32,
}

#[derive(Debug)]
struct RankedAccount {
    buckets: [Bucket; BUCKETS],
    /// The bucket that is counted into.
    current: usize,
    /// When counting into it began.
    began: DateTime,
}

impl RankedAccount {
    const fn new(now: DateTime) -> Self {
        Self { buckets: [Bucket { succeeded: 0, total: 0 }; BUCKETS], current: 0, began: now }
    }

    /// Empties the buckets whose time has come again.
    fn turn(&mut self, now: DateTime) {
        let passed = now.since(self.began).0 / BUCKET_TICKS;
        if passed <= 0 {
            return;
        }
        for _ in 0..passed.min(BUCKETS as i64) {
            self.current = (self.current + 1) % BUCKETS;
            self.buckets[self.current] = Bucket::default();
        }
        self.began = DateTime(self.began.0 + passed * BUCKET_TICKS);
    }

    fn count(&mut self, succeeded: bool, now: DateTime) {
        self.turn(now);
        let bucket = &mut self.buckets[self.current];
        bucket.total += 1;
        bucket.succeeded += u32::from(succeeded);
    }

    /// Returns the weighted rate of success in per cent; an account without outcomes is as good as the best.
    fn rank(&mut self, now: DateTime) -> f64 {
        self.turn(now);
        let (mut rank, mut weights) = (0.0, 0.0);
        for age in 1..=BUCKETS {
            let bucket = self.buckets[(self.current + age) % BUCKETS];
            if bucket.total > 0 {
                rank += f64::from(bucket.succeeded) / f64::from(bucket.total) * age as f64;
                weights += age as f64;
            }
        }
        if weights == 0.0 { 100.0 } else { rank / weights * 100.0 }
    }
}

/// See the file's header.
#[derive(Debug, Default)]
pub(super) struct RankedAccounts {
    accounts: BTreeMap<String, RankedAccount>,
}

impl RankedAccounts {
    /// Keeps what is known of `names`, begins to know those that are new and forgets all others.
    pub(super) fn keep<'n>(&mut self, names: impl Iterator<Item = &'n str>, now: DateTime) {
        let mut kept = BTreeMap::new();
        for name in names {
            if !kept.contains_key(name) {
                let account = self.accounts.remove(name).unwrap_or_else(|| RankedAccount::new(now));
                kept.insert(name.to_owned(), account);
            }
        }
        self.accounts = kept;
    }

    /// Counts an outcome. One of an account that is no longer listed is dropped.
    pub(super) fn count(&mut self, name: &str, succeeded: bool, now: DateTime) {
        if let Some(account) = self.accounts.get_mut(name) {
            account.count(succeeded, now);
        }
    }

    /// Returns the accounts, best tier first, each tier shuffled.
    pub(super) fn order(&mut self, now: DateTime, ids: &dyn Ids) -> Vec<String> {
        let mut ranked: Vec<(usize, u128, &String)> = self
            .accounts
            .iter_mut()
            .map(|(name, account)| {
                let rank = account.rank(now);
                let tier = TIERS.iter().position(|bound| rank >= *bound).unwrap_or(TIERS.len());
                (tier, ids.next_id().as_u128(), name)
            })
            .collect();
        ranked.sort();
        ranked.into_iter().map(|(_, _, name)| name.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use calypso_clock::SeededIds;

    use super::*;

    fn accounts(names: &[&str]) -> RankedAccounts {
        let mut accounts = RankedAccounts::default();
        accounts.keep(names.iter().copied(), at(0));
        accounts
    }

    const fn at(seconds: i64) -> DateTime {
        DateTime(DateTime::UNIX_EPOCH.0 + seconds * TimeSpan::SECOND.0)
    }

    fn order(accounts: &mut RankedAccounts, now: DateTime, seed: u64) -> Vec<String> {
        accounts.order(now, &SeededIds::new(seed))
    }

    #[test]
    fn accounts_that_fail_are_tried_after_those_that_work() {
        let mut accounts = accounts(&["bad", "fair", "good", "new"]);
        for round in 0..10 {
            accounts.count("bad", false, at(1));
            accounts.count("fair", round % 2 == 0, at(1));
            accounts.count("good", true, at(1));
        }
        for seed in 0..20 {
            let order = order(&mut accounts, at(2), seed);
            assert_eq!(order[2..], ["fair", "bad"], "{order:?}");
        }
    }

    #[test]
    fn accounts_of_one_tier_take_turns() {
        let mut accounts = accounts(&["a", "b", "c"]);
        let firsts: std::collections::BTreeSet<String> =
            (0..50).map(|seed| order(&mut accounts, at(0), seed)[0].clone()).collect();
        assert_eq!(firsts.len(), 3);
    }

    #[test]
    fn younger_outcomes_weigh_more_and_old_ones_are_forgotten() {
        let mut account = RankedAccount::new(at(0));
        account.count(false, at(0));
        account.count(true, at(55));
        // One failure in the oldest bucket of six, one success in the youngest.
        assert!((account.rank(at(55)) - 600.0 / 7.0).abs() < 1e-9);
        assert!((account.rank(at(61)) - 100.0).abs() < 1e-9, "the failure is forgotten");
        account.count(false, at(70));
        assert!((account.rank(at(500)) - 100.0).abs() < 1e-9, "an account comes back after a minute");
    }

    #[test]
    fn what_is_known_survives_a_new_list_of_accounts() {
        let mut accounts = accounts(&["a", "b"]);
        accounts.count("a", false, at(1));
        accounts.keep(["b", "a", "c", "a"].into_iter(), at(2));
        assert_eq!(order(&mut accounts, at(2), 1)[2], "a");
        accounts.count("gone", true, at(2));
        assert_eq!(order(&mut accounts, at(2), 1).len(), 3);
    }
}

//! What was answered, and how long each answer took.

use std::{collections::BTreeMap, time::Duration};

/// Counts by status and every latency.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    latencies: Vec<Duration>,
    statuses: BTreeMap<u16, u64>,
}

impl Tally {
    /// Counts one answer.
    pub(crate) fn count(&mut self, status: u16, latency: Duration) {
        *self.statuses.entry(status).or_default() += 1;
        if status == 200 {
            self.latencies.push(latency);
        }
    }

    /// Takes over another's counts.
    pub(crate) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
    }

    /// Returns the number of answers 200.
    pub(crate) fn acknowledged(&self) -> usize {
        self.latencies.len()
    }

    /// Returns the number of other answers.
    pub(crate) fn errors(&self) -> u64 {
        self.statuses.iter().filter(|&(&status, _)| status != 200).map(|(_, count)| count).sum()
    }

    /// Returns which other answers there were, for the end of the line.
    pub(crate) fn error_summary(&self) -> String {
        let others = self.statuses.iter().filter(|&(&status, _)| status != 200);
        others.map(|(status, count)| format!(" ({count} x {status})")).collect()
    }

    /// Returns the latency that the given share of answers did not exceed; zero when there were none.
    pub(crate) fn percentile(&mut self, share: f64) -> Duration {
        self.latencies.sort_unstable();
        let last = self.latencies.len().saturating_sub(1);
        let index = (last as f64 * share).round() as usize;
        self.latencies.get(index).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Tally;

    #[test]
    fn percentiles_come_from_acknowledged_answers_of_every_connection() {
        let mut total = Tally::default();
        for base in [0, 50] {
            let mut tally = Tally::default();
            for millis in 1..=50 {
                tally.count(200, Duration::from_millis(base + millis));
            }
            tally.count(429, Duration::from_secs(9));
            total.add(tally);
        }
        assert_eq!((total.acknowledged(), total.errors()), (100, 2));
        assert_eq!(total.percentile(0.0), Duration::from_millis(1));
        assert_eq!(total.percentile(1.0), Duration::from_millis(100));
        assert_eq!(total.error_summary(), " (2 x 429)");
    }
}

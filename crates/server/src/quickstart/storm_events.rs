//! Storm events of a year that never was: the same from the same seed, on every machine.

#[cfg(test)]
mod tests;

mod phenomenon;
mod random;

use calypso_types::{DateTime, TimeSpan};
use serde_json::json;

use phenomenon::{PHENOMENA, Phenomenon};
use random::Random;

const YEAR: &str = "2007-01-01";
const MINUTES_OF_YEAR: u64 = 365 * 24 * 60;
const TICKS_OF_MINUTE: i64 = TimeSpan::DAY.0 / (24 * 60);

/// States, how often storms strike them, and whether they see winter storms.
const STATES: [(&str, u64, bool); 24] = [
    ("TEXAS", 14, false),
    ("KANSAS", 13, true),
    ("IOWA", 11, true),
    ("NEBRASKA", 11, true),
    ("ILLINOIS", 10, true),
    ("MISSOURI", 10, true),
    ("OKLAHOMA", 9, true),
    ("INDIANA", 8, true),
    ("OHIO", 8, true),
    ("GEORGIA", 7, false),
    ("MINNESOTA", 7, true),
    ("FLORIDA", 7, false),
    ("PENNSYLVANIA", 6, true),
    ("SOUTH DAKOTA", 6, true),
    ("NORTH CAROLINA", 6, false),
    ("NEW YORK", 6, true),
    ("MICHIGAN", 5, true),
    ("MISSISSIPPI", 5, false),
    ("VIRGINIA", 5, true),
    ("COLORADO", 4, true),
    ("MONTANA", 3, true),
    ("VERMONT", 2, true),
    ("ARIZONA", 2, false),
    ("HAWAII", 1, false),
];

/// Who reports, and how often.
const SOURCES: [(&str, u64); 9] = [
    ("Law Enforcement", 23),
    ("Trained Spotter", 18),
    ("Public", 13),
    ("Emergency Manager", 12),
    ("Newspaper", 5),
    ("Amateur Radio", 5),
    ("County Official", 5),
    ("NWS Storm Survey", 3),
    ("COOP Observer", 3),
];

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StormEvent {
    start: DateTime,
    end: DateTime,
    state: &'static str,
    damage_property: i64,
    damage_crops: i64,
    source: &'static str,
    description: String,
}

impl StormEvent {
    /// Returns the record with a line feed at its end; no value holds one.
    pub(super) fn to_csv(&self) -> String {
        let (start, end) = (self.start.to_iso(), self.end.to_iso());
        let summary = json!({
            "TotalDamages": self.damage_property + self.damage_crops,
            "StartTime": start,
            "EndTime": end,
            "Details": { "Description": self.description, "Location": self.state },
        });
        format!(
            "{start},{end},{},{},{},{},\"{}\"\n",
            self.state,
            self.damage_property,
            self.damage_crops,
            self.source,
            summary.to_string().replace('"', "\"\"")
        )
    }
}

/// Events in the order of their start, spread over the year.
#[derive(Debug)]
pub(super) struct StormEvents {
    random: Random,
    next: u32,
    count: u32,
}

impl StormEvents {
    pub(super) const fn new(seed: u64, count: u32) -> Self {
        Self { random: Random::new(seed), next: 0, count }
    }

    fn event(&mut self, start: DateTime) -> StormEvent {
        let random = &mut self.random;
        let month = start.month() as usize;
        let phenomenon: &Phenomenon = random.weighted(PHENOMENA.iter().map(|kind| (kind, kind.months[month - 1])));
        let minutes = random.between(phenomenon.minutes.0, phenomenon.minutes.1);
        let end = DateTime(start.0 + minutes as i64 * TICKS_OF_MINUTE);
        let states = STATES.iter().filter(|(_, _, winters)| *winters || !phenomenon.is_wintry);
        let state = random.weighted(states.map(|(name, weight, _)| (*name, *weight)));
        let source = random.weighted(SOURCES.iter().copied());
        StormEvent {
            start,
            end,
            state,
            damage_property: random.damage(phenomenon.damage_percent, 500),
            damage_crops: random.damage(2, 1000),
            source,
            description: phenomenon.describe(random),
        }
    }
}

impl Iterator for StormEvents {
    type Item = StormEvent;

    fn next(&mut self) -> Option<StormEvent> {
        if self.next == self.count {
            return None;
        }
        // Each event has an equal share of the year, and strikes somewhere within it.
        let share = |index: u32| u64::from(index) * MINUTES_OF_YEAR / u64::from(self.count);
        let (from, to) = (share(self.next), share(self.next + 1));
        let minute = self.random.between(from, to.max(from + 1) - 1);
        self.next += 1;
        let year = DateTime::parse(YEAR)?;
        Some(self.event(DateTime(year.0 + minute as i64 * TICKS_OF_MINUTE)))
    }
}

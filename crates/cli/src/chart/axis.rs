//! Where the marks of an axis are, and what stands at them.

use calypso_types::{DateTime, Scalar};

const TICKS_PER_SECOND: f64 = 1e7;
const DAY: f64 = 86_400.0 * TICKS_PER_SECOND;

/// The vertical axis: marks at round numbers, from the lowest to the highest.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Marks {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) labels: Vec<String>,
}

impl Marks {
    /// Finds about `count` round marks that enclose the values.
    pub(super) fn around(low: f64, high: f64, count: usize) -> Self {
        let (low, high) = spread(low, high);
        let step = round_step((high - low) / (count.max(2) - 1) as f64);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        // A dozen marks at most: the step is at least half of what was asked for.
        let steps = (last - first).round() as usize;
        let labels = (0..=steps).map(|index| short((first + index as f64) * step)).collect();
        Self { low: first * step, high: last * step, labels }
    }

    /// Finds marks at powers of ten; values are exponents already.
    pub(super) fn powers(low: f64, high: f64) -> Self {
        let (first, last) = (low.floor(), high.ceil().max(low.floor() + 1.0));
        let steps = (last - first).round() as usize;
        let labels = (0..=steps).map(|index| short(10_f64.powf(first + index as f64))).collect();
        Self { low: first, high: last, labels }
    }
}

/// An axis of no extent cannot be drawn.
fn spread(low: f64, high: f64) -> (f64, f64) {
    if high > low {
        (low, high)
    } else if low == 0.0 {
        (0.0, 1.0)
    } else {
        (low.min(0.0), high.max(0.0))
    }
}

/// The next larger of 1, 2, 5 times a power of ten.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= step * 0.999_999);
    factor.unwrap_or(10.0) * power
}

/// A number in few characters: `1.5k`, `20M`, `0.25`.
pub(super) fn short(value: f64) -> String {
    const UNITS: [(f64, &str); 5] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k"), (1.0, "")];
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e15).contains(&size) {
        return format!("{value:.1e}");
    }
    let unit = UNITS.iter().find(|(unit, _)| size >= *unit);
    match unit {
        // Thousands are told apart by their own digits until there are ten of them.
        Some((_, "k")) => trimmed(value / 1e3) + "k",
        Some((unit, name)) => trimmed(value / unit) + name,
        None => trimmed(value),
    }
}

fn trimmed(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 100.0 => 1,
        size if size >= 1.0 => 2,
        _ => 4,
    };
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Times at both ends and in the middle of an axis, as exact as its extent asks for.
pub(super) fn times(low: f64, high: f64, count: usize) -> Vec<String> {
    let extent = high - low;
    let places = (0..count).map(|index| low + extent * index as f64 / (count - 1) as f64);
    places.map(|ticks| time(ticks, extent)).collect()
}

fn time(ticks: f64, extent: f64) -> String {
    let Some(time) = DateTime::from_ticks(ticks.round() as i64) else { return String::new() };
    let text = Scalar::DateTime(time).to_text().replace('T', " ");
    let part = match extent {
        extent if extent >= 3.0 * DAY => text.get(..10),
        extent if extent >= DAY / 2.0 => text.get(..16),
        extent if extent >= 10.0 * TICKS_PER_SECOND => text.get(11..19),
        _ => text.get(11..23),
    };
    part.unwrap_or(&text).to_owned()
}

/// Numbers at both ends and in the middle of an axis.
pub(super) fn numbers(low: f64, high: f64, count: usize) -> Vec<String> {
    (0..count).map(|index| short(low + (high - low) * index as f64 / (count - 1) as f64)).collect()
}

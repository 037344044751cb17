//! Kinds of storms: when they come, how long they last, and what is written of them.

use super::random::Random;

const PLACES: [&str; 10] = [
    "north of town",
    "near the county line",
    "at the regional airport",
    "along the river road",
    "two miles west of the courthouse",
    "in the eastern suburbs",
    "around the reservoir",
    "near the grain elevator",
    "south of the interstate",
    "at the fairgrounds",
];
const THINGS: [&str; 8] = [
    "several large trees",
    "power lines",
    "a machine shed",
    "the roof of a barn",
    "fences and road signs",
    "two grain bins",
    "the awning of a gas station",
    "branches up to six inches across",
];
const ROADS: [&str; 6] = [
    "County Road 12",
    "Main Street",
    "Highway 9",
    "several rural roads",
    "the underpass at Mill Street",
    "State Road 44",
];
const WATERS: [&str; 6] = ["Mill Creek", "Otter Creek", "Stony Run", "Willow Branch", "the Little Fork", "Salt Creek"];
const HAIL_SIZES: [&str; 5] = ["Pea size", "Penny size", "Quarter size", "Golf ball size", "Baseball size"];

/// What is written, by kind.
#[derive(Debug, Clone, Copy)]
enum Report {
    Wind,
    Hail,
    FlashFlood,
    Flood,
    Tornado,
    Snow,
    Ice,
    Rain,
}

/// A kind of storm.
#[derive(Debug)]
pub(super) struct Phenomenon {
    report: Report,
    /// How often in each month.
    pub(super) months: [u64; 12],
    /// Shortest and longest duration.
    pub(super) minutes: (u64, u64),
    /// How often property is damaged.
    pub(super) damage_percent: u64,
    pub(super) is_wintry: bool,
}

impl Phenomenon {
    const fn new(report: Report, months: [u64; 12], minutes: (u64, u64), damage_percent: u64) -> Self {
        Self { report, months, minutes, damage_percent, is_wintry: matches!(report, Report::Snow | Report::Ice) }
    }

    pub(super) fn describe(&self, random: &mut Random) -> String {
        let place = random.one_of(&PLACES);
        match self.report {
            Report::Wind => {
                let (gust, thing) = (random.between(58, 84), random.one_of(&THINGS));
                format!("Thunderstorm gusts estimated at {gust} mph brought down {thing} {place}.")
            }
            Report::Hail => {
                let (size, minutes) = (random.one_of(&HAIL_SIZES), random.between(3, 20));
                format!("{size} hail fell for about {minutes} minutes {place}.")
            }
            Report::FlashFlood => {
                let (water, road, inches) = (random.one_of(&WATERS), random.one_of(&ROADS), random.between(6, 36));
                format!("After heavy rain {water} left its banks and put {inches} inches of water over {road}.")
            }
            Report::Flood => {
                let (water, feet, tenths) = (random.one_of(&WATERS), random.between(1, 9), random.between(0, 9));
                format!(
                    "A gauge on {water} crested {feet}.{tenths} feet above flood stage; fields {place} were under water."
                )
            }
            Report::Tornado => {
                let (scale, thing, yards) = (random.between(0, 2), random.one_of(&THINGS), random.between(3, 40) * 10);
                format!("An EF{scale} tornado, {yards} yards wide, touched down {place} and destroyed {thing}.")
            }
            Report::Snow => {
                let (inches, road) = (random.between(4, 22), random.one_of(&ROADS));
                format!("Snow of {inches} inches was measured {place}; drifts closed {road}.")
            }
            Report::Ice => {
                let (quarters, thing) = (random.between(1, 6), random.one_of(&THINGS));
                format!("Freezing rain left {quarters} quarters of an inch of ice and brought down {thing} {place}.")
            }
            Report::Rain => {
                let (inches, tenths, hours) = (random.between(2, 7), random.between(0, 9), random.between(2, 12));
                format!("Rain of {inches}.{tenths} inches in {hours} hours was measured {place}.")
            }
        }
    }
}

pub(super) static PHENOMENA: [Phenomenon; 8] = [
    Phenomenon::new(Report::Wind, [4, 6, 12, 20, 30, 40, 42, 36, 18, 10, 6, 4], (0, 25), 45),
    Phenomenon::new(Report::Hail, [1, 3, 12, 28, 36, 30, 20, 14, 8, 4, 2, 1], (3, 20), 15),
    Phenomenon::new(Report::FlashFlood, [4, 4, 8, 10, 14, 18, 20, 20, 12, 8, 4, 4], (60, 420), 35),
    Phenomenon::new(Report::Flood, [10, 8, 12, 10, 8, 6, 4, 4, 4, 4, 4, 8], (1440, 14_400), 25),
    Phenomenon::new(Report::Tornado, [1, 3, 7, 10, 14, 10, 5, 4, 4, 4, 3, 1], (2, 25), 70),
    Phenomenon::new(Report::Snow, [26, 26, 14, 4, 0, 0, 0, 0, 0, 3, 12, 24], (240, 2160), 6),
    Phenomenon::new(Report::Ice, [12, 12, 4, 0, 0, 0, 0, 0, 0, 0, 4, 12], (180, 1440), 40),
    Phenomenon::new(Report::Rain, [4, 4, 6, 8, 10, 10, 12, 14, 14, 10, 6, 4], (120, 720), 3),
];

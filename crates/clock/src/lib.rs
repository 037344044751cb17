//! Injected time, randomness and ids, so that tests drive them by hand and from a seed.

mod ids;
mod time;

pub use ids::{Ids, RandomIds, SeededIds};
pub use time::{Clock, ManualClock, SystemClock};

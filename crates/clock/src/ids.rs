//! New identifiers and random numbers.

use parking_lot::Mutex;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use uuid::{Builder, Uuid};

/// The source of new identifiers.
pub trait Ids: Send + Sync + 'static {
    /// Returns an identifier not returned before.
    fn next_id(&self) -> Uuid;
}

/// Identifiers from the operating system's randomness.
#[derive(Debug, Default, Clone, Copy)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "the one place that draws ambient randomness for ids")]
    fn next_id(&self) -> Uuid {
        Uuid::new_v4()
    }
}

/// Identifiers that follow from a seed.
#[derive(Debug)]
pub struct SeededIds {
    rng: Mutex<StdRng>,
}

impl SeededIds {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { rng: Mutex::new(StdRng::seed_from_u64(seed)) }
    }
}

impl Ids for SeededIds {
    fn next_id(&self) -> Uuid {
        Builder::from_random_bytes(self.rng.lock().random()).into_uuid()
    }
}

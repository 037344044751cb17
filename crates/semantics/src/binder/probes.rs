//! Plugins whose columns depend on data: the binder asks, the engine answers, the binder starts again.

use crate::bound::Relation;

use super::{Binder, Bound, ProbeAnswer, Reported};

impl Binder<'_> {
    /// Returns the rows of `relation`. Without an answer yet, the question is left for the engine and the surrounding
    /// expression fails silently.
    pub(super) fn answer(&mut self, relation: Relation) -> Bound<ProbeAnswer> {
        if self.probe.is_some() {
            return Err(Reported);
        }
        if let Some(answer) = self.answers.get(self.answers_used) {
            self.answers_used += 1;
            return Ok(answer.clone());
        }
        self.probe = Some(relation);
        Err(Reported)
    }
}

//! Asking until there is an end, less and less often.

use std::time::Duration;

use calypso_types::TimeSpan;
use uuid::Uuid;

use crate::{Error, IngestionStatus, timing::Timing};

/// Wait after the first question.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Longest wait between two questions: what the Go SDK always waits.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// See the file's header.
#[derive(Debug, Clone)]
pub(crate) struct Poll(pub(crate) Timing);

impl Poll {
    /// Asks until the status is terminal. What passes is no answer, and asked again.
    ///
    /// # Errors
    /// The error that asking again cannot mend; [`Error::Deadline`] when `deadline` passes first.
    pub(crate) async fn until_terminal<F>(
        &self,
        source_id: Uuid,
        deadline: Duration,
        ask: impl Fn() -> F,
    ) -> Result<IngestionStatus, Error>
    where
        F: Future<Output = Result<IngestionStatus, Error>>,
    {
        let began = self.0.clock.now();
        let mut wait = FIRST_WAIT;
        loop {
            let left = deadline.saturating_sub(duration(self.0.clock.now().since(began)));
            // The clock of tests stands still, but a service that does not answer must not hold anybody for ever.
            match tokio::time::timeout(left, ask()).await {
                Ok(Ok(status)) if status.is_terminal() => return Ok(status),
                Ok(Err(error)) if error.is_permanent() => return Err(error),
                Ok(Err(error)) => tracing::debug!(%source_id, %error, "the status will be asked for again"),
                Ok(Ok(_)) | Err(_) => {}
            }
            let left = deadline.saturating_sub(duration(self.0.clock.now().since(began)));
            if left.is_zero() {
                return Err(Error::Deadline { source_id, deadline });
            }
            (self.0.sleep)(wait.min(left)).await;
            wait = (wait * 3 / 2).min(WAIT_MAX);
        }
    }
}

fn duration(span: TimeSpan) -> Duration {
    Duration::from_nanos(u64::try_from(span.0).unwrap_or(0).saturating_mul(100))
}

#[cfg(test)]
mod tests;

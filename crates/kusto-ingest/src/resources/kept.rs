//! An answer of the service that is kept for a while, renewed behind the caller's back, and outlives a service that
//! cannot be asked.

use std::sync::Arc;

use calypso_clock::Clock;
use calypso_types::{DateTime, TimeSpan};
use futures::future::BoxFuture;
use parking_lot::Mutex;

use crate::Error;

/// Age at which an answer is renewed, as in the other SDKs.
pub(super) const RENEWED_AFTER: TimeSpan = TimeSpan::HOUR;
/// How long to leave a service alone that could not be asked.
pub(super) const ASKED_AGAIN_AFTER: TimeSpan = TimeSpan::MINUTE;
/// Oldest answer that is used while the service cannot be asked. Signatures of resources live for days.
pub(super) const KEPT_MAX: TimeSpan = TimeSpan(6 * TimeSpan::HOUR.0);

/// Asks the service.
pub(super) type Ask<T> = Arc<dyn Fn() -> BoxFuture<'static, Result<T, Error>> + Send + Sync>;

struct Answer<T> {
    value: Arc<T>,
    read_on: DateTime,
    /// When renewing it was last begun.
    tried_on: DateTime,
}

enum Found<T> {
    Usable(Arc<T>),
    /// Usable, but it is time to ask again.
    Due(Arc<T>),
    None,
}

/// See the file's header.
pub(super) struct Kept<T> {
    what: &'static str,
    clock: Arc<dyn Clock>,
    ask: Ask<T>,
    answer: Arc<Mutex<Option<Answer<T>>>>,
    /// Held while the service is asked: everybody else waits for that answer.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self {
            what: self.what,
            clock: self.clock.clone(),
            ask: self.ask.clone(),
            answer: self.answer.clone(),
            turn: self.turn.clone(),
        }
    }
}

impl<T: Send + Sync + 'static> Kept<T> {
    /// Returns nothing kept yet; `what` names it in logs.
    pub(super) fn new(what: &'static str, clock: Arc<dyn Clock>, ask: Ask<T>) -> Self {
        Self { what, clock, ask, answer: Arc::default(), turn: Arc::default() }
    }

    /// Returns the answer, asking for it if there is none that may be used.
    ///
    /// # Errors
    /// As asking does, when there is no answer or it is too old.
    pub(super) async fn get(&self) -> Result<Arc<T>, Error> {
        match self.find() {
            Found::Usable(value) => return Ok(value),
            Found::Due(value) => {
                self.renew_behind();
                return Ok(value);
            }
            Found::None => {}
        }
        let _turn = self.turn.lock().await;
        match self.find() {
            Found::Usable(value) | Found::Due(value) => Ok(value),
            Found::None => self.renew().await,
        }
    }

    /// Returns an answer other than `known`, which did not serve: asks, unless somebody did so meanwhile.
    ///
    /// # Errors
    /// As asking does.
    pub(super) async fn other_than(&self, known: &Arc<T>) -> Result<Arc<T>, Error> {
        let _turn = self.turn.lock().await;
        let kept = self.answer.lock().as_ref().map(|answer| answer.value.clone());
        match kept {
            Some(value) if !Arc::ptr_eq(&value, known) => Ok(value),
            _ => self.renew().await,
        }
    }

    fn find(&self) -> Found<T> {
        let now = self.clock.now();
        let answer = self.answer.lock();
        let Some(answer) = answer.as_ref() else { return Found::None };
        let age = now.since(answer.read_on);
        if age >= KEPT_MAX {
            Found::None
        } else if age >= RENEWED_AFTER && now.since(answer.tried_on) >= ASKED_AGAIN_AFTER {
            Found::Due(answer.value.clone())
        } else {
            Found::Usable(answer.value.clone())
        }
    }

    /// Asks on a task of its own, unless somebody is asking.
    fn renew_behind(&self) {
        let Ok(turn) = self.turn.clone().try_lock_owned() else { return };
        if let Some(answer) = self.answer.lock().as_mut() {
            answer.tried_on = self.clock.now();
        }
        let kept = self.clone();
        tokio::spawn(async move {
            if let Err(error) = kept.renew().await {
                tracing::warn!(what = kept.what, %error, "what is known is used for longer: it cannot be renewed");
            }
            drop(turn);
        });
    }

    /// The caller has the turn.
    async fn renew(&self) -> Result<Arc<T>, Error> {
        let value = Arc::new((self.ask)().await?);
        let now = self.clock.now();
        *self.answer.lock() = Some(Answer { value: value.clone(), read_on: now, tried_on: now });
        Ok(value)
    }
}

#[cfg(test)]
mod tests;

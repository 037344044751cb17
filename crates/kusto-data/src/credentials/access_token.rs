//! A token, and what hands out tokens.

use std::{fmt, future::Future, sync::Arc};

use async_trait::async_trait;
use calypso_types::DateTime;

use crate::Error;

/// A bearer token, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    token: String,
    expires_on: Option<DateTime>,
}

impl AccessToken {
    /// Returns a token of which nobody knows how long it lasts.
    #[must_use]
    pub fn new(token: impl Into<String>) -> Self {
        Self { token: token.into(), expires_on: None }
    }

    /// Says until when the token lasts; it is kept until shortly before.
    #[must_use]
    pub const fn with_expiry(mut self, expires_on: DateTime) -> Self {
        self.expires_on = Some(expires_on);
        self
    }

    /// Returns the text to send.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.token
    }

    /// Returns until when the token lasts, if that is known.
    #[must_use]
    pub const fn expires_on(&self) -> Option<DateTime> {
        self.expires_on
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("token", &"****").field("expires_on", &self.expires_on).finish()
    }
}

/// Hands out tokens; closures that return a future do.
#[async_trait]
pub trait TokenProvider: Send + Sync + 'static {
    /// Returns a token for the service.
    async fn token(&self) -> Result<AccessToken, Error>;
}

#[async_trait]
impl<F, R> TokenProvider for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<AccessToken, Error>> + Send,
{
    async fn token(&self) -> Result<AccessToken, Error> {
        self().await
    }
}

#[async_trait]
impl TokenProvider for Arc<dyn TokenProvider> {
    async fn token(&self) -> Result<AccessToken, Error> {
        self.as_ref().token().await
    }
}

//! Sign-in by a code that the user enters in any browser.
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>

use std::{fmt, time::Duration};

use async_trait::async_trait;
use azure_core::{
    Error, Result,
    credentials::{AccessToken, TokenCredential, TokenRequestOptions},
    error::ErrorKind,
};
use serde::Deserialize;

use super::authority::{Authority, Renewal, refused, with_offline_access};
use crate::connection_string::ShowDeviceCode;

/// How long the user may take if the authority does not say.
const LIFETIME_DEFAULT: Duration = Duration::from_secs(15 * 60);
/// How much more slowly is asked when the authority demands it.
const SLOW_DOWN_BY: Duration = Duration::from_secs(5);
/// Seconds between questions if the authority does not say.
const INTERVAL_SECONDS_DEFAULT: u64 = 5;
/// Questions at most, whatever the authority says.
const QUESTIONS_MAX: u32 = 10_000;
/// Name of this kind of question.
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What the user is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceCodePrompt {
    /// The whole sentence, as the authority words it.
    pub message: String,
    /// Where to enter the code.
    pub verification_uri: String,
    /// The code to enter.
    pub user_code: String,
}

/// The authority's answer to the first question.
#[derive(Deserialize)]
struct Code {
    device_code: String,
    user_code: String,
    verification_uri: String,
    expires_in: Option<u64>,
    interval: Option<u64>,
    message: Option<String>,
}

/// An answer that is an error.
#[derive(Deserialize, Default)]
struct Failure {
    error: Option<String>,
    error_description: Option<String>,
}

/// A user who signs in by code.
pub(super) struct DeviceCodeCredential {
    authority: Authority,
    prompt: Option<ShowDeviceCode>,
    renewal: Renewal,
}

impl DeviceCodeCredential {
    pub(super) fn new(authority: Authority, prompt: Option<ShowDeviceCode>) -> Self {
        Self { authority, prompt, renewal: Renewal::default() }
    }

    async fn code(&self, scope: &str) -> Result<Code> {
        let (status, body) = self.authority.post("devicecode", &[("scope", scope)]).await?;
        if let Ok(code) = serde_json::from_slice(&body) {
            return Ok(code);
        }
        let failure: Failure = serde_json::from_slice(&body).unwrap_or_default();
        Err(refused(status, failure.error, failure.error_description).error)
    }

    async fn signed_in(&self, code: &Code) -> Result<AccessToken> {
        let mut interval = Duration::from_secs(code.interval.unwrap_or(INTERVAL_SECONDS_DEFAULT));
        let fields = [("grant_type", GRANT_TYPE), ("device_code", code.device_code.as_str())];
        for _ in 0..QUESTIONS_MAX {
            tokio::time::sleep(interval).await;
            match self.authority.token(&fields).await {
                Ok((token, refresh_token)) => {
                    self.renewal.keep(refresh_token);
                    return Ok(token);
                }
                Err(refusal) => match refusal.code.as_str() {
                    "authorization_pending" => {}
                    "slow_down" => interval += SLOW_DOWN_BY,
                    _ => return Err(refusal.error),
                },
            }
        }
        Err(too_late())
    }
}

fn too_late() -> Error {
    Error::with_message(ErrorKind::Credential, "nobody entered the code in time")
}

#[async_trait]
impl TokenCredential for DeviceCodeCredential {
    async fn get_token(&self, scopes: &[&str], _options: Option<TokenRequestOptions<'_>>) -> Result<AccessToken> {
        if let Some(token) = self.renewal.renewed(&self.authority, scopes).await {
            return Ok(token);
        }
        let code = self.code(&with_offline_access(scopes)).await?;
        let message = code.message.clone().unwrap_or_else(|| {
            format!("To sign in, open {} and enter the code {}.", code.verification_uri, code.user_code)
        });
        let (verification_uri, user_code) = (code.verification_uri.clone(), code.user_code.clone());
        match &self.prompt {
            Some(show) => show(&DeviceCodePrompt { message, verification_uri, user_code }),
            None => tracing::warn!("{message}"),
        }
        let lifetime = code.expires_in.map_or(LIFETIME_DEFAULT, Duration::from_secs);
        tokio::time::timeout(lifetime, self.signed_in(&code)).await.unwrap_or_else(|_| Err(too_late()))
    }
}

impl fmt::Debug for DeviceCodeCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCodeCredential").field("authority", &self.authority).finish_non_exhaustive()
    }
}

//! A user's name and password as a credential.
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc>

use std::fmt;

use async_trait::async_trait;
use azure_core::{
    Result,
    credentials::{AccessToken, TokenCredential, TokenRequestOptions},
};

use super::authority::{Authority, Renewal, with_offline_access};
use crate::connection_string::Secret;

/// A user with a password.
pub(super) struct PasswordCredential {
    authority: Authority,
    user: String,
    password: Secret,
    renewal: Renewal,
}

impl PasswordCredential {
    pub(super) fn new(authority: Authority, user: String, password: Secret) -> Self {
        Self { authority, user, password, renewal: Renewal::default() }
    }
}

#[async_trait]
impl TokenCredential for PasswordCredential {
    async fn get_token(&self, scopes: &[&str], _options: Option<TokenRequestOptions<'_>>) -> Result<AccessToken> {
        if let Some(token) = self.renewal.renewed(&self.authority, scopes).await {
            return Ok(token);
        }
        let scope = with_offline_access(scopes);
        let fields = [
            ("grant_type", "password"),
            ("username", self.user.as_str()),
            ("password", self.password.reveal()),
            ("scope", scope.as_str()),
        ];
        let (token, refresh_token) = self.authority.token(&fields).await.map_err(|refusal| refusal.error)?;
        self.renewal.keep(refresh_token);
        Ok(token)
    }
}

impl fmt::Debug for PasswordCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordCredential").field("authority", &self.authority).finish_non_exhaustive()
    }
}

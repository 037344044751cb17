//! The token of a connection: asked for when needed, kept while it lasts, renewed by one request at a time.

use std::{future::Future, sync::Arc};

use azure_core::credentials::TokenCredential;
use calypso_types::{DateTime, TimeSpan};
use parking_lot::RwLock;
use tokio::sync::{Mutex, OnceCell};

use super::{AccessToken, TokenProvider, authority::Tools, azure};
use crate::{
    CloudInfo, ConnectionStringBuilder, Error,
    connection_string::{Authentication, Secret},
};

/// How long before its end a token is renewed.
const RENEWED_BEFORE_EXPIRY: TimeSpan = TimeSpan(5 * TimeSpan::MINUTE.0);
/// A token with less than this left is not used any more: the request has to arrive, too.
const USED_BEFORE_EXPIRY: TimeSpan = TimeSpan(10 * TimeSpan::SECOND.0);

/// Where tokens come from.
enum Origin {
    Fixed(Secret),
    Provider(Arc<dyn TokenProvider>),
    /// Made once the service has said which cloud it belongs to.
    Credential(OnceCell<(Arc<dyn TokenCredential>, String)>),
}

/// The token of a connection.
pub(crate) struct TokenSource {
    origin: Origin,
    connection: ConnectionStringBuilder,
    tools: Tools,
    kept: RwLock<Option<AccessToken>>,
    renewal: Mutex<()>,
}

impl TokenSource {
    /// Returns the source that a connection describes; none if it is anonymous.
    pub(crate) fn new(connection: &ConnectionStringBuilder, tools: Tools) -> Result<Option<Self>, Error> {
        let origin = match connection.authentication() {
            Authentication::None => return Ok(None),
            Authentication::UserToken(token) | Authentication::ApplicationToken(token) => {
                check_token(token.reveal())?;
                Origin::Fixed(token.clone())
            }
            Authentication::TokenProvider(provider) => Origin::Provider(Arc::clone(provider)),
            _ => Origin::Credential(OnceCell::new()),
        };
        let (kept, renewal) = (RwLock::default(), Mutex::default());
        Ok(Some(Self { origin, connection: connection.clone(), tools, kept, renewal }))
    }

    /// Returns the token to send now; `cloud` is asked only by credentials that need it.
    pub(crate) async fn token(&self, cloud: impl Future<Output = Result<CloudInfo, Error>>) -> Result<String, Error> {
        if let Origin::Fixed(token) = &self.origin {
            return Ok(token.reveal().to_owned());
        }
        if let Some(token) = self.kept_for(RENEWED_BEFORE_EXPIRY) {
            return Ok(token);
        }
        let _renewal = self.renewal.lock().await;
        // Another request may have renewed it meanwhile.
        if let Some(token) = self.kept_for(RENEWED_BEFORE_EXPIRY) {
            return Ok(token);
        }
        match self.ask(cloud).await {
            Ok(token) => {
                let text = token.secret().to_owned();
                check_token(&text)?;
                *self.kept.write() = Some(token);
                Ok(text)
            }
            // The old one still serves for a while.
            Err(error) => self.kept_for(USED_BEFORE_EXPIRY).ok_or(error),
        }
    }

    /// Keeps the token no longer.
    pub(crate) fn forget(&self) {
        *self.kept.write() = None;
    }

    fn kept_for(&self, left: TimeSpan) -> Option<String> {
        let kept = self.kept.read();
        let token = kept.as_ref()?;
        let usable_until = DateTime(token.expires_on()?.0 - left.0);
        (self.tools.clock.now() < usable_until).then(|| token.secret().to_owned())
    }

    async fn ask(&self, cloud: impl Future<Output = Result<CloudInfo, Error>>) -> Result<AccessToken, Error> {
        match &self.origin {
            Origin::Fixed(token) => Ok(AccessToken::new(token.reveal())),
            Origin::Provider(provider) => provider.token().await,
            Origin::Credential(made) => {
                let make = async {
                    let cloud = cloud.await?;
                    let credential = azure::credential(&self.connection, &cloud, &self.tools)?;
                    Ok::<_, Error>((credential, cloud.scope()))
                };
                let (credential, scope) = made.get_or_try_init(|| make).await?;
                azure::token(credential.as_ref(), scope, azure::time_limit(self.connection.authentication_method()))
                    .await
            }
        }
    }
}

/// A token becomes a header, where only some characters may stand.
fn check_token(token: &str) -> Result<(), Error> {
    if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(Error::invalid("the token is empty, or has blanks or characters that no token has"))
}

//! Credentials of the Azure SDK.

use std::sync::Arc;

use azure_core::credentials::TokenCredential;
use calypso_clock::Clock;
use calypso_types::DateTime;

use super::AccessToken;
use crate::{CloudInfo, ConnectionStringBuilder, Error, ErrorKind, connection_string::Authentication};

/// Makes the credential that a connection describes.
pub(super) fn credential(
    connection: &ConnectionStringBuilder,
    _cloud: &CloudInfo,
    _http: &reqwest::Client,
    _clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn TokenCredential>, Error> {
    match connection.authentication() {
        Authentication::TokenCredential(credential) => Ok(Arc::clone(credential)),
        other => Err(Error::new(ErrorKind::Authentication, format!("{:?} is not supported", other.method()))),
    }
}

/// Asks a credential for a token.
pub(super) async fn token(credential: &dyn TokenCredential, scope: &str) -> Result<AccessToken, Error> {
    let token = credential.get_token(&[scope], None).await.map_err(|error| {
        Error::new(ErrorKind::Authentication, format!("no token could be had: {error}")).with_source(error)
    })?;
    let expires_on = DateTime::from_unix_seconds(token.expires_on.unix_timestamp());
    let read = AccessToken::new(token.token.secret());
    Ok(match expires_on {
        Some(expires_on) => read.with_expiry(expires_on),
        None => read,
    })
}

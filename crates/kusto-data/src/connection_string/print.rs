//! Printing connection strings, by default without secrets.

use std::fmt;

use super::{
    Authentication, ConnectionStringBuilder,
    keyword::{KEYWORDS, Keyword},
};

/// What stands for a secret.
const REDACTED: &str = "****";

/// Prints the connection; credentials that no keyword describes leave no trace.
pub(super) fn connection_string(builder: &ConnectionStringBuilder, with_secrets: bool) -> String {
    let mut out = String::new();
    for spelling in KEYWORDS {
        let Some(value) = value(builder, spelling.keyword) else { continue };
        if !out.is_empty() {
            out.push(';');
        }
        out.push_str(spelling.name);
        out.push('=');
        if spelling.is_secret && !with_secrets {
            out.push_str(REDACTED);
        } else {
            push_value(&mut out, &value);
        }
    }
    out
}

/// Quotes what would end the value.
fn push_value(out: &mut String, value: &str) {
    let is_plain = !value.contains(';') && value.trim() == value && !value.starts_with(['"', '\'']);
    if is_plain {
        out.push_str(value);
        return;
    }
    let quote = if value.contains('"') { '\'' } else { '"' };
    out.push(quote);
    out.push_str(value);
    out.push(quote);
}

fn value(builder: &ConnectionStringBuilder, keyword: Keyword) -> Option<String> {
    let authentication = builder.authentication();
    match keyword {
        // A path of its own would be taken for a database.
        Keyword::DataSource => Some(builder.data_source().as_str().trim_end_matches('/').to_owned()),
        Keyword::InitialCatalog => builder.initial_catalog.clone(),
        Keyword::FederatedSecurity => (!matches!(authentication, Authentication::None)).then(|| "true".to_owned()),
        Keyword::AuthorityId => builder.authority_id.clone(),
        Keyword::ApplicationName => builder.details.application().map(str::to_owned),
        Keyword::UserName => builder.details.user().map(str::to_owned),
        Keyword::Uncompressed => builder.uncompressed.then(|| "true".to_owned()),
        Keyword::Streaming | Keyword::Accept => None,
        _ => credential_value(authentication, keyword).or_else(|| match keyword {
            Keyword::UserId => builder.login_hint.clone(),
            _ => None,
        }),
    }
}

fn credential_value(authentication: &Authentication, keyword: Keyword) -> Option<String> {
    Some(match (authentication, keyword) {
        (Authentication::UserPassword { user, .. }, Keyword::UserId) => user.clone(),
        (Authentication::UserPassword { password, .. }, Keyword::Password) => password.reveal().to_owned(),
        (Authentication::UserToken(token), Keyword::UserToken)
        | (Authentication::ApplicationToken(token), Keyword::ApplicationToken) => token.reveal().to_owned(),
        (
            Authentication::ApplicationKey { application_id, .. }
            | Authentication::ApplicationCertificate { application_id, .. },
            Keyword::ApplicationClientId,
        ) => application_id.clone(),
        (Authentication::ApplicationKey { key, .. }, Keyword::ApplicationKey) => key.reveal().to_owned(),
        (Authentication::ApplicationCertificate { pem, .. }, Keyword::ApplicationCertificateBlob) => {
            pem.reveal().to_owned()
        }
        (Authentication::ApplicationCertificate { send_chain: true, .. }, Keyword::ApplicationCertificateSendX5c) => {
            "true".to_owned()
        }
        (Authentication::ApplicationCertificate { thumbprint, .. }, Keyword::ApplicationCertificateThumbprint) => {
            thumbprint.clone()?
        }
        _ => return None,
    })
}

impl fmt::Display for ConnectionStringBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&connection_string(self, false))
    }
}

impl fmt::Debug for ConnectionStringBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionStringBuilder")
            .field("connection_string", &connection_string(self, false))
            .field("authentication", &self.authentication.method())
            .finish_non_exhaustive()
    }
}

//! An authority that issues tokens: its endpoints, and requests to them.
//!
//! <https://learn.microsoft.com/entra/identity-platform/v2-protocols>

use std::{fmt, sync::Arc};

use azure_core::{
    Error, Result,
    credentials::AccessToken,
    error::ErrorKind,
    http::{HttpClient, Method, Request, StatusCode, Url},
    time::OffsetDateTime,
};
use calypso_clock::{Clock, Ids};
use parking_lot::Mutex;
use serde::Deserialize;

use crate::{CloudInfo, connection_string::AUTHORITY_DEFAULT};

/// Longest answer of an authority.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// What has an authority hand out a token to renew tokens with.
const OFFLINE_ACCESS: &str = "offline_access";

/// What credentials need to work.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) http: Arc<dyn HttpClient>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// The authority of one tenant, and the application that asks it.
#[derive(Clone)]
pub(super) struct Authority {
    root: Url,
    tenant: String,
    client_id: String,
    pub(super) tools: Tools,
}

/// What an authority answers, good or bad.
#[derive(Deserialize)]
struct Answer {
    access_token: Option<String>,
    expires_in: Option<i64>,
    refresh_token: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Why an authority gave no token.
#[derive(Debug)]
pub(super) struct Refusal {
    /// OAuth's code, such as `authorization_pending`.
    pub(super) code: String,
    pub(super) error: Error,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { code: String::new(), error }
    }
}

impl Authority {
    /// Returns the authority of a cloud for `client_id`. It must be https or on this machine: secrets go there.
    pub(super) fn new(cloud: &CloudInfo, tenant: Option<&str>, client_id: &str, tools: &Tools) -> Result<Self> {
        let failed = |reason: String| Error::with_message(ErrorKind::Credential, reason);
        let text = &cloud.login_endpoint;
        let root = Url::parse(text).map_err(|_| failed(format!("the login endpoint '{text}' is not a URL")))?;
        let is_local = root.host_str().is_some_and(crate::trusted_endpoints::is_local);
        if root.scheme() != "https" && !is_local {
            return Err(failed(format!("the login endpoint '{text}' is not https")));
        }
        let tenant = tenant.unwrap_or(AUTHORITY_DEFAULT);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        if tenant.is_empty() || !tenant.chars().all(is_plain) {
            return Err(failed(format!("'{tenant}' is no tenant's id or domain")));
        }
        Ok(Self { root, tenant: tenant.to_owned(), client_id: client_id.to_owned(), tools: tools.clone() })
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Returns `<root>/<tenant>/oauth2/v2.0/<name>`.
    pub(super) fn endpoint(&self, name: &str) -> Url {
        let mut url = self.root.clone();
        url.set_path(&format!("/{}/oauth2/v2.0/{name}", self.tenant));
        url
    }

    fn form(&self, fields: &[(&str, &str)]) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_id", &self.client_id).extend_pairs(fields);
        form.finish()
    }

    /// Posts a form; returns status and body.
    pub(super) async fn post(&self, endpoint: &str, fields: &[(&str, &str)]) -> Result<(StatusCode, Vec<u8>)> {
        let form = self.form(fields);
        let mut request = Request::new(self.endpoint(endpoint), Method::Post);
        request.insert_header("content-type", "application/x-www-form-urlencoded");
        request.insert_header("accept", "application/json");
        request.set_body(form);
        let answer = self.tools.http.execute_request(&request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?;
        if body.len() > ANSWER_BYTES_MAX {
            return Err(Error::with_message(ErrorKind::DataConversion, "the authority's answer is too large"));
        }
        Ok((status, body.to_vec()))
    }

    /// Asks for a token; also returns what it can be renewed with.
    pub(super) async fn token(
        &self,
        fields: &[(&str, &str)],
    ) -> std::result::Result<(AccessToken, Option<String>), Refusal> {
        let (status, body) = self.post("token", fields).await?;
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| {
            Refusal::from(Error::with_message(
                ErrorKind::HttpResponse { status, error_code: None, raw_response: None },
                format!("the authority answers {status} with something that is no token"),
            ))
        })?;
        match answer.access_token {
            Some(token) if status.is_success() => {
                let expires_on = self.expiry(answer.expires_in.unwrap_or_default());
                Ok((AccessToken::new(token, expires_on), answer.refresh_token))
            }
            _ => Err(refused(status, answer.error, answer.error_description)),
        }
    }

    fn expiry(&self, seconds: i64) -> OffsetDateTime {
        let at = self.tools.clock.now().unix_seconds().saturating_add(seconds.max(0));
        OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

/// Returns the error of an answer without a token.
pub(super) fn refused(status: StatusCode, code: Option<String>, description: Option<String>) -> Refusal {
    let code = code.unwrap_or_else(|| "unknown".to_owned());
    let message = format!("the authority answers '{code}': {}", description.unwrap_or_default());
    let kind = ErrorKind::HttpResponse { status, error_code: Some(code.clone()), raw_response: None };
    Refusal { code, error: Error::with_message(kind, message) }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority")
            .field("root", &self.root.as_str())
            .field("tenant", &self.tenant)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// What a user's sign-in can be renewed with, kept in memory.
#[derive(Default)]
pub(super) struct Renewal(Mutex<Option<String>>);

impl Renewal {
    /// Renews without the user, if that works.
    pub(super) async fn renewed(&self, authority: &Authority, scopes: &[&str]) -> Option<AccessToken> {
        let refresh_token = self.0.lock().clone()?;
        let scope = with_offline_access(scopes);
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.as_str()), ("scope", &scope)];
        let (token, next) = authority.token(&fields).await.ok()?;
        self.keep(next.or(Some(refresh_token)));
        Some(token)
    }

    pub(super) fn keep(&self, refresh_token: Option<String>) {
        *self.0.lock() = refresh_token;
    }
}

impl fmt::Debug for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Renewal(****)")
    }
}

/// Returns the scopes of a token that is to be renewed later.
pub(super) fn with_offline_access(scopes: &[&str]) -> String {
    let mut scope = scopes.join(" ");
    scope.push(' ');
    scope.push_str(OFFLINE_ACCESS);
    scope
}

//! Sign-in in the user's browser, which returns to a port of this machine.
//!
//! The code that the browser brings back is worth nothing without the secret that only this process knows (PKCE).
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>

use std::{collections::HashMap, fmt, time::Duration};

use async_trait::async_trait;
use azure_core::{
    Error, Result,
    credentials::{AccessToken, TokenCredential, TokenRequestOptions},
    error::ErrorKind,
    http::Url,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::authority::{Authority, Renewal, with_offline_access};
use crate::connection_string::OpenBrowser;

/// How long the user may take.
const TIME_LIMIT: Duration = Duration::from_secs(5 * 60);
/// How long one visitor of the port may take.
const VISIT_TIME_LIMIT: Duration = Duration::from_secs(10);
/// Longest request that is read.
const REQUEST_BYTES_MAX: usize = 64 << 10;
/// Where browsers are sent back to, besides the port.
const REDIRECT_DEFAULT: &str = "http://localhost";
/// What the user sees at the end.
const PAGE: &str = "<!doctype html><title>Signed in</title><p>You are signed in. This page may be closed.";
const PAGE_OF_FAILURE: &str = "<!doctype html><title>Not signed in</title><p>The sign-in failed. See the application.";

/// A user who signs in by browser.
pub(super) struct InteractiveCredential {
    authority: Authority,
    redirect: String,
    login_hint: Option<String>,
    browser: Option<OpenBrowser>,
    renewal: Renewal,
}

/// What the browser brought back.
type Returned = HashMap<String, String>;

impl InteractiveCredential {
    pub(super) fn new(
        authority: Authority,
        redirect: &str,
        login_hint: Option<String>,
        browser: Option<OpenBrowser>,
    ) -> Self {
        // A port can be added to this machine's URL only.
        let redirect = redirect.trim_end_matches('/');
        let redirect = if redirect == REDIRECT_DEFAULT { redirect } else { REDIRECT_DEFAULT }.to_owned();
        Self { authority, redirect, login_hint, browser, renewal: Renewal::default() }
    }

    /// Text that nobody can guess.
    fn secret(&self) -> String {
        let ids = &self.authority.tools.ids;
        let mut bytes = ids.next_id().into_bytes().to_vec();
        bytes.extend(ids.next_id().into_bytes());
        BASE64_URL.encode(bytes)
    }

    fn sign_in_url(&self, scope: &str, redirect: &str, state: &str, verifier: &str) -> Url {
        let mut url = self.authority.endpoint("authorize");
        let challenge = BASE64_URL.encode(Sha256::digest(verifier));
        url.query_pairs_mut()
            .append_pair("client_id", self.authority.client_id())
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", redirect)
            .append_pair("response_mode", "query")
            .append_pair("scope", scope)
            .append_pair("state", state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("prompt", "select_account");
        if let Some(hint) = &self.login_hint {
            url.query_pairs_mut().append_pair("login_hint", hint);
        }
        url
    }

    async fn sign_in(&self, scopes: &[&str]) -> Result<AccessToken> {
        let failed = |reason: String| Error::with_message(ErrorKind::Credential, reason);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| {
            failed(format!("no port of this machine is free for the browser to return to: {error}"))
        })?;
        let port = listener.local_addr().map_err(|error| failed(error.to_string()))?.port();
        let redirect = format!("{}:{port}", self.redirect);
        let (scope, state, verifier) = (with_offline_access(scopes), self.secret(), self.secret());
        let url = self.sign_in_url(&scope, &redirect, &state, &verifier);
        match &self.browser {
            Some(open) => open(url.as_str()),
            None => open_browser(url.as_str())
                .map_err(|error| failed(format!("no browser could be opened ({error}); go to {url}")))?,
        }
        let returned = returned(&listener, &state);
        let mut returned = tokio::time::timeout(TIME_LIMIT, returned)
            .await
            .unwrap_or_else(|_| Err(failed(format!("nobody signed in within {} s", TIME_LIMIT.as_secs()))))?;
        let Some(code) = returned.remove("code") else {
            let reason = |name: &str| returned.get(name).cloned().unwrap_or_default();
            return Err(failed(format!("the sign-in failed: {} {}", reason("error"), reason("error_description"))));
        };
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", redirect.as_str()),
            ("code_verifier", verifier.as_str()),
            ("scope", scope.as_str()),
        ];
        let (token, refresh_token) = self.authority.token(&fields).await.map_err(|refusal| refusal.error)?;
        self.renewal.keep(refresh_token);
        Ok(token)
    }
}

/// Waits for the browser; visitors without the right state are turned away.
async fn returned(listener: &TcpListener, state: &str) -> Result<Returned> {
    loop {
        let Ok((mut visitor, _)) = listener.accept().await else { continue };
        let visit = tokio::time::timeout(VISIT_TIME_LIMIT, query_of(&mut visitor)).await;
        let query = visit.ok().flatten().filter(|query| query.get("state").is_some_and(|found| found == state));
        let (status, page) = match &query {
            Some(query) if query.contains_key("code") => ("200 OK", PAGE),
            Some(_) => ("200 OK", PAGE_OF_FAILURE),
            None => ("404 Not Found", ""),
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
            page.len()
        );
        // A browser that is gone already has seen enough.
        let _ = tokio::time::timeout(VISIT_TIME_LIMIT, visitor.write_all(answer.as_bytes())).await;
        let _ = visitor.shutdown().await;
        if let Some(query) = query {
            return Ok(query);
        }
    }
}

/// Reads a request up to the end of its headers; returns the query of its target.
async fn query_of(visitor: &mut TcpStream) -> Option<Returned> {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        let count = visitor.read(&mut piece).await.ok()?;
        if count == 0 || request.len() + count > REQUEST_BYTES_MAX {
            return None;
        }
        request.extend_from_slice(&piece[..count]);
    }
    let text = String::from_utf8(request).ok()?;
    let target = text.strip_prefix("GET ")?.split(' ').next()?;
    let (_, query) = target.split_once('?')?;
    Some(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
}

/// Opens the system's browser.
fn open_browser(url: &str) -> std::io::Result<()> {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let mut child = std::process::Command::new(program)
        .args(arguments)
        .arg(url)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()?;
    // Some openers live as long as the browser; nobody waits for them but this thread.
    std::thread::spawn(move || child.wait());
    Ok(())
}

#[async_trait]
impl TokenCredential for InteractiveCredential {
    async fn get_token(&self, scopes: &[&str], _options: Option<TokenRequestOptions<'_>>) -> Result<AccessToken> {
        if let Some(token) = self.renewal.renewed(&self.authority, scopes).await {
            return Ok(token);
        }
        self.sign_in(scopes).await
    }
}

impl fmt::Debug for InteractiveCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InteractiveCredential").field("authority", &self.authority).finish_non_exhaustive()
    }
}

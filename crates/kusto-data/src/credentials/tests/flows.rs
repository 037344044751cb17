//! What each credential asks its authority, and what it makes of the answers.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;
use crate::{DeviceCodePrompt, ErrorKind};

const SCOPE: &str = "https://kusto.kusto.windows.net/.default";
const LIMIT: Duration = Duration::from_secs(60);
const TOKEN: &str =
    r#"{"token_type":"Bearer","expires_in":3600,"access_token":"the token","refresh_token":"renew me"}"#;
const PEM: &str = include_str!("../../../tests/data/application.pem");
const PKCS1_PEM: &str = include_str!("../../../tests/data/application_pkcs1.pem");

async fn token(connection: &ConnectionStringBuilder, authority: &Arc<FakeAuthority>) -> Result<String, Error> {
    let credential = credential(connection, authority)?;
    azure::token(credential.as_ref(), SCOPE, LIMIT).await.map(|token| token.secret().to_owned())
}

#[tokio::test]
async fn application_keys_ask_the_tenants_token_endpoint() {
    let authority = FakeAuthority::answering(&[(200, TOKEN)]);
    let connection = connection().with_application_key("app", "k&y", "contoso.com");
    assert_eq!(token(&connection, &authority).await.unwrap(), "the token");
    let asked = authority.asked();
    assert!(asked[0].starts_with("POST https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token "), "{asked:?}");
    assert_eq!(member(&asked[0], "grant_type").as_deref(), Some("client_credentials"));
    assert_eq!(member(&asked[0], "client_id").as_deref(), Some("app"));
    assert_eq!(member(&asked[0], "client_secret").as_deref(), Some("k&y"));
    assert_eq!(member(&asked[0], "scope").as_deref(), Some(SCOPE));
}

#[tokio::test]
async fn certificates_sign_an_assertion_that_the_authority_can_check() {
    for pem in [PEM, PKCS1_PEM] {
        let authority = FakeAuthority::answering(&[(200, TOKEN)]);
        let connection = connection().with_application_certificate("app", pem, "contoso.com", true);
        assert_eq!(token(&connection, &authority).await.unwrap(), "the token");
        let asked = authority.asked().remove(0);
        assert_eq!(
            member(&asked, "client_assertion_type").as_deref(),
            Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        );
        let assertion = member(&asked, "client_assertion").unwrap();
        let (message, signature) = assertion.rsplit_once('.').unwrap();
        let PrivateKeyDer::Pkcs8(der) = PrivateKeyDer::from_pem_slice(PEM.as_bytes()).unwrap() else { panic!("a key") };
        let key = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap();
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref());
        public.verify(message.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let read = |part: &str| -> serde_json::Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        let (header, claims) = (read(header), read(claims));
        assert_eq!((header["alg"].as_str(), header["typ"].as_str()), (Some("RS256"), Some("JWT")));
        assert_eq!(URL_SAFE_NO_PAD.decode(header["x5t"].as_str().unwrap()).unwrap().len(), 20);
        assert_eq!(URL_SAFE_NO_PAD.decode(header["x5t#S256"].as_str().unwrap()).unwrap().len(), 32);
        assert_eq!(header["x5c"].as_array().unwrap().len(), 1);
        assert_eq!(claims["aud"], "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token");
        assert_eq!((claims["iss"].as_str(), claims["sub"].as_str()), (Some("app"), Some("app")));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 600);
        assert_eq!(claims["nbf"], 1_767_225_600);
    }
}

#[test]
fn certificates_that_do_not_serve_are_named() {
    let authority = FakeAuthority::answering(&[]);
    let problem = |pem: &str, more: &str| {
        let quoted =
            format!("https://localhost;AppClientId=app;Tenant=t;Application Certificate Blob=\"{pem}\";{more}");
        let connection = ConnectionStringBuilder::new(&quoted).unwrap();
        let error = credential(&connection, &authority).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);
        error.to_string()
    };
    let split = PEM.find("-----BEGIN CERTIFICATE").unwrap();
    assert!(problem(&PEM[..split], "").contains("no certificate"));
    assert!(problem(&PEM[split..], "").contains("no private key"));
    assert!(problem(PEM, "AppCert=00").contains("thumbprint"));
    let first = problem(PEM, "AppCert=00");
    let thumbprint = first.split("thumbprint is ").nth(1).unwrap().split(',').next().unwrap();
    let right = format!("https://localhost;AppClientId=a;Application Certificate Blob=\"{PEM}\";AppCert={thumbprint}");
    assert!(credential(&ConnectionStringBuilder::new(&right).unwrap(), &authority).is_ok());
}

#[tokio::test]
async fn device_codes_are_shown_and_waited_for() {
    let code = r#"{"device_code":"dc","user_code":"ABC","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":0,"message":"enter ABC"}"#;
    let pending = r#"{"error":"authorization_pending","error_description":"not yet"}"#;
    let authority = FakeAuthority::answering(&[(200, code), (400, pending), (400, pending), (200, TOKEN)]);
    let shown: Arc<Mutex<Vec<DeviceCodePrompt>>> = Arc::default();
    let seen = Arc::clone(&shown);
    let connection = connection().with_device_code(move |prompt| seen.lock().push(prompt.clone()));
    assert_eq!(token(&connection, &authority).await.unwrap(), "the token");
    let shown = shown.lock().clone();
    assert_eq!((shown[0].message.as_str(), shown[0].user_code.as_str()), ("enter ABC", "ABC"));
    let asked = authority.asked();
    assert!(asked[0].starts_with("POST https://login.microsoftonline.com/organizations/oauth2/v2.0/devicecode "));
    assert_eq!(member(&asked[0], "client_id").unwrap(), CloudInfo::default().kusto_client_app_id);
    assert_eq!(member(&asked[0], "scope").unwrap(), format!("{SCOPE} offline_access"));
    assert_eq!(member(&asked[3], "device_code").as_deref(), Some("dc"));
    assert_eq!(asked.len(), 4);
}

#[tokio::test]
async fn a_device_code_that_nobody_enters_is_an_error_of_authentication() {
    let code = r#"{"device_code":"dc","user_code":"ABC","verification_uri":"u","interval":0}"#;
    let expired = r#"{"error":"expired_token","error_description":"AADSTS70020: too late"}"#;
    let authority = FakeAuthority::answering(&[(200, code), (400, expired)]);
    let error = token(&connection().with_device_code(|_| {}), &authority).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Authentication && error.is_permanent());
    assert!(error.to_string().contains("AADSTS70020"), "{error}");
}

#[tokio::test]
async fn passwords_are_sent_once_and_renewed_without() {
    let authority = FakeAuthority::answering(&[(200, TOKEN), (200, TOKEN)]);
    let credential = credential(&connection().with_user_password("me", "p&ss"), &authority).unwrap();
    for _ in 0..2 {
        azure::token(credential.as_ref(), SCOPE, LIMIT).await.unwrap();
    }
    let asked = authority.asked();
    assert_eq!(member(&asked[0], "password").as_deref(), Some("p&ss"));
    assert_eq!(member(&asked[1], "grant_type").as_deref(), Some("refresh_token"));
    assert_eq!(member(&asked[1], "refresh_token").as_deref(), Some("renew me"));
    assert!(!asked[1].contains("p%26ss") && !format!("{credential:?}").contains("p&ss"));
}

/// What a browser does: follows the redirect with a code, after a visitor that knows no state.
async fn browse(url: String, outcome: &str) -> String {
    let url = url::Url::parse(&url).unwrap();
    let query: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!((query["response_type"].as_str(), query["code_challenge_method"].as_str()), ("code", "S256"));
    assert_eq!(query["login_hint"], "me@contoso.com");
    let redirect = url::Url::parse(&query["redirect_uri"]).unwrap();
    let visit = async |target: String| {
        let mut stream = TcpStream::connect(("127.0.0.1", redirect.port().unwrap())).await.unwrap();
        stream.write_all(format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    assert!(visit("/favicon.ico".to_owned()).await.starts_with("HTTP/1.1 404"));
    assert!(visit("/?code=stolen&state=guessed".to_owned()).await.starts_with("HTTP/1.1 404"));
    visit(format!("/?{outcome}&state={}", query["state"])).await
}

#[tokio::test]
async fn browsers_bring_back_a_code_that_only_this_process_can_use() {
    let authority = FakeAuthority::answering(&[(200, TOKEN)]);
    let opened: Arc<Mutex<Option<String>>> = Arc::default();
    let seen = Arc::clone(&opened);
    let connection = connection().with_login_hint("me@contoso.com").with_interactive_in(move |url| {
        *seen.lock() = Some(url.to_owned());
        tokio::spawn(browse(url.to_owned(), "code=the%20code"));
    });
    assert_eq!(token(&connection, &authority).await.unwrap(), "the token");
    let url = url::Url::parse(&opened.lock().clone().unwrap()).unwrap();
    let challenge = url.query_pairs().find(|(name, _)| name == "code_challenge").unwrap().1.into_owned();
    let asked = authority.asked().remove(0);
    let verifier = member(&asked, "code_verifier").unwrap();
    use sha2::Digest as _;
    assert_eq!(URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(&verifier)), challenge);
    assert_eq!(member(&asked, "code").as_deref(), Some("the code"));
    assert!(member(&asked, "redirect_uri").unwrap().starts_with("http://localhost:"));
}

#[tokio::test]
async fn a_sign_in_that_fails_in_the_browser_says_why() {
    let authority = FakeAuthority::answering(&[]);
    let connection = connection().with_login_hint("me@contoso.com").with_interactive_in(|url| {
        tokio::spawn(browse(url.to_owned(), "error=access_denied&error_description=not%20you"));
    });
    let error = token(&connection, &authority).await.unwrap_err();
    assert!(error.to_string().contains("access_denied not you"), "{error}");
}

#[tokio::test]
async fn refusals_tell_the_authoritys_words_and_no_secret() {
    let refusal = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret","error_codes":[7000215]}"#;
    let authority = FakeAuthority::answering(&[(401, refusal)]);
    let connection = connection().with_application_key("app", "hunter2", "contoso.com");
    let error = token(&connection, &authority).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert!(error.is_permanent() && error.to_string().contains("AADSTS7000215"), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[tokio::test]
async fn authorities_in_the_clear_get_no_secrets() {
    let authority = FakeAuthority::answering(&[]);
    let cloud = CloudInfo { login_endpoint: "http://login.example".to_owned(), ..CloudInfo::default() };
    for connection in [
        connection().with_user_password("me", "p"),
        connection().with_application_key("a", "k", "t"),
        connection().with_application_certificate("a", PEM, "t", false),
        connection().with_device_code(|_| {}),
    ] {
        let made = azure::credential(&connection, &cloud, &tools(&authority));
        assert!(made.is_err(), "{connection:?}");
    }
    let odd = connection().with_user_password("me", "p").with_authority_id("a/../b");
    assert!(credential(&odd, &authority).is_err());
}

/// Nobody ever answers.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl TokenCredential for Silent {
    async fn get_token(
        &self,
        _scopes: &[&str],
        _options: Option<azure_core::credentials::TokenRequestOptions<'_>>,
    ) -> azure_core::Result<azure_core::credentials::AccessToken> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_credential_that_never_answers_is_given_up() {
    let error = azure::token(&Silent, SCOPE, Duration::ZERO).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Timeout && !error.is_permanent(), "{error:?}");
}

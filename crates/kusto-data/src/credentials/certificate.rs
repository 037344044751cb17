//! An application's certificate as a credential: an assertion signed with its key.
//!
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use azure_core::{Error, Result, error::ErrorKind, http::ClientMethodOptions};
use azure_identity::ClientAssertion;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD as BASE64, URL_SAFE_NO_PAD as BASE64_URL},
};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use serde_json::json;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::authority::Authority;

/// How long an assertion may be used, in seconds.
const LIFETIME_SECONDS: i64 = 600;

/// Signs assertions.
pub(super) struct CertificateAssertion {
    authority: Authority,
    key: Arc<RsaKeyPair>,
    /// The assertion's first part, which never changes.
    header: String,
}

impl CertificateAssertion {
    /// Reads certificates and key; the first certificate is the application's.
    pub(super) fn new(authority: &Authority, pem: &str, send_chain: bool, thumbprint: Option<&str>) -> Result<Self> {
        let failed = |reason: &str| Error::with_message(ErrorKind::Credential, reason.to_owned());
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
            .collect::<std::result::Result<_, _>>()
            .map_err(|_| failed("the application's certificate is not PEM"))?;
        let first = certificates.first().ok_or_else(|| failed("there is no certificate in the application's PEM"))?;
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| failed("there is no private key in the application's PEM"))?;
        let key = match &key {
            PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(failed("the application's private key is not RSA's")),
        };
        let key = key.map_err(|_| failed("the application's private key is not RSA's, or shorter than 2048 bits"))?;
        let sha1 = Sha1::digest(first.as_ref());
        check_thumbprint(&sha1, thumbprint)?;
        let mut header = json!({
            "alg": "RS256",
            "typ": "JWT",
            "x5t": BASE64_URL.encode(sha1),
            "x5t#S256": BASE64_URL.encode(Sha256::digest(first.as_ref())),
        });
        if send_chain {
            header["x5c"] = certificates.iter().map(|der| BASE64.encode(der.as_ref())).collect();
        }
        let header = BASE64_URL.encode(header.to_string());
        Ok(Self { authority: authority.clone(), key: Arc::new(key), header })
    }

    fn signed(&self) -> Result<String> {
        let tools = &self.authority.tools;
        let now = tools.clock.now().unix_seconds();
        let claims = json!({
            "aud": self.authority.endpoint("token").as_str(),
            "iss": self.authority.client_id(),
            "sub": self.authority.client_id(),
            "jti": tools.ids.next_id().to_string(),
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME_SECONDS,
        });
        let message = format!("{}.{}", self.header, BASE64_URL.encode(claims.to_string()));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .map_err(|_| Error::with_message(ErrorKind::Credential, "the assertion could not be signed"))?;
        Ok(format!("{message}.{}", BASE64_URL.encode(signature)))
    }
}

/// Compares with the thumbprint that the connection names, in hexadecimal.
fn check_thumbprint(sha1: &[u8], wanted: Option<&str>) -> Result<()> {
    let Some(wanted) = wanted else { return Ok(()) };
    let found: String = sha1.iter().map(|byte| format!("{byte:02x}")).collect();
    let wanted: String = wanted.chars().filter(char::is_ascii_hexdigit).collect();
    if found.eq_ignore_ascii_case(&wanted) {
        return Ok(());
    }
    let message = format!("the certificate's thumbprint is {found}, and the connection names another");
    Err(Error::with_message(ErrorKind::Credential, message))
}

#[async_trait]
impl ClientAssertion for CertificateAssertion {
    async fn secret(&self, _options: Option<ClientMethodOptions<'_>>) -> Result<String> {
        self.signed()
    }
}

impl fmt::Debug for CertificateAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateAssertion").field("authority", &self.authority).finish_non_exhaustive()
    }
}

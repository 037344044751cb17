//! The local certificate authority: made once, kept, and never sent anywhere.

use anyhow::Context as _;
use calypso_types::{DateTime, TimeSpan};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

use super::{
    TlsFiles,
    key_file::{write_public, write_secret},
};

/// Days the authority is valid.
const VALID_DAYS: i64 = 3650;

/// Signs the server's certificates.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// Reads the authority, or makes and stores it.
    pub(super) fn load_or_make(files: &TlsFiles, now: DateTime) -> anyhow::Result<Self> {
        if !files.ca().exists() || !files.ca_key().exists() {
            Self::make(files, now)?;
        }
        let read = |path: std::path::PathBuf| {
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        let key = KeyPair::from_pem(&read(files.ca_key())?).context("the authority's key is damaged")?;
        let issuer =
            Issuer::from_ca_cert_pem(&read(files.ca())?, key).context("the authority's certificate is damaged")?;
        Ok(Self { issuer })
    }

    fn make(files: &TlsFiles, now: DateTime) -> anyhow::Result<()> {
        let key = KeyPair::generate().context("cannot make a key")?;
        let mut params = CertificateParams::default();
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, "Calypso local authority");
        name.push(DnType::OrganizationName, "Calypso");
        params.distinguished_name = name;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        set_validity(&mut params, now, VALID_DAYS);
        let certificate = params.self_signed(&key).context("cannot sign the authority's certificate")?;
        // The key first: a certificate without its key would be taken for an operator's.
        write_secret(&files.ca_key(), &key.serialize_pem())?;
        write_public(&files.ca(), &certificate.pem())?;
        tracing::info!(path = %files.ca().display(), "local certificate authority made");
        Ok(())
    }

    /// Returns the authority's signature under `params` for `key`, as PEM.
    pub(super) fn sign(&self, params: &CertificateParams, key: &KeyPair) -> anyhow::Result<String> {
        let certificate = params.signed_by(key, &self.issuer).context("cannot sign the server's certificate")?;
        Ok(certificate.pem())
    }
}

/// Makes a certificate valid from yesterday, for clocks that are a little late, for `days` from today.
pub(super) fn set_validity(params: &mut CertificateParams, now: DateTime, days: i64) {
    let date = |at: DateTime| date_time_ymd(at.year(), at.month() as u8, at.day() as u8);
    params.not_before = date(now.checked_sub(TimeSpan::DAY).unwrap_or(now));
    params.not_after = date(now.checked_add(TimeSpan(TimeSpan::DAY.0 * days)).unwrap_or(DateTime::MAX));
}

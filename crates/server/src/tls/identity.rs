//! The server's own certificate: made for the names by which it is reached, renewed before it ends.

use std::fs;

use calypso_types::{DateTime, TimeSpan};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use serde::{Deserialize, Serialize};

use anyhow::Context as _;

use super::{
    TlsFiles,
    authority::{Authority, set_validity},
    key_file::{write_public, write_secret},
};

/// Days a server's certificate is valid; some clients refuse more than 398.
const VALID_DAYS: i64 = 397;
/// A certificate that ends within this many days is made anew.
const RENEW_DAYS: i64 = 60;

/// What the certificate in place was made for.
#[derive(Debug, Serialize, Deserialize)]
struct Facts {
    names: Vec<String>,
    /// ISO 8601.
    expires: String,
}

/// Makes a certificate for `names` unless the one in place will do.
pub(super) fn ensure(files: &TlsFiles, names: &[String], now: DateTime) -> anyhow::Result<()> {
    let in_place = files.server().exists() && files.server_key().exists();
    if in_place && !files.server_facts().exists() {
        // An operator's own certificate.
        return Ok(());
    }
    if in_place && will_do(files, names, now) {
        return Ok(());
    }
    let authority = Authority::load_or_make(files, now)?;
    let key = KeyPair::generate().context("cannot make a key")?;
    let mut params = CertificateParams::new(names.to_vec()).context("tls-name: not a host name or address")?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Calypso");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    set_validity(&mut params, now, VALID_DAYS);
    let certificate = authority.sign(&params, &key)?;
    let expires = now.checked_add(TimeSpan(TimeSpan::DAY.0 * VALID_DAYS)).unwrap_or(DateTime::MAX).to_iso();
    let facts = Facts { names: names.to_vec(), expires };
    // The facts last: a crash before them must not leave old facts about a new certificate, nor none at all.
    write_public(&files.server_facts(), "{}")?;
    write_secret(&files.server_key(), &key.serialize_pem())?;
    write_public(&files.server(), &certificate)?;
    write_public(&files.server_facts(), &serde_json::to_string_pretty(&facts)?)?;
    tracing::info!(expires = facts.expires, "server certificate made");
    Ok(())
}

/// Says whether the certificate in place is for `names` and will last a while.
fn will_do(files: &TlsFiles, names: &[String], now: DateTime) -> bool {
    let facts = fs::read(files.server_facts()).ok().and_then(|bytes| serde_json::from_slice::<Facts>(&bytes).ok());
    facts.is_some_and(|facts| {
        let renew_from = DateTime::parse(&facts.expires)
            .and_then(|expires| expires.checked_sub(TimeSpan(TimeSpan::DAY.0 * RENEW_DAYS)));
        facts.names == names && renew_from.is_some_and(|renew_from| now < renew_from)
    })
}

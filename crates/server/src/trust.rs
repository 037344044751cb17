//! `calypso trust`: where the authority's certificate is and how each client is told of it.

use std::path::PathBuf;

use anyhow::Context as _;
use calypso_clock::{Clock as _, SystemClock};

use crate::{config::DATA_DIR_DEFAULT, tls::TlsFiles};

/// Arguments of `calypso trust`.
#[derive(Debug, clap::Args)]
pub(crate) struct TrustArguments {
    /// Data directory of the service.
    #[arg(long, value_name = "DIR", env = "CALYPSO_DATA_DIR", default_value = DATA_DIR_DEFAULT)]
    data_dir: PathBuf,
}

/// Makes the authority if need be and prints what to do with it.
#[expect(clippy::print_stdout, reason = "printing is what the command is for")]
pub(crate) fn run(arguments: &TrustArguments) -> anyhow::Result<()> {
    let files = TlsFiles::new(&arguments.data_dir);
    files.ensure_authority(SystemClock.now())?;
    let path = files.ca().canonicalize().context("cannot find the authority's certificate")?;
    print!("{}", instructions(&path.display().to_string()));
    Ok(())
}

fn instructions(ca: &str) -> String {
    format!(
        "\
The certificate of the local authority is

  {ca}

Let a client trust it for one process:

  Go            SSL_CERT_FILE={ca}
  Node.js       NODE_EXTRA_CA_CERTS={ca}
  Python        REQUESTS_CA_BUNDLE={ca} SSL_CERT_FILE={ca}
  Java          keytool -importcert -noprompt -alias calypso -file {ca} -keystore calypso.jks -storepass changeit
                then -Djavax.net.ssl.trustStore=calypso.jks -Djavax.net.ssl.trustStorePassword=changeit
  curl          curl --cacert {ca} https://localhost:8443/v1/rest/ping
  .NET, Linux   SSL_CERT_FILE={ca}

Or trust it on the whole machine:

  Debian, Ubuntu   sudo cp {ca} /usr/local/share/ca-certificates/calypso.crt && sudo update-ca-certificates
  Fedora, RHEL     sudo cp {ca} /etc/pki/ca-trust/source/anchors/calypso.pem && sudo update-ca-trust
  macOS            sudo security add-trusted-cert -d -k /Library/Keychains/System.keychain {ca}
  Windows          certutil -addstore Root {ca}

SSL_CERT_FILE replaces the system's own authorities for that process.
"
    )
}

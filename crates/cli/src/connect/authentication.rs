//! Ways to sign in that a flag can name. Those that need secrets are said in the connection string.

use std::io::Write as _;

use kusto_data::{ConnectionStringBuilder, DeviceCodePrompt};

/// A way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Authentication {
    /// Not at all.
    None,
    /// As who is signed in to the Azure CLI (`az login`).
    Az,
    /// As the machine, or as the identity that `--identity` names.
    ManagedIdentity,
    /// As a workload of Kubernetes.
    WorkloadIdentity,
    /// With a code to enter in a browser on any machine.
    DeviceCode,
    /// In this machine's browser.
    Interactive,
    /// As whatever the machine offers: environment, managed identity, Azure CLI.
    Default,
}

impl Authentication {
    pub(super) fn apply(self, connection: ConnectionStringBuilder, identity: Option<&str>) -> ConnectionStringBuilder {
        match self {
            Self::None => connection.with_no_authentication(),
            Self::Az => connection.with_azure_cli(),
            Self::ManagedIdentity => connection.with_managed_identity(identity),
            Self::WorkloadIdentity => connection.with_workload_identity(),
            Self::DeviceCode => connection.with_device_code(show),
            Self::Interactive => connection.with_interactive(),
            Self::Default => connection.with_default_credential(),
        }
    }
}

/// Results go to standard output, so the message does not. Where it cannot be shown, signing in runs out of time.
fn show(prompt: &DeviceCodePrompt) {
    let _ = writeln!(std::io::stderr(), "{}", prompt.message);
}

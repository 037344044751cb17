//! Shared access signatures: who holds one may do with a resource what it says until it says.
//!
//! These are service signatures in Azure Storage's own form, so that the same code signs for an account of Azure's:
//! <https://learn.microsoft.com/rest/api/storageservices/create-service-sas>. Clients parse and write them anew, in
//! another order, with other encoding and other forms of time; so what is verified is their meaning.

mod account_key;
mod shared_access;
#[cfg(test)]
mod tests;

pub use account_key::AccountKey;
pub use shared_access::{HTTPS_ONLY, LACKS_PERMISSION, SharedAccess, SignatureMatch};

/// The version of the signed text: the layout with an encryption scope, since 2020-12-06.
pub(crate) const SAS_VERSION: &str = "2024-11-04";

/// What a signature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SasResource<'a> {
    /// A container and all of its blobs.
    Container(&'a str),
    /// One blob.
    Blob {
        container: &'a str,
        name: &'a str,
    },
    Queue(&'a str),
    Table(&'a str),
}

impl SasResource<'_> {
    /// Returns the signed form: service, account and name. Table names do not tell case.
    fn canonical(&self, account: &str) -> String {
        match self {
            Self::Container(container) => format!("/blob/{account}/{container}"),
            Self::Blob { container, name } => format!("/blob/{account}/{container}/{name}"),
            Self::Queue(queue) => format!("/queue/{account}/{queue}"),
            Self::Table(table) => format!("/table/{account}/{}", table.to_ascii_lowercase()),
        }
    }

    /// Returns the letters that permissions of this kind of resource may have, in the order in which they are signed.
    const fn permission_order(&self) -> &'static str {
        match self {
            Self::Container(_) | Self::Blob { .. } => "racwdxyltfmeopi",
            Self::Queue(_) => "raup",
            Self::Table(_) => "raud",
        }
    }
}

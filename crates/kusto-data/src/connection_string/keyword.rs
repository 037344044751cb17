//! The keywords of connection strings, with the spellings that clients of Kusto share.
//!
//! <https://learn.microsoft.com/kusto/api/connection-strings/kusto#connection-string-properties>

/// A keyword that means something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Keyword {
    DataSource,
    InitialCatalog,
    FederatedSecurity,
    UserId,
    Password,
    UserToken,
    ApplicationClientId,
    ApplicationKey,
    ApplicationToken,
    ApplicationCertificateBlob,
    ApplicationCertificateSendX5c,
    ApplicationCertificateThumbprint,
    AuthorityId,
    ApplicationName,
    UserName,
    /// Says that answers should come as they are.
    Uncompressed,
    /// Hints for other transports of .NET; without effect everywhere else.
    Streaming,
    Accept,
}

/// A spelling of a keyword: canonical name, then aliases; blanks and case do not matter.
pub(super) struct Spelling {
    pub(super) keyword: Keyword,
    pub(super) name: &'static str,
    aliases: &'static [&'static str],
    pub(super) is_secret: bool,
}

const fn spelled(keyword: Keyword, name: &'static str, aliases: &'static [&'static str]) -> Spelling {
    Spelling { keyword, name, aliases, is_secret: false }
}

const fn secret(keyword: Keyword, name: &'static str, aliases: &'static [&'static str]) -> Spelling {
    Spelling { keyword, name, aliases, is_secret: true }
}

/// Every keyword that means something here, in the order of printing.
pub(super) const KEYWORDS: [Spelling; 18] = [
    spelled(
        Keyword::DataSource,
        "Data Source",
        &["server", "addr", "address", "networkaddress", "datasourceuri", "serveruri", "clusteruri"],
    ),
    spelled(Keyword::InitialCatalog, "Initial Catalog", &["database"]),
    spelled(Keyword::FederatedSecurity, "AAD Federated Security", &["federatedsecurity", "aadfed", "fed", "federated"]),
    spelled(Keyword::UserId, "User ID", &["user", "uid", "loginhint", "aaduserid"]),
    secret(Keyword::Password, "Password", &["pwd"]),
    secret(Keyword::UserToken, "User Token", &["usrtoken"]),
    spelled(Keyword::ApplicationClientId, "Application Client Id", &["appclientid"]),
    secret(Keyword::ApplicationKey, "Application Key", &["appkey"]),
    secret(Keyword::ApplicationToken, "Application Token", &["apptoken"]),
    secret(Keyword::ApplicationCertificateBlob, "Application Certificate Blob", &[]),
    spelled(
        Keyword::ApplicationCertificateSendX5c,
        "Application Certificate SendX5c",
        &[
            "applicationcertificatex5c",
            "sendx5c",
            "applicationcertificatesendpubliccertificate",
            "sendcertificatechain",
        ],
    ),
    secret(Keyword::ApplicationCertificateThumbprint, "Application Certificate Thumbprint", &["appcert"]),
    spelled(Keyword::AuthorityId, "Authority Id", &["tenantid", "tid", "tenant", "authority", "domainhint"]),
    spelled(Keyword::ApplicationName, "Application Name for Tracing", &["traceappname"]),
    spelled(Keyword::UserName, "User Name for Tracing", &["traceusername"]),
    spelled(Keyword::Uncompressed, "Uncompressed", &[]),
    spelled(Keyword::Streaming, "Streaming", &[]),
    spelled(Keyword::Accept, "Accept", &[]),
];

/// Keywords that exist and that this client refuses, rather than let a connection mean something else.
const UNSUPPORTED: [&str; 14] = [
    "dstsfederatedsecurity",
    "dstsfed",
    "dststokentype",
    "enforcemfa",
    "queryconsistency",
    "azureregion",
    "region",
    "namespace",
    "ns",
    "applicationcertificateissuerdistinguishedname",
    "applicationcertificateissuer",
    "applicationcertificatesubjectdistinguishedname",
    "applicationcertificatesubject",
    "credentialsprovidertype",
];

/// Finds a keyword by any of its spellings.
pub(super) fn find(text: &str) -> Result<Keyword, String> {
    let plain = plain(text);
    let found = KEYWORDS
        .iter()
        .find(|spelling| self::plain(spelling.name) == plain || spelling.aliases.contains(&plain.as_str()));
    match found {
        Some(spelling) => Ok(spelling.keyword),
        None if UNSUPPORTED.contains(&plain.as_str()) => {
            Err(format!("the keyword '{}' of the connection string is not supported", text.trim()))
        }
        None => Err(format!("the keyword '{}' of the connection string is not known", text.trim())),
    }
}

/// Leaves out blanks and case.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<String>().to_ascii_lowercase()
}

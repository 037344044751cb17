//! `GET /v1/rest/auth/metadata`: where clients obtain tokens.

use serde::Serialize;

/// The answer's members. The defaults are those the Python SDK compares with its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthMetadata {
    /// Authority; must be https for interactive flows.
    pub login_endpoint: String,
    /// Audience of tokens.
    pub service_resource_id: String,
    pub client_app_id: String,
    pub client_redirect_uri: String,
    pub first_party_authority_url: String,
}

impl Default for AuthMetadata {
    fn default() -> Self {
        Self {
            login_endpoint: "https://login.microsoftonline.com".to_owned(),
            service_resource_id: "https://kusto.kusto.windows.net".to_owned(),
            client_app_id: "db662dc1-0cfe-4e1c-a843-19a68e65be58".to_owned(),
            client_redirect_uri: "http://localhost".to_owned(),
            first_party_authority_url: "https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a"
                .to_owned(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AzureAd<'a> {
    login_endpoint: &'a str,
    login_mfa_required: bool,
    kusto_client_app_id: &'a str,
    kusto_client_redirect_uri: &'a str,
    kusto_service_resource_id: &'a str,
    first_party_authority_url: &'a str,
}

#[derive(Serialize)]
struct Dsts {}

#[derive(Serialize)]
struct Metadata<'a> {
    #[serde(rename = "AzureAD")]
    azure_ad: AzureAd<'a>,
    #[serde(rename = "dSTS")]
    dsts: Dsts,
}

impl AuthMetadata {
    /// Returns the complete answer; never empty, which several clients cannot read.
    #[must_use]
    pub fn to_json(&self) -> String {
        let metadata = Metadata {
            azure_ad: AzureAd {
                login_endpoint: &self.login_endpoint,
                login_mfa_required: false,
                kusto_client_app_id: &self.client_app_id,
                kusto_client_redirect_uri: &self.client_redirect_uri,
                kusto_service_resource_id: &self.service_resource_id,
                first_party_authority_url: &self.first_party_authority_url,
            },
            dsts: Dsts {},
        };
        serde_json::to_string(&metadata).expect("strings always serialize")
    }
}

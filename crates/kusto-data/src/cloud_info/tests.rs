//! Metadata in all the forms in which services give them.

use super::*;

const FULL: &str = r#"{"AzureAD":{"LoginEndpoint":"https://login.example","LoginMfaRequired":true,
    "KustoClientAppId":"app","KustoClientRedirectUri":"http://localhost","KustoServiceResourceId":"https://x.kusto.example",
    "FirstPartyAuthorityUrl":"https://login.example/f"},"dSTS":{}}"#;

#[test]
fn a_full_answer_is_read() {
    let info = read(FULL.as_bytes()).unwrap();
    assert_eq!(info.login_endpoint, "https://login.example");
    assert_eq!(info.kusto_client_app_id, "app");
    assert_eq!(info.scope(), "https://x.kustomfa.example/.default");
}

#[test]
fn null_stands_for_the_public_cloud_and_nothing_for_nothing() {
    assert_eq!(read(br#"{"AzureAD":null}"#).unwrap(), CloudInfo::default());
    assert_eq!(CloudInfo::default().scope(), "https://kusto.kusto.windows.net/.default");
    for text in ["", "{}", "[]", "null", "<html>", r#"{"AzureAD":{"LoginEndpoint":"x"}}"#] {
        assert!(read(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn hosts_are_told_apart_by_scheme_and_port_and_not_by_path() {
    let root_of = |text: &str| root(&Url::parse(text).unwrap());
    assert_eq!(root_of("https://A.example/Database?x"), "https://a.example");
    assert_ne!(root_of("https://a.example:8443"), root_of("https://a.example"));
}

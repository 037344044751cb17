//! Connection strings as people write them.

use super::*;
use crate::ErrorKind;

fn read(text: &str) -> ConnectionStringBuilder {
    text.parse().unwrap()
}

fn problem(text: &str) -> String {
    let error = ConnectionStringBuilder::new(text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    error.to_string()
}

#[test]
fn urls_may_name_a_database() {
    let plain = read("http://localhost:8080");
    assert_eq!((plain.data_source().as_str(), plain.initial_catalog()), ("http://localhost:8080/", "NetDefaultDB"));
    let named = read("https://help.kusto.windows.net/My%20Samples/");
    assert_eq!(
        (named.data_source().as_str(), named.initial_catalog()),
        ("https://help.kusto.windows.net/", "My Samples")
    );
    assert_eq!(plain.authentication_method(), AuthenticationMethod::None);
}

#[test]
fn every_spelling_of_a_keyword_means_the_same() {
    for source in [
        "Data Source",
        "DataSource",
        "addr",
        "Address",
        "NETWORK ADDRESS",
        "server",
        "Data Source Uri",
        "serveruri",
        "ClusterUri",
    ] {
        assert_eq!(read(&format!("{source}=http://a.b")).data_source().as_str(), "http://a.b/", "{source}");
    }
    for tenant in ["Authority Id", "TenantId", "tid", "Tenant", "authority", "Domain Hint"] {
        let text = format!("http://localhost;{tenant}=contoso.com");
        assert_eq!(read(&text).authority_id(), Some("contoso.com"), "{tenant}");
    }
    for catalog in ["Initial Catalog", "database", "DATABASE"] {
        assert_eq!(read(&format!("http://localhost;{catalog}=D")).initial_catalog(), "D", "{catalog}");
    }
    for (user, password) in [("User ID", "Password"), ("uid", "pwd"), ("User", "PWD"), ("AAD User ID", "password")] {
        let text = format!("https://localhost;{user}=me;{password}=secret");
        assert_eq!(read(&text).authentication_method(), AuthenticationMethod::UserPassword, "{user}");
    }
    for (application, key) in [("Application Client Id", "Application Key"), ("AppClientId", "AppKey")] {
        let text = format!("https://localhost;{application}=app;{key}=secret");
        assert_eq!(read(&text).authentication_method(), AuthenticationMethod::ApplicationKey, "{key}");
    }
    for (keyword, method) in [
        ("User Token", AuthenticationMethod::UserToken),
        ("UsrToken", AuthenticationMethod::UserToken),
        ("Application Token", AuthenticationMethod::ApplicationToken),
        ("AppToken", AuthenticationMethod::ApplicationToken),
    ] {
        assert_eq!(read(&format!("https://localhost;{keyword}=t")).authentication_method(), method, "{keyword}");
    }
    for federated in ["AAD Federated Security", "Federated Security", "AADFed", "Fed", "federated"] {
        let text = format!("https://localhost;{federated}=True");
        assert_eq!(read(&text).authentication_method(), AuthenticationMethod::Interactive, "{federated}");
        let text = format!("https://localhost;{federated}=false");
        assert_eq!(read(&text).authentication_method(), AuthenticationMethod::None, "{federated}");
    }
    let traced = read("http://localhost;TraceAppName=app;User Name for Tracing=me");
    assert_eq!((traced.client_details().application(), traced.client_details().user()), (Some("app"), Some("me")));
}

#[test]
fn certificates_come_as_pem_or_base64_of_it() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
    for blob in [pem.to_owned(), STANDARD.encode(pem)] {
        let text = format!(
            "https://localhost;AppClientId=a;Application Certificate Blob=\"{blob}\";Send Certificate Chain=true;AppCert=ab12"
        );
        let Authentication::ApplicationCertificate { pem: read, send_chain, thumbprint, .. } =
            read(&text).authentication().clone()
        else {
            panic!("no certificate")
        };
        assert_eq!((read.reveal(), send_chain, thumbprint.as_deref()), (pem.trim_end_matches("x"), true, Some("ab12")));
    }
    assert!(problem("https://localhost;AppClientId=a;Application Certificate Blob=AAAA").contains("neither PEM"));
    assert!(problem("https://localhost;AppClientId=a;AppCert=ab").contains("thumbprint"));
}

#[test]
fn values_may_be_quoted_and_hold_semicolons_and_equals_signs() {
    let quoted = read("Data Source=\"https://localhost:8443\" ; AppClientId = a;AppKey='k;e=y';");
    let Authentication::ApplicationKey { key, .. } = quoted.authentication().clone() else { panic!("no key") };
    assert_eq!(key.reveal(), "k;e=y");
    let plain = read("https://localhost;AppClientId=a;AppKey=k=e=y==");
    let Authentication::ApplicationKey { key, .. } = plain.authentication().clone() else { panic!("no key") };
    assert_eq!(key.reveal(), "k=e=y==");
}

#[test]
fn what_is_not_understood_is_named() {
    for (text, part) in [
        ("localhost:8080", "http://localhost:8080"),
        ("", "lacks 'Data Source'"),
        ("ftp://localhost", "is not a URL"),
        ("http://localhost/a/b", "more than a database"),
        ("http://localhost/%zz", "percent-encoded"),
        ("http://localhost;Fed=maybe", "neither true nor false"),
        ("http://localhost;Colour=blue", "'Colour' of the connection string is not known"),
        (
            "http://localhost;dSTS Federated Security=true",
            "'dSTS Federated Security' of the connection string is not supported",
        ),
        ("http://localhost;Azure Region=x", "not supported"),
        ("http://localhost;Query Consistency=x", "not supported"),
        ("http://localhost;alone", "has no value"),
        ("Initial Catalog=a", "lacks 'Data Source'"),
        ("http://localhost;AppKey=k", "not whose"),
        ("http://localhost;AppClientId=a", "without 'Application Key'"),
        ("http://localhost;Fed=false;User Token=t", "AAD Federated Security=false"),
    ] {
        assert!(problem(text).contains(part), "{text}: {}", problem(text));
    }
}

#[test]
fn urls_with_passwords_are_refused_without_repeating_them() {
    let text = problem("ftp://me:hunter2@localhost");
    assert!(!text.contains("hunter2"), "{text}");
    assert!(problem("https://me:hunter2@localhost").contains("must not carry"));
}

#[test]
fn secrets_never_show_unless_asked_for() {
    let secret = "s3cr3t";
    let connection = || read("https://localhost:8443/D");
    let all = [
        connection().with_user_token(secret),
        connection().with_application_token(secret),
        connection().with_application_key("app", secret, "tenant"),
        connection().with_application_certificate("app", secret, "tenant", true),
        connection().with_user_password("me", secret),
    ];
    for connection in all {
        let shown = format!("{connection} {connection:?} {:?}", connection.authentication_method());
        assert!(!shown.contains(secret) && shown.contains("****"), "{shown}");
        assert!(connection.to_connection_string_with_secrets().contains(secret));
    }
}

#[test]
fn what_is_printed_reads_back() {
    let text = "Data Source=https://localhost:8443;Initial Catalog=D;AAD Federated Security=true;\
                Application Client Id=app;Application Key=\"k;1\";Authority Id=tenant;\
                Application Name for Tracing=tool";
    let connection = read(text);
    assert_eq!(connection.to_connection_string_with_secrets(), text);
    assert_eq!(read(&connection.to_connection_string_with_secrets()).to_string(), connection.to_string());
    assert!(connection.to_string().contains("Application Key=****"));
}

#[test]
fn setters_replace_the_credential_and_keep_the_rest() {
    let connection = read("https://localhost;Database=D;Fed=true;Tenant=t").with_azure_cli();
    assert_eq!(connection.authentication_method(), AuthenticationMethod::AzureCli);
    let other = connection.with_managed_identity(Some("id")).with_data_source("https://ingest-localhost/E").unwrap();
    assert_eq!((other.initial_catalog(), other.authority_id()), ("E", Some("t")));
    assert_eq!(other.authentication_method(), AuthenticationMethod::ManagedIdentity);
    let anonymous = other.with_no_authentication();
    assert_eq!(anonymous.authentication_method(), AuthenticationMethod::None);
    for (connection, method) in [
        (anonymous.clone().with_default_credential(), AuthenticationMethod::Default),
        (anonymous.clone().with_workload_identity(), AuthenticationMethod::WorkloadIdentity),
        (anonymous.clone().with_device_code(|_| {}), AuthenticationMethod::DeviceCode),
        (anonymous.clone().with_interactive(), AuthenticationMethod::Interactive),
    ] {
        assert_eq!(connection.authentication_method(), method);
    }
}

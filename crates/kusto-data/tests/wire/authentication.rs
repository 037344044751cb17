//! Who gets a token, and who does not.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use azure_core::{
    credentials::{AccessToken as AzureToken, TokenCredential, TokenRequestOptions},
    time::OffsetDateTime,
};
use kusto_data::{AccessToken, Client, ConnectionStringBuilder, Error, ErrorKind};
use parking_lot::Mutex;

use crate::{ANSWER, Reply, ScriptedService};

const METADATA: &str = r#"{"AzureAD":{"LoginEndpoint":"https://login.example","LoginMfaRequired":false,"KustoClientAppId":"app","KustoClientRedirectUri":"http://localhost","KustoServiceResourceId":"https://kusto.example","FirstPartyAuthorityUrl":"https://login.example/f"},"dSTS":{}}"#;

fn connection(service: &ScriptedService) -> ConnectionStringBuilder {
    ConnectionStringBuilder::new(&service.url).unwrap()
}

/// A credential that notes the scopes it is asked for.
#[derive(Debug, Default)]
struct Noting(Mutex<Vec<String>>);

#[async_trait]
impl TokenCredential for Noting {
    async fn get_token(
        &self,
        scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AzureToken> {
        self.0.lock().push(scopes.join(" "));
        let in_the_future = OffsetDateTime::from_unix_timestamp(32_503_680_000).unwrap();
        Ok(AzureToken::new("noted", in_the_future))
    }
}

#[tokio::test]
async fn tokens_of_users_applications_and_providers_are_sent_without_asking_the_service_anything() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let service = ScriptedService::start((0..4).map(|_| Reply::ok(ANSWER))).await;
    let user = connection(&service).with_user_token("user");
    let application = connection(&service).with_application_token("application");
    let provider = connection(&service).with_token_provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move { Ok(AccessToken::new(format!("provided{number}"))) }
    });
    Client::new(user).unwrap().execute_query("", "T", None).await.unwrap();
    Client::new(application).unwrap().execute_query("", "T", None).await.unwrap();
    let client = Client::new(provider).unwrap();
    client.execute_query("", "T", None).await.unwrap();
    client.execute_query("", "T", None).await.unwrap();
    let sent: Vec<_> =
        service.asked().await.iter().map(|asked| asked.header("authorization").unwrap().to_owned()).collect();
    assert_eq!(sent, ["Bearer user", "Bearer application", "Bearer provided0", "Bearer provided1"]);
}

#[tokio::test]
async fn credentials_are_asked_with_the_scope_that_the_service_names() {
    let service = ScriptedService::start([Reply::ok(METADATA), Reply::ok(ANSWER), Reply::ok(ANSWER)]).await;
    let noting = Arc::new(Noting::default());
    let client = Client::new(connection(&service).with_token_credential(Arc::clone(&noting) as _)).unwrap();
    client.execute_query("", "T", None).await.unwrap();
    client.execute_query("", "T", None).await.unwrap();
    assert_eq!(*noting.0.lock(), ["https://kusto.example/.default"]);
    let asked = service.asked().await;
    assert_eq!((asked[0].line.as_str(), asked[0].header("authorization")), ("GET /v1/rest/auth/metadata", None));
    assert_eq!(asked[1].header("authorization"), Some("Bearer noted"));
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn metadata_are_asked_for_once_per_host_by_all_clients_and_at_the_root() {
    let service = ScriptedService::start([Reply::ok(METADATA)]).await;
    let first = Client::new(format!("{}/Database", service.url)).unwrap();
    let second = first.clone();
    let (one, two) = tokio::join!(first.cloud_info(), second.cloud_info());
    assert_eq!(one.unwrap().login_endpoint, "https://login.example");
    assert_eq!(two.unwrap().kusto_client_app_id, "app");
    Client::new(&service.url).unwrap().cloud_info().await.unwrap();
    let asked = service.asked().await;
    assert_eq!(asked.iter().map(|asked| asked.line.as_str()).collect::<Vec<_>>(), ["GET /v1/rest/auth/metadata"]);
}

#[tokio::test]
async fn services_without_metadata_belong_to_the_public_cloud() {
    for reply in [Reply::json(404, ""), Reply::json(404, "<html>"), Reply::ok(r#"{"AzureAD":null}"#)] {
        let service = ScriptedService::start([reply]).await;
        let info = Client::new(&service.url).unwrap().cloud_info().await.unwrap();
        assert_eq!(info.scope(), "https://kusto.kusto.windows.net/.default");
    }
    for reply in
        [Reply::ok("{}"), Reply::ok(""), Reply::json(500, ""), Reply::json(302, "").with_header("location", "/x")]
    {
        let service = ScriptedService::start([reply]).await;
        let error = Client::new(&service.url).unwrap().cloud_info().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MalformedAnswer);
    }
}

#[tokio::test]
async fn no_token_travels_in_the_clear_to_another_machine() {
    for connection in [
        ConnectionStringBuilder::new("http://kusto.example").unwrap().with_user_token("t"),
        ConnectionStringBuilder::new("http://10.0.0.1:8080").unwrap().with_azure_cli(),
        ConnectionStringBuilder::new("http://localhost.evil.example").unwrap().with_interactive(),
    ] {
        let error = Client::new(connection).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("plain http"), "{error}");
    }
    assert!(Client::new("http://kusto.example").is_ok(), "an anonymous client has nothing to give away");
    let local = ConnectionStringBuilder::new("http://localhost:8080").unwrap().with_user_token("t");
    assert!(Client::new(local).is_ok());
}

#[tokio::test]
async fn hosts_that_are_no_kustos_get_no_token_and_no_question() {
    let connection = ConnectionStringBuilder::new("https://kusto.untrusted.example").unwrap().with_user_token("t");
    let error = Client::new(connection).unwrap().execute_query("", "T", None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UntrustedEndpoint);
    assert!(error.to_string().contains("kusto.untrusted.example") && error.is_permanent());
    assert!(error.hint().unwrap().contains("add_trusted_hosts"));
}

#[tokio::test]
async fn what_a_provider_fails_with_is_what_the_caller_gets() {
    let service = ScriptedService::start([]).await;
    let failing = connection(&service)
        .with_token_provider(|| async { Err::<AccessToken, _>(Error::new(ErrorKind::Timeout, "no token today")) });
    let error = Client::new(failing).unwrap().execute_query("", "T", None).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Timeout, "no token today"));
    assert!(service.asked().await.is_empty());
}

#[tokio::test]
async fn a_token_that_the_service_does_not_accept_is_not_kept() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let service = ScriptedService::start([Reply::ok(ANSWER), Reply::json(401, ""), Reply::ok(ANSWER)]).await;
    let provider = connection(&service).with_token_provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move { Ok(AccessToken::new(format!("token{number}")).with_expiry(kusto_data::DateTime::MAX)) }
    });
    let client = Client::new(provider).unwrap();
    client.execute_query("", "T", None).await.unwrap();
    let error = client.execute_query("", "T", None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    client.execute_query("", "T", None).await.unwrap();
    let sent: Vec<_> =
        service.asked().await.iter().map(|asked| asked.header("authorization").unwrap().to_owned()).collect();
    assert_eq!(sent, ["Bearer token0", "Bearer token0", "Bearer token1"]);
}

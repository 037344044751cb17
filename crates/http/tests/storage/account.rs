//! A router with a storage account, and the requests of a client that was told its resources.

use std::sync::Arc;

use axum::{Router, body::Body, http::Request};
use calypso_clock::{Clock as _, ManualClock, SeededIds};
use calypso_http::{HttpSettings, Transport, router};
use calypso_staging::{LocalStaging, LocalStagingSettings, Origin, ResourceKind, StagingAccount as _};
use calypso_types::{DateTime, TimeSpan};
use tempfile::TempDir;

use crate::fake::{Answer, Fake, send};

pub(crate) const HOST: &str = "localhost:8080";

/// A storage account behind a router; time stands at 2026-01-02 03:04:05 until it is moved.
pub(crate) struct Account {
    pub(crate) app: Router,
    pub(crate) staging: LocalStaging,
    pub(crate) clock: Arc<ManualClock>,
    _dir: TempDir,
}

impl Account {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}, HttpSettings::default()).await
    }

    pub(crate) async fn open_with(change: impl FnOnce(&mut LocalStagingSettings), http: HttpSettings) -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::new(DateTime::parse("2026-01-02T03:04:05Z").unwrap()));
        let ids = Arc::new(SeededIds::new(1));
        let mut settings = LocalStagingSettings::new(dir.path().join("staging"));
        change(&mut settings);
        let staging = LocalStaging::open(settings, clock.clone(), ids.clone()).await.unwrap();
        let app = router(Transport {
            clock: clock.clone(),
            ids,
            settings: http,
            staging: Some(staging.clone()),
            ..Transport::new(Arc::new(Fake::default()))
        });
        Self { app, staging, clock, _dir: dir }
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.advance(TimeSpan(seconds * TimeSpan::SECOND.0));
    }

    /// Path and signature of a resource.
    pub(crate) async fn resource(&self, kind: ResourceKind) -> (String, String) {
        let origin = Origin::parse(&format!("http://{HOST}")).unwrap();
        let resources = self.staging.resources(&origin, self.clock.now()).await.unwrap();
        let url = resources.into_iter().find(|resource| resource.kind == kind).unwrap().url;
        let (path, signature) = url.strip_prefix(&format!("http://{HOST}")).unwrap().split_once('?').unwrap();
        (path.to_owned(), signature.to_owned())
    }

    /// Sends `<method> <resource><rest>`, with the signature behind what `rest` has of a query.
    pub(crate) async fn call(
        &self,
        kind: ResourceKind,
        method: &str,
        rest: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let (path, signature) = self.resource(kind).await;
        let separator = if rest.contains('?') { '&' } else { '?' };
        self.send(method, &format!("{path}{rest}{separator}{signature}"), headers, body).await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        uri: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(uri).header("host", HOST);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(&self.app, request.body(body.into()).unwrap()).await
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and Azure's code of an error.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status.as_u16(), self.header("x-ms-error-code"))
    }

    /// The text of each element `name` of an XML body.
    pub(crate) fn elements(&self, name: &str) -> Vec<&str> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        self.text.split(open.as_str()).skip(1).map(|rest| rest.split(close.as_str()).next().unwrap()).collect()
    }
}

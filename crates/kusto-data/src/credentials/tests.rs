//! Credentials against an authority that answers as told.

mod flows;
mod renewal;

use std::sync::Arc;

use async_trait::async_trait;
use azure_core::{
    credentials::TokenCredential,
    http::{AsyncRawResponse, Body, HttpClient, Request, StatusCode, headers::Headers},
};
use calypso_clock::{ManualClock, SeededIds};
use calypso_types::DateTime;
use parking_lot::Mutex;

use super::{authority::Tools, azure};
use crate::{CloudInfo, ConnectionStringBuilder, Error};

/// What the authority answers, in order, and what it was asked.
#[derive(Debug, Default)]
struct FakeAuthority {
    answers: Mutex<Vec<(u16, String)>>,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl HttpClient for FakeAuthority {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let body = match request.body() {
            Body::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            Body::SeekableStream(_) => panic!("no credential streams"),
        };
        self.asked.lock().push(format!("{} {} {body}", request.method(), request.url()));
        let (status, body) = self.answers.lock().remove(0);
        Ok(AsyncRawResponse::from_bytes(StatusCode::from(status), Headers::default(), body))
    }
}

impl FakeAuthority {
    fn answering(answers: &[(u16, &str)]) -> Arc<Self> {
        let answers = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
        Arc::new(Self { answers: Mutex::new(answers), asked: Mutex::default() })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().clone()
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(DateTime::parse("2026-01-01T00:00:00Z").unwrap()))
}

fn tools(authority: &Arc<FakeAuthority>) -> Tools {
    Tools { http: Arc::clone(authority) as _, clock: clock(), ids: Arc::new(SeededIds::new(1)) }
}

fn connection() -> ConnectionStringBuilder {
    ConnectionStringBuilder::new("https://help.kusto.windows.net").unwrap()
}

fn credential(
    connection: &ConnectionStringBuilder,
    authority: &Arc<FakeAuthority>,
) -> Result<Arc<dyn TokenCredential>, Error> {
    azure::credential(connection, &CloudInfo::default(), &tools(authority))
}

/// Members of the form of a question.
fn form(asked: &str) -> Vec<(String, String)> {
    let body = asked.splitn(3, ' ').nth(2).unwrap();
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

fn member(asked: &str, name: &str) -> Option<String> {
    form(asked).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

//! Requests as services get them, and answers as they give them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod scripted_service;
mod wire {
    mod answers;
    mod authentication;
    mod failures;
    mod requests;
    mod streaming;
}

use std::sync::Arc;

use calypso_clock::SeededIds;
use kusto_data::{Client, ClientOptions, ConnectionStringBuilder};
use scripted_service::{ANSWER, Reply, ScriptedService, V1_ANSWER};

/// The first id of the clients in these tests.
const FIRST_ID: &str = "KRC.execute;";

/// A service with a script, and an anonymous client of it.
async fn service(replies: impl IntoIterator<Item = Reply>) -> (Client, ScriptedService) {
    let service = ScriptedService::start(replies).await;
    let connection = ConnectionStringBuilder::new(&service.url)
        .unwrap()
        .with_initial_catalog("Samples")
        .with_application_name("E2E_Test_ø")
        .with_user_name("me");
    let options = ClientOptions::default().with_ids(Arc::new(SeededIds::new(7)));
    (Client::with_options(connection, options).unwrap(), service)
}

//! What traces tell of a request. In a process of its own: `tracing` asks once for each span whether anybody listens, and
//! a client in another thread would have it answered "nobody" while this test starts to listen.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod scripted_service;

use std::sync::Arc;

use kusto_data::{Client, ConnectionStringBuilder};
use parking_lot::Mutex;
use scripted_service::{ANSWER, Reply, ScriptedService, V1_ANSWER};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// Notes spans with their fields.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("kusto_data")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut text = Text(span.metadata().name().to_owned());
        span.record(&mut text);
        let mut notes = self.0.lock();
        notes.push(text.0);
        Id::from_u64(notes.len() as u64)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, _event: &Event<'_>) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

#[tokio::test]
async fn spans_are_named_as_the_other_sdks_name_them_and_carry_no_secret() {
    let notes = Notes::default();
    tracing::subscriber::set_global_default(notes.clone()).unwrap();
    let service = ScriptedService::start([Reply::ok(ANSWER), Reply::ok(V1_ANSWER), Reply::ok(ANSWER)]).await;
    let connection = ConnectionStringBuilder::new(&service.url).unwrap().with_user_token("hunter2");
    let client = Client::new(connection).unwrap();
    client.execute_query("D", "print secret = 'hunter2'", None).await.unwrap();
    client.execute_command("D", ".show tables", None).await.unwrap();
    client.execute_streaming("D", "T", None).await.unwrap();
    let notes = notes.0.lock();
    let names: Vec<_> = notes.iter().map(|note| note.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["KustoClient.query_cmd", "KustoClient.control_cmd", "KustoClient.streaming_query"]);
    for note in notes.iter() {
        assert!(note.contains("database=\"D\"") && note.contains("client_request_id=KRC.execute;"), "{note}");
        assert!(note.contains(&format!("kusto_cluster={}", service.url)) && !note.contains("hunter2"), "{note}");
    }
}

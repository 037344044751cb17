//! Nothing hangs beyond the deadline of a call.

use super::*;

/// Lets time pass at once for deadlines, and never for waits between attempts.
async fn bench(script: impl IntoIterator<Item = Step>, deadline: Duration) -> (Bench, ManagedStreamingIngestClient) {
    let bench = Bench::new(script).await;
    let engine = bench.engine.url.clone();
    let asked = Arc::new(tokio::sync::Notify::new());
    let noted = Arc::clone(&asked);
    let sleep: Sleep = Arc::new(move |wait| {
        let asked = Arc::clone(&noted);
        if wait > WAIT_MAX { Box::pin(async move { asked.notified().await }) } else { Box::pin(std::future::pending()) }
    });
    let options = IngestClientOptions::new().with_sleep(move |wait| sleep(wait));
    let streaming = StreamingIngestClient::with_options(engine, options).unwrap();
    let client = ManagedStreamingIngestClient::from_clients(streaming, Arc::clone(&bench.queue) as _);
    // The deadline passes once the engine was asked.
    let received = bench.engine.received_counter();
    tokio::spawn(async move {
        while received() == 0 {
            tokio::task::yield_now().await;
        }
        asked.notify_one();
    });
    (bench, client.with_deadline(deadline))
}

#[tokio::test]
async fn an_answer_that_does_not_come_ends_at_the_deadline() {
    let deadline = Duration::from_secs(3600);
    let (_bench, client) = bench([Step::Hang], deadline).await;
    let error = client.ingest(Source::bytes("1,a\n").with_source_id(ID), &properties()).await.unwrap_err();
    assert!(matches!(error, Error::Deadline { source_id: ID, deadline: ended } if ended == deadline), "{error}");
    assert_eq!(error.kind(), crate::ErrorKind::Deadline);
    assert!(!error.is_permanent());
}

#[tokio::test]
async fn waits_between_attempts_end_at_the_deadline() {
    let (bench, client) = bench([unavailable()], Duration::from_secs(3600)).await;
    let error = client.ingest(Source::bytes("1,a\n").with_source_id(ID), &properties()).await.unwrap_err();
    assert!(matches!(error, Error::Deadline { .. }), "{error}");
    assert!(bench.queued().is_empty());
}

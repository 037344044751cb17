//! What passes is tried again under the same source id; what does not is returned.

use super::*;

async fn streams_after(failures: Vec<Step>) {
    let count = failures.len();
    let bench = Bench::new(failures.into_iter().chain([Step::streamed(1)])).await;
    let result = bench.ingest(Source::bytes("1,a\n")).await.unwrap();
    assert!(
        matches!(result.outcome, crate::IngestionOutcome::Streamed { rows: Some(1), attempts } if attempts as usize == count + 1)
    );
    assert_eq!(result.source_id, ID);
    assert_eq!(bench.ids(), attempts(count + 1));
    assert!(bench.queued().is_empty());
    assert_eq!(bench.engine.steps_left(), 0);
}

#[tokio::test]
async fn a_first_success_is_one_request() {
    streams_after(vec![]).await;
}

#[tokio::test]
async fn throttling_and_server_errors_are_tried_again() {
    streams_after(vec![throttled(), unavailable(), throttled()]).await;
    streams_after(vec![Step::Answer(500, "no JSON at all".to_owned())]).await;
    streams_after(vec![Step::Answer(502, String::new())]).await;
}

#[tokio::test]
async fn connections_that_break_before_or_after_the_request_are_tried_again() {
    streams_after(vec![Step::DropBeforeBody]).await;
    streams_after(vec![Step::DropAfterBody]).await;
    streams_after(vec![Step::DropAfterBody, Step::DropBeforeBody, Step::DropAfterBody]).await;
}

#[tokio::test]
async fn answers_that_make_no_sense_or_break_off_are_tried_again() {
    streams_after(vec![Step::Answer(200, "<html>".to_owned())]).await;
    streams_after(vec![Step::Answer(200, String::new())]).await;
    streams_after(vec![Step::Answer(200, r#"{"Tables":[]}"#.to_owned())]).await;
    streams_after(vec![Step::Truncate(r#"{"Tables":["#.to_owned())]).await;
}

#[tokio::test]
async fn waits_grow_and_carry_jitter() {
    let bench = Bench::new((0..4).map(|_| unavailable())).await;
    bench.ingest(Source::bytes("1,a\n")).await.unwrap();
    let waits = bench.waits.lock().clone();
    assert_eq!(waits.len(), 3);
    for (wait, seconds) in waits.iter().zip([1, 2, 4]) {
        assert!((Duration::from_secs(seconds)..=Duration::from_secs(seconds + 1)).contains(wait), "{waits:?}");
    }
    assert!(waits.iter().any(|wait| wait.subsec_nanos() != 0), "{waits:?}");
}

#[tokio::test]
async fn permanent_failures_are_returned_after_one_request() {
    for (status, code, message) in [
        (400, "BadRequest_TableNotExist", "Table 'T' does not exist"),
        (400, "BadRequest_MappingReferenceWasNotFound", "no such mapping"),
        (400, "Stream_WrongNumberOfFields", "wrong number of fields at stream offset 7"),
        (403, "Forbidden", "not allowed"),
    ] {
        let bench = Bench::new([Step::refusal(status, code, message, true), Step::streamed(1)]).await;
        let error = bench.ingest(Source::bytes("1,a\n")).await.unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Refused, "{error}");
        assert_eq!(bench.ids(), attempts(1), "{code}");
        assert!(bench.queued().is_empty() && bench.waits.lock().is_empty());
    }
}

#[tokio::test]
async fn every_attempt_sends_the_same_bytes() {
    let bench = Bench::new([unavailable(), Step::DropAfterBody, Step::streamed(3)]).await;
    bench.ingest(Source::rows((0..3).map(|a| serde_json::json!({"a": a})))).await.unwrap();
    let bodies: Vec<Vec<u8>> = bench.engine.received().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0] && !body.is_empty()));
}

#[tokio::test]
async fn a_source_without_an_id_gets_one_for_all_attempts() {
    let bench = Bench::new([unavailable(), Step::streamed(1)]).await;
    let result = bench.client.ingest_from_bytes("1,a\n", &properties()).await.unwrap();
    let ids: Vec<String> = bench.ids();
    let expected: Vec<String> =
        (0..2).map(|attempt| format!("KRC.executeManagedStreamingIngest;{};{attempt}", result.source_id)).collect();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn a_policy_decides_how_often_and_hears_of_everything() {
    #[derive(Debug, Default)]
    struct Once(Mutex<Vec<String>>);
    impl ManagedStreamingPolicy for Once {
        fn queues_at_once(&self, _: &IngestionProperties, _: DateTime) -> bool {
            false
        }
        fn retry_policy(&self) -> crate::RetryPolicy {
            crate::RetryPolicy { retries_max: 1, ..crate::RetryPolicy::default() }
        }
        fn streaming_failed(&self, _: &IngestionProperties, failure: &crate::StreamingFailure, _: DateTime) {
            self.0.lock().push(format!("{:?}", failure.category));
        }
        fn streaming_succeeded(&self, _: &IngestionProperties, _: Duration) {
            self.0.lock().push("success".to_owned());
        }
    }
    let bench = Bench::new([throttled(), unavailable(), throttled(), Step::streamed(1)]).await;
    let policy = Arc::new(Once::default());
    let client = bench.client.clone().with_policy(Arc::clone(&policy) as _);
    assert!(!client.ingest_from_bytes("1,a\n", &properties()).await.unwrap().is_streamed());
    assert!(client.ingest_from_bytes("1,a\n", &properties()).await.unwrap().is_streamed());
    assert_eq!(*policy.0.lock(), ["Throttled", "Other", "Throttled", "success"]);
}

//! What cannot be streamed is queued, whole and under the same source id.

use super::*;

#[tokio::test]
async fn failures_that_do_not_pass_in_time_are_queued_with_the_same_id() {
    for failure in [throttled(), unavailable(), Step::DropAfterBody, Step::Answer(200, "x".to_owned())] {
        let bench = Bench::new((0..4).map(|_| failure.clone())).await;
        let result = bench.ingest(Source::bytes("1,a\n").with_name("day.csv")).await.unwrap();
        assert!(!result.is_streamed());
        assert_eq!(bench.ids(), attempts(4), "{failure:?}");
        let queued = bench.queued();
        assert_eq!(queued.len(), 1);
        assert_eq!((queued[0].source_id, queued[0].name.as_deref()), (Some(ID), Some("day.csv")));
        assert_eq!((queued[0].text.as_str(), queued[0].raw_size), ("1,a\n", Some(4)));
    }
}

#[tokio::test]
async fn refusals_that_only_concern_streaming_are_queued_after_one_request() {
    for refusal in [
        policy_off(),
        Step::refusal(400, "General_BadRequest", "Streaming ingestion is disabled for the cluster", true),
        Step::refusal(400, "General_BadRequest", "Streaming ingestion is off", true),
        Step::refusal(400, "General_BadRequest", "The update policy cannot run while streaming", true),
        Step::refusal(413, "KustoRequestPayloadTooLargeException", "Payload", true),
        Step::Answer(413, String::new()),
        Step::refusal(400, "General_BadRequest", "The request exceeds the maximum allowed size", true),
    ] {
        let bench = Bench::new([refusal.clone(), Step::streamed(1)]).await;
        let result = bench.ingest(Source::bytes("1,a\n")).await.unwrap();
        assert!(!result.is_streamed(), "{refusal:?}");
        assert_eq!((bench.ids(), bench.queued().len()), (attempts(1), 1), "{refusal:?}");
    }
}

#[tokio::test]
async fn a_table_without_the_policy_is_queued_to_for_fifteen_minutes_without_asking() {
    let bench = Bench::new([policy_off(), Step::streamed(1), Step::streamed(1)]).await;
    for _ in 0..3 {
        assert!(!bench.ingest(Source::bytes("1,a\n")).await.unwrap().is_streamed());
    }
    assert_eq!((bench.ids().len(), bench.queued().len()), (1, 3));
    let other = IngestionProperties::new("db", "U");
    assert!(bench.client.ingest_from_bytes("1,a\n", &other).await.unwrap().is_streamed());
    bench.advance(15 * 60);
    assert!(bench.ingest(Source::bytes("1,a\n")).await.unwrap().is_streamed());
}

#[tokio::test]
async fn a_throttled_table_is_queued_to_for_ten_seconds_without_asking() {
    let bench = Bench::new((0..4).map(|_| throttled()).chain([Step::streamed(1)])).await;
    for _ in 0..2 {
        assert!(!bench.ingest(Source::bytes("1,a\n")).await.unwrap().is_streamed());
    }
    assert_eq!((bench.ids().len(), bench.queued().len()), (4, 2));
    bench.advance(10);
    assert!(bench.ingest(Source::bytes("1,a\n")).await.unwrap().is_streamed());
}

#[tokio::test]
async fn a_policy_that_does_not_continue_returns_the_refusal_each_time() {
    let bench = Bench::new([policy_off(), policy_off()]).await;
    let policy = DefaultManagedStreamingPolicy::new().with_continue_when_streaming_is_off(false);
    let client = bench.client.clone().with_policy(Arc::new(policy));
    for _ in 0..2 {
        let error = client.ingest_from_bytes("1,a\n", &properties()).await.unwrap_err();
        assert!(error.to_string().contains("not enabled"), "{error}");
    }
    assert!(bench.queued().is_empty());
}

#[tokio::test]
async fn properties_that_streaming_cannot_carry_have_the_data_queued_at_once() {
    let bench = Bench::new([Step::streamed(1)]).await;
    let tagged = properties().with_ingest_by_tags(["a"]);
    let result = bench.client.ingest_from_bytes("1,a\n", &tagged).await.unwrap();
    assert!(!result.is_streamed());
    assert!(bench.ids().is_empty());
    assert_eq!(bench.queued()[0].source_id, Some(result.source_id));
}

#[tokio::test]
async fn rows_are_queued_as_json() {
    let bench = Bench::new([policy_off()]).await;
    bench.ingest(Source::rows([serde_json::json!({"a": 1})])).await.unwrap();
    let queued = bench.queued();
    assert_eq!((queued[0].format, queued[0].text.as_str()), (DataFormat::Json, "{\"a\":1}\n"));
}

#[tokio::test]
async fn what_is_wrong_with_the_call_is_neither_streamed_nor_queued() {
    let bench = Bench::new([]).await;
    let wrong = properties().with_mapping_kind(crate::MappingKind::Csv);
    assert!(bench.client.ingest_from_bytes("1,a\n", &wrong).await.is_err());
    assert!(matches!(bench.ingest(Source::bytes("")).await, Err(Error::EmptySource { .. })));
    assert!(matches!(bench.ingest(Source::file("/no/such/file")).await, Err(Error::Source { .. })));
    assert!(bench.ids().is_empty() && bench.queued().is_empty());
}

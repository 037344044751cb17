//! The estimate by format, and pauses after refusals.

use super::*;

fn at(seconds: i64) -> DateTime {
    DateTime(DateTime::UNIX_EPOCH.0 + seconds * 10_000_000)
}

fn failure(category: StreamingFailureCategory) -> StreamingFailure {
    StreamingFailure { category, is_permanent: false, message: String::new() }
}

#[test]
fn sizes_follow_the_estimate_that_java_documents() {
    const MIB: u64 = 1024 * 1024;
    for (format, compression, bytes) in [
        (DataFormat::Csv, Compression::None, 8 * MIB),
        (DataFormat::Csv, Compression::Gzip, 2 * MIB),
        (DataFormat::Json, Compression::None, 6 * MIB),
        (DataFormat::MultiJson, Compression::Zip, 2 * MIB),
        (DataFormat::Parquet, Compression::None, 4 * MIB * 2 / 3),
        (DataFormat::Avro, Compression::Gzip, 2 * MIB),
        (DataFormat::W3CLogFile, Compression::None, 8 * MIB),
    ] {
        assert_eq!(streaming_bytes_max(1.0, format, compression), bytes, "{format} {compression:?}");
    }
    assert_eq!(streaming_bytes_max(2.0, DataFormat::Csv, Compression::None), 16 * MIB);
    assert_eq!(streaming_bytes_max(0.5, DataFormat::Csv, Compression::Gzip), MIB);
}

#[test]
fn a_refused_table_is_queued_for_a_while_and_no_other_is() {
    let policy = DefaultManagedStreamingPolicy::new();
    let (table, other) = (IngestionProperties::new("db", "T"), IngestionProperties::new("db", "U"));
    for (category, seconds) in [
        (StreamingFailureCategory::StreamingIngestionOff, 900),
        (StreamingFailureCategory::TableConfigurationPreventsStreaming, 900),
        (StreamingFailureCategory::Throttled, 10),
    ] {
        assert!(!policy.queues_at_once(&table, at(0)));
        policy.streaming_failed(&table, &failure(category), at(0));
        assert!(policy.queues_at_once(&table, at(seconds - 1)), "{category:?}");
        assert!(!policy.queues_at_once(&other, at(1)));
        assert!(!policy.queues_at_once(&table, at(seconds)), "{category:?}");
    }
}

#[test]
fn failures_of_one_request_pause_nothing() {
    let policy = DefaultManagedStreamingPolicy::new();
    let table = IngestionProperties::new("db", "T");
    for category in [StreamingFailureCategory::Other, StreamingFailureCategory::RequestPropertiesPreventStreaming] {
        policy.streaming_failed(&table, &failure(category), at(0));
        assert!(!policy.queues_at_once(&table, at(0)));
    }
    let strict = DefaultManagedStreamingPolicy::new().with_continue_when_streaming_is_off(false);
    strict.streaming_failed(&table, &failure(StreamingFailureCategory::StreamingIngestionOff), at(0));
    assert!(!strict.queues_at_once(&table, at(0)));
}

#[test]
fn the_memory_of_refusals_is_bounded_and_forgets_the_oldest_first() {
    let policy = DefaultManagedStreamingPolicy::new();
    let table = |index: usize| IngestionProperties::new("db", format!("T{index}"));
    for index in 0..PAUSED_TABLES_MAX + 5 {
        policy.streaming_failed(&table(index), &failure(StreamingFailureCategory::Throttled), at(0));
    }
    assert_eq!(policy.paused.lock().len(), PAUSED_TABLES_MAX);
    policy.streaming_failed(&table(0), &failure(StreamingFailureCategory::Throttled), at(60));
    assert_eq!(policy.paused.lock().len(), 1);
}

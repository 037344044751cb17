//! What policies take, refuse and print.

use calypso_types::TimeSpan;

use super::{
    CachingPolicy, EffectivePolicies, IngestionBatchingPolicy, MergeLookback, MergePolicy, Policies, PolicyKind,
    PolicyLimits, Recoverability, RetentionPolicy, StreamingIngestionPolicy,
};

fn days(count: i64) -> TimeSpan {
    TimeSpan(count * TimeSpan::DAY.0)
}

/// Sets a policy on nothing and shows it.
fn altered(kind: PolicyKind, json: &str) -> Result<String, String> {
    let mut policies = Policies::default();
    policies.alter(kind, json, PolicyLimits::default()).map_err(|error| error.to_string())?;
    Ok(policies.json(kind).unwrap_or_else(|| "null".to_owned()))
}

#[test]
fn policies_print_kustos_json_indented() {
    let batching = r#"{ "maximumBatchingTimeSpan" : "00:00:30", "MaximumNumberOfItems" : "500", }"#;
    assert_eq!(
        altered(PolicyKind::IngestionBatching, batching).unwrap(),
        "{\n  \"MaximumBatchingTimeSpan\": \"00:00:30\",\n  \"MaximumNumberOfItems\": 500,\n  \"MaximumRawDataSizeMB\": 1024\n}"
    );
    assert_eq!(
        altered(PolicyKind::Retention, "{}").unwrap(),
        "{\n  \"SoftDeletePeriod\": \"365000.00:00:00\",\n  \"Recoverability\": \"Enabled\"\n}"
    );
    assert_eq!(
        altered(PolicyKind::StreamingIngestion, r#"{"IsEnabled": true, "HintAllocatedRate": 2.1}"#).unwrap(),
        "{\n  \"IsEnabled\": true,\n  \"HintAllocatedRate\": 2.1\n}"
    );
}

#[test]
fn caching_takes_wrapped_and_plain_spans_and_prints_windows() {
    let wrapped = r#"{"DataHotSpan": {"Value": "30.00:00:00"}, "IndexHotSpan": {"Value": "30.00:00:00"},
        "HotWindows": [{"MinValue": "2021-01-01T00:00:00Z", "MaxValue": "2021-02-01T00:00:00Z"}]}"#;
    let plain = r#"{"DataHotSpan": "30.00:00:00"}"#;
    assert_eq!(CachingPolicy::parse(plain).unwrap(), CachingPolicy::hot(days(30)));
    let policy = CachingPolicy::parse(wrapped).unwrap();
    assert_eq!(CachingPolicy::parse(&policy.to_json()).unwrap(), policy);
    assert!(policy.to_json().contains("\"MaxValue\": \"2021-02-01T00:00:00Z\""), "{}", policy.to_json());
    assert!(altered(PolicyKind::Caching, "{}").unwrap_err().contains("DataHotSpan is missing"));
}

#[test]
fn merge_reads_its_documented_example() {
    let policy = MergePolicy::parse(
        r#"{"RowCountUpperBoundForMerge": 16000000, "OriginalSizeMBUpperBoundForMerge": 0, "LoopPeriod": "01:00:00",
            "MaxRangeInHours": 3, "Lookback": {"Kind": "Custom", "CustomPeriod": "3.00:00:00"}}"#,
    )
    .unwrap();
    assert_eq!(policy.max_range(), TimeSpan(3 * TimeSpan::HOUR.0));
    assert_eq!(policy.lookback, MergeLookback::Custom(days(3)));
    assert_eq!(MergePolicy::parse(&policy.to_json()).unwrap(), policy);
    assert_eq!(
        MergePolicy::parse(r#"{"Lookback":{"Kind":0,"CustomPeriod":null},"Origin":2}"#).unwrap(),
        MergePolicy::default()
    );
}

#[test]
fn values_out_of_range_are_refused_in_the_services_words() {
    let cases = [
        (
            r#"{"MaximumBatchingTimeSpan":"00:00:09"}"#,
            "MaximumBatchingTimeSpan should be greater than or equal to 00:00:10",
        ),
        (
            r#"{"MaximumBatchingTimeSpan":"00:30:01"}"#,
            "MaximumBatchingTimeSpan should be less than or equal to 00:30:00",
        ),
        (r#"{"MaximumNumberOfItems":0}"#, "MaximumNumberOfItems should be greater than or equal to 1"),
        (r#"{"MaximumNumberOfItems":99999999999}"#, "MaximumNumberOfItems should be less than or equal to 25000"),
        (r#"{"MaximumRawDataSizeMB":99}"#, "MaximumRawDataSizeMB should be greater than or equal to 100"),
    ];
    for (json, message) in cases {
        let expected = format!("Error during execution of a policy operation: {message}");
        assert_eq!(altered(PolicyKind::IngestionBatching, json), Err(expected));
    }
}

#[test]
fn a_lower_floor_lets_development_batches_be_short() {
    let limits = PolicyLimits { batching_time_span_min: TimeSpan::SECOND };
    let mut policies = Policies::default();
    policies.alter(PolicyKind::IngestionBatching, r#"{"MaximumBatchingTimeSpan":"00:00:01"}"#, limits).unwrap();
    assert_eq!(policies.ingestion_batching.unwrap().maximum_batching_time_span, TimeSpan::SECOND);
}

#[test]
fn unreadable_policies_are_refused_and_change_nothing() {
    let cases = [
        (PolicyKind::Retention, "[]", "RetentionPolicy is invalid: it is not a JSON object"),
        (PolicyKind::Retention, r#"{"SoftDelete":"1d"}"#, "'SoftDelete' is not a property of this policy"),
        (PolicyKind::Retention, r#"{"SoftDeletePeriod":7}"#, "SoftDeletePeriod is 7, which is not a timespan"),
        (PolicyKind::Retention, r#"{"Recoverability":"maybe"}"#, "not one of Enabled, Disabled"),
        (PolicyKind::Retention, r#"{"SoftDeletePeriod":"-1.00:00:00"}"#, "SoftDeletePeriod should be greater"),
        (PolicyKind::StreamingIngestion, "{}", "IsEnabled is missing"),
        (PolicyKind::Merge, r#"{"Lookback":{"Kind":"Custom"}}"#, "needs CustomPeriod"),
        (PolicyKind::Merge, r#"{"MaxExtentsToMerge":1}"#, "MaxExtentsToMerge should be greater than or equal to 2"),
    ];
    for (kind, json, message) in cases {
        let mut policies = Policies::default();
        let error = policies.alter(kind, json, PolicyLimits::default()).unwrap_err().to_string();
        assert!(error.contains(message), "{json}: {error}");
        assert_eq!(policies, Policies::default());
    }
}

#[test]
fn alter_merge_keeps_what_it_does_not_name() {
    let mut policies = Policies::default();
    let limits = PolicyLimits::default();
    policies.alter(PolicyKind::Retention, r#"{"SoftDeletePeriod":"7.00:00:00"}"#, limits).unwrap();
    policies.alter_merge(PolicyKind::Retention, r#"{"Recoverability":"disabled"}"#, limits).unwrap();
    let expected = RetentionPolicy { soft_delete_period: days(7), recoverability: Recoverability::Disabled };
    assert_eq!(policies.retention, Some(expected));
    policies.alter_merge(PolicyKind::IngestionBatching, r#"{"MaximumNumberOfItems":7}"#, limits).unwrap();
    let expected = IngestionBatchingPolicy { maximum_number_of_items: 7, ..IngestionBatchingPolicy::default() };
    assert_eq!(policies.ingestion_batching, Some(expected));
    policies.alter(PolicyKind::Retention, "null", limits).unwrap();
    assert_eq!(policies.json(PolicyKind::Retention), None);
}

#[test]
fn the_nearest_policy_counts() {
    let mut levels = [Policies::default(), Policies::default(), Policies::default()];
    let effective = |levels: &[Policies; 3]| {
        let policies = EffectivePolicies::of_table(&levels[0], &levels[1], &levels[2]);
        (policies.streaming_ingestion().is_enabled, policies.caching().map(|caching| caching.data_hot_span))
    };
    assert_eq!(effective(&levels), (true, None));
    levels[2].streaming_ingestion = Some(StreamingIngestionPolicy::DISABLED);
    levels[2].caching = Some(CachingPolicy::hot(days(3)));
    assert_eq!(effective(&levels), (false, Some(days(3))));
    levels[1].streaming_ingestion = Some(StreamingIngestionPolicy::ENABLED);
    levels[0].caching = Some(CachingPolicy::hot(days(1)));
    assert_eq!(effective(&levels), (true, Some(days(1))));
}

#[test]
fn the_merge_policy_has_another_name_in_results_than_in_commands() {
    assert_eq!(PolicyKind::from_command_name("IngestionBatching"), Some(PolicyKind::IngestionBatching));
    assert_eq!(PolicyKind::Merge.policy_name(), "ExtentsMergePolicy");
    assert_eq!(PolicyKind::from_command_name("encoding"), None);
}

#[test]
fn stored_documents_survive_a_round_trip() {
    let mut policies = Policies::default();
    let limits = PolicyLimits::default();
    policies.alter(PolicyKind::Merge, r#"{"Lookback":{"Kind":"Custom","CustomPeriod":"1.00:00:00"}}"#, limits).unwrap();
    policies
        .alter(
            PolicyKind::Caching,
            r#"{"DataHotSpan":"1.00:00:00","HotWindows":[{"MinValue":"2021-01-01","MaxValue":"2021-01-02"}]}"#,
            limits,
        )
        .unwrap();
    let stored = serde_json::to_string(&policies).unwrap();
    assert_eq!(serde_json::from_str::<Policies>(&stored).unwrap(), policies);
}

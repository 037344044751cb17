//! Properties on the wire.

use std::time::Duration;

use calypso_types::{DateTime, Decimal, Dynamic, Guid, Scalar, ScalarType, TimeSpan};
use serde_json::json;
use uuid::Uuid;

use super::*;

#[test]
fn options_and_parameters_are_written_as_the_service_reads_them() {
    let properties = ClientRequestProperties::new()
        .with_server_timeout(Duration::from_millis(90_500))
        .with_no_truncation(true)
        .with_query_take_max_records(10)
        .with_query_consistency(QueryConsistency::WeakByDatabase)
        .with_query_data_scope(DataScope::HotCache)
        .with_query_language(QueryLanguage::Kql)
        .with_results_error_reporting_placement(ErrorReportingPlacement::EndOfDataset)
        .with_query_now(DateTime::parse("2020-01-01").unwrap())
        .with_request_description("why")
        .with_query_cursor_scoped_tables(json!(["T"]))
        .with_option("Additional", "additional")
        .with_parameter("s", "a \"b\" \\")
        .with_parameter("n", 2);
    let expected = json!({
        "Options": {
            "additional": "additional",
            "notruncation": true,
            "query_cursor_scoped_tables": ["T"],
            "query_datascope": "hotcache",
            "query_language": "kql",
            "query_now": "2020-01-01T00:00:00.0000000Z",
            "query_take_max_records": 10,
            "queryconsistency": "weakconsistency_by_database",
            "request_description": "why",
            "results_error_reporting_placement": "end_of_dataset",
            "servertimeout": "00:01:30.5000000",
        },
        "Parameters": {"n": "int(2)", "s": "\"a \\\"b\\\" \\\\\""},
    });
    assert_eq!(properties.to_wire().to_value(), expected);
}

#[test]
fn every_documented_option_has_a_setter() {
    let documented = "best_effort client_results_reader_allow_varying_row_widths deferpartialqueryfailures norequesttimeout \
        notruncation push_selection_through_aggregation query_cursor_disabled query_force_row_level_security \
        query_log_query_parameters query_optimize_fts_at_relop query_python_debug query_results_apply_getschema \
        query_results_cache_force_refresh query_results_cache_per_shard request_block_row_level_security \
        request_callout_disabled request_external_data_disabled request_external_table_disabled \
        request_impersonation_disabled request_readonly request_readonly_hardline request_remote_entities_disabled \
        request_sandboxed_execution_disabled results_progressive_enabled results_v2_fragment_primary_tables \
        results_v2_newlines_between_frames validatepermissions client_max_redirect_count \
        max_memory_consumption_per_query_per_node maxmemoryconsumptionperiterator maxoutputcolumns \
        query_distribution_nodes_span query_fanout_nodes_percent query_fanout_threads_percent \
        query_max_entities_in_union query_results_progressive_row_count query_take_max_records truncationmaxrecords \
        truncationmaxsize query_cursor_after_default query_cursor_before_or_at_default query_cursor_current \
        query_datascope query_datetimescope_column query_language query_weakconsistency_session_id queryconsistency \
        request_app_name request_description request_user results_error_reporting_placement query_datetimescope_from \
        query_datetimescope_to query_now query_results_cache_max_age query_results_progressive_update_period \
        servertimeout query_bin_auto_at query_bin_auto_size materialized_view_shuffle_query query_cursor_scoped_tables";
    for name in documented.split_whitespace() {
        assert!(options::NAMES.contains(&name), "{name} has no setter");
    }
    assert_eq!(options::NAMES.len(), documented.split_whitespace().count());
}

#[test]
fn parameters_of_every_type_are_literals_of_it() {
    let id = Uuid::from_u128(1);
    let parameters: Vec<(Parameter, &str)> = vec![
        (true.into(), "true"),
        (2.into(), "int(2)"),
        (2_i64.into(), "2"),
        ((-2_i64).into(), "long(-2)"),
        (7_u32.into(), "7"),
        (2.5.into(), "2.5"),
        (f64::NAN.into(), "real(nan)"),
        ("a'b".into(), "\"a'b\""),
        (String::from("x\ny").into(), "\"x\\ny\""),
        (Decimal::parse("1.50").unwrap().into(), "decimal(1.5)"),
        (DateTime::parse("2016-01-01T01:01:01Z").unwrap().into(), "datetime(2016-01-01T01:01:01.0000000Z)"),
        (TimeSpan(-20_020_020).into(), "timespan(-00:00:02.0020020)"),
        (Duration::from_secs(90).into(), "timespan(00:01:30)"),
        (id.into(), "guid(00000000-0000-0000-0000-000000000001)"),
        (Guid::from(id).into(), "guid(00000000-0000-0000-0000-000000000001)"),
        (json!({"a": [1, null]}).into(), "dynamic({\"a\":[1,null]})"),
        (Dynamic::Array(vec![Dynamic::String("a".into())]).into(), "dynamic([\"a\"])"),
        (Scalar::Null(ScalarType::Int).into(), "int(null)"),
    ];
    for (parameter, literal) in parameters {
        assert_eq!(parameter.to_kql(), literal);
    }
}

#[test]
fn declarations_name_every_parameter_with_its_type() {
    let properties =
        ClientRequestProperties::new().with_parameter("b", "x").with_parameter("a", 1).with_parameter("odd name", 1.0);
    assert_eq!(properties.parameter_declaration(), "declare query_parameters(a:int, b:string, [\"odd name\"]:real);\n");
    assert_eq!(ClientRequestProperties::new().parameter_declaration(), "");
}

#[test]
fn server_timeouts_are_understood_in_every_form() {
    let read =
        |value: serde_json::Value| ClientRequestProperties::new().with_option("ServerTimeout", value).server_timeout();
    assert_eq!(read(json!("00:10:00")), Some(Duration::from_secs(600)));
    assert_eq!(read(json!("0:02:00")), Some(Duration::from_secs(120)));
    assert_eq!(read(json!("50m")), Some(Duration::from_secs(3000)));
    assert_eq!(read(json!(10_000_000)), Some(Duration::from_secs(1)));
    assert_eq!(read(json!("soon")), None);
}

#[test]
fn options_can_be_read_and_taken_away() {
    let mut properties = ClientRequestProperties::new().with_defer_partial_query_failures(true);
    assert!(properties.defers_partial_failures());
    assert_eq!(properties.option("DeferPartialQueryFailures"), Some(&json!(true)));
    properties.clear_option("DEFERPARTIALQUERYFAILURES");
    assert_eq!(properties.options().count(), 0);
}

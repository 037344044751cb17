//! Errors of services, read and told.

use serde_json::json;

use super::*;

fn semantic() -> ServiceError {
    ServiceError::from_value(&json!({"error": {
        "code": "General_BadRequest",
        "message": "Request is invalid and cannot be executed.",
        "@type": "Kusto.Data.Exceptions.KustoBadRequestException",
        "@message": "Request is invalid and cannot be processed: Semantic error: SEM0100: 'T' failed",
        "@context": {"clientRequestId": "KRC.execute;1", "activityId": "a-1"},
        "@permanent": true,
        "innererror": {"code": "SEM0100", "message": "inner", "@message": "Semantic error: SEM0100", "@permanent": true},
    }}))
    .unwrap()
}

#[test]
fn every_member_of_a_service_error_is_read() {
    let error = semantic();
    assert_eq!((error.code(), error.innermost().code()), ("General_BadRequest", "SEM0100"));
    assert_eq!(error.message(), "Request is invalid and cannot be executed.");
    assert_eq!(error.type_name(), Some("Kusto.Data.Exceptions.KustoBadRequestException"));
    assert_eq!((error.activity_id(), error.client_request_id()), (Some("a-1"), Some("KRC.execute;1")));
    assert!(error.is_permanent() && error.states_permanence() && error.is_semantic_error());
    assert_eq!(error.inner().unwrap().message(), "inner");
    assert_eq!(error.to_string(), "SEM0100: 'T' failed");
}

#[test]
fn permanence_is_the_services_word_and_otherwise_assumed() {
    let read = |value| ServiceError::from_value(&json!({ "error": value })).unwrap();
    assert!(!read(json!({"code": "c", "message": "m", "@permanent": false})).is_permanent());
    let silent = read(json!({"code": "c", "message": "m"}));
    assert!(silent.is_permanent() && !silent.states_permanence());
    assert!(ServiceError::from_value(&json!({"error": {"message": "no code"}})).is_none());
    assert!(ServiceError::from_value(&json!({"error": "text"})).is_none());
}

#[test]
fn inner_errors_nest_only_so_deep() {
    let mut value = json!({"code": "deepest", "message": ""});
    for level in 0..100 {
        value = json!({"code": format!("{level}"), "message": "", "innererror": value});
    }
    let error = ServiceError::from_value(&json!({ "error": value })).unwrap();
    assert_eq!(error.innermost().code(), "83");
}

#[test]
fn kinds_decide_permanence_unless_told_otherwise() {
    for (kind, permanent) in [
        (ErrorKind::InvalidArgument, true),
        (ErrorKind::Unreachable, false),
        (ErrorKind::Timeout, false),
        (ErrorKind::Throttled, false),
        (ErrorKind::MalformedAnswer, false),
        (ErrorKind::UntrustedEndpoint, true),
    ] {
        assert_eq!(Error::new(kind, "x").is_permanent(), permanent, "{kind:?}");
    }
    assert!(Error::new(ErrorKind::Unreachable, "x").with_permanence(true).is_permanent());
}

#[test]
fn an_error_tells_code_ids_and_hint() {
    let error = Error::service(semantic()).with_ids("KRC.execute;2", None).with_status(400);
    assert_eq!((error.code(), error.status()), (Some("SEM0100"), Some(400)));
    assert_eq!((error.client_request_id(), error.activity_id()), (Some("KRC.execute;2"), Some("a-1")));
    let unknown = ServiceError::new("BadRequest_DatabaseNotExist", "m", Some(true));
    assert_eq!(Error::service(unknown).hint(), Some("`.show databases` lists the databases there are"));
    assert!(format!("{error:?}").contains("SEM0100"));
}

#[test]
fn cancelled_queries_are_told_from_other_failures() {
    let error = |code| Error::partial_failure(&ServiceError::new(code, "m", Some(true))).kind();
    assert_eq!(error("Query_Cancelled"), ErrorKind::Cancelled);
    assert_eq!(error("LimitsExceeded"), ErrorKind::PartialFailure);
}

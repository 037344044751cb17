//! Bodies as the SDKs and the documentation write them.

use calypso_protocol::{BlobReference, Error, RequestBody};
use serde_json::json;

#[test]
fn properties_are_read_as_object_and_as_string() {
    let object = br#"{"db":"d","csl":"T","properties":{"Options":{"ServerTimeout":"00:04:00"},"Parameters":{"P":1}}}"#;
    let string =
        br#"{"db":"d","csl":"T","properties":"{\"Options\":{\"ServerTimeout\":\"00:04:00\"},\"Parameters\":{\"P\":1}}"}"#;
    let (object, string) = (RequestBody::parse(object).unwrap(), RequestBody::parse(string).unwrap());
    assert_eq!(object, string);
    assert_eq!(object.properties.options.get("servertimeout"), Some(&json!("00:04:00")));
    assert_eq!(object.properties.parameters.get("P"), Some(&json!(1)));
}

#[test]
fn properties_encoded_twice_are_read() {
    let inner = json!({ "Options": { "a": true } }).to_string();
    let body = json!({ "csl": "T", "properties": json!(inner).to_string() }).to_string();
    let body = RequestBody::parse(body.as_bytes()).unwrap();
    assert_eq!(body.properties.options.get("a"), Some(&json!(true)));
}

#[test]
fn database_and_properties_may_be_missing_null_or_empty() {
    for text in [
        r#"{"csl":".show cluster"}"#,
        r#"{"csl":".show cluster","db":null,"properties":null}"#,
        r#"{"csl":".show cluster","db":"","properties":""}"#,
        r#"{"CSL":".show cluster","Properties":"{}","extra":1}"#,
    ] {
        let body = RequestBody::parse(text.as_bytes()).unwrap();
        assert_eq!(body.db, None, "{text}");
        assert_eq!(body.csl, ".show cluster");
    }
}

#[test]
fn client_request_id_is_read_from_the_string_form() {
    let body = RequestBody::parse(br#"{"csl":"T","properties":"{\"ClientRequestId\":\"me;1\"}"}"#).unwrap();
    assert_eq!(body.properties.client_request_id.as_deref(), Some("me;1"));
}

#[test]
fn bodies_without_text_or_with_wrong_types_are_refused() {
    assert_eq!(RequestBody::parse(br#"{"db":"d"}"#), Err(Error::MissingMember("csl")));
    assert!(matches!(RequestBody::parse(b"T | count"), Err(Error::BodyJson(_))));
    assert!(matches!(RequestBody::parse(b"[]"), Err(Error::BodyJson(_))));
    assert!(matches!(RequestBody::parse(br#"{"csl":1}"#), Err(Error::WrongMember("csl", _))));
    assert!(matches!(RequestBody::parse(br#"{"csl":"T","properties":5}"#), Err(Error::WrongMember("properties", _))));
    assert!(matches!(RequestBody::parse(br#"{"csl":"T","properties":"x"}"#), Err(Error::WrongMember("properties", _))));
}

#[test]
fn a_body_survives_writing_and_reading() {
    let body = RequestBody::parse(br#"{"db":"d","csl":"T","properties":{"Options":{"a":1}}}"#).unwrap();
    assert_eq!(RequestBody::parse(body.to_json().as_bytes()).unwrap(), body);
}

#[test]
fn blob_references_are_read_in_both_spellings() {
    for text in [r#"{"sourceUri":"http://x/y?sig=1"}"#, r#"{"SourceUri":"http://x/y?sig=1"}"#] {
        assert_eq!(BlobReference::parse(text.as_bytes()).unwrap().source_uri, "http://x/y?sig=1");
    }
    assert_eq!(BlobReference::parse(b"{}"), Err(Error::MissingMember("sourceUri")));
}

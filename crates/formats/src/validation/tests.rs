//! The JSON of validation policies.

use super::{ValidationImplications, ValidationOptions, ValidationPolicy};
use crate::IngestionErrorCode;

#[test]
fn policies_are_read_as_every_sdk_writes_them() {
    use ValidationImplications::{BestEffort, Fail};
    use ValidationOptions::{DoNotValidate, ValidateCsvInputColumnLevelOnly, ValidateCsvInputConstantColumns};
    for (text, options, implications) in [
        (r#"{"ValidationOptions":1,"ValidationImplications":1}"#, ValidateCsvInputConstantColumns, BestEffort),
        (r#"{"ValidationOptions":0}"#, DoNotValidate, Fail),
        (
            r#"{"validationOptions":"ValidateCsvInputColumnLevelOnly","validationPolicyType":"Fail"}"#,
            ValidateCsvInputColumnLevelOnly,
            Fail,
        ),
        ("{}", ValidateCsvInputConstantColumns, Fail),
    ] {
        assert_eq!(ValidationPolicy::from_json(text).unwrap(), ValidationPolicy { options, implications }, "{text}");
    }
}

#[test]
fn malformed_policies_are_refused() {
    for text in ["", "[]", r#"{"ValidationOptions":3}"#, r#"{"ValidationImplications":"Maybe"}"#] {
        let error = ValidationPolicy::from_json(text).unwrap_err();
        assert_eq!(error.code(), IngestionErrorCode::BadRequestMalformedIngestionProperty);
    }
}

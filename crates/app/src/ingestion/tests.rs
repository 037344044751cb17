//! Tests of what can be tested of ingestion without a service.

use calypso_syntax::Span;
use calypso_syntax::ast::{
    Name,
    command::{CommandProperties, CommandProperty},
};
use calypso_types::Scalar;

use super::{IngestionProperties, MappingChoice};

fn properties(pairs: &[(&str, Scalar)]) -> CommandProperties {
    let property = |(name, value): &(&str, Scalar)| CommandProperty {
        name: Name { text: (*name).to_owned(), span: Span::new(0, 0) },
        value: value.clone(),
    };
    CommandProperties(pairs.iter().map(property).collect())
}

#[test]
fn properties_are_read_in_every_spelling() {
    let read = IngestionProperties::read(&properties(&[
        ("FORMAT", "Csv".into()),
        ("tags", "['a', \"b\"]".into()),
        ("ingestIfNotExists", "[\"x\"]".into()),
        ("creationTime", "2017-02-13T11:09:36.7992775Z".into()),
        ("ignoreFirstRecord", "true".into()),
        ("validationPolicy", "{\"ValidationOptions\":0,\"ValidationImplications\":1}".into()),
        ("csvMappingReference", "m".into()),
    ]))
    .unwrap();
    assert_eq!(read.tags, ["a", "b"]);
    assert_eq!(read.ingest_if_not_exists, ["x"]);
    assert_eq!(read.mapping, MappingChoice::Reference("m".to_owned()));
    assert!(read.ignore_first_record);
    assert!(read.created_on.is_some());
}

#[test]
fn wrong_properties_are_refused_with_their_code() {
    for (pairs, code) in [
        (vec![("tags", Scalar::from("a"))], "BadRequest_MalformedIngestionProperty"),
        (vec![("format", Scalar::from("xlsx"))], "BadRequest_FormatNotSupported"),
        (vec![("nonsense", Scalar::from("a"))], "BadRequest_IngestionPropertyNotSupportedInThisContext"),
        (
            vec![("ingestionMapping", Scalar::from("[]")), ("ingestionMappingReference", Scalar::from("m"))],
            "BadRequest_DuplicateMapping",
        ),
    ] {
        assert_eq!(IngestionProperties::read(&properties(&pairs)).unwrap_err().code, code);
    }
}

//! Tests of what can be tested of ingestion without a service.

use calypso_syntax::Span;
use calypso_syntax::ast::{
    Name,
    command::{CommandProperties, CommandProperty},
};
use calypso_types::Scalar;

use super::{IngestionProperties, MappingChoice, source_addresses::SourceAddresses, source_location};

fn properties(pairs: &[(&str, Scalar)]) -> CommandProperties {
    let property = |(name, value): &(&str, Scalar)| CommandProperty {
        name: Name { text: (*name).to_owned(), span: Span::new(0, 0) },
        value: value.clone(),
    };
    CommandProperties(pairs.iter().map(property).collect())
}

#[test]
fn addresses_that_only_the_server_reaches_are_refused() {
    let development = SourceAddresses { allow_loopback: true };
    let strict = SourceAddresses { allow_loopback: false };
    for refused in [
        "169.254.169.254",
        "0.0.0.0",
        "255.255.255.255",
        "168.63.129.16",
        "100.100.100.200",
        "224.0.0.1",
        "fe80::1",
        "fd00:ec2::254",
        "::",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "64:ff9b::7f00:1",
    ] {
        assert!(!development.admits(refused.parse().unwrap()), "{refused}");
    }
    for loopback in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        assert!(development.admits(loopback.parse().unwrap()), "{loopback}");
        assert!(!strict.admits(loopback.parse().unwrap()), "{loopback}");
    }
    for admitted in ["20.60.1.1", "10.1.2.3", "2603:1030::1"] {
        assert!(strict.admits(admitted.parse().unwrap()), "{admitted}");
    }
}

#[test]
fn locations_lose_their_secrets() {
    for (uri, location) in [
        ("https://h/c/b.csv?sv=1&sig=x", "https://h/c/b.csv"),
        ("https://h/c/b.csv;key", "https://h/c/b.csv"),
        ("https://user:pw@h/c/b.csv", "https://h/c/b.csv"),
        ("/tmp/x.csv", "/tmp/x.csv"),
    ] {
        assert_eq!(source_location(uri), location);
    }
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

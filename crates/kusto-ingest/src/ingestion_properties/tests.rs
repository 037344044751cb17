//! Tags, mappings, and what streaming cannot carry.

use super::*;
use crate::ColumnMapping;

fn properties() -> IngestionProperties {
    IngestionProperties::new("db", "T")
}

#[test]
fn tags_are_merged_with_their_prefixes() {
    let properties = properties().with_additional_tags(["x"]).with_drop_by_tags(["d"]).with_ingest_by_tags(["i"]);
    assert_eq!(properties.tags(), ["x", "drop-by:d", "ingest-by:i"]);
}

#[test]
fn a_mapping_replaces_another_and_its_kind_follows_the_format() {
    let properties = properties()
        .with_mapping_reference("m")
        .with_inline_mapping([ColumnMapping::from_path("a", "$.a")])
        .with_format(DataFormat::MultiJson);
    assert_eq!(properties.mapping.as_ref().unwrap().reference(), None);
    assert_eq!(properties.effective_mapping_kind(properties.format), Some(MappingKind::Json));
    properties.validate(DataFormat::MultiJson).unwrap();
    assert!(properties.validate(DataFormat::Csv).is_err());
}

#[test]
fn what_is_incomplete_is_refused_by_name() {
    for (properties, words) in [
        (IngestionProperties::new(" ", "T"), "database"),
        (IngestionProperties::new("db", ""), "table"),
        (properties().with_mapping_kind(MappingKind::Csv), "without a mapping"),
        (properties().with_mapping_reference(""), "name is empty"),
    ] {
        let error = properties.validate(DataFormat::Csv).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.is_permanent());
    }
}

#[test]
fn properties_that_streaming_cannot_carry_are_named() {
    assert_eq!(properties().beyond_streaming(), None);
    assert_eq!(properties().with_mapping_reference("m").with_flush_immediately(true).beyond_streaming(), None);
    let cases = [
        (properties().with_ignore_first_record(true), "ignore_first_record"),
        (properties().with_ingest_by_tags(["a"]), "ingest_by_tags"),
        (properties().with_inline_mapping([ColumnMapping::from_ordinal("a", 0)]), "inline ingestion mapping"),
        (properties().with_additional_property("x", 1), "additional_properties"),
        (properties().with_creation_time(DateTime::UNIX_EPOCH), "creation_time"),
    ];
    for (properties, name) in cases {
        assert_eq!(properties.beyond_streaming(), Some(name));
    }
}

//! Commands about ingestion mappings.

use super::read;

#[test]
fn mappings_are_read_in_every_spelling_of_the_sdks() {
    let cases = [
        (
            ".create table t ingestion json mapping 'n' '['\n'{\"column\":\"a\",\"path\":\"$.a\"},'\n']'",
            r#"Mapping(Define { creation: Create, entity: Table(t), kind: json, name: "n", text: "[{\"column\":\"a\",\"path\":\"$.a\"},]", properties: ([]) })"#,
        ),
        (
            r#".create-or-alter table t ingestion csv mapping "n" ```[{"Column":"a"}]```"#,
            r#"Mapping(Define { creation: CreateOrAlter, entity: Table(t), kind: csv, name: "n", text: "[{\"Column\":\"a\"}]", properties: ([]) })"#,
        ),
        (
            ".create table T ingestion csv mapping 'n' '[]' with (removeOldestIfRequired=true)",
            r#"Mapping(Define { creation: Create, entity: Table(T), kind: csv, name: "n", text: "[]", properties: ([{ name: removeOldestIfRequired, value: Bool(true) }]) })"#,
        ),
        (
            r#".create database D ingestion csv mapping "m" '[]'"#,
            r#"Mapping(Define { creation: Create, entity: Database(Some(D)), kind: csv, name: "m", text: "[]", properties: ([]) })"#,
        ),
        (".show table T ingestion mappings", "Mapping(Show { entity: Table(T), kind: None, name: None })"),
        (".show table T ingestion json mappings", "Mapping(Show { entity: Table(T), kind: Some(json), name: None })"),
        (
            ".show table T ingestion csv mapping 'm'",
            r#"Mapping(Show { entity: Table(T), kind: Some(csv), name: Some("m") })"#,
        ),
        (
            ".show database ingestion csv mappings",
            "Mapping(Show { entity: Database(None), kind: Some(csv), name: None })",
        ),
        (
            ".show database D ingestion mappings 'm'",
            r#"Mapping(Show { entity: Database(Some(D)), kind: None, name: Some("m") })"#,
        ),
        (".show ingestion mappings", "Mapping(Show { entity: Cluster, kind: None, name: None })"),
        (r#".drop table T ingestion json mapping "m""#, r#"Mapping(Drop { entity: Table(T), kind: json, name: "m" })"#),
        (
            ".drop database D ingestion csv mapping 'm'",
            r#"Mapping(Drop { entity: Database(Some(D)), kind: csv, name: "m" })"#,
        ),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}

//! Commands about databases and schemas.

use super::read;

#[test]
fn databases_and_schemas_are_read() {
    let cases = [
        (".show databases", "Database(Show { scope: All, detail: Default })"),
        (
            r#".show databases | project A="1" | take 1"#,
            r#"Database(Show { scope: All, detail: Default }) then | project A="1" | take 1"#,
        ),
        (
            r#".show databases | project A="1" | take 1; datatable(b: int) [3] | project A="2" | take 1"#,
            r#"Database(Show { scope: All, detail: Default }) then | project A="1" | take 1; datatable(b: int) [3] | project A="2" | take 1"#,
        ),
        (
            r#".create database D persist (@"c:\\x", 'y') ifnotexists"#,
            r#"Database(Create { name: D, persistence: Paths(["c:\\\\x", "y"]), if_not_exists: true, properties: ([]) })"#,
        ),
        (
            ".create database D volatile",
            "Database(Create { name: D, persistence: Volatile, if_not_exists: false, properties: ([]) })",
        ),
        (".drop database D ifexists", "Database(Drop { name: D, if_exists: true })"),
        (".detach database D", "Database(Drop { name: D, if_exists: false })"),
        (".show databases details", "Database(Show { scope: All, detail: Details })"),
        (".show databases (a, b) identity", "Database(Show { scope: Named([a, b]), detail: Identity })"),
        (".show databases schema as json", "Database(ShowSchema { scope: Cluster, form: Json, properties: ([]) })"),
        (
            r#".show databases (a if_later_than "v1.1", b) schema details"#,
            r#"Database(ShowSchema { scope: Databases([SchemaTarget { database: Some(a), if_later_than: Some("v1.1") }, SchemaTarget { database: Some(b), if_later_than: None }]), form: Rows { details: true }, properties: ([]) })"#,
        ),
        (
            ".show databases entities with (showObfuscatedStrings=true)",
            "Database(ShowEntities { properties: ([{ name: showObfuscatedStrings, value: Bool(true) }]) })",
        ),
        (".show cluster databases", "Database(Show { scope: All, detail: Default })"),
        (".show database", "Database(Show { scope: Current, detail: Default })"),
        (".show database D", "Database(Show { scope: Named([D]), detail: Default })"),
        (".show database D details", "Database(Show { scope: Named([D]), detail: Details })"),
        (".show database details", "Database(Show { scope: Current, detail: Details })"),
        (
            ".show database schema",
            "Database(ShowSchema { scope: Databases([SchemaTarget { database: None, if_later_than: None }]), form: Rows { details: false }, properties: ([]) })",
        ),
        (
            r#".show database D schema if_later_than "v2.0" as json"#,
            r#"Database(ShowSchema { scope: Databases([SchemaTarget { database: Some(D), if_later_than: Some("v2.0") }]), form: Json, properties: ([]) })"#,
        ),
        (
            ".show database D schema as csl script with (IncludeEncodingPolicies=true)",
            "Database(ShowSchema { scope: Databases([SchemaTarget { database: Some(D), if_later_than: None }]), form: Script, properties: ([{ name: IncludeEncodingPolicies, value: Bool(true) }]) })",
        ),
        (
            ".show database cslschema",
            "Database(ShowSchema { scope: Databases([SchemaTarget { database: None, if_later_than: None }]), form: Csl, properties: ([]) })",
        ),
        (
            ".show database schema violations",
            "Database(ShowSchema { scope: Databases([SchemaTarget { database: None, if_later_than: None }]), form: Violations, properties: ([]) })",
        ),
        (".show schema as json", "Database(ShowSchema { scope: Cluster, form: Json, properties: ([]) })"),
        (
            ".show cluster schema details",
            "Database(ShowSchema { scope: Cluster, form: Rows { details: true }, properties: ([]) })",
        ),
        (
            ".alter database D prettyname 'x y'",
            r#"Database(SetPrettyName { database: Some(D), pretty_name: Some("x y") })"#,
        ),
        (".alter database prettyname 'x'", r#"Database(SetPrettyName { database: None, pretty_name: Some("x") })"#),
        (".drop database D prettyname", "Database(SetPrettyName { database: Some(D), pretty_name: None })"),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}

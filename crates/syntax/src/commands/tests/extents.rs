//! Commands about extents.

use super::read;

#[test]
fn extents_are_shown_and_dropped_by_id_age_and_tag() {
    let cases = [
        (
            ".show table t extents | project MinCreatedOn, Tags",
            "Extent(Show(ShowExtents { scope: Tables([t]), ids: [], hot: false, metadata: false, tags: [] })) then | project MinCreatedOn, Tags",
        ),
        (
            r#".show table ['a b'] extents (74be27de-1e4e-49d9-b579-fe0b331d3642) hot where tags has 'a' and tags !contains "b""#,
            r#"Extent(Show(ShowExtents { scope: Tables([a b]), ids: [Guid([116, 190, 39, 222, 30, 78, 73, 217, 181, 121, 254, 11, 51, 29, 54, 66])], hot: true, metadata: false, tags: [TagFilter { operator: Has, tag: "a" }, TagFilter { operator: NotContains, tag: "b" }] }))"#,
        ),
        (
            ".show tables (A,B) extents hot",
            "Extent(Show(ShowExtents { scope: Tables([A, B]), ids: [], hot: true, metadata: false, tags: [] }))",
        ),
        (
            ".show database extents",
            "Extent(Show(ShowExtents { scope: CurrentDatabase, ids: [], hot: false, metadata: false, tags: [] }))",
        ),
        (
            ".show database D extents | count",
            "Extent(Show(ShowExtents { scope: Databases([D]), ids: [], hot: false, metadata: false, tags: [] })) then | count",
        ),
        (
            ".show cluster extents hot",
            "Extent(Show(ShowExtents { scope: Cluster, ids: [], hot: true, metadata: false, tags: [] }))",
        ),
        (
            ".show extents",
            "Extent(Show(ShowExtents { scope: CurrentDatabase, ids: [], hot: false, metadata: false, tags: [] }))",
        ),
        (
            ".drop extent 74be27de-1e4e-49d9-b579-fe0b331d3642 from T",
            "Extent(Drop { scope: Ids { ids: [Guid([116, 190, 39, 222, 30, 78, 73, 217, 181, 121, 254, 11, 51, 29, 54, 66])], table: Some(T) }, pretend: false })",
        ),
        (
            ".drop extents (74be27de-1e4e-49d9-b579-fe0b331d3642) from T",
            "Extent(Drop { scope: Ids { ids: [Guid([116, 190, 39, 222, 30, 78, 73, 217, 181, 121, 254, 11, 51, 29, 54, 66])], table: Some(T) }, pretend: false })",
        ),
        (".drop extents from T", "Extent(Drop { scope: Tables { older: None, tables: Some([T]) }, pretend: false })"),
        (
            ".drop extents older 10 days from tables (A, B)",
            "Extent(Drop { scope: Tables { older: Some(TimeSpan(8640000000000)), tables: Some([A, B]) }, pretend: false })",
        ),
        (
            ".drop extents older 12h from all tables",
            "Extent(Drop { scope: Tables { older: Some(TimeSpan(432000000000)), tables: None }, pretend: false })",
        ),
        (
            ".drop-pretend extents older 10 days from all tables",
            "Extent(Drop { scope: Tables { older: Some(TimeSpan(8640000000000)), tables: None }, pretend: true })",
        ),
        (
            r#".drop extents <| .show table T extents where tags has "x""#,
            r#"Extent(Drop { scope: Query(EmbeddedText { text: " .show table T extents where tags has \"x\"", offset: 16 }), pretend: false })"#,
        ),
        (
            ".drop extents whatif <| .show table T extents",
            r#"Extent(Drop { scope: Query(EmbeddedText { text: " .show table T extents", offset: 23 }), pretend: true })"#,
        ),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}

#[test]
fn tags_of_extents_are_set_added_and_dropped() {
    let cases = [
        (
            ".alter extent tags ('a', \"b\") <| .show table T extents",
            r#"Extent(AlterTags { table: None, merge: false, tags: ["a", "b"], properties: ([]), query: EmbeddedText { text: " .show table T extents", offset: 32 } })"#,
        ),
        (
            ".alter-merge async table 'T' extent tags ('a') with (x=true) <| T",
            r#"Extent(AlterTags { table: Some(T), merge: true, tags: ["a"], properties: ([{ name: x, value: Bool(true) }]), query: EmbeddedText { text: " T", offset: 63 } }) async"#,
        ),
        (
            ".drop extent tags from table T ('a')",
            r#"Extent(DropTags { scope: Listed { table: T, tags: ["a"] }, properties: ([]) })"#,
        ),
        (
            ".drop async table [My Table] extent tags ('a','b c') with (x=true)",
            r#"Extent(DropTags { scope: Listed { table: My Table, tags: ["a", "b c"] }, properties: ([{ name: x, value: Bool(true) }]) }) async"#,
        ),
        (
            ".drop extent tags <| T",
            r#"Extent(DropTags { scope: Query { table: None, query: EmbeddedText { text: " T", offset: 20 } }, properties: ([]) })"#,
        ),
        (
            ".drop table T extent tags with (x=true) <| T",
            r#"Extent(DropTags { scope: Query { table: Some(T), query: EmbeddedText { text: " T", offset: 42 } }, properties: ([{ name: x, value: Bool(true) }]) })"#,
        ),
        (
            ".drop extent tags from table T",
            "Syntax at 30: expected `(` and the tags, found the end of the command (None)",
        ),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}

#[test]
fn extents_are_moved_and_replaced() {
    let cases = [
        (
            ".move extents all from table A to table B",
            "Extent(Move { scope: All { table: A }, to: B, properties: ([]) })",
        ),
        (
            ".move async extents from table A to table B with (setNewIngestionTime=true) (be6cd250-be62-4978-90f2-5cb7a10d16d7)",
            "Extent(Move { scope: Ids { table: A, ids: [Guid([190, 108, 210, 80, 190, 98, 73, 120, 144, 242, 92, 183, 161, 13, 22, 215])] }, to: B, properties: ([{ name: setNewIngestionTime, value: Bool(true) }]) }) async",
        ),
        (
            ".move extents to table B <| .show table A extents | take 1",
            r#"Extent(Move { scope: Query(EmbeddedText { text: " .show table A extents | take 1", offset: 27 }), to: B, properties: ([]) })"#,
        ),
        (
            ".replace extents in table B <| { .show table B extents where tags has '}' }, // now\n{ A | extend (x=1) }",
            r#"Extent(Replace { table: B, properties: ([]), dropped: EmbeddedText { text: " .show table B extents where tags has '}' ", offset: 32 }, moved: EmbeddedText { text: " A | extend (x=1) ", offset: 85 } })"#,
        ),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
    for command in [
        ".move extents from table A to table B",
        ".move extents table A to table B",
        ".replace extents in table B <| { A }",
        ".replace extents in table B <| { A }, { C",
        ".replace extents in table B <| { A }, { C } D",
        ".replace extents in table B <| A, C",
    ] {
        assert!(read(command).starts_with("Syntax at "), "{command}: {}", read(command));
    }
}

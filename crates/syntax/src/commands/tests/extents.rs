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

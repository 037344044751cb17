//! Commands that bring data in.

use super::read;

#[test]
fn data_and_queries_keep_their_text() {
    let cases = [
        (
            ".set-or-replace t <| datatable(a:int)[1]",
            r#"Ingest(FromQuery { mode: SetOrReplace, table: t, properties: ([]), query: EmbeddedText { text: " datatable(a:int)[1]", offset: 20 } })"#,
        ),
        (
            ".ingest inline into table t <| 1,\"a b\"\n2,c|d;\n",
            r#"Ingest(Inline { table: t, properties: ([]), data: EmbeddedText { text: " 1,\"a b\"\n2,c|d;\n", offset: 30 } })"#,
        ),
        (
            r#".ingest inline into table T with (format="json", ingestionMappingReference='m') <|{"a":1}"#,
            r#"Ingest(Inline { table: T, properties: ([{ name: format, value: String("json") }, { name: ingestionMappingReference, value: String("m") }]), data: EmbeddedText { text: "{\"a\":1}", offset: 82 } })"#,
        ),
        (
            ".ingest inline into table T [2015-01-01,\"{\"\"a\"\":[1]}\"]\n  [2,\"x\"]",
            r#"Ingest(Inline { table: T, properties: ([]), data: EmbeddedText { text: "2015-01-01,\"{\"\"a\"\":[1]}\"\n2,\"x\"", offset: 28 } })"#,
        ),
        (
            ".ingest into table T ('https://a/b?sig=x', h'https://c/d') with (format='csv', ignoreFirstRecord=true)",
            r#"Ingest(FromStorage { table: T, sources: [IngestSource { uri: "https://a/b?sig=x", hidden: false }, IngestSource { uri: "https://c/d", hidden: true }], properties: ([{ name: format, value: String("csv") }, { name: ignoreFirstRecord, value: Bool(true) }]) })"#,
        ),
        (
            r#".ingest async into T @"https://x""#,
            r#"Ingest(FromStorage { table: T, sources: [IngestSource { uri: "https://x", hidden: false }], properties: ([]) }) async"#,
        ),
        (
            ".ingest into table ('u')",
            r#"Ingest(FromStorage { table: table, sources: [IngestSource { uri: "u", hidden: false }], properties: ([]) })"#,
        ),
        (
            ".set T <| range x from 1 to 10 step 1",
            r#"Ingest(FromQuery { mode: Set, table: T, properties: ([]), query: EmbeddedText { text: " range x from 1 to 10 step 1", offset: 9 } })"#,
        ),
        (
            ".set async T with (distributed=true) <|\n  U | take 5\n",
            r#"Ingest(FromQuery { mode: Set, table: T, properties: ([{ name: distributed, value: Bool(true) }]), query: EmbeddedText { text: "\n  U | take 5\n", offset: 39 } }) async"#,
        ),
        (
            ".append T <| .show tables",
            r#"Ingest(FromQuery { mode: Append, table: T, properties: ([]), query: EmbeddedText { text: " .show tables", offset: 12 } })"#,
        ),
        (
            r#".set-or-append async T with (tags='["ingest-by:x"]', creationTime=datetime(2020-01-01)) <| U"#,
            r#"Ingest(FromQuery { mode: SetOrAppend, table: T, properties: ([{ name: tags, value: String("[\"ingest-by:x\"]") }, { name: creationTime, value: DateTime(DateTime(637134336000000000)) }]), query: EmbeddedText { text: " U", offset: 90 } }) async"#,
        ),
        (
            ".set table <| print 1",
            r#"Ingest(FromQuery { mode: Set, table: table, properties: ([]), query: EmbeddedText { text: " print 1", offset: 13 } })"#,
        ),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}

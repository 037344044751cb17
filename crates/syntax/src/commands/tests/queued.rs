//! Commands around queued ingestion.

use super::read;

#[test]
fn blobs_are_queued_by_name_or_by_listing() {
    let cases = [
        (
            ".ingest-from-storage-queued into table database ('D b').['my t']\nEnableTracking=true\nwith (\n  format='csv'\n)\n<| 'https://a/1.csv?sig=x'\n   h'https://a/2.csv'",
            r#"Queued(IngestFromStorage(QueuedIngestion { table: TableName { database: Some(D b), name: my t }, enable_tracking: Some(true), skip_batching: None, compression_factor: None, properties: ([{ name: format, value: String("csv") }]), source: Blobs([IngestSource { uri: "https://a/1.csv?sig=x", hidden: false }, IngestSource { uri: "https://a/2.csv", hidden: true }]) }))"#,
        ),
        (
            r#".ingest-from-storage-queued into table T skipbatching="True" CompressionFactor=2.5 EnableTracking=false <| .list blobs ("https://a/c/f;managed_identity=system") Suffix=".parquet" MaxFiles=20 PathFormat=("f/year=" datetime_pattern("yyyy'/month='MM", creationTime) "/");"#,
            r#"Queued(IngestFromStorage(QueuedIngestion { table: TableName { database: None, name: T }, enable_tracking: Some(false), skip_batching: Some(true), compression_factor: Some(2.5), properties: ([]), source: Listing(BlobListing { locators: [IngestSource { uri: "https://a/c/f;managed_identity=system", hidden: false }], prefix: None, suffix: Some(".parquet"), files_max: Some(20), path_format: Some(PathFormat([Text("f/year="), Time { pattern: "yyyy'/month='MM", variable: "creationTime" }, Text("/")])) }) }))"#,
        ),
        (
            ".ingest-from-storage-queued into D.T CompressionFactor=10 <| 'u', 'v'",
            r#"Queued(IngestFromStorage(QueuedIngestion { table: TableName { database: Some(D), name: T }, enable_tracking: None, skip_batching: None, compression_factor: Some(10.0), properties: ([]), source: Blobs([IngestSource { uri: "u", hidden: false }, IngestSource { uri: "v", hidden: false }]) }))"#,
        ),
        (
            ".list blobs (h'https://a/c', 'https://b/c') Prefix='x' | count",
            r#"Queued(ListBlobs(BlobListing { locators: [IngestSource { uri: "https://a/c", hidden: true }, IngestSource { uri: "https://b/c", hidden: false }], prefix: Some("x"), suffix: None, files_max: None, path_format: None })) then | count"#,
        ),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}

#[test]
fn operations_are_named_by_any_text() {
    let cases = [
        (
            r#".show queued ingestion operations "00001111;11112222;00001111-aaaa-2222-bbbb-3333cccc4444""#,
            r#"Queued(ShowOperations { ids: ["00001111;11112222;00001111-aaaa-2222-bbbb-3333cccc4444"], details: false })"#,
        ),
        (
            ".show queued ingestion operations ('a', \"b;c\") | where Failed > 0",
            r#"Queued(ShowOperations { ids: ["a", "b;c"], details: false }) then | where Failed > 0"#,
        ),
        (
            ".show queued ingestion operations 'a;b' details",
            r#"Queued(ShowOperations { ids: ["a;b"], details: true })"#,
        ),
        (".show queued ingestion operations", "Queued(ShowOperations { ids: [], details: false })"),
        (".show queued ingestion operations details", "Queued(ShowOperations { ids: [], details: true })"),
        (
            ".cancel queued ingestion operation f47ac10b-58cc-4372-a567-0e02b2c3d479 with(Reason=\"no more\")",
            r#"Queued(CancelOperation { id: "f47ac10b-58cc-4372-a567-0e02b2c3d479", properties: ([{ name: Reason, value: String("no more") }]) })"#,
        ),
        (".cancel queued ingestion operation '2;3;4'", r#"Queued(CancelOperation { id: "2;3;4", properties: ([]) })"#),
    ];
    for (command, tree) in cases {
        assert_eq!(read(command), tree, "{command}");
    }
}

#[test]
fn mistakes_are_told_where_they_are() {
    let cases = [
        (
            ".ingest-from-storage-queued into table T",
            "Syntax at 40: expected `<|` and the source, found the end of the command",
        ),
        (
            ".ingest-from-storage-queued into table T <| T | take 1",
            "Syntax at 44: expected blobs in quotes, or `.list blobs (…)`, found the word `T`",
        ),
        (
            ".ingest-from-storage-queued into table T <| 'u' | take 1",
            "Syntax at 48: expected the end of the command, found the token `|`",
        ),
        (
            ".ingest-from-storage-queued into table T CompressionFactor=0 <| 'u'",
            "Syntax at 59: expected a positive number, found the number `0`",
        ),
        (
            ".ingest-from-storage-queued into table T <| .list blobs ('u') MaxFiles=0",
            "Syntax at 71: expected a positive number of files, found the number `0`",
        ),
        (
            ".list blobs ('u') PathFormat=('a/')",
            "Syntax at 35: the path format captures nothing: it needs `datetime_pattern(\"…\", creationTime)`",
        ),
        (
            ".list blobs ('u') PathFormat=('a/' creationTime)",
            "Syntax at 35: expected text in quotes, `datetime_pattern(…)` or `)`, found the word `creationTime`",
        ),
        (
            ".list blobs ('u') Sufix='a'",
            "Syntax at 18: expected the end of the command, or `|` and a query, found the word `Sufix`",
        ),
        (".list blobs", "Syntax at 11: expected `(`, found the end of the command"),
        (
            ".show queued ingestion operations x",
            "Syntax at 34: expected the id of a queued ingestion operation in quotes, found the word `x`",
        ),
    ];
    for (command, finding) in cases {
        let found = read(command);
        assert!(found.starts_with(finding), "{command}\n  found: {found}\n  expected: {finding}");
    }
}

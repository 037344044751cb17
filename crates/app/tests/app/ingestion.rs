//! Ingestion commands: inline, from files, from queries.

use crate::fixture::Fixture;

#[tokio::test]
async fn inline_data_goes_into_extents() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int, b:string)").await;
    let answer = f.done(".ingest inline into table T with (tags='[\"drop-by:x\"]', creationTime='2020-01-01') <|\n1,one\n2,\"tw\"\"o\"\n").await;
    assert!(answer.starts_with("ExtentId|ItemLoaded|Duration|HasErrors|OperationId\n"), "{answer}");
    assert_eq!(f.query("T | order by a asc").await, "a|b\n1|one\n2|tw\"o");
    assert_eq!(
        f.done(".show table T extents | project MinCreatedOn, Tags, RowCount").await,
        "MinCreatedOn|Tags|RowCount\n2020-01-01T00:00:00.0000000Z|drop-by:x|2"
    );
    assert_eq!(f.done(".show table T extents where tags has 'drop-by' | count").await, "Count\n0");
    assert_eq!(f.done(".show table T extents where tags contains 'DROP-by' | count").await, "Count\n1");
    f.done(".ingest inline into table T <| 3,three").await;
    f.done(".ingest inline into table T with (format='json') <| {\"a\":4,\"b\":\"four\"}").await;
    assert_eq!(f.query("T | summarize s = sum(a)").await, "s\n10");
}

#[tokio::test]
async fn failed_ingestions_leave_nothing_but_a_record() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    assert_eq!(f.refused(".ingest inline into table T <| \"1").await, "Stream_ClosingQuoteMissing");
    assert_eq!(f.refused(".ingest inline into table Nope <| 1").await, "BadRequest_TableNotExist");
    assert_eq!(f.refused(".ingest into table T ('/etc/hostname')").await, "BadRequest_InvalidBlobUri");
    assert_eq!(f.query("T | count").await, "Count\n0");
    assert_eq!(
        f.done(".show ingestion failures | project Table, ErrorCode, OperationKind").await,
        "Table|ErrorCode|OperationKind\nT|Stream_ClosingQuoteMissing|DataIngestInline\n\
         Nope|BadRequest_TableNotExist|DataIngestInline\nT|BadRequest_InvalidBlobUri|DataIngestPull"
    );
    assert_eq!(
        f.done(".show operations | where Operation startswith 'DataIngest' | summarize count() by State").await,
        "State|count_\nBadInput|3"
    );
}

#[tokio::test]
async fn local_files_are_read_where_allowed() {
    let f = Fixture::open_with(|settings| settings.sources.allow_local_files = true).await;
    f.done(".create table T (a:int, s:string)").await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data.json");
    std::fs::write(&path, "{\"a\":1}\n{\"a\":2}\n").unwrap();
    let mapping =
        r#"[{"column":"a","Properties":{"Path":"$.a"}},{"column":"s","Properties":{"Transform":"SourceLocation"}}]"#;
    f.done(&format!(".ingest into table T ('{}') with (ingestionMapping='{mapping}')", path.display())).await;
    assert_eq!(f.query("T | order by a asc").await, format!("a|s\n1|{path}\n2|{path}", path = path.display()));
}

#[tokio::test]
async fn queries_create_append_and_replace() {
    let f = Fixture::open().await;
    let answer = f.done(".set T with (folder='f') <| range x from 1 to 3 step 1 | extend s = strcat('v', x)").await;
    assert!(answer.starts_with("ExtentId|OriginalSize|ExtentSize|CompressedSize|IndexSize|RowCount\n"), "{answer}");
    assert!(answer.ends_with("|3"), "{answer}");
    assert_eq!(f.refused(".set T <| print 1").await, "BadRequest_EntityAlreadyExists");
    assert_eq!(f.refused(".append Nope <| print 1").await, "BadRequest_TableNotExist");
    f.done(".append T <| print y = 4, t = 'v4'").await;
    assert_eq!(f.refused(".append T <| print 'text'").await, "General_BadRequest");
    assert_eq!(f.refused(".append T <| print 1, 'a', 2").await, "General_BadRequest");
    f.done(".set-or-append T with (extend_schema=true) <| print x = 5, s = 'v5', more = true").await;
    assert_eq!(f.query("T | order by x asc").await, "x|s|more\n1|v1|null\n2|v2|null\n3|v3|null\n4|v4|null\n5|v5|true");
    f.done(".append T <| print 6").await;
    assert_eq!(f.query("T | where x == 6").await, "x|s|more\n6||null");
    f.done(".set-or-replace T <| print 7").await;
    assert_eq!(f.query("T").await, "x|s|more\n7||null");
    f.done(".set-or-replace T with (recreate_schema=true) <| datatable(d:datetime)[datetime(2020-01-01)]").await;
    assert_eq!(f.query("T").await, "d\n2020-01-01T00:00:00.0000000Z");
    assert!(f.done(".set Empty <| T | where false").await.contains("00000000-0000-0000-0000-000000000000|0"));
    assert_eq!(f.query("Empty | count").await, "Count\n0");
    f.done(".set Tables <| .show tables | project TableName").await;
    assert_eq!(f.query("Tables | order by TableName asc").await, "TableName\nEmpty\nT");
}

#[tokio::test]
async fn replacing_drops_streamed_rows_too() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    f.stream("T", "csv", None, "1\n").await.unwrap();
    f.done(".set-or-replace T <| print a = int(2)").await;
    assert_eq!(f.query("T").await, "a\n2");
    f.stream("T", "csv", None, "3\n").await.unwrap();
    f.done(".clear table T data").await;
    assert_eq!(f.query("T | count").await, "Count\n0");
    let f = f.reopen().await;
    assert_eq!(f.query("T | count").await, "Count\n0");
}

#[tokio::test]
async fn tagged_data_is_not_ingested_again() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let text = ".ingest inline into table T with (tags='[\"ingest-by:x\"]', ingestIfNotExists='[\"x\"]') <| 1";
    f.done(text).await;
    assert!(f.done(text).await.contains("00000000-0000-0000-0000-000000000000"));
    assert_eq!(f.query("T | count").await, "Count\n1");
    assert_eq!(f.done(".show operations | where State == 'Skipped' | count").await, "Count\n1");
}

#[tokio::test]
async fn asynchronous_ingestion_answers_with_its_operation() {
    let f = Fixture::open().await;
    let answer = f.done(".set async T <| range x from 1 to 10 step 1").await;
    let id = answer.lines().nth(1).unwrap().to_owned();
    let state = format!(".show operations {id} | project State");
    // The work goes on behind the answer: look until it has ended.
    while f.done(&state).await == "State\nInProgress" {
        tokio::task::yield_now().await;
    }
    assert_eq!(f.done(&state).await, "State\nCompleted");
    while f.refused_or_done(&format!(".show operation {id} details | project RowCount")).await.is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(f.query("T | count").await, "Count\n10");
    assert!(f.done(&format!(".cancel operation {id}")).await.contains("Cancel failed"));
}

#[tokio::test]
async fn extents_are_dropped_by_age_id_and_query() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    for (day, value) in [("2020-01-01", 1), ("2025-12-31", 2), ("2026-01-01", 3)] {
        f.done(&format!(".ingest inline into table T with (creationTime='{day}') <| {value}")).await;
    }
    assert_eq!(f.done(".drop-pretend extents older 100 days from T | count").await, "Count\n1");
    assert_eq!(f.query("T | count").await, "Count\n3");
    f.done(".drop extents older 100 days from T").await;
    assert_eq!(f.query("T | order by a asc").await, "a\n2\n3");
    let ids = f.done(".show table T extents | where MinCreatedOn < datetime(2026-01-01) | project ExtentId").await;
    f.done(&format!(".drop extent {} from T", ids.lines().nth(1).unwrap())).await;
    assert_eq!(f.query("T").await, "a\n3");
    f.done(".drop extents <| .show table T extents").await;
    assert_eq!(f.query("T | count").await, "Count\n0");
}

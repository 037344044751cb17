//! Tags of extents, and extents that go from one table to another.

use calypso_types::TimeSpan;

use crate::fixture::Fixture;

/// Ingests into a table of `NetDefaultDB`, with one tag.
async fn ingest(f: &Fixture, table: &str, tag: &str, rows: &str) {
    f.done(&format!(".ingest inline into table {table} with (tags='[\"{tag}\"]', format=csv) <|\n{rows}\n")).await;
}

/// The ids of a table's extents, oldest first.
async fn ids(f: &Fixture, table: &str) -> Vec<String> {
    let shown = f.done(&format!(".show table {table} extents | order by MaxCreatedOn asc | project ExtentId")).await;
    shown.lines().skip(1).map(str::to_owned).collect()
}

#[tokio::test]
async fn tags_are_set_added_and_dropped() {
    let f = Fixture::open().await;
    f.done(".create table T (n:long)").await;
    ingest(&f, "T", "drop-by:a", "1").await;
    f.clock.advance(TimeSpan::HOUR);
    ingest(&f, "T", "b", "2").await;
    let ids = ids(&f, "T").await;
    let tagged = |tag: &str| format!("T | where extent_tags() has_cs '{tag}' | project n | order by n asc");

    let set = f.done(".alter extent tags ('x','y','x') <| .show table T extents where tags has 'drop-by:a'").await;
    let columns = "OriginalExtentId|ResultExtentId|ResultExtentTags|Details";
    assert_eq!(set, format!("{columns}\n{0}|{0}|x\r\ny|", ids[0]));
    assert_eq!(f.query(&tagged("x")).await, "n\n1");
    assert_eq!(f.query("T | where extent_tags() has 'drop-by:a'").await, "n");

    let merge = f.done(".alter-merge table T extent tags ('y','b') <| T | summarize by ExtentId = extent_id()").await;
    assert_eq!(merge.lines().count(), 6, "{merge}");
    assert_eq!(f.query(&tagged("b")).await, "n\n1\n2");
    let merged = f.done(".show table T extents | order by MaxCreatedOn asc | project T = split(Tags, '\\r\\n')").await;
    assert_eq!(merged, "T\n[\"x\",\"y\",\"b\"]\n[\"b\",\"y\"]");

    let dropped = f.done(".drop extent tags from table T ('x', 'none')").await;
    assert_eq!(dropped, format!("{columns}\n{0}|{0}|y\r\nb|", ids[0]), "only those that had one of them");
    let query = ".drop table T extent tags <| .show table T extents | where isnotempty(Tags) \
                 | extend Tags = split(Tags, '\\r\\n') | mv-expand Tags to typeof(string) | where Tags startswith 'y'";
    assert_eq!(f.done(query).await.lines().count(), 3);
    assert_eq!(f.query(&tagged("y")).await, "n");
    let f = f.reopen().await;
    assert_eq!(f.query(&tagged("b")).await, "n\n1\n2");
    assert_eq!(f.done(".drop extent tags from table T ('b') | count").await, "Count\n2");
    assert_eq!(f.query(&tagged("b")).await, "n");
    assert_eq!(f.query("T | order by n asc").await, "n\n1\n2");
}

#[tokio::test]
async fn tags_change_within_one_table_and_a_range_of_creation() {
    let f = Fixture::open().await;
    f.done(".create tables T (n:long), U (n:long)").await;
    ingest(&f, "T", "a", "1").await;
    ingest(&f, "U", "a", "2").await;
    assert_eq!(f.refused(".alter extent tags ('x') <| .show database extents").await, "General_BadRequest");
    assert_eq!(
        f.refused(".alter table T extent tags ('x') <| .show table U extents").await,
        "BadRequest_EntityNotFound",
        "of another table"
    );
    assert_eq!(f.refused(".alter extent tags ('x') <| print 1").await, "General_BadRequest", "no column ExtentId");
    assert_eq!(f.refused(".drop extent tags <| .show table T extents | project ExtentId").await, "General_BadRequest");
    assert_eq!(f.refused(".drop extent tags from table Nope ('a')").await, "BadRequest_TableNotExist");
    assert_eq!(f.refused(".drop table T extent tags ('a') with (what=1)").await, "General_BadRequest");
    assert_eq!(f.query("union T, U | where extent_tags() has 'a' | count").await, "Count\n2");
    let range = |from: &str| format!(".drop table T extent tags ('a') with (extentCreatedOnFrom=datetime({from}))");
    assert_eq!(f.done(&format!("{} | count", range("2026-01-03"))).await, "Count\n0");
    assert_eq!(f.done(&format!("{} | count", range("2026-01-02"))).await, "Count\n1");
    assert_eq!(f.query("union T, U | where extent_tags() has 'a'").await, "n\n2");
}

/// `A (n, s)` with two extents an hour apart and `B (extra, s, n)`, whose columns have other ids.
async fn two_tables() -> Fixture {
    let f = Fixture::open().await;
    f.done(".create table A (gone:long, n:long, s:string)").await;
    ingest(&f, "A", "first", "7,1,one").await;
    f.done(".drop column A.gone").await;
    f.clock.advance(TimeSpan::HOUR);
    ingest(&f, "A", "second", "2,two").await;
    f.done(".create table B (extra:long, s:string, n:long)").await;
    f.clock.advance(TimeSpan::HOUR);
    f
}

const ROWS: &str = "n|s|extra|hour|tag\n\
                    1|one|null|2026-01-02T03:00:00.0000000Z|first\n\
                    2|two|null|2026-01-02T04:00:00.0000000Z|second";
const ROWS_OF_B: &str =
    "B | project n, s, extra, hour = bin(ingestion_time(), 1h), tag = tostring(extent_tags()[0]) | order by n asc";

#[tokio::test]
async fn moved_extents_keep_their_rows_times_and_tags() {
    let f = two_tables().await;
    let (ids, shown) =
        (ids(&f, "A").await, f.done(".show table A extents | project MinCreatedOn, RowCount, OriginalSize").await);
    let moved = f.done(".move extents all from table A to table B").await;
    let originals: Vec<&str> = moved.lines().skip(1).map(|line| line.split('|').next().unwrap()).collect();
    assert_eq!(moved.lines().next().unwrap(), "OriginalExtentId|ResultExtentId|Details");
    assert_eq!(originals, ids);
    assert_eq!(f.query(ROWS_OF_B).await, ROWS);
    assert_eq!(f.query("A | count").await, "Count\n0");
    assert_eq!(f.done(".show table B extents | project MinCreatedOn, RowCount, OriginalSize").await, shown);
    assert_eq!(f.done(".move extents all from table A to table B").await.lines().count(), 1, "nothing is left");
    assert_eq!(f.done(".show journal | where Event == 'MOVE-EXTENTS' | count").await, "Count\n1");
    let f = f.reopen().await;
    assert_eq!(f.query(ROWS_OF_B).await, ROWS);
    assert_eq!(f.query("A | count").await, "Count\n0");
}

#[tokio::test]
async fn merged_rows_keep_their_own_times_when_they_move() {
    let f = Fixture::open().await;
    f.done(".create table A (n:long)").await;
    f.done(".create table B (x:string, n:long)").await;
    f.stream("A", "csv", None, "1\n").await.unwrap();
    f.clock.advance(TimeSpan::HOUR);
    f.stream("A", "csv", None, "2\n").await.unwrap();
    // Without its policy the table's streamed rows become one extent.
    f.done(".alter table A policy streamingingestion disable").await;
    assert_eq!(ids(&f, "A").await.len(), 1);
    f.done(".move extents all from table A to table B").await;
    let hours = f.query("B | project n, x, hour = bin(ingestion_time(), 1h) | order by n asc").await;
    assert_eq!(hours, "n|x|hour\n1||2026-01-02T03:00:00.0000000Z\n2||2026-01-02T04:00:00.0000000Z");
}

#[tokio::test]
async fn extents_move_by_id_by_query_and_by_time_and_may_count_as_ingested_now() {
    let f = two_tables().await;
    let first = ids(&f, "A").await.remove(0);
    let ranged =
        format!(".move extents from table A to table B with (extentCreatedOnFrom='2026-01-02T04:00:00Z') ({first})");
    assert_eq!(f.refused(&ranged).await, "BadRequest_EntityNotFound", "created before the range");
    f.done(&ranged.replace("From=", "To=")).await;
    assert_eq!(f.query("B | project n, s").await, "n|s\n1|one");
    assert_eq!(f.query("A").await, "n|s\n2|two");

    let cursor = f.query("print cursor_current()").await.lines().nth(1).unwrap().to_owned();
    f.done(".move extents to table B with (setNewIngestionTime=true) <| .show tables (A) extents").await;
    let after = format!("B | where cursor_after('{cursor}') | project n, hour = bin(ingestion_time(), 1h)");
    assert_eq!(f.query(&after).await, "n|hour\n2|2026-01-02T05:00:00.0000000Z");
    assert_eq!(f.query("B | count").await, "Count\n2");
}

#[tokio::test]
async fn a_move_that_does_not_fit_is_refused_by_the_column_and_changes_nothing() {
    let f = two_tables().await;
    f.done(".create tables C (n:long), D (n:int, s:string)").await;
    for (table, words) in [("C", "the column 's' (type 'string')"), ("D", "is of type 'int'")] {
        let refused = f.command(&format!(".move extents all from table A to table {table}")).await.unwrap_err();
        assert!(refused.message.contains(words), "{}", refused.message);
        assert_eq!(refused.code, "General_BadRequest");
    }
    for (command, code) in [
        (".move extents all from table A to table Nope", "BadRequest_TableNotExist"),
        (".move extents all from table Nope to table B", "BadRequest_TableNotExist"),
        (".move extents from table A to table B (74be27de-1e4e-49d9-b579-fe0b331d3642)", "BadRequest_EntityNotFound"),
        (".move extents all from table A to table B with (setNewIngestionTime=3)", "General_BadRequest"),
        (".move extents all from table A to table B with (other=true)", "General_BadRequest"),
    ] {
        assert_eq!(f.refused(command).await, code, "{command}");
    }
    assert_eq!(f.query("A | order by n asc").await, "n|s\n1|one\n2|two");
    assert_eq!(f.query("union B, C, D | count").await, "Count\n0");
}

#[tokio::test]
async fn extents_are_replaced_in_one_commit() {
    let f = two_tables().await;
    ingest(&f, "B", "drop-by:old", "9,nine,9").await;
    ingest(&f, "B", "kept", "8,eight,8").await;
    let replace = |drop: &str, moved: &str| {
        format!(
            ".replace extents in table B with (extentCreatedOnFrom=datetime(2026-01-01)) <|\n{{\n{drop}\n}},\n{{\n{moved}\n}}"
        )
    };
    let all_of = |table: &str| format!(".show table {table} extents");
    assert_eq!(f.refused(&replace(&all_of("A"), &all_of("A"))).await, "General_BadRequest", "dropped and moved");
    assert_eq!(
        f.refused(&replace(&all_of("A"), "B | take 0 | summarize by ExtentId = extent_id()")).await,
        "BadRequest_EntityNotFound",
        "what is dropped is the table's"
    );
    let old = ".show table B extents where tags has 'drop-by:old'";
    let done = f.done(&replace(old, "A | where n == 1 | summarize by ExtentId = extent_id()")).await;
    assert_eq!(done.lines().count(), 3, "{done}");
    let last = done.lines().last().unwrap();
    assert!(last.ends_with("||"), "dropped: {last}");
    assert_eq!(f.query("B | project n, s | order by n asc").await, "n|s\n1|one\n8|eight");
    assert_eq!(f.query("A").await, "n|s\n2|two");

    // Drops only if there is something to move, as documented.
    let only_if = |tag: &str| {
        format!(
            ".replace extents in table B <| {{ let some = toscalar(A | where extent_tags() has '{tag}' | summarize count() > 0); \
             let gone = B | where some and extent_tags() has 'kept' | summarize by ExtentId = extent_id(); gone }}, \
             {{ A | where extent_tags() has '{tag}' | summarize by ExtentId = extent_id() }}"
        )
    };
    assert_eq!(f.done(&only_if("nothing")).await, "OriginalExtentId|ResultExtentId|Details");
    assert_eq!(f.done(&only_if("second")).await.lines().count(), 3);
    assert_eq!(f.query("B | project n, s | order by n asc").await, "n|s\n1|one\n2|two");
    let drop_all = f
        .done(".replace extents in table B <| { .show table B extents }, { A | project ExtentId = extent_id() }")
        .await;
    assert_eq!(drop_all.lines().count(), 3);
    assert_eq!(f.query("union A, B | count").await, "Count\n0");
}

#[tokio::test]
async fn extents_move_behind_the_answer() {
    let f = two_tables().await;
    let answer = f.done(".move async extents all from table A to table B").await;
    let id = answer.strip_prefix("OperationId\n").unwrap();
    let details = format!(".show operation {id} details");
    let kept = loop {
        match f.refused_or_done(&details).await {
            Some(kept) => break kept,
            None => tokio::task::yield_now().await,
        }
    };
    assert_eq!(kept.lines().count(), 3, "{kept}");
    let operation = format!(".show operations {id} | project Operation, State");
    assert_eq!(f.done(&operation).await, "Operation|State\nExtentsMove|Completed");
    assert_eq!(f.query(ROWS_OF_B).await, ROWS);
    let answer = f.done(".alter async extent tags ('x') <| .show table Nope extents").await;
    let state = format!(".show operations {} | project State", answer.lines().nth(1).unwrap());
    while f.done(&state).await == "State\nInProgress" {
        tokio::task::yield_now().await;
    }
    assert_eq!(f.done(&state).await, "State\nBadInput");
    assert_eq!(f.refused(".drop async extents from B").await, "BadRequest_NotSupported");
}

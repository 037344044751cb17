//! When rows were ingested and in which extent they are, and database cursors.

use calypso_app::{QueryRequest, Service as _};
use calypso_types::TimeSpan;
use serde_json::{Value, json};

use crate::fixture::{Fixture, text_of};

#[tokio::test]
async fn the_time_of_ingestion_is_a_value_like_others() {
    let f = Fixture::open().await;
    f.done(".create table T (n:long)").await;
    f.stream("T", "csv", None, "1\n").await.unwrap();
    f.clock.advance(TimeSpan::HOUR);
    f.done(".ingest inline into table T <|\n2\n").await;
    let times = f.query("T | project n, hour = bin(ingestion_time(), 1h) | order by n asc").await;
    assert_eq!(times, "n|hour\n1|2026-01-02T03:00:00.0000000Z\n2|2026-01-02T04:00:00.0000000Z");
    assert_eq!(f.query("T | where ingestion_time() > ago(30m)").await, "n\n2");
    assert_eq!(f.query("T | top 1 by ingestion_time() desc").await, "n\n2");
    assert_eq!(f.query("T | summarize n = max(n) by t = bin(ingestion_time(), 1d) | project n").await, "n\n2");
    assert_eq!(f.query("T | summarize known = countif(isnotnull(ingestion_time()))").await, "known\n2");
    f.done(".alter table T policy ingestiontime false").await;
    f.done(".ingest inline into table T <|\n3\n").await;
    // Streamed rows that are in no extent yet go with the policy.
    let unknown = "T | where isnull(ingestion_time()) | order by n asc";
    assert_eq!(f.query(unknown).await, "n\n1\n3");
    let f = f.reopen().await;
    assert_eq!(f.query(unknown).await, "n\n1\n3");
}

#[tokio::test]
async fn it_comes_through_whatever_keeps_rows_and_is_null_elsewhere() {
    let f = Fixture::open().await;
    f.done(".create table T (n:long, s:string)").await;
    f.done(".create table U (n:long)").await;
    f.done(".ingest inline into table T <|\n1,a\n2,b\n").await;
    f.done(".ingest inline into table U <|\n1\n2\n").await;
    f.done(".create function F() { T | where n > 0 }").await;
    for (query, known) in [
        ("T | project n", true),
        ("T | where n > 0 | sort by n asc | extend r = row_number() | project-away n", true),
        ("T | parse s with x | mv-expand y = range(1, 2) to typeof(long)", true),
        ("F() | take 1", true),
        ("union T, U", true),
        ("union withsource = t (T | project n), U", true),
        ("T | join kind=inner U on n", true),
        ("T | lookup U on n", true),
        ("let V = T | extend z = 1; V", true),
        ("T | summarize count() by n", false),
        ("range n from 1 to 2 step 1", false),
        ("materialize(T)", false),
        ("T | distinct n", false),
        ("datatable(n:long) [1]", false),
    ] {
        let text = format!("{query} | where isnotnull(ingestion_time()) | count | project known = Count > 0");
        assert_eq!(f.query(&text).await, format!("known\n{known}"), "{query}");
        let text =
            format!("{query} | extend it = ingestion_time() | where isnotnull(it) | count | project known = Count > 0");
        assert_eq!(f.query(&text).await, format!("known\n{known}"), "{query}");
    }
    let schema = f.query("T | where ingestion_time() < now() | getschema | project ColumnName").await;
    assert_eq!(schema, "ColumnName\nn\ns");
    assert_eq!(f.query("print isnull(ingestion_time())").await, "print_0\ntrue");
    let nested = "T | where n in ((U | where ingestion_time() > ago(1h) | project n)) | where ingestion_time() > ago(1h) | count";
    assert_eq!(f.query(nested).await, "Count\n2");
}

#[tokio::test]
async fn rows_know_their_extent() {
    let f = Fixture::open().await;
    f.done(".create table T (n:long)").await;
    f.done(".ingest inline into table T with (tags='[\"drop-by:x\"]') <|\n1\n").await;
    f.stream("T", "csv", None, "2\n").await.unwrap();
    let shown = f.done(".show table T extents | project ExtentId").await;
    let id = shown.lines().nth(1).unwrap();
    assert_eq!(f.query("T | where n == 1 | project extent_id()").await.lines().nth(1).unwrap(), id);
    assert_eq!(f.query("T | where extent_tags() has 'drop-by:x'").await, "n\n1");
    assert_eq!(
        f.query("T | where n == 2 | project e = extent_id(), t = extent_tags()").await,
        "e|t\n00000000-0000-0000-0000-000000000000|[]"
    );
    f.done(".drop extents <| .show table T extents where tags has 'drop-by:x'").await;
    assert_eq!(f.query("T").await, "n\n2");
}

#[tokio::test]
async fn queries_go_from_cursor_to_cursor() {
    let f = Fixture::open().await;
    f.done(".create table T (n:long)").await;
    f.stream("T", "csv", None, "1\n").await.unwrap();
    f.done(".ingest inline into table T <|\n2\n").await;
    let cursor = |text: String| text.lines().nth(1).unwrap().to_owned();
    assert_eq!(f.query("T | where cursor_after('') | order by n asc").await, "n\n1\n2");
    let first = cursor(f.query("print cursor_current()").await);
    assert_eq!(f.query(&format!("T | where cursor_after('{first}')")).await, "n");
    f.stream("T", "csv", None, "3\n").await.unwrap();
    f.done(".ingest inline into table T <|\n4\n").await;
    assert_eq!(f.query(&format!("T | where cursor_after('{first}') | order by n asc")).await, "n\n3\n4");
    assert_eq!(f.query(&format!("T | where cursor_before_or_at('{first}') | order by n asc")).await, "n\n1\n2");
    let set = format!("set query_cursor_after_default = '{first}'; T | where cursor_after('') | count");
    assert_eq!(f.query(&set).await, "Count\n2");
    let set = format!("set query_cursor_current = '{first}'; T | where cursor_after('') | count");
    assert_eq!(f.query(&set).await, "Count\n2");
    let by_option = async |options: Value, text: &str| {
        let mut request = QueryRequest { text: text.to_owned(), ..QueryRequest::default() };
        request.options.raw = serde_json::from_value(options).unwrap();
        match f.app.query(f.context(), request).await {
            Ok(response) => text_of(response.tables.into_iter().next().unwrap()).await.unwrap(),
            Err(error) => error.message,
        }
    };
    let count = "T | where cursor_after('') | count";
    let after = json!({"query_cursor_after_default": first});
    assert_eq!(by_option(after.clone(), count).await, "Count\n2");
    let set = format!("set query_cursor_after_default = ''; {count}");
    assert_eq!(by_option(after, &set).await, "Count\n4");
    assert_eq!(by_option(json!({"query_cursor_current": first}), count).await, "Count\n2");
    let until = json!({"query_cursor_before_or_at_default": first.parse::<i64>().unwrap()});
    assert_eq!(by_option(until, "T | where cursor_before_or_at('') | count").await, "Count\n2");
    for disabled in [json!(true), json!("true")] {
        let refused = by_option(json!({"query_cursor_disabled": disabled}), count).await;
        assert!(refused.contains("query_cursor_disabled"), "{refused}");
    }
    assert_eq!(by_option(json!({"query_cursor_disabled": "false"}), count).await, "Count\n4");
    let wrong = by_option(json!({"query_cursor_disabled": 5}), count).await;
    assert!(wrong.contains("'query_cursor_disabled'"), "{wrong}");
    let scoped = "set query_cursor_scoped_tables = dynamic(['T']); T | count";
    for refused in
        [by_option(json!({"query_cursor_scoped_tables": ["T"]}), "T").await, by_option(json!({}), scoped).await]
    {
        assert!(refused.contains("'query_cursor_scoped_tables' is not supported"), "{refused}");
    }
    assert_eq!(by_option(json!({"query_cursor_scoped_tables": []}), "T | count").await, "Count\n4");
    let second = cursor(f.query("print current_cursor()").await);
    let f = f.reopen().await;
    assert_eq!(f.query(&format!("T | where cursor_after('{second}') | count")).await, "Count\n0");
    f.stream("T", "csv", None, "5\n").await.unwrap();
    assert_eq!(f.query(&format!("T | where cursor_after('{second}')")).await, "n\n5");
    let refused = f.command(".show tables | where cursor_after('what')").await.unwrap_err();
    assert!(refused.message.contains("'what' is not a database cursor"), "{}", refused.message);
}

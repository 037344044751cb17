//! Update policies: over extents, over streamed rows, in chains, and what their failures leave.

use crate::fixture::{Fixture, stream_request};
use calypso_app::{Service as _, UpdatePolicyStatus};
use uuid::Uuid;

/// Makes `query` the update policy of `target` over `source`.
fn policy(target: &str, source: &str, query: &str, transactional: bool) -> String {
    let entry = serde_json::json!([{
        "IsEnabled": true, "Source": source, "Query": query, "IsTransactional": transactional,
    }]);
    format!(".alter table {target} policy update @'{entry}'")
}

async fn source_and_target() -> Fixture {
    let f = Fixture::open().await;
    f.done(".create table S (line:string)").await;
    f.done(".create table T (n:long, w:string)").await;
    f.done(".create function Split() { S | parse line with n:long ' ' w:string | project n, w }").await;
    f
}

#[tokio::test]
async fn the_policy_is_shown_merged_and_deleted() {
    let f = source_and_target().await;
    f.done(&policy("T", "S", "Split()", true)).await;
    f.done(&policy("T", "S", "Split() | where n > 5", false).replace(".alter ", ".alter-merge ")).await;
    let shown = f
        .done(".show table T policy update | project PolicyName, EntityName, P = parse_json(Policy) | project PolicyName, EntityName, array_length(P), P[1].Query, P[0].IsTransactional, P[0].ManagedIdentity")
        .await;
    assert_eq!(shown.lines().nth(1).unwrap(), "UpdatePolicy|[NetDefaultDB].[T]|2|Split() | where n > 5|true|null");
    f.done(".delete table T policy update").await;
    assert_eq!(f.done(".show table T policy update | project Policy").await, "Policy\nnull");
}

#[tokio::test]
async fn a_policy_that_cannot_work_is_refused_when_it_is_set() {
    let f = source_and_target().await;
    assert_eq!(
        f.refused(&policy("T", "S", "S", true)).await,
        "UpdatePolicy_QuerySchemaDoesNotMatchTableSchema",
        "one column too few"
    );
    assert_eq!(
        f.refused(&policy("T", "S", "Split() | project w, n", true)).await,
        "UpdatePolicy_QuerySchemaDoesNotMatchTableSchema",
        "another order"
    );
    assert_eq!(f.refused(&policy("T", "Nope", "Split()", true)).await, "BadRequest_TableNotExist");
    assert_eq!(f.refused(&policy("T", "S", "Missing()", true)).await, "General_BadRequest");
    assert_eq!(f.refused(&policy("T", "T", "T", true)).await, "UpdatePolicy_Cyclic_Update_Not_Allowed");
    assert_eq!(f.refused(".alter database NetDefaultDB policy update '[]'").await, "General_BadRequest");
    assert_eq!(f.done(".show table T policy update | project Policy").await, "Policy\nnull");
    f.done(".alter-merge table S policy retention softdelete = 0s").await;
    assert_eq!(f.refused(&policy("T", "S", "Split()", false)).await, "General_BadRequest");
}

#[tokio::test]
async fn every_way_of_ingesting_runs_the_policy_over_the_new_data_only() {
    let f = source_and_target().await;
    f.done(".ingest inline into table S <|\n0 before\n").await;
    f.done(&policy("T", "S", "Split()", true)).await;
    f.done(".ingest inline into table S <|\n1 one\n2 two\n").await;
    f.done(".set-or-append S <| print line = '3 three'").await;
    f.done(".append S <| print line = '4 four'").await;
    assert_eq!(f.query("T | order by n asc | project n").await, "n\n1\n2\n3\n4");
    let response = f.stream("S", "csv", None, "5 five\n6 six\n").await.unwrap();
    assert_eq!(response.consumed_records, 2);
    assert_eq!(response.update_policy, UpdatePolicyStatus::Succeeded);
    assert_eq!(f.query("T | order by n asc | project n").await, "n\n1\n2\n3\n4\n5\n6");
    let f = f.reopen().await;
    assert_eq!(f.query("T | order by n asc | project n").await, "n\n1\n2\n3\n4\n5\n6");
    assert_eq!(f.query("S | count").await, "Count\n7");
    f.done(".set-or-replace S <| print line = '9 nine'").await;
    assert_eq!(f.query("T").await, "n|w\n9|nine");
}

#[tokio::test]
async fn a_transactional_failure_leaves_neither_source_nor_target() {
    let f = source_and_target().await;
    f.done(&policy("T", "S", "Split()", true)).await;
    f.done(".alter table T (n:long, w:string, more:int)").await;
    assert_eq!(
        f.refused(".ingest inline into table S <|\n1 one\n").await,
        "UpdatePolicy_QuerySchemaDoesNotMatchTableSchema"
    );
    let error = f.stream("S", "csv", None, "1 one\n").await.unwrap_err();
    assert_eq!(error.code, "UpdatePolicy_QuerySchemaDoesNotMatchTableSchema");
    assert!(error.message.to_lowercase().contains("update policy"), "{}", error.message);
    assert!(error.permanent);
    assert_eq!(f.query("S | count").await, "Count\n0");
    assert_eq!(f.query("T | count").await, "Count\n0");
    assert_eq!(
        f.done(".show ingestion failures | project Table, OriginatesFromUpdatePolicy, ErrorCode").await,
        "Table|OriginatesFromUpdatePolicy|ErrorCode\nS|true|UpdatePolicy_QuerySchemaDoesNotMatchTableSchema"
    );
}

#[tokio::test]
async fn another_failure_leaves_the_source_and_a_record() {
    let f = source_and_target().await;
    f.done(&policy("T", "S", "Split()", false)).await;
    f.done(".drop function Split").await;
    f.done(".ingest inline into table S <|\n1 one\n").await;
    let response = f.stream("S", "csv", None, "2 two\n").await.unwrap();
    let UpdatePolicyStatus::Failed { code, reason } = response.update_policy else { panic!("{response:?}") };
    assert_eq!(code, "UpdatePolicy_BadRequest");
    assert!(reason.contains("'Split'"), "{reason}");
    assert_eq!(f.query("S | count").await, "Count\n2");
    assert_eq!(f.query("T | count").await, "Count\n0");
    assert_eq!(
        f.done(".show ingestion failures | where OriginatesFromUpdatePolicy | project Table, ErrorCode, FailureKind")
            .await,
        "Table|ErrorCode|FailureKind\nT|UpdatePolicy_BadRequest|Permanent\nT|UpdatePolicy_BadRequest|Permanent"
    );
}

#[tokio::test]
async fn chains_fork_and_circles_are_cut() {
    let f = Fixture::open().await;
    for name in ["A", "B", "C", "D"] {
        f.done(&format!(".create table {name} (n:long)")).await;
    }
    f.done(&policy("B", "A", "A | extend n = n * 10", true)).await;
    f.done(&policy("C", "B", "B | extend n = n + 1", true)).await;
    f.done(&policy("D", "A", "A", false)).await;
    f.done(&policy("A", "C", "C", true)).await;
    f.done(".ingest inline into table A <|\n1\n2\n").await;
    f.stream("A", "csv", None, "3\n").await.unwrap();
    let all = "union withsource=t A, B, C, D | summarize r = strcat_array(array_sort_asc(make_list(n)), ' ') by t | order by t asc";
    assert_eq!(f.query(all).await, "t|r\nA|1 2 3\nB|10 20 30\nC|11 21 31\nD|1 2 3");
    // A failure at the end of a transactional chain fails all of it.
    f.done(".alter table C (n:long, more:long)").await;
    assert_eq!(
        f.refused(".ingest inline into table A <|\n4\n").await,
        "UpdatePolicy_QuerySchemaDoesNotMatchTableSchema"
    );
    f.done(".delete table C policy update").await;
    assert_eq!(f.query("union A, B, D | where n in (4, 40) | count").await, "Count\n0");
}

#[tokio::test]
async fn rows_pass_through_a_source_that_keeps_nothing() {
    let f = source_and_target().await;
    f.done(&policy("T", "S", "Split()", true)).await;
    f.done(".alter-merge table S policy retention softdelete = 0s").await;
    f.done(".ingest inline into table S <|\n1 one\n").await;
    let mut request = stream_request("S", "csv", None, "2 two\n");
    request.source_id = Some(Uuid::from_u128(77));
    for expected in [1, 0] {
        let response = f.app.stream_ingest(f.context(), request.clone()).await.unwrap();
        assert_eq!(response.consumed_records, expected);
    }
    assert_eq!(f.query("S | count").await, "Count\n0");
    assert_eq!(f.query("T | order by n asc").await, "n|w\n1|one\n2|two");
    let f = f.reopen().await;
    assert_eq!(f.app.stream_ingest(f.context(), request).await.unwrap().consumed_records, 0);
    assert_eq!(f.query("T | count").await, "Count\n2");
}

#[tokio::test]
async fn a_pattern_names_many_sources_and_properties_go_along() {
    let f = Fixture::open().await;
    f.done(".create table Source1 (n:long, v:string)").await;
    f.done(".create table Source2 (n:long, v:string)").await;
    f.done(".create table Target (n:long, v:string)").await;
    f.done(".create function with (skipvalidation=true) F() { $source_table | project n, v }").await;
    f.done(
        ".alter table Target policy update ```[{\"IsEnabled\": true, \"Source\": \"Source*\", \"SourceIsWildCard\": true, \
         \"Query\": \"F()\", \"IsTransactional\": true, \"PropagateIngestionProperties\": true}]```",
    )
    .await;
    f.done(".ingest inline into table Source1 with (tags='[\"drop-by:x\"]', creationTime='2020-01-01') <|\n1,a\n")
        .await;
    f.done(".set-or-append Source2 <| print 2, 'b'").await;
    assert_eq!(f.query("Target | order by n asc").await, "n|v\n1|a\n2|b");
    assert_eq!(
        f.done(".show table Target extents where tags has 'drop-by:x' | project MinCreatedOn").await,
        "MinCreatedOn\n2020-01-01T00:00:00.0000000Z"
    );
}

#[tokio::test]
async fn the_query_may_join_other_tables_also_when_rows_are_streamed() {
    let f = source_and_target().await;
    f.done(".set Names <| datatable(n:long, name:string) [1, 'ann', 2, 'bob']").await;
    f.done(&policy("T", "S", "S | extend n = tolong(line) | lookup Names on n | project n, name", true)).await;
    f.stream("S", "csv", None, "2\n").await.unwrap();
    f.done(".ingest inline into table S <|\n1\n").await;
    assert_eq!(f.query("T | order by n asc").await, "n|w\n1|ann\n2|bob");
}

#[tokio::test]
async fn data_with_the_same_tag_comes_once_however_many_bring_it_at_once() {
    let f = Fixture::open().await;
    f.done(".create table T (n:long)").await;
    let command = ".ingest inline into table T with (tags='[\"ingest-by:a\"]', ingestIfNotExists='[\"a\"]') <|\n1\n";
    let attempts = (0..8).map(|_| f.done(command));
    futures::future::join_all(attempts).await;
    assert_eq!(f.query("T | count").await, "Count\n1");
}

#[tokio::test]
async fn an_expiry_date_must_lie_ahead() {
    let f = Fixture::open().await;
    f.done(".create table T (n:long)").await;
    let policy = |date: &str| format!(".alter table T policy auto_delete @'{{\"ExpiryDate\":\"{date}\"}}'");
    assert_eq!(f.refused(&policy("2026-01-01")).await, "General_BadRequest");
    f.done(&policy("2026-06-01")).await;
    let shown = f.done(".show table T policy auto_delete | project parse_json(Policy).ExpiryDate").await;
    assert!(shown.ends_with("2026-06-01T00:00:00.0000000Z"), "{shown}");
}

//! Management commands: text in, rows out.

use calypso_types::TimeSpan;

use crate::fixture::Fixture;

const JSON_T: &str = r#"{"Name":"T","OrderedColumns":[{"Name":"a","Type":"System.Int32","CslType":"int"},{"Name":"b","Type":"System.String","CslType":"string"}]}"#;

#[tokio::test]
async fn tables_are_created_shown_altered_and_dropped() {
    let f = Fixture::open().await;
    let created = f.done(".create table T (a:int, b:string) with (docstring='d', folder='f')").await;
    assert_eq!(created, format!("TableName|Schema|DatabaseName|Folder|DocString\nT|{JSON_T}|NetDefaultDB|f|d"));
    // As documented, creating a table that exists succeeds and changes nothing.
    assert_eq!(f.done(".create table T (other:long)").await, created);
    assert_eq!(f.done(".show tables").await, "TableName|DatabaseName|Folder|DocString\nT|NetDefaultDB|f|d");
    assert_eq!(f.done(".show  table T  cslschema  | project Schema").await, "Schema\na:int, b:string");
    f.done(".create-merge table T (b:string, ['c d']:real)").await;
    assert_eq!(f.done(".show table T cslschema | project Schema").await, "Schema\na:int, b:string, ['c d']:real");
    assert_eq!(f.refused(".create-merge table T (a:string)").await, "General_BadRequest");
    assert_eq!(f.refused(".alter table T (a:long)").await, "General_BadRequest");
    f.done(".alter table T (b:string, e:guid)").await;
    assert_eq!(f.done(".show table T cslschema | project Schema").await, "Schema\nb:string, e:guid");
    assert_eq!(f.refused(".alter-merge table Nope (a:int)").await, "BadRequest_TableNotExist");
    f.done(".create tables U (x:int), V (x:int)").await;
    assert_eq!(f.done(".drop tables (U, V, W) ifexists").await, "TableName|DatabaseName\nT|NetDefaultDB");
    assert_eq!(f.refused(".drop table U").await, "BadRequest_EntityNotFound");
    assert_eq!(f.done(".drop table T | where TableName == 'T'").await, "TableName|DatabaseName");
}

#[tokio::test]
async fn names_of_tables_may_be_swapped() {
    let f = Fixture::open().await;
    f.done(".create tables A (a:int), B (b:int)").await;
    f.done(".rename tables A = B, B = A").await;
    assert_eq!(f.done(".show table A cslschema | project Schema").await, "Schema\nb:int");
    f.done(".rename table A to C").await;
    assert_eq!(f.refused(".rename table C to B").await, "BadRequest_EntityAlreadyExists");
    assert_eq!(f.refused(".rename table Nope to N").await, "BadRequest_EntityNotFound");
    f.done(".rename tables X = Nope ifexists, D = C").await;
    assert_eq!(f.done(".show tables | project TableName").await, "TableName\nB\nD");
}

#[tokio::test]
async fn definitions_that_break_the_rules_are_refused() {
    let f = Fixture::open().await;
    for (text, code) in [
        (".create table ['a:b'] (a:int)", "BadRequest_EntityNameIsNotValid"),
        (".create table T (['a;b']:int)", "BadRequest_EntityNameIsNotValid"),
        (".create table T (a:int, a:int)", "General_BadRequest"),
        (".create table T (a:nonsense)", "General_BadRequest"),
        (".create tabel T (a:int)", "General_BadRequest"),
        (".show table Nope details", "BadRequest_TableNotExist"),
        (".create materialized-view M on table T { T }", "BadRequest_NotSupported"),
        (".alter table T policy encoding '{}'", "BadRequest_NotSupported"),
    ] {
        assert_eq!(f.refused(text).await, code, "{text}");
    }
    let unknown = f.command_in("Nowhere", ".show tables").await.unwrap_err();
    assert_eq!(unknown.code, "BadRequest_DatabaseNotExist");
}

#[tokio::test]
async fn columns_are_renamed_dropped_documented_and_retyped() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int, b:string, c:long)").await;
    f.stream("T", "csv", None, "1,x,2\n").await.unwrap();
    f.done(".rename column T.a to first").await;
    f.done(".rename columns b = T.c, c = T.b").await;
    assert_eq!(f.query("T").await, "first|c|b\n1|x|2");
    f.done(".alter column T.b type = string").await;
    assert_eq!(f.query("T").await, "first|c|b\n1|x|");
    f.done(".alter table T column-docstrings (c: 'about c')").await;
    assert!(f.done(".show table T schema as json").await.contains("about c"));
    f.done(".drop column T.c").await;
    assert_eq!(f.refused(".drop column T.c").await, "BadRequest_EntityNotFound");
    f.done(".drop column T.c ifexists").await;
    assert_eq!(f.query("T").await, "first|b\n1|");
    assert_eq!(f.refused(".drop table T columns (first, b)").await, "General_BadRequest");
}

#[tokio::test]
async fn databases_are_created_shown_and_dropped() {
    let f = Fixture::open().await;
    assert_eq!(
        f.done(".show databases | project DatabaseName, IsCurrent, DatabaseAccessMode").await,
        "DatabaseName|IsCurrent|DatabaseAccessMode\nNetDefaultDB|true|ReadWrite\nSecond|false|ReadWrite"
    );
    f.done(".create database Third volatile").await;
    assert_eq!(f.refused(".create database third").await, "BadRequest_EntityAlreadyExists");
    f.done(".create database Third ifnotexists").await;
    assert_eq!(
        f.done(".alter database Third prettyname 'The third'").await,
        "DatabaseName|PrettyName|Status\nThird|The third|Complete"
    );
    f.done(".drop database Third").await;
    assert_eq!(f.refused(".drop database Third").await, "BadRequest_DatabaseNotExist");
    assert_eq!(f.done(".drop database Third ifexists").await, "DatabaseName\nNetDefaultDB\nSecond");
    // Names of databases are found without case.
    f.command_in("second", ".create table T (a:int)").await.unwrap();
    assert!(f.done(".show database Second schema as json").await.contains("\"OrderedColumns\""));
    assert!(f.done(".show database Second schema as csl script").await.contains(".create-merge table T (a:int)"));
}

#[tokio::test]
async fn mappings_are_kept_by_kind_and_name() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int, b:string)").await;
    let create =
        ".create table T ingestion json mapping 'm' '[{\"column\":\"a\",' '\"Properties\":{\"Path\":\"$.x\"}},]'";
    let created = f.done(create).await;
    assert!(created.starts_with("Name|Kind|Mapping|LastUpdatedOn|Database|Table\nm|Json|[{"), "{created}");
    assert_eq!(f.refused(create).await, "BadRequest_EntityAlreadyExists");
    f.done(&create.replace(".create ", ".create-or-alter ")).await;
    f.done(".create-or-alter table T ingestion csv mapping \"m\" ```[{\"Name\":\"b\",\"Ordinal\":1}]```").await;
    assert_eq!(
        f.done(".show table T ingestion mappings | project Name, Kind, Table").await,
        "Name|Kind|Table\nm|Json|T\nm|Csv|T"
    );
    assert_eq!(f.done(".show table T ingestion csv mapping 'm' | count").await, "Count\n1");
    assert_eq!(f.refused(".show table T ingestion csv mapping 'n'").await, "BadRequest_EntityNotFound");
    f.done(".drop table T ingestion csv mapping 'm'").await;
    assert_eq!(f.refused(".drop table T ingestion csv mapping 'm'").await, "BadRequest_MappingReferenceWasNotFound");
    assert_eq!(f.refused(".create table T ingestion json mapping 'n' '{}'").await, "BadRequest_InvalidMapping");
    assert_eq!(f.refused(".create table T ingestion nope mapping 'n' '[]'").await, "General_BadRequest");
}

#[tokio::test]
async fn policies_are_altered_merged_shown_and_deleted() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    assert_eq!(
        f.done(".show database NetDefaultDB  policy retention | project ChildEntities, EntityType").await,
        "ChildEntities|EntityType\n[\"T\"]|Database"
    );
    assert_eq!(
        f.done(".show table T policy retention").await,
        "PolicyName|EntityName|Policy|ChildEntities|EntityType\nRetentionPolicy|[NetDefaultDB].[T]|null|[\"a\"]|Table"
    );
    let batching =
        f.done(".alter table T policy ingestionbatching @'{\"MaximumBatchingTimeSpan\":\"00:00:10\"}'").await;
    assert!(batching.contains("00:00:10"), "{batching}");
    let error = f.command(".alter table T policy ingestionbatching '{\"MaximumBatchingTimeSpan\":\"00:00:01\"}'").await;
    let message = error.unwrap_err().message;
    assert!(message.contains("MaximumBatchingTimeSpan should be greater than or equal to 00:00:10"), "{message}");
    let merged = f.done(".alter-merge table T policy retention softdelete = 10d recoverability = disabled").await;
    assert!(merged.contains("10.00:00:00") && merged.contains("Disabled"), "{merged}");
    assert!(f.done(".alter table T policy caching hot = 3d").await.contains("3.00:00:00"));
    assert!(f.done(".delete table T policy retention").await.contains("|null|"));
    assert!(f.done(".alter table T policy streamingingestion disable").await.contains("false"));
}

#[tokio::test]
async fn functions_are_kept_and_called() {
    let f = Fixture::open().await;
    let created = f.done(".create function with (docstring='d', folder='f') Twice(x:long) { print y = x * 2 }").await;
    assert_eq!(created, "Name|Parameters|Body|Folder|DocString\nTwice|(x:long)|{ print y = x * 2 }|f|d");
    assert_eq!(f.refused(".create function Twice() { print 1 }").await, "BadRequest_EntityAlreadyExists");
    f.done(".create function ifnotexists Twice() { print 1 }").await;
    assert_eq!(f.query("Twice(4)").await, "y\n8");
    f.done(".create-or-alter function Twice(x:long) { print y = x * 3 }").await;
    assert_eq!(f.done(".show functions | project Name, Folder").await, "Name|Folder\nTwice|f");
    assert_eq!(f.refused(".create function Bad() { print 1 + }").await, "General_BadRequest");
    assert_eq!(f.refused(".alter function Nope() { print 1 }").await, "BadRequest_EntityNotFound");
    assert_eq!(f.done(".drop function Twice").await, "Name\nTwice");
    assert_eq!(f.refused(".show function Twice").await, "BadRequest_EntityNotFound");
}

#[tokio::test]
async fn principals_are_added_and_dropped() {
    let f = Fixture::open().await;
    let id = "aadapp=4c7e82bd-6adb-46c3-b413-fdd44834c69b;tenant";
    let added = f.done(&format!(".add database NetDefaultDB admins ('{id}') 'why'")).await;
    assert_eq!(
        added,
        format!(
            "Role|PrincipalType|PrincipalDisplayName|PrincipalObjectId|PrincipalFQN|Notes\nDatabase NetDefaultDB \
             Admin|AAD Application|4c7e82bd-6adb-46c3-b413-fdd44834c69b|4c7e82bd-6adb-46c3-b413-fdd44834c69b|{id}|why"
        )
    );
    assert_eq!(f.done(".show database NetDefaultDB principals").await, added);
    f.done(".set database NetDefaultDB admins ('aaduser=x@y') skip-results").await;
    assert_eq!(
        f.done(".show database NetDefaultDB principals | project PrincipalFQN").await,
        "PrincipalFQN\naaduser=x@y"
    );
    f.done(".drop database NetDefaultDB admins ('aaduser=x@y')").await;
    assert_eq!(f.done(".show database NetDefaultDB principals | count").await, "Count\n0");
    assert_eq!(f.refused(".add database NetDefaultDB admins ('nobody')").await, "General_BadRequest");
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    f.done(".add database NetDefaultDB viewers ('aaduser=x@y')").await;
    f.done(".create function F() { T }").await;
    f.stream("T", "csv", None, "1\n2\n").await.unwrap();
    let f = f.reopen().await;
    assert_eq!(f.query("F | count").await, "Count\n2");
    assert_eq!(f.done(".show database NetDefaultDB principals | count").await, "Count\n1");
}

#[tokio::test]
async fn the_journal_tells_what_changed() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    f.clock.advance(TimeSpan::SECOND);
    f.done(".rename table T to U").await;
    assert_eq!(
        f.done(".show journal | where Event endswith 'TABLE' | project Event, EntityName, UpdatedEntityName, ChangeCommand, Principal")
            .await,
        "Event|EntityName|UpdatedEntityName|ChangeCommand|Principal\nCREATE-TABLE|T|T|.create table T \
         (a:int)|anonymous\nRENAME-TABLE|T|U|.rename table T to U|anonymous"
    );
    assert_eq!(f.done(".show database Second journal | where Event == 'CREATE-TABLE' | count").await, "Count\n0");
}

#[tokio::test]
async fn the_service_tells_of_itself() {
    let f = Fixture::open().await;
    assert_eq!(f.done(".show version | project ServiceType").await, "ServiceType\nEngine");
    assert_eq!(f.done(".show cluster | project Name, IsAdmin").await, "Name|IsAdmin\ncalypso|true");
    assert_eq!(f.done(".show diagnostics | project IsHealthy").await, "IsHealthy\ntrue");
    assert_eq!(f.done(".show capacity ingestions | project Remaining").await, "Remaining\n8");
    assert_eq!(
        f.done(".clear database cache streamingingestion schema").await,
        "NodeId|Status\nCalypso000000|Succeeded"
    );
    f.done(".create table T (a:int)").await;
    f.done(".refresh database 'NetDefaultDB' table 'T' cache ingestionbatchingpolicy").await;
}

#[tokio::test]
async fn scripts_run_command_after_command() {
    let f = Fixture::open().await;
    let answer = f
        .done(".execute database script with (ContinueOnErrors=true) <|\n//\n.create table T (a:int)\n\n.show tables\n.drop table Nope\n.create table U (a:int)")
        .await;
    let results: Vec<&str> = answer.lines().skip(1).map(|line| line.split('|').nth(3).unwrap()).collect();
    assert_eq!(results, ["Completed", "Skipped", "Failed", "Completed"]);
    assert_eq!(
        f.refused(".execute database script with (ThrowOnErrors=true) <|\n.drop table Nope").await,
        "BadRequest_EntityNotFound"
    );
}

#[tokio::test]
async fn commands_of_the_official_suites_are_understood() {
    let f = Fixture::open().await;
    let storm = "StartTime:datetime, EndTime:datetime, State:string, DamageProperty:int, DamageCrops:int, Source:string, \
                 StormSummary:dynamic";
    for text in [
        &format!(".create table MyStormEvents ({storm})"),
        ".alter table MyStormEvents policy streamingingestion enable",
        ".alter database NetDefaultDB policy streamingingestion enable",
        ".alter table MyStormEvents policy ingestionbatching '{ \"MaximumBatchingTimeSpan\":\"00:00:10\" }'",
        ".delete table MyStormEvents policy streamingingestion",
        ".create-merge table ['My Table'] (['c']:string)",
        ".alter-merge table ['My Table'] (d:long)",
        ".drop table MyStormEvents ifexists skip-seal",
        ".drop tables (a, b, ['My Table']) ifexists",
        ".set-or-replace t <| datatable(x:int, y:string)[1, 'a', 2, 'b']",
        ".ingest inline into table t <| 1,\"x\"\n2,\"y\"",
        ".show version",
        ".show databases",
        ".show tables | project TableName, DatabaseName",
        ".show tables | where TableName == \"X\"",
        ".show database NetDefaultDB  policy retention | project ChildEntities, EntityType ",
        ".show database NetDefaultDB principals",
        ".show table t extents | project MinCreatedOn, Tags",
        ".clear database cache streamingingestion schema",
        ".clear table t cache streamingingestion schema",
        ".refresh database 'NetDefaultDB' table 't' cache ingestionbatchingpolicy",
        ".show cluster extents",
        ".show tables details",
        ".show table t details",
        ".show schema as json",
        ".show databases entities",
        ".show database details",
        ".show databases policies",
        ".show databases datastats",
        ".show streamingingestion statistics",
        ".show row stores",
    ] {
        f.done(text).await;
    }
}

#[tokio::test]
async fn statements_behind_a_command_are_results_of_their_own() {
    let f = Fixture::open().await;
    let text = ".show databases | project A=\"1\" | take 1; datatable(b: int) [3] | project A=\"2\" | take 1";
    assert_eq!(f.results(text).await, ["A\n1", "A\n2"]);
}

//! Ingestion properties that change the table: `extend_schema`, `recreate_schema`, `folder`, `docstring`,
//! `policy_ingestiontime`.

use serde_json::json;
use uuid::Uuid;

use crate::{
    fixture::Fixture,
    queued::{in_time, message, notices, post},
};

const NOT_HERE: &str = "BadRequest_IngestionPropertyNotSupportedInThisContext";

async fn schema(f: &Fixture) -> String {
    let shown = f.done(".show table T cslschema | project Schema").await;
    shown.lines().nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn further_fields_of_delimited_data_extend_the_table() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int, b:string)").await;
    f.done(".ingest inline into table T <| 1,one,lost").await;
    assert_eq!(schema(&f).await, "a:int, b:string");
    f.done(".ingest inline into table T with (extend_schema=true) <|\n2,two,2.5,true\n3,three,3,false\n").await;
    assert_eq!(schema(&f).await, "a:int, b:string, Column3:real, Column4:bool");
    assert_eq!(
        f.query("T | order by a asc").await,
        "a|b|Column3|Column4\n1|one|null|null\n2|two|2.5|true\n3|three|3.0|false"
    );
    // A header names what is new; the columns that are there go by position.
    f.done(".ingest inline into table T with (extend_schema=true, ignoreFirstRecord=true) <|\nv,w,x,y,z\n4,four,4,true,9\n").await;
    assert_eq!(f.query("T | where a == 4 | project z").await, "z\n9");
    let twice =
        ".ingest inline into table T with (extend_schema=true, ignoreFirstRecord=true) <|\nv,w,x,y,z,a\n5,,,,,5\n";
    assert_eq!(f.refused(twice).await, "BadRequest_EntityAlreadyExists");
    // Data that has less than the table changes nothing.
    f.done(".ingest inline into table T with (extend_schema=true) <| 6").await;
    assert_eq!(schema(&f).await, "a:int, b:string, Column3:real, Column4:bool, z:long");
    assert_eq!(f.query("T | count").await, "Count\n5");
}

#[tokio::test]
async fn further_properties_and_mapped_columns_extend_the_table() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    f.done(".ingest inline into table T with (format='json', extend_schema=true) <|\n{\"b\":\"x\",\"a\":\"1\"}\n{\"a\":2,\"c\":{\"d\":1}}\n").await;
    assert_eq!(schema(&f).await, "a:int, b:string, c:dynamic");
    assert_eq!(f.query("T | order by a asc").await, "a|b|c\n1|x|null\n2||{\"d\":1}");
    let mapping = r#"[{"column":"a","Properties":{"Path":"$.a"}},{"column":"n","datatype":"datetime","Properties":{"Path":"$.n"}}]"#;
    let with = |more: &str| {
        format!(
            ".ingest inline into table T with (format='json', ingestionMapping='{mapping}'{more}) <|\n{{\"a\":3,\"n\":\"2020-01-01\",\"unmapped\":1}}\n"
        )
    };
    f.command(&with("")).await.unwrap_err();
    f.done(&with(", extend_schema=true")).await;
    assert_eq!(schema(&f).await, "a:int, b:string, c:dynamic, n:datetime");
    assert_eq!(f.query("T | where a == 3 | project n").await, "n\n2020-01-01T00:00:00.0000000Z");
}

#[tokio::test]
async fn sources_that_say_different_things_of_a_new_column_lose_no_value() {
    let f = Fixture::open_with(|settings| settings.sources.allow_local_files = true).await;
    f.done(".create table T (a:int)").await;
    let dir = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (name, body) in [("1.json", r#"{"a":1,"b":1,"c":1}"#), ("2.json", r#"{"a":2,"b":2.5,"c":"text"}"#)] {
        std::fs::write(dir.path().join(name), body).unwrap();
        paths.push(format!("'{}'", dir.path().join(name).display()));
    }
    f.done(&format!(".ingest into table T ({}) with (extend_schema=true)", paths.join(", "))).await;
    assert_eq!(schema(&f).await, "a:int, b:real, c:string");
    assert_eq!(f.query("T | order by a asc").await, "a|b|c\n1|1.0|1\n2|2.5|text");
    let f = f.reopen().await;
    assert_eq!(f.query("T | order by a asc").await, "a|b|c\n1|1.0|1\n2|2.5|text");
}

#[tokio::test]
async fn queued_sources_extend_the_table_each_on_its_own() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    let with = json!({"FlushImmediately": false,
        "AdditionalProperties": {"format": "json", "extend_schema": "true", "folder": "f", "docstring": "d"}});
    let bodies = [r#"{"a":1,"b":"x"}"#, "nothing of the kind", r#"{"a":2,"no/name":1}"#, r#"{"a":3,"c":true}"#];
    for (id, body) in (1..).zip(bodies) {
        let uri = f.staging.stage(&format!("{id}.json"), body.as_bytes());
        post(&f, message(id, "T", &uri, with.clone())).await;
    }
    f.done(".alter table T policy ingestionbatching @'{\"MaximumNumberOfItems\": 4}'").await;
    f.app.start_background();
    in_time(f.staging.ready.reaches(0)).await;
    assert_eq!(f.query("T | order by a asc").await, "a|b|c\n1|x|null\n3||true");
    assert_eq!(f.done(".show table T details | project Folder, DocString").await, "Folder|DocString\nf|d");
    let failed = notices(&f.staging.failed);
    let told = |id: u128| failed.iter().find(|notice| notice["IngestionSourceId"] == Uuid::from_u128(id).to_string());
    assert_eq!(failed.len(), 2);
    assert!(told(2).is_some());
    assert_eq!(told(3).unwrap()["ErrorCode"], "BadRequest_EntityNameIsNotValid");
    let again = json!({"AdditionalProperties": {"format": "json", "recreate_schema": true}});
    let uri = f.staging.stage("5.json", b"{\"z\":1}");
    post(&f, message(5, "T", &uri, again)).await;
    in_time(f.staging.failed.reaches(3)).await;
    assert_eq!(notices(&f.staging.failed).last().unwrap()["ErrorCode"], NOT_HERE);
    assert_eq!(schema(&f).await, "a:int, b:string, c:bool");
    f.app.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_schema_is_recreated_by_replacing_queries_alone() {
    let f = Fixture::open().await;
    f.done(".create table T (a:int)").await;
    for refused in [
        ".ingest inline into table T with (recreate_schema=true) <| 1",
        ".ingest into table T ('https://localhost/x') with (recreate_schema=true)",
        ".append T with (recreate_schema=true) <| print a = int(1)",
        ".set-or-append T with (recreate_schema=true) <| print a = int(1)",
    ] {
        assert_eq!(f.refused(refused).await, NOT_HERE, "{refused}");
    }
    f.done(".ingest inline into table T with (recreate_schema=false) <| 1").await;
    f.done(".set-or-replace T with (recreate_schema=true, extend_schema=true) <| print z = 'new'").await;
    assert_eq!(f.query("T").await, "z\nnew");
}

#[tokio::test]
async fn a_created_table_gets_its_description_and_ingestion_time_policy() {
    let f = Fixture::open().await;
    f.done(".set T with (folder='f', docstring='d', policy_ingestiontime=false) <| print a = 1").await;
    assert_eq!(f.done(".show table T details | project Folder, DocString").await, "Folder|DocString\nf|d");
    assert_eq!(f.query("T | project known = isnotnull(ingestion_time())").await, "known\nfalse");
    assert_eq!(
        f.refused(".set U with (policy_ingestiontime='maybe') <| print 1").await,
        "BadRequest_MalformedIngestionProperty"
    );
    // A table that is there keeps its policy and gets the new description.
    f.done(".set-or-append T with (policy_ingestiontime=true, folder='g') <| print a = 2").await;
    f.done(".ingest inline into table T with (docstring='e') <| 3").await;
    assert_eq!(f.done(".show table T details | project Folder, DocString").await, "Folder|DocString\ng|e");
    assert_eq!(f.query("T | where isnotnull(ingestion_time()) | count").await, "Count\n0");
    f.done(".set-or-append U with (policy_ingestiontime=true) <| print a = 1").await;
    assert_eq!(f.query("U | where isnotnull(ingestion_time()) | count").await, "Count\n1");
}

//! Answers of every layout, and errors in all the places where they may be.

use calypso_types::{Scalar, ScalarType};

use super::{assembler::Assembler, *};

const COMPLETED: &str = r#"{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}"#;
const COLUMNS: &str = r#"[{"ColumnName":"a","ColumnType":"long"},{"ColumnName":"b","ColumnType":"dynamic"}]"#;
const ERROR: &str = r#"{"error":{"code":"LimitsExceeded","message":"m","@message":"too much","@permanent":false}}"#;

fn assemble(frames: &[&str]) -> Result<Dataset, String> {
    let mut assembler = Assembler::default();
    for frame in frames {
        assembler.push(frame)?;
    }
    assembler.finish()
}

fn v2(frames: &[&str]) -> Dataset {
    assemble(frames).unwrap()
}

fn primary(rows: &str) -> String {
    format!(
        r#"{{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"T","Columns":{COLUMNS},"Rows":{rows}}}"#
    )
}

#[test]
fn tables_come_whole_or_in_fragments() {
    let whole = v2(&[
        r#"{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"}"#,
        r#"{"FrameType":"DataTable","TableId":0,"TableKind":"QueryProperties","TableName":"x","Columns":[],"Rows":[[]]}"#,
        &primary(r#"[[1,{"k":2}],[2,null]]"#),
        COMPLETED,
    ]);
    let header = format!(
        r#"{{"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult","TableName":"T","Columns":{COLUMNS}}}"#
    );
    let fragments = v2(&[
        r#"{"FrameType":"DataTable","TableId":0,"TableKind":"QueryProperties","TableName":"x","Columns":[],"Rows":[[]]}"#,
        &header,
        r#"{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":[[9,9]]}"#,
        r#"{"FrameType":"TableProgress","TableId":1,"TableProgress":50.0}"#,
        r#"{"FrameType":"TableFragment","TableFragmentType":"DataReplace","TableId":1,"Rows":[[1,{"k":2}]]}"#,
        r#"{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":[[2,null]]}"#,
        r#"{"FrameType":"TableCompletion","TableId":1,"RowCount":2}"#,
        COMPLETED,
    ]);
    assert_eq!(whole, fragments);
    let table = whole.primary().unwrap();
    assert_eq!((table.name(), table.id(), table.row_count()), ("T", 1, 2));
    assert_eq!(table.columns()[1], crate::Column::new("b", ScalarType::Dynamic));
    assert_eq!(table.value(0, "b").unwrap().to_text(), r#"{"k":2}"#);
    assert!(whole.query_properties().is_some() && whole.error().is_none());
}

#[test]
fn the_order_of_members_does_not_matter() {
    let frame = format!(
        r#"{{"Rows":[[1,[]]],"Columns":{COLUMNS},"TableName":"T","TableKind":"PrimaryResult","TableId":1,"FrameType":"DataTable"}}"#
    );
    assert_eq!(v2(&[&frame, COMPLETED]).primary().unwrap().row_count(), 1);
}

#[test]
fn errors_are_found_wherever_they_stand_and_rows_stay() {
    let completed =
        format!(r#"{{"FrameType":"DataSetCompletion","HasErrors":true,"Cancelled":false,"OneApiErrors":[{ERROR}]}}"#);
    let header = format!(
        r#"{{"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult","TableName":"T","Columns":{COLUMNS}}}"#
    );
    let fragment = r#"{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":[[1,1]]}"#;
    let table_completion =
        format!(r#"{{"FrameType":"TableCompletion","TableId":1,"RowCount":1,"OneApiErrors":[{ERROR}]}}"#);
    let deferred = r#"{"FrameType":"DataTable","TableId":2,"TableKind":"QueryCompletionInformation","TableName":"i",
        "Columns":[{"ColumnName":"Level","ColumnType":"int"},{"ColumnName":"EventTypeName","ColumnType":"string"},{"ColumnName":"Payload","ColumnType":"string"}],
        "Rows":[[4,"QueryInfo","{}"],[2,"LimitsExceeded","{\"Count\":1,\"Text\":\"too much\"}"]]}"#;
    let answers = [
        v2(&[&primary(&format!(r#"[[1,1],{{"OneApiErrors":[{ERROR}]}}]"#)), &completed]),
        v2(&[&header, fragment, &table_completion, &completed]),
        v2(&[&primary("[[1,1]]"), &completed]),
        v2(&[&primary("[[1,1]]"), deferred, COMPLETED]),
    ];
    for answer in answers {
        assert_eq!(answer.primary().unwrap().row_count(), 1);
        assert_eq!(answer.errors().len(), 1, "{:?}", answer.errors());
        let error = answer.error().unwrap();
        assert_eq!((error.code(), error.description()), ("LimitsExceeded", "too much"));
        let failure = answer.clone().or_partial_failure(false).unwrap_err();
        assert_eq!(failure.kind(), ErrorKind::PartialFailure);
        assert_eq!(failure.partial_results(), Some(&answer));
        assert_eq!(failure.into_partial_results().unwrap(), answer);
        assert!(answer.or_partial_failure(true).is_ok());
    }
}

#[test]
fn an_end_without_a_reason_is_still_an_error() {
    let answer = v2(&[r#"{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":true}"#]);
    assert!(answer.is_cancelled());
    assert_eq!(answer.or_partial_failure(false).unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(v2(&[r#"{"FrameType":"DataSetCompletion","HasErrors":true,"Cancelled":false}"#]).error().is_some());
}

#[test]
fn answers_that_lost_something_are_errors() {
    let header = format!(
        r#"{{"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult","TableName":"T","Columns":{COLUMNS}}}"#
    );
    let short = r#"{"FrameType":"TableCompletion","TableId":1,"RowCount":2}"#;
    for frames in [
        vec![],
        vec![primary("[[1,1]]")],
        vec![COMPLETED.to_owned(), COMPLETED.to_owned()],
        vec![header, short.to_owned(), COMPLETED.to_owned()],
        vec![r#"{"FrameType":"TableFragment","TableId":7,"Rows":[]}"#.to_owned(), COMPLETED.to_owned()],
        vec![primary("[[1,1,1]]"), COMPLETED.to_owned()],
        vec![primary("[[true,1]]"), COMPLETED.to_owned()],
        vec![primary("[{}]"), COMPLETED.to_owned()],
        vec!["{}".to_owned()],
        vec!["[]".to_owned()],
    ] {
        let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
        assert!(assemble(&frames).is_err(), "{frames:?}");
    }
}

#[test]
fn unknown_frames_are_passed_over_and_short_rows_filled() {
    let answer = v2(&[r#"{"FrameType":"Novelty","x":1}"#, &primary("[[1]]"), COMPLETED]);
    assert_eq!(answer.primary().unwrap().value(0, "b"), Some(&Scalar::Null(ScalarType::Dynamic)));
}

fn v1_table(name: &str, rows: &str) -> String {
    format!(
        r#"{{"TableName":"{name}","Columns":[{{"ColumnName":"Ordinal","DataType":"Int64"}},{{"ColumnName":"Kind","DataType":"String"}},{{"ColumnName":"Name","DataType":"String","ColumnType":"string"}}],"Rows":{rows}}}"#
    )
}

fn v1(tables: &[String]) -> Dataset {
    Dataset::from_v1(&format!(r#"{{"Tables":[{}]}}"#, tables.join(","))).unwrap()
}

#[test]
fn the_table_of_contents_tells_results_from_the_rest() {
    let contents =
        r#"[[0,"QueryResult","First"],[1,"QueryProperties","@ExtendedProperties"],[2,"QueryStatus","QueryStatus"]]"#;
    let answer = v1(&[
        v1_table("Table_0", r#"[[1,"x","y"]]"#),
        v1_table("Table_1", "[]"),
        v1_table("Table_2", "[]"),
        v1_table("Table_3", contents),
    ]);
    let results: Vec<_> = answer.primary_results().map(Table::name).collect();
    assert_eq!(results, ["First"]);
    assert_eq!(answer.primary().unwrap().columns()[0].scalar_type(), ScalarType::Long);
    assert_eq!(answer.tables()[3].kind(), &TableKind::TableOfContents);
    assert!(answer.query_properties().is_some() && answer.completion_information().is_some());
    let alone = v1(&[v1_table("Table_0", r#"[[2,"y","z"]]"#)]);
    assert_eq!(alone.primary_results().count(), 1);
    let two = v1(&[v1_table("Table_0", "[]"), v1_table("Table_1", "[]")]);
    assert_eq!(two.tables()[1].kind(), &TableKind::QueryProperties);
}

#[test]
fn failures_of_v1_answers_are_found_among_rows_in_the_status_and_at_the_top() {
    let among = v1(&[v1_table("Table_0", r#"[[1,"x","y"],{"Exceptions":["it broke"]}]"#)]);
    assert_eq!((among.primary().unwrap().row_count(), among.error().unwrap().message()), (1, "it broke"));
    let newer = v1(&[v1_table("Table_0", &format!(r#"[{{"OneApiErrors":[{ERROR}],"Exceptions":["x"]}}]"#))]);
    assert_eq!(newer.error().unwrap().code(), "LimitsExceeded");
    let top = Dataset::from_v1(r#"{"Tables":[],"Exceptions":["at the top"]}"#).unwrap();
    assert_eq!(top.error().unwrap().message(), "at the top");
    let status = r#"{"TableName":"Table_2","Columns":[{"ColumnName":"Severity","ColumnType":"int"},{"ColumnName":"StatusDescription","ColumnType":"string"}],"Rows":[[4,"fine"],[2,"failed"]]}"#;
    let contents = r#"[[0,"QueryResult","r"],[1,"QueryProperties","p"],[2,"QueryStatus","s"]]"#;
    let answer = v1(&[v1_table("a", "[]"), v1_table("b", "[]"), status.to_owned(), v1_table("c", contents)]);
    assert_eq!(answer.error().unwrap().message(), "failed");
}

#[test]
fn what_is_no_v1_answer_is_an_error() {
    for text in ["", "<html>", "{}", "[]", r#"{"Tables":{}}"#, r#"{"Tables":[{}]}"#] {
        assert!(Dataset::from_v1(text).is_err(), "{text}");
    }
}

#[test]
fn single_values_are_single() {
    let one = r#"{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"T","Columns":[{"ColumnName":"a","ColumnType":"long"}],"Rows":[[42]]}"#;
    assert_eq!(v2(&[one, COMPLETED]).single_value(), Some(&Scalar::Long(42)));
    assert_eq!(v2(&[one, COMPLETED]).primary_rows::<i64>().unwrap(), [42]);
    assert_eq!(v2(&[&primary("[[1,1]]"), COMPLETED]).single_value(), None);
    assert!(v2(&[COMPLETED]).primary_rows::<i64>().is_err());
}

#[test]
fn types_of_services_to_come_keep_their_json() {
    let odd = r#"{"Tables":[{"TableName":"t","Columns":[{"ColumnName":"a","ColumnType":"vector"}],"Rows":[[[1,2.5]],["x"]]}]}"#;
    let answer = Dataset::from_v1(odd).unwrap();
    let table = answer.primary().unwrap();
    assert_eq!(table.columns()[0].scalar_type(), ScalarType::Dynamic);
    assert_eq!((table.value(0, "a").unwrap().to_text().as_str(), table.row_count()), ("[1,2.5]", 2));
}

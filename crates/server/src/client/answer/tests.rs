//! Answers of every layout, and errors in all the places where they may be.

use serde_json::json;

use super::*;

const COMPLETED: &str = r#"{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}"#;

fn v2(frames: &[&str]) -> Answer {
    Answer::from_v2(format!("[{}]", frames.join(",")).as_bytes()).unwrap()
}

#[test]
fn tables_come_whole_or_in_fragments() {
    let columns = r#"[{"ColumnName":"a","ColumnType":"long"},{"ColumnName":"b","ColumnType":"dynamic"}]"#;
    let whole = v2(&[
        r#"{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"}"#,
        r#"{"FrameType":"DataTable","TableId":0,"TableKind":"QueryProperties","TableName":"x","Columns":[],"Rows":[[1]]}"#,
        &format!(
            r#"{{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"T","Columns":{columns},"Rows":[[1,{{"k":2}}],[2,null]]}}"#
        ),
        COMPLETED,
    ]);
    let fragments = v2(&[
        &format!(
            r#"{{"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult","TableName":"T","Columns":{columns}}}"#
        ),
        r#"{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":[[1,{"k":2}]]}"#,
        r#"{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":[[2,null]]}"#,
        r#"{"FrameType":"TableCompletion","TableId":1,"RowCount":2}"#,
        COMPLETED,
    ]);
    assert_eq!(whole, fragments);
    assert_eq!(whole.tables[0].columns[1], ResultColumn { name: "b".to_owned(), ty: ScalarType::Dynamic });
    assert_eq!(whole.tables[0].rows, [vec![json!(1), json!({"k": 2})], vec![json!(2), Value::Null]]);
    assert_eq!(whole.error, None);
}

#[test]
fn an_error_among_the_rows_leaves_the_rows_before_it() {
    let error = r#"{"error":{"code":"LimitsExceeded","message":"m","@message":"too much","@permanent":false}}"#;
    let answer = v2(&[
        &format!(
            r#"{{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"T","Columns":[{{"ColumnName":"a","ColumnType":"long"}}],"Rows":[[1],{{"OneApiErrors":[{error}]}}]}}"#
        ),
        &format!(r#"{{"FrameType":"DataSetCompletion","HasErrors":true,"Cancelled":false,"OneApiErrors":[{error}]}}"#),
    ]);
    assert_eq!(answer.tables[0].rows.len(), 1);
    let error = answer.error.unwrap();
    assert_eq!((error.code.as_str(), error.message.as_str(), error.permanent), ("LimitsExceeded", "too much", false));
}

#[test]
fn an_answer_cut_short_is_an_error() {
    assert!(Answer::from_v2(b"[]").is_err());
    assert!(Answer::from_v2(b"[{\"FrameType\":").is_err());
    assert!(Answer::from_v1(b"<html>").is_err());
}

#[test]
fn the_table_of_contents_tells_results_from_the_rest() {
    let table = |name: &str, rows: &str| {
        format!(
            r#"{{"TableName":"{name}","Columns":[{{"ColumnName":"n","DataType":"Int64"}},{{"ColumnName":"k","DataType":"String"}}],"Rows":{rows}}}"#
        )
    };
    let tables = [
        table("Table_0", r#"[[1,"x"]]"#),
        table("Table_1", r#"[[2,"y"]]"#),
        table("Table_2", "[]"),
        table("Table_3", r#"[[0,"QueryResult"],[1,"QueryProperties"],[2,"QueryStatus"]]"#),
    ];
    let answer = Answer::from_v1(format!(r#"{{"Tables":[{}]}}"#, tables.join(",")).as_bytes()).unwrap();
    assert_eq!(answer.tables.len(), 1);
    assert_eq!(answer.tables[0].columns[0].ty, ScalarType::Long);
    let alone = Answer::from_v1(format!(r#"{{"Tables":[{}]}}"#, tables[1]).as_bytes()).unwrap();
    assert_eq!(alone.tables[0].rows, [vec![json!(2), json!("y")]]);
}

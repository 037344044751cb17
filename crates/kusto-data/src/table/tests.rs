//! Rows as values of applications' types.

use std::collections::{BTreeMap, HashMap};

use calypso_types::{DateTime, Decimal, Dynamic, Guid, Scalar, ScalarType, TimeSpan};
use serde::Deserialize;

use super::*;
use crate::ErrorKind;

fn table(columns: &[(&str, ScalarType)], rows: Vec<Vec<Scalar>>) -> Table {
    let columns = columns.iter().map(|(name, ty)| Column::new(*name, *ty)).collect();
    Table::new("PrimaryResult", columns, rows).unwrap()
}

fn every_type() -> Table {
    let columns = ScalarType::ALL.map(|ty| (ty.name(), ty));
    let values: Vec<Scalar> = ScalarType::ALL
        .into_iter()
        .map(|ty| match ty {
            ScalarType::Bool => true.into(),
            ScalarType::DateTime => DateTime::parse("2020-01-31T12:00:00.1234567Z").unwrap().into(),
            ScalarType::Decimal => Decimal::parse("1.25").unwrap().into(),
            ScalarType::Dynamic => Dynamic::from_text(r#"{"a":[1,"x",null],"b":{"c":2.5}}"#).into(),
            ScalarType::Guid => Guid::parse("74be27de-1e4e-49d9-b579-fe0b331d3642").unwrap().into(),
            ScalarType::Int => 7.into(),
            ScalarType::Long => i64::MAX.into(),
            ScalarType::Real => 0.5.into(),
            ScalarType::String => "text".into(),
            ScalarType::TimeSpan => TimeSpan(10_000_000).into(),
        })
        .collect();
    let nulls = ScalarType::ALL.into_iter().map(Scalar::null).collect();
    table(&columns, vec![values, nulls])
}

#[derive(Debug, Deserialize, PartialEq)]
struct Inner {
    a: Vec<Option<Dynamic>>,
    b: BTreeMap<String, f64>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Typed {
    bool: Option<bool>,
    datetime: Option<DateTime>,
    decimal: Option<Decimal>,
    dynamic: Option<Inner>,
    guid: Option<uuid::Uuid>,
    int: Option<i32>,
    long: Option<i64>,
    real: Option<f64>,
    string: String,
    timespan: Option<TimeSpan>,
}

#[test]
fn structs_are_read_by_column_name() {
    let rows: Vec<Typed> = every_type().rows().unwrap();
    let first = &rows[0];
    assert_eq!(first.datetime.unwrap().to_iso(), "2020-01-31T12:00:00.1234567Z");
    assert_eq!(first.decimal.unwrap().to_string(), "1.25");
    assert_eq!(first.guid.unwrap().to_string(), "74be27de-1e4e-49d9-b579-fe0b331d3642");
    assert_eq!((first.int, first.long, first.real), (Some(7), Some(i64::MAX), Some(0.5)));
    let inner = first.dynamic.as_ref().unwrap();
    assert_eq!(inner.a, [Some(Dynamic::Long(1)), Some(Dynamic::String("x".into())), None]);
    assert_eq!(inner.b["c"], 2.5);
    let nulls = Typed {
        bool: None,
        datetime: None,
        decimal: None,
        dynamic: None,
        guid: None,
        int: None,
        long: None,
        real: None,
        string: String::new(),
        timespan: None,
    };
    assert_eq!(rows[1], nulls);
}

#[test]
fn texts_and_floats_serve_for_types_that_json_lacks() {
    #[derive(Deserialize)]
    struct Texts {
        datetime: String,
        timespan: String,
        guid: String,
        decimal: f64,
        dynamic: serde_json::Value,
    }
    let texts: Texts = every_type().row(0).unwrap().read().unwrap();
    assert_eq!(texts.datetime, "2020-01-31T12:00:00.1234567Z");
    assert_eq!((texts.timespan.as_str(), texts.decimal), ("00:00:01", 1.25));
    assert_eq!(texts.guid.len(), 36);
    assert_eq!(texts.dynamic, serde_json::json!({"a": [1, "x", null], "b": {"c": 2.5}}));
}

#[test]
fn tuples_are_read_by_position_and_single_columns_alone() {
    let two = table(&[("n", ScalarType::Long), ("s", ScalarType::String)], vec![vec![1_i64.into(), "a".into()]]);
    assert_eq!(two.rows::<(i64, String)>().unwrap(), [(1, "a".to_owned())]);
    assert_eq!(two.rows::<HashMap<String, serde_json::Value>>().unwrap()[0].len(), 2);
    assert!(two.rows::<(i64,)>().is_err());
    let one = table(&[("Count", ScalarType::Long)], vec![vec![5_i64.into()], vec![Scalar::Null(ScalarType::Long)]]);
    assert_eq!(one.rows::<Option<i64>>().unwrap(), [Some(5), None]);
    assert_eq!(one.rows::<(Option<u8>,)>().unwrap(), [(Some(5),), (None,)]);
    assert!(two.rows::<i64>().is_err());
}

#[test]
fn variants_are_read_from_strings_and_bags() {
    #[derive(Debug, Deserialize, PartialEq)]
    enum Level {
        Info,
        Other(i64),
    }
    let levels = table(
        &[("l", ScalarType::String), ("d", ScalarType::Dynamic)],
        vec![vec!["Info".into(), Dynamic::from_text("{\"Other\":3}").into()]],
    );
    assert_eq!(levels.rows::<(Level, Level)>().unwrap(), [(Level::Info, Level::Other(3))]);
}

#[test]
fn what_does_not_fit_is_named_by_row_and_column() {
    let two = table(
        &[("n", ScalarType::Long), ("s", ScalarType::String)],
        vec![vec![1_i64.into(), "a".into()], vec![300_i64.into(), "b".into()]],
    );
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Small {
        n: u8,
    }
    let error = two.rows::<Small>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conversion);
    assert!(error.to_string().starts_with("row 1: column 'n': "), "{error}");
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Missing {
        absent: i64,
    }
    assert!(two.rows::<Missing>().unwrap_err().to_string().contains("absent"));
    let null = table(&[("n", ScalarType::Int)], vec![vec![Scalar::Null(ScalarType::Int)]]);
    assert!(null.rows::<i32>().is_err());
}

#[test]
fn of_columns_with_one_name_the_first_is_meant() {
    let twice = table(&[("a", ScalarType::Long), ("a", ScalarType::Long)], vec![vec![1_i64.into(), 2_i64.into()]]);
    #[derive(Deserialize)]
    struct A {
        a: i64,
    }
    assert_eq!(twice.rows::<A>().unwrap()[0].a, 1);
    assert_eq!(twice.rows::<(i64, i64)>().unwrap(), [(1, 2)]);
    assert_eq!(twice.value(0, "a"), Some(&Scalar::Long(1)));
}

#[test]
fn cells_are_found_by_place() {
    let two = table(&[("n", ScalarType::Long), ("s", ScalarType::String)], vec![vec![1_i64.into(), "a".into()]]);
    let row = two.row(0).unwrap();
    assert_eq!((row.get("s"), &row[0]), (Some(&Scalar::from("a")), &Scalar::Long(1)));
    assert_eq!((two.value(1, "n"), two.value(0, "x"), two.row(1)), (None, None, None));
    assert!(Table::new("x", vec![Column::new("a", ScalarType::Int)], vec![vec![]]).is_err());
}

//! Every form on one result with everything awkward in it.

use calypso_types::{Dynamic, Scalar, ScalarType};
use kusto_data::Column;
use serde_json::{Value, json};

use super::*;

fn table(columns: &[(&str, ScalarType)], rows: Vec<Vec<Value>>) -> Table {
    let rows = rows.into_iter().map(|row| row.iter().zip(columns).map(|(value, (_, ty))| scalar(value, *ty)).collect());
    let rows = rows.collect();
    let columns = columns.iter().map(|(name, ty)| Column::new(*name, *ty)).collect();
    Table::new("PrimaryResult", columns, rows).unwrap()
}

fn scalar(value: &Value, ty: ScalarType) -> Scalar {
    match (value, ty) {
        (Value::Null, _) => Scalar::null(ty),
        (value, ScalarType::Dynamic) => Scalar::Dynamic(Dynamic::parse_json(&value.to_string()).unwrap()),
        (Value::String(text), _) => Scalar::parse_as(ty, text),
        (other, _) => Scalar::parse_as(ty, &other.to_string()),
    }
}

fn awkward() -> Table {
    table(
        &[("at", ScalarType::DateTime), ("n", ScalarType::Long), ("s", ScalarType::String), ("d", ScalarType::Dynamic)],
        vec![
            vec![json!("2020-01-01T10:00:00.0000000Z"), json!(1), json!("a|b,\"c\"\nd"), json!({"k": [1, null]})],
            vec![json!("2020-01-01T10:00:00.5000000Z"), json!(-20), json!(""), Value::Null],
            vec![Value::Null, Value::Null, json!("日本"), json!("text")],
        ],
    )
}

fn laid_out(tables: &[Table], format: Option<Format>, width: Option<usize>) -> String {
    let mut out = Vec::new();
    let tables: Vec<&Table> = tables.iter().collect();
    Layout { width, ..Layout::plain(format) }.write(&tables, None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn tables_align_numbers_right_and_everything_else_left() {
    let expected = "\
at                         n  s           d
──────────────────────  ────  ──────────  ──────────────
2020-01-01T10:00:00Z       1  a|b,\"c\"\\nd  {\"k\":[1,null]}
2020-01-01T10:00:00.5Z   -20              null
null                    null  日本        text
";
    assert_eq!(laid_out(&[awkward()], Some(Format::Table), None), expected);
}

#[test]
fn tables_cut_their_widest_columns_to_the_width() {
    let long = "x".repeat(100);
    let wide = table(
        &[("a", ScalarType::String), ("b", ScalarType::Long), ("c", ScalarType::String)],
        vec![vec![json!(long), json!(1), json!("日".repeat(50))]; 2],
    );
    let text = laid_out(std::slice::from_ref(&wide), None, Some(40));
    let row = text.lines().nth(2).unwrap();
    assert_eq!(row, format!("{}…  1  {}…", "x".repeat(16), "日".repeat(8)));
    assert_eq!(laid_out(&[wide], Some(Format::Table), None).lines().nth(2).unwrap().chars().count(), 100 + 5 + 50);
}

#[test]
fn a_single_row_is_never_cut() {
    let one = table(&[("a", ScalarType::String), ("b", ScalarType::Long)], vec![vec![json!("x".repeat(30)), json!(1)]]);
    let upright = laid_out(std::slice::from_ref(&one), None, Some(32));
    assert!(upright.starts_with("a  xxx") && upright.ends_with("\nb  1\n"), "{upright}");
    assert!(laid_out(&[one], None, Some(33)).starts_with("a "));
}

#[test]
fn what_cannot_be_narrow_enough_becomes_vertical_unless_a_table_was_asked_for() {
    let columns: Vec<(String, ScalarType)> = (0..10).map(|n| (format!("column{n}"), ScalarType::String)).collect();
    let columns: Vec<(&str, ScalarType)> = columns.iter().map(|(name, ty)| (name.as_str(), *ty)).collect();
    let wide = table(&columns, vec![vec![json!("a long enough text"); 10]]);
    let vertical = laid_out(std::slice::from_ref(&wide), None, Some(80));
    assert!(vertical.starts_with("column0  a long enough text\ncolumn1  "), "{vertical}");
    assert!(laid_out(&[wide], Some(Format::Table), Some(80)).starts_with("column0       column1"));
}

#[test]
fn vertical_wraps_texts_and_opens_dynamic_values() {
    let expected = "\
── row 1
at  2020-01-01T10:00:00Z
n   1
s   a|b,\"c\"
    d
d   {\"k\":[1,null]}

── row 2
at  2020-01-01T10:00:00.5Z
n   -20
s
d   null

── row 3
at  null
n   null
s   日本
d   text
";
    assert_eq!(laid_out(&[awkward()], Some(Format::Vertical), None), expected);
    let long = table(
        &[("text", ScalarType::String), ("bag", ScalarType::Dynamic)],
        vec![vec![json!("one two three four five six"), json!({"name": "value", "list": [1]})]],
    );
    let expected = "\
text  one two three four
      five six
bag   {
        \"name\": \"value\",
        \"list\": [
          1
        ]
      }
";
    assert_eq!(laid_out(&[long], Some(Format::Vertical), Some(26)), expected);
}

#[test]
fn json_keeps_types_and_numbers_columns_of_one_name() {
    let expected = "\
[
  {\"at\":\"2020-01-01T10:00:00.0000000Z\",\"n\":1,\"s\":\"a|b,\\\"c\\\"\\nd\",\"d\":{\"k\":[1,null]}},
  {\"at\":\"2020-01-01T10:00:00.5000000Z\",\"n\":-20,\"s\":\"\",\"d\":null},
  {\"at\":null,\"n\":null,\"s\":\"日本\",\"d\":\"text\"}
]
";
    assert_eq!(laid_out(&[awkward()], Some(Format::Json), None), expected);
    let same = table(&[("a", ScalarType::Long), ("a", ScalarType::Real)], vec![vec![json!(1), json!(2.0)]]);
    assert_eq!(
        laid_out(&[same.clone(), same], Some(Format::Jsonl), None),
        "{\"a\":1,\"a1\":2.0}\n{\"a\":1,\"a1\":2.0}\n"
    );
    assert_eq!(laid_out(&[table(&[("a", ScalarType::Long)], vec![])], Some(Format::Json), None), "[]\n");
}

#[test]
fn csv_quotes_what_needs_it() {
    let expected = "\
at,n,s,d
2020-01-01T10:00:00.0000000Z,1,\"a|b,\"\"c\"\"
d\",\"{\"\"k\"\":[1,null]}\"
2020-01-01T10:00:00.5000000Z,-20,,
,,日本,text
";
    assert_eq!(laid_out(&[awkward()], Some(Format::Csv), None), expected);
    let empty = table(&[("s", ScalarType::String)], vec![vec![json!("")]]);
    assert_eq!(laid_out(&[empty], Some(Format::Csv), None), "s\n\"\"\n");
}

#[test]
fn markdown_escapes_what_would_end_a_cell() {
    let expected = "\
| at | n | s | d |
| --- | ---: | --- | --- |
| 2020-01-01T10:00:00Z | 1 | a\\|b,\"c\"<br>d | {\"k\":[1,null]} |
| 2020-01-01T10:00:00.5Z | -20 |  | null |
| null | null | 日本 | text |
";
    assert_eq!(laid_out(&[awkward()], Some(Format::Markdown), None), expected);
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let nasty = table(&[("s", ScalarType::String)], vec![vec![json!("a\u{1b}[2Jb\u{7f}")]]);
    for format in [Format::Table, Format::Vertical] {
        let text = laid_out(std::slice::from_ref(&nasty), Some(format), None);
        assert!(text.contains("a\\u{1b}[2Jb\\u{7f}"), "{text}");
    }
}

#[test]
fn timespans_lose_idle_zeros_only() {
    let spans = ["1.00:00:00", "00:00:00.0000001", "10.12:30:00.1200000"];
    let rows = spans.iter().map(|span| vec![json!(span)]).collect();
    let text = laid_out(&[table(&[("t", ScalarType::TimeSpan)], rows)], Some(Format::Table), None);
    assert_eq!(text.lines().skip(2).collect::<Vec<_>>(), ["1.00:00:00", "00:00:00.0000001", "10.12:30:00.12"]);
}

#[test]
fn several_results_are_told_apart() {
    let one = table(&[("a", ScalarType::Long)], vec![vec![json!(1)]]);
    let expected = "PrimaryResult 1\n\na\n─\n1\n\nPrimaryResult 2\n\na\n─\n1\n";
    assert_eq!(laid_out(&[one.clone(), one], None, None), expected);
}

//! Rows and record batches as JSON lines.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, BinaryArray, BooleanArray, Decimal128Array, DictionaryArray, DurationMillisecondArray, Float32Array,
        Float64Array, Int64Array, ListArray, StringArray, StructArray, TimestampMicrosecondArray, TimestampSecondArray,
        UInt8Array,
    },
    datatypes::{DataType, Field, Int8Type, Int32Type, Schema},
};
use serde_json::json;

use super::*;

async fn lines(source: Source) -> Result<String, Error> {
    assert_eq!(source.effective_format(DataFormat::Csv), DataFormat::Json);
    let mut opened = OpenedSource::open(source).await?;
    assert!(opened.fill(1 << 20).await?);
    Ok(String::from_utf8(opened.into_bytes().to_vec()).unwrap())
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
}

#[tokio::test]
async fn rows_become_lines() {
    let rows = (0..3).map(|id| json!({"id": id, "text": "a\nb"}));
    let text = lines(Source::rows(rows)).await.unwrap();
    assert_eq!(text.lines().count(), 3);
    assert_eq!(text.lines().next().unwrap(), r#"{"id":0,"text":"a\nb"}"#);
}

#[tokio::test]
async fn a_row_that_is_no_object_is_refused_with_its_number() {
    let rows = vec![json!({"a": 1}), json!([1, 2])];
    let error = lines(Source::rows(rows)).await.unwrap_err();
    assert!(matches!(error, Error::Row { row: 2, .. }), "{error}");
}

#[tokio::test]
async fn scalars_of_a_batch_keep_their_values() {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("l", Arc::new(Int64Array::from(vec![Some(i64::MAX), None]))),
        ("u", Arc::new(UInt8Array::from(vec![1, 2]))),
        ("r", Arc::new(Float64Array::from(vec![0.1, f64::NAN]))),
        ("f", Arc::new(Float32Array::from(vec![0.1, f32::NEG_INFINITY]))),
        ("b", Arc::new(BooleanArray::from(vec![true, false]))),
        ("s", Arc::new(StringArray::from(vec![Some("a\"b\n"), Some("")]))),
        ("x", Arc::new(BinaryArray::from(vec![&b"\x00\xff"[..], b""]))),
        ("d", Arc::new(Decimal128Array::from(vec![12345, -1]).with_precision_and_scale(10, 3).unwrap())),
        ("t", Arc::new(TimestampMicrosecondArray::from(vec![0, -1]))),
        ("p", Arc::new(DurationMillisecondArray::from(vec![1500, 0]))),
        ("k", Arc::new(vec!["x", "y"].into_iter().collect::<DictionaryArray<Int8Type>>())),
    ];
    let text = lines(Source::record_batches([batch(columns)])).await.unwrap();
    let expected = concat!(
        r#"{"l":9223372036854775807,"u":1,"r":0.1,"f":0.1,"b":true,"s":"a\"b\n","x":"AP8=","d":"12.345","#,
        r#""t":"1970-01-01T00:00:00.0000000Z","p":"00:00:01.5000000","k":"x"}"#,
        "\n",
        r#"{"u":2,"r":"NaN","f":"-Infinity","b":false,"s":"","x":"","d":"-0.001","#,
        r#""t":"1969-12-31T23:59:59.9999990Z","p":"00:00:00","k":"y"}"#,
        "\n",
    );
    assert_eq!(text, expected);
}

#[tokio::test]
async fn nested_values_become_dynamic() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1), None]), None]);
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
    let bag = StructArray::from(vec![(Arc::new(Field::new("n", DataType::Utf8, true)), names)]);
    let text = lines(Source::record_batches([batch(vec![("list", Arc::new(list)), ("bag", Arc::new(bag))])])).await;
    assert_eq!(text.unwrap(), "{\"list\":[1,null],\"bag\":{\"n\":\"a\"}}\n{\"bag\":{\"n\":null}}\n");
}

#[tokio::test]
async fn text_that_is_marked_as_json_stays_json() {
    let mark = [("ARROW:extension:name".to_owned(), "arrow.json".to_owned())];
    let field = Field::new("d", DataType::Utf8, true).with_metadata(mark.into());
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("{\"a\":\n[1]}"), Some("not json"), None]));
    let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![texts]).unwrap();
    let text = lines(Source::record_batches([batch])).await.unwrap();
    assert_eq!(text, "{\"d\":{\"a\": [1]}}\n{\"d\":\"not json\"}\n{}\n");
}

#[tokio::test]
async fn values_beyond_kusto_are_refused_with_their_column() {
    let late: ArrayRef = Arc::new(TimestampSecondArray::from(vec![i64::MAX / 2]));
    let error = lines(Source::record_batches([batch(vec![("when", late)])])).await.unwrap_err();
    assert!(error.to_string().contains("when") && error.to_string().contains("9999"), "{error}");
    let failing = [Err(ArrowError::ParseError("line 7".to_owned()))];
    let error = lines(Source::try_record_batches(failing)).await.unwrap_err();
    assert!(error.to_string().contains("line 7"), "{error}");
}

//! Columns inferred from data and mappings.

use std::{io::Cursor, sync::Arc};

use arrow::{
    array::{
        ArrayRef, Decimal128Array, Float32Array, Int16Array, Int64Array, ListArray, RecordBatch, StringArray,
        StructArray, TimestampMicrosecondArray, UInt64Array,
    },
    datatypes::{DataType, Field, Int64Type},
};
use calypso_model::{MappingKind, MappingTransform as Transform};
use calypso_types::ScalarType;

use super::infer_columns;
use crate::{
    DataFormat, Error, Ingestion, IngestionErrorCode as Code,
    testing::{by_ordinal, by_path, constant, element, mapping, transformed},
};

fn shown(body: &[u8], ingestion: &Ingestion<'_>) -> Result<String, Error> {
    let columns = infer_columns(Cursor::new(body.to_vec()), ingestion)?;
    Ok(columns.iter().map(|column| format!("{}:{}", column.name, column.ty.name())).collect::<Vec<_>>().join(", "))
}

fn of(format: DataFormat, body: &[u8]) -> String {
    shown(body, &Ingestion::new(format, &[])).unwrap()
}

#[test]
fn delimited_fields_have_the_type_that_their_values_agree_on() {
    let csv = b"1,1,true,2020-01-01,00:00:01,x,\"{\"\"a\"\":1}\",,74be27de-1e4e-49d9-b579-fe0b331d3642,1\n\
        -2,1.5,False,2020-01-01T10:00:00Z,1.02:03:04,1,[2],,74BE27DE-1E4E-49D9-B579-FE0B331D3642,x\n";
    assert_eq!(
        of(DataFormat::Csv, csv),
        "Column1:long, Column2:real, Column3:bool, Column4:datetime, Column5:timespan, Column6:string, Column7:dynamic, \
         Column8:string, Column9:guid, Column10:string"
    );
    assert_eq!(of(DataFormat::Tsv, b"1\tx\n2"), "Column1:long, Column2:string");
    assert_eq!(of(DataFormat::Txt, b"1\n2\n"), "Column1:string");
    assert_eq!(of(DataFormat::Raw, b"1\n2\n"), "Column1:string");
}

#[test]
fn a_header_names_the_columns() {
    let mut ingestion = Ingestion::new(DataFormat::Csv, &[]);
    ingestion.options.ignore_first_record = true;
    assert_eq!(shown(b"id, name,\n1,x,2\n", &ingestion).unwrap(), "id:long, name:string, Column3:long");
    assert_eq!(shown(b"id,name\n", &ingestion).unwrap(), "id:string, name:string");
    assert_eq!(shown(b"", &ingestion).unwrap_err().code(), Code::BadRequestNoRecordsOrWrongFormat);
}

#[test]
fn only_the_first_records_are_looked_at() {
    let csv = "1\n".repeat(1000) + "x\n";
    assert_eq!(of(DataFormat::Csv, csv.as_bytes()), "Column1:long");
}

#[test]
fn properties_of_json_come_in_the_order_of_their_first_appearance() {
    let lines = br#"{"a":1,"b":"x","at":"2020-01-01T00:00:00Z","bag":{"c":1},"none":null}
{"d":true,"a":1.5,"b":2,"number":"1","bag":[1]}"#;
    let expected = "a:real, b:string, at:datetime, bag:dynamic, none:string, d:bool, number:string";
    assert_eq!(of(DataFormat::Json, lines), expected);
    assert_eq!(of(DataFormat::MultiJson, lines), expected);
    assert_eq!(of(DataFormat::MultiJson, b"[{\"a\":1},\n{\"b\":null}]"), "a:long, b:string");
}

#[test]
fn fields_of_a_log_are_named_by_its_directive() {
    let log = b"#Version: 1.0\r\n#Fields: date time c-ip sc-status x\r\n2002-05-02 17:42:15 172.22.255.255 200 -\r\n";
    assert_eq!(of(DataFormat::W3CLogFile, log), "date:datetime, time:timespan, c-ip:string, sc-status:long, x:string");
}

fn parquet() -> Vec<u8> {
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>([Some(vec![Some(7)])]);
    let inner: ArrayRef = Arc::new(Float32Array::from(vec![0.5]));
    let bag = StructArray::from(vec![(Arc::new(Field::new("f", DataType::Float32, false)), inner)]);
    let batch = RecordBatch::try_from_iter([
        ("small", Arc::new(Int16Array::from(vec![1])) as ArrayRef),
        ("large", Arc::new(Int64Array::from(vec![1]))),
        ("huge", Arc::new(UInt64Array::from(vec![1]))),
        ("text", Arc::new(StringArray::from(vec!["x"]))),
        ("at", Arc::new(TimestampMicrosecondArray::from(vec![1]))),
        ("money", Arc::new(Decimal128Array::from(vec![1]))),
        ("list", Arc::new(list)),
        ("bag", Arc::new(bag)),
    ])
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer = ::parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn files_that_state_their_types_are_believed() {
    assert_eq!(
        of(DataFormat::Parquet, &parquet()),
        "small:int, large:long, huge:decimal, text:string, at:datetime, money:decimal, list:dynamic, bag:dynamic"
    );
}

#[test]
fn a_mapping_decides_names_and_types() {
    let csv = mapping(
        MappingKind::Csv,
        vec![
            calypso_model::ColumnMapping { data_type: Some(ScalarType::Long), ..by_ordinal("n", 3) },
            by_ordinal("text", 0),
            transformed(element("line"), Transform::SourceLineNumber),
            transformed(by_ordinal("at", 1), Transform::DateTimeFromUnixSeconds),
            constant("fix", "1"),
        ],
    );
    let ingestion = Ingestion { mapping: Some(&csv), ..Ingestion::new(DataFormat::Csv, &[]) };
    assert_eq!(shown(b"", &ingestion).unwrap(), "n:long, text:string, line:long, at:datetime, fix:string");
    let paths = mapping(
        MappingKind::Parquet,
        vec![by_path("f", "$.bag.f"), by_path("first", "$.list[0]"), by_path("all", "$"), by_path("no", "$.no")],
    );
    let ingestion = Ingestion { mapping: Some(&paths), ..Ingestion::new(DataFormat::Parquet, &[]) };
    assert_eq!(shown(&parquet(), &ingestion).unwrap(), "f:real, first:long, all:dynamic, no:string");
}

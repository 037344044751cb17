//! Avro files of every type and compression, whole and damaged.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BinaryArray, Int64Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use arrow_avro::{
    compression::CompressionCodec,
    writer::{WriterBuilder, format::AvroOcfFormat},
};
use calypso_model::{MappingKind, MappingTransform as Transform};

use crate::{
    DataFormat, Ingestion, IngestionErrorCode as Code,
    testing::{Dripping, by_path, columns, element, ingest, ingest_from, mapping, transformed},
};

const MARK: &[u8; 16] = b"0123456789abcdef";

fn number(value: i64) -> Vec<u8> {
    let mut rest = ((value << 1) ^ (value >> 63)) as u64;
    let mut bytes = Vec::new();
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

fn sized(bytes: &[u8]) -> Vec<u8> {
    [number(bytes.len() as i64), bytes.to_vec()].concat()
}

fn header(fields: &str) -> Vec<u8> {
    let schema = format!(r#"{{"type":"record","name":"r","fields":[{fields}]}}"#);
    [b"Obj\x01".to_vec(), number(1), sized(b"avro.schema"), sized(schema.as_bytes()), number(0), MARK.to_vec()].concat()
}

fn block(records: i64, data: &[u8]) -> Vec<u8> {
    [number(records), sized(data), MARK.to_vec()].concat()
}

fn rows_of(schema: &str, file: &[u8]) -> Vec<String> {
    let columns = columns(schema);
    let ingestion = Ingestion::new(DataFormat::Avro, &columns);
    let (rows, summary) = ingest(file, &ingestion).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(summary.bytes_raw, file.len() as u64);
    assert_eq!(ingest_from(Dripping(file), &ingestion).unwrap().0, rows);
    rows
}

#[test]
fn every_type_goes_to_its_column_by_name() {
    let logical = |name: &str, ty: &str, logical: &str| {
        format!(r#"{{"name":"{name}","type":{{"type":"{ty}","logicalType":"{logical}"}}}}"#)
    };
    let fields = [
        r#"{"name":"b","type":"boolean"},{"name":"i","type":"int"},{"name":"l","type":"long"}"#.to_owned(),
        r#"{"name":"f","type":"float"},{"name":"d","type":"double"},{"name":"s","type":"string"}"#.to_owned(),
        r#"{"name":"e","type":{"type":"enum","name":"e","symbols":["x","y"]}}"#.to_owned(),
        logical("day", "int", "date"),
        logical("clock", "int", "time-millis"),
        logical("at", "long", "timestamp-millis"),
        logical("local", "long", "local-timestamp-micros"),
        logical("id", "string", "uuid"),
        r#"{"name":"m","type":{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}}"#.to_owned(),
        r#"{"name":"fix","type":{"type":"fixed","name":"f4","size":4}}"#.to_owned(),
    ];
    let record = [
        vec![1],
        number(-5),
        number(i64::MAX),
        1.5_f32.to_le_bytes().to_vec(),
        (-2.25_f64).to_le_bytes().to_vec(),
        sized("täxt".as_bytes()),
        number(1),
        number(18_262),
        number(1_001),
        number(1_577_880_000_000),
        number(7),
        sized(b"74be27de-1e4e-49d9-b579-fe0b331d3642"),
        sized(&[0x30, 0x39]),
        vec![0xFF, 0, 0, 1],
    ];
    let file = [header(&fields.join(",")), block(1, &record.concat())].concat();
    let schema = "b:bool, i:int, l:long, f:real, d:real, s:string, e:string, day:datetime, clock:timespan, at:datetime, \
        local:datetime, id:guid, m:decimal, fix:string, S:string";
    assert_eq!(
        rows_of(schema, &file),
        ["true | -5 | 9223372036854775807 | 1.5 | -2.25 | 'täxt' | 'y' | 2020-01-01T00:00:00.0000000Z | \
             00:00:01.0010000 | 2020-01-01T12:00:00.0000000Z | 1970-01-01T00:00:00.0000070Z | \
             74be27de-1e4e-49d9-b579-fe0b331d3642 | 123.45 | '/wAAAQ==' | ''"]
    );
}

#[test]
fn nested_values_unions_and_nulls_are_dynamic() {
    let fields = [
        r#"{"name":"bag","type":["null",{"type":"record","name":"b","fields":[{"name":"x","type":"long"}]}]}"#,
        r#"{"name":"list","type":{"type":"array","items":["null","string"]}}"#,
        r#"{"name":"map","type":{"type":"map","values":"double"}}"#,
        r#"{"name":"any","type":["null","long","string"]}"#,
    ];
    let list = [number(2), number(1), sized(b"v"), number(0), number(0)].concat();
    let map = [number(1), sized(b"k"), 0.5_f64.to_le_bytes().to_vec(), number(0)].concat();
    let first = [number(1), number(9), list, map, number(1), number(42)].concat();
    let second = [number(0), number(0), number(0), number(2), sized(b"text")].concat();
    let third = [number(0), number(0), number(0), number(0)].concat();
    let data = [block(2, &[first, second].concat()), block(0, b""), block(1, &third)].concat();
    let file = [header(&fields.join(",")), data].concat();
    assert_eq!(
        rows_of("bag:dynamic, list:dynamic, map:dynamic, any:string", &file),
        [r#"{"x":9} | ["v",null] | {"k":0.5} | '42'"#, "null | [] | {} | 'text'", "null | [] | {} | ''",]
    );
    let columns = columns("x:long, v:string, k:real, any:dynamic, rest:dynamic");
    for kind in [MappingKind::Avro, MappingKind::ApacheAvro] {
        let mapping = mapping(
            kind,
            vec![
                by_path("x", "$.bag.x"),
                by_path("v", "$.list[0]"),
                by_path("k", "$.map.k"),
                by_path("any", "$.any"),
                transformed(element("rest"), Transform::DropMappedFields),
            ],
        );
        let ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(DataFormat::ApacheAvro, &columns) };
        let rows = ingest(&file, &ingestion).unwrap().0;
        assert_eq!(rows[0], r#"9 | 'v' | 0.5 | 42 | {"bag":{},"list":["v",null],"map":{}}"#);
        assert_eq!(rows[1], r#"null | '' | null | "text" | {"bag":null,"list":[],"map":{}}"#);
    }
}

#[test]
fn bytes_are_base64_on_request() {
    let file = [header(r#"{"name":"b","type":"bytes"}"#), block(2, &[sized(b"ab"), sized(b"\xff")].concat())].concat();
    let columns = columns("plain:string, encoded:string");
    let mapping = mapping(
        MappingKind::Avro,
        vec![by_path("plain", "$.b"), transformed(by_path("encoded", "$.b"), Transform::BytesAsBase64)],
    );
    let ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(DataFormat::Avro, &columns) };
    assert_eq!(ingest(&file, &ingestion).unwrap().0, ["'ab' | 'YWI='", "'/w==' | '/w=='"]);
}

#[test]
fn every_compression_is_read() {
    let texts = StringArray::from_iter_values((0..3_000).map(|n| format!("text {n}")));
    let bytes = BinaryArray::from_iter_values((0..3_000).map(|n| vec![n as u8; 3]));
    let fields = vec![
        Field::new("n", DataType::Int64, false),
        Field::new("t", DataType::Utf8, false),
        Field::new("b", DataType::Binary, false),
    ];
    let arrays = vec![Arc::new(Int64Array::from_iter_values(0..3_000)) as ArrayRef, Arc::new(texts), Arc::new(bytes)];
    let schema = Schema::new(fields);
    let batch = RecordBatch::try_new(schema.clone().into(), arrays).unwrap();
    use CompressionCodec::{Bzip2, Deflate, Snappy, Xz, ZStandard};
    for codec in [None, Some(Deflate), Some(Snappy), Some(ZStandard), Some(Bzip2), Some(Xz)] {
        let builder = WriterBuilder::new(schema.clone()).with_compression(codec);
        let mut writer = builder.build::<_, AvroOcfFormat>(Vec::new()).unwrap();
        for start in (0..3_000).step_by(1_000) {
            writer.write(&batch.slice(start, 1_000)).unwrap();
        }
        writer.finish().unwrap();
        let file = writer.into_inner();
        let columns = columns("n:long, t:string");
        let mut ingestion = Ingestion::new(DataFormat::Avro, &columns);
        let (rows, _) = ingest(&file, &ingestion).unwrap_or_else(|error| panic!("{codec:?}: {error}"));
        assert_eq!(rows.len(), 3_000);
        assert!(rows.iter().enumerate().all(|(n, row)| *row == format!("{n} | 'text {n}'")), "{codec:?}");
        ingestion.options.record_limit = Some(1_500);
        assert_eq!(ingest(&file, &ingestion).unwrap().0, rows[..1_500]);
        for at in (0..file.len()).step_by(file.len() / 40) {
            let mut damaged = file.clone();
            damaged[at] ^= 0x5A;
            let _ = ingest(&damaged, &ingestion);
        }
    }
}

#[test]
fn damaged_files_are_refused() {
    let head = header(r#"{"name":"n","type":"long"}"#);
    let whole = [head.clone(), block(2, &[number(1), number(300)].concat())].concat();
    assert_eq!(rows_of("n:long", &whole), ["1", "300"]);
    let columns = columns("n:long");
    let ingestion = Ingestion::new(DataFormat::Avro, &columns);
    let with = |block: Vec<u8>| [head.clone(), block].concat();
    let mut other_mark = whole.clone();
    *other_mark.last_mut().unwrap() ^= 1;
    for (broken, message) in [
        (b"".to_vec(), "cut short"),
        (b"Object".to_vec(), "does not start"),
        (head[..head.len() - 1].to_vec(), "cut short"),
        (whole[..whole.len() - 1].to_vec(), "cut short"),
        (whole[..whole.len() - 18].to_vec(), "cut short"),
        (other_mark, "mark of the file"),
        (with(block(3, &[number(1), number(2)].concat())), "no valid avro"),
        (with(block(-1, &number(1))), "-1 records"),
        (with(block(i64::MAX, &number(1))), "records"),
        (with([number(1), number(i64::MAX)].concat()), "exceeds the limit"),
        (with([number(1), number(-1)].concat()), "negative"),
        (with(vec![0xFF; 12]), "too long"),
        (header(r#"{"name":"n","type":"unknown"}"#), "no valid avro"),
    ] {
        let broken = if message == "no valid avro" { [broken, block(1, &number(1))].concat() } else { broken };
        let error = ingest(&broken, &ingestion).unwrap_err();
        assert_eq!(error.code(), Code::BadRequestInvalidBlob, "{error}");
        assert!(error.to_string().contains(message), "{message}: {error}");
    }
    // More data than records must not keep the reader for ever.
    assert_eq!(ingest(&with(block(1, &[number(1), number(2)].concat())), &ingestion).unwrap().0, ["1"]);
    assert_eq!(ingest(&head, &ingestion).unwrap_err().code(), Code::BadRequestNoRecordsOrWrongFormat);
}

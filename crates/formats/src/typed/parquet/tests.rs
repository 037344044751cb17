//! Parquet files of every type, mapped and not, compressed and damaged.

use std::{
    io::{Cursor, Write},
    sync::Arc,
};

use ::parquet::{
    arrow::{ArrowWriter, arrow_writer::ArrowWriterOptions},
    data_type::{Int96, Int96Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use arrow::{
    array::{
        ArrayRef, ArrowPrimitiveType, BinaryArray, BooleanArray, Date32Array, Decimal128Array, FixedSizeBinaryArray,
        Float16Array, Float32Array, Float64Array, Int8Array, Int32Array, Int64Array, Int64Builder,
        IntervalDayTimeArray, ListArray, MapBuilder, RecordBatch, StringArray, StringBuilder, StructArray,
        Time64MicrosecondArray, TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
        UInt32Array, UInt64Array,
    },
    datatypes::{DataType, Field, Float16Type, Int64Type, IntervalDayTimeType},
};
use calypso_model::{MappingKind, MappingTransform as Transform};

use crate::{
    DataFormat, Ingestion, IngestionErrorCode as Code, Options,
    limits::SPOOL_MEMORY_BYTES_MAX,
    testing::{by_path, columns, constant, element, ingest, ingest_body, mapping, transformed},
};

const NOON: i64 = 1_577_880_000;

fn file_of(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
    written(&batch, WriterProperties::builder().build())
}

fn written(batch: &RecordBatch, properties: WriterProperties) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = ArrowWriterOptions::new().with_properties(properties);
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn rows_of(schema: &str, file: &[u8]) -> Vec<String> {
    let columns = columns(schema);
    let ingestion = Ingestion::new(DataFormat::Parquet, &columns);
    let rows = ingest_body(file, &ingestion).unwrap().0;
    assert_eq!(ingest(file, &ingestion).unwrap().0, rows, "a stream gives the same rows");
    rows
}

fn scalars() -> Vec<u8> {
    file_of(vec![
        ("bool", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("int8", Arc::new(Int8Array::from(vec![Some(-8), None]))),
        ("int32", Arc::new(Int32Array::from(vec![Some(-32), None]))),
        ("int64", Arc::new(Int64Array::from(vec![Some(i64::MIN), None]))),
        ("uint32", Arc::new(UInt32Array::from(vec![Some(u32::MAX), None]))),
        ("uint64", Arc::new(UInt64Array::from(vec![Some(u64::MAX), None]))),
        (
            "float16",
            Arc::new(Float16Array::from(vec![Some(<Float16Type as ArrowPrimitiveType>::Native::from_f32(0.5)), None])),
        ),
        ("float", Arc::new(Float32Array::from(vec![Some(1.5), None]))),
        ("double", Arc::new(Float64Array::from(vec![Some(-2.25), None]))),
        (
            "decimal",
            Arc::new(Decimal128Array::from(vec![Some(-12_345), None]).with_precision_and_scale(20, 3).unwrap()),
        ),
        ("string", Arc::new(StringArray::from(vec![Some("täxt"), None]))),
        ("bytes", Arc::new(BinaryArray::from_opt_vec(vec![Some(b"\xff\x00"), None]))),
        (
            "fixed",
            Arc::new(
                FixedSizeBinaryArray::try_from_sparse_iter_with_size(
                    vec![Some(*b"\x74\xbe\x27\xde\x1e\x4e\x49\xd9\xb5\x79\xfe\x0b\x33\x1d\x36\x42"), None].into_iter(),
                    16,
                )
                .unwrap(),
            ),
        ),
        ("date", Arc::new(Date32Array::from(vec![Some(18_262), None]))),
        ("time", Arc::new(Time64MicrosecondArray::from(vec![Some(1_000_001), None]))),
        (
            "milliseconds",
            Arc::new(TimestampMillisecondArray::from(vec![Some(NOON * 1000), None]).with_timezone("+02:00")),
        ),
        ("microseconds", Arc::new(TimestampMicrosecondArray::from(vec![Some(NOON * 1_000_000 + 7), None]))),
        ("nanoseconds", Arc::new(TimestampNanosecondArray::from(vec![Some(-150), None]))),
    ])
}

#[test]
fn every_type_goes_to_its_column_by_name() {
    let schema = "bool:bool, int8:int, int32:long, int64:long, uint32:long, uint64:decimal, float16:real, float:real, \
        double:real, decimal:decimal, string:string, bytes:string, fixed:guid, date:datetime, time:timespan, \
        milliseconds:datetime, microseconds:datetime, nanoseconds:datetime, String:string";
    assert_eq!(
        rows_of(schema, &scalars()),
        [
            "true | -8 | -32 | -9223372036854775808 | 4294967295 | 18446744073709551615 | 0.5 | 1.5 | -2.25 | -12.345 | \
             'täxt' | '/wA=' | 74be27de-1e4e-49d9-b579-fe0b331d3642 | 2020-01-01T00:00:00.0000000Z | 00:00:01.0000010 | \
             2020-01-01T12:00:00.0000000Z | 2020-01-01T12:00:00.0000070Z | 1969-12-31T23:59:59.9999998Z | ''",
            "null | null | null | null | null | null | null | null | null | null | \
             '' | '' | null | null | null | null | null | null | ''",
        ]
    );
}

#[test]
fn values_convert_to_the_types_of_the_columns() {
    let text = "bool:string, int8:string, uint64:string, double:string, decimal:string, fixed:string, date:string, \
        time:string";
    assert_eq!(
        rows_of(text, &scalars())[0],
        "'true' | '-8' | '18446744073709551615' | '-2.25' | '-12.345' | '74be27de-1e4e-49d9-b579-fe0b331d3642' | \
         '2020-01-01T00:00:00.0000000Z' | '00:00:01.0000010'"
    );
    let numbers =
        "bool:decimal, int8:bool, int32:decimal, uint32:int, uint64:real, double:long, decimal:real, float:int";
    assert_eq!(rows_of(numbers, &scalars())[0], "1 | true | -32 | null | 1.8446744073709552E+19 | -2 | -12.345 | 1");
    let dynamic = "bool:dynamic, int64:dynamic, uint64:dynamic, double:dynamic, decimal:dynamic, string:dynamic, \
        bytes:dynamic, fixed:dynamic, date:dynamic, time:dynamic";
    let row = &rows_of(dynamic, &scalars())[0];
    let expected = [
        "true",
        "-9223372036854775808",
        "18446744073709551615",
        "-2.25",
        "-12.345",
        "\"täxt\"",
        "\"/wA=\"",
        "\"74be27de-1e4e-49d9-b579-fe0b331d3642\"",
        "datetime(2020-01-01T00:00:00.0000000Z)",
        "\"00:00:01.0000010\"",
    ];
    assert_eq!(row.split(" | ").collect::<Vec<_>>(), expected);
}

#[test]
fn what_does_not_convert_is_counted() {
    let columns = columns("string:long, double:datetime, bytes:guid, date:bool, uint64:long, time:real");
    let (rows, summary) = ingest(&scalars(), &Ingestion::new(DataFormat::Parquet, &columns)).unwrap();
    assert_eq!(rows[0], "null | null | null | null | null | null");
    assert_eq!((summary.values_not_converted, summary.records), (6, 2));
}

/// Two records of `bag`, `list`, `map` and a list of bags; the second is null all over.
fn nested() -> Vec<u8> {
    let bag = StructArray::from(vec![
        (Arc::new(Field::new("a", DataType::Int64, true)), Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef),
        (
            Arc::new(Field::new("b c", DataType::Utf8, true)),
            Arc::new(StringArray::from(vec![Some("x\"y"), None])) as ArrayRef,
        ),
    ]);
    let bag = StructArray::new(bag.fields().clone(), bag.columns().to_vec(), Some(vec![true, false].into()));
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>([Some(vec![Some(7), None, Some(9)]), None]);
    let mut map = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    for (key, value) in [("k", 1), ("l", 2), ("k", 3)] {
        map.keys().append_value(key);
        map.values().append_value(value);
    }
    map.append(true).unwrap();
    map.append(false).unwrap();
    let pair = |name: &str, value: i64| {
        StructArray::from(vec![
            (Arc::new(Field::new("key", DataType::Utf8, true)), Arc::new(StringArray::from(vec![name])) as ArrayRef),
            (Arc::new(Field::new("value", DataType::Int64, true)), Arc::new(Int64Array::from(vec![value])) as ArrayRef),
        ])
    };
    let pairs = arrow::compute::concat(&[&pair("p", 1), &pair("q", 2)]).unwrap();
    let element = Arc::new(Field::new("element", pairs.data_type().clone(), true));
    let offsets = arrow::buffer::OffsetBuffer::from_lengths([2, 0]);
    let bags = ListArray::new(element, offsets, pairs, Some(vec![true, false].into()));
    file_of(vec![
        ("bag", Arc::new(bag)),
        ("list", Arc::new(list)),
        ("map", Arc::new(map.finish())),
        ("bags", Arc::new(bags)),
        ("stamp", Arc::new(Int64Array::from(vec![Some(NOON), None]))),
    ])
}

#[test]
fn nested_values_are_dynamic() {
    assert_eq!(
        rows_of("bag:dynamic, list:dynamic, map:dynamic, bags:dynamic", &nested()),
        [
            r#"{"a":1,"b c":"x\"y"} | [7,null,9] | {"l":2,"k":3} | [{"key":"p","value":1},{"key":"q","value":2}]"#,
            "null | null | null | null",
        ]
    );
    assert_eq!(rows_of("list:string, bag:long", &nested()), ["'[7,null,9]' | null", "'' | null"]);
}

#[test]
fn mappings_lead_into_records() {
    let columns = columns(
        "a:string, bc:string, nine:int, k:long, q:string, whole:dynamic, rest:dynamic, bags:dynamic, at:datetime, \
         fix:string, uri:string, line:long, none:dynamic, beyond:long",
    );
    let mapping = mapping(
        MappingKind::Parquet,
        vec![
            by_path("a", "$.bag.a"),
            by_path("bc", "$['bag']['b c']"),
            by_path("nine", "$.list[2]"),
            by_path("k", "$.map.k"),
            by_path("q", "$.bags[1].key"),
            transformed(by_path("whole", "$"), Transform::DropMappedFields),
            transformed(by_path("rest", "$.bag"), Transform::DropMappedFields),
            transformed(by_path("bags", "$.bags"), Transform::PropertyBagArrayToDictionary),
            transformed(by_path("at", "$.stamp"), Transform::DateTimeFromUnixSeconds),
            constant("fix", "EU"),
            transformed(element("uri"), Transform::SourceLocation),
            transformed(element("line"), Transform::SourceLineNumber),
            by_path("none", "$.bag.x"),
            by_path("beyond", "$.list[3]"),
        ],
    );
    let options = Options { source_location: Some("https://a/b".to_owned()), ..Options::default() };
    let ingestion = Ingestion { mapping: Some(&mapping), options, ..Ingestion::new(DataFormat::Parquet, &columns) };
    let (rows, _) = ingest(&nested(), &ingestion).unwrap();
    assert_eq!(
        rows,
        [
            concat!(
                r#"'1' | 'x"y' | 9 | 3 | 'q' | {"list":[7,null,9],"map":{"l":2}} | {} | {"key":"q","value":2} | "#,
                "2020-01-01T12:00:00.0000000Z | 'EU' | 'https://a/b' | 1 | null | null"
            ),
            concat!(
                "'' | '' | null | null | '' | ",
                r#"{"list":null,"map":null} | null | null | null | 'EU' | 'https://a/b' | 2 | null | null"#
            ),
        ]
    );
}

#[test]
fn a_mapping_without_fields_still_counts_the_records() {
    let columns = columns("line:long");
    let mapping = mapping(MappingKind::Parquet, vec![transformed(element("line"), Transform::SourceLineNumber)]);
    let ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(DataFormat::Parquet, &columns) };
    assert_eq!(ingest(&nested(), &ingestion).unwrap().0, ["1", "2"]);
}

#[test]
fn old_timestamps_reach_the_year_9999() {
    let schema = "message m { required int96 at; required group g { optional int96 then (); } required int64 n; }";
    let schema = Arc::new(parse_message_type(&schema.replace(" ()", "")).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    // Nanoseconds of the day in two words, then the Julian day.
    let stamp = |day: u32, nanoseconds: u64| Int96::from(vec![nanoseconds as u32, (nanoseconds >> 32) as u32, day]);
    let values = [stamp(2_440_588, 1_000_000_000), stamp(5_373_484, 0)];
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int96Type>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int96Type>().write_batch(&values[1..], Some(&[0, 1]), None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<::parquet::data_type::Int64Type>().write_batch(&[1, 2], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let file = writer.into_inner().unwrap();
    assert_eq!(
        rows_of("at:datetime, g:dynamic, n:long", &file),
        [
            r#"1970-01-01T00:00:01.0000000Z | {"then":null} | 1"#,
            r#"9999-12-31T00:00:00.0000000Z | {"then":datetime(9999-12-31T00:00:00.0000000Z)} | 2"#,
        ]
    );
}

#[test]
fn files_of_many_row_groups_come_in_order_and_stop_at_the_limit() {
    let numbers = Int64Array::from_iter_values(0..20_000);
    let texts = StringArray::from_iter_values((0..20_000).map(|n| format!("text {n}")));
    let batch = RecordBatch::try_from_iter([("n", Arc::new(numbers) as ArrayRef), ("t", Arc::new(texts))]).unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(3_000))
        .set_compression(::parquet::basic::Compression::SNAPPY)
        .build();
    let file = written(&batch, properties);
    let columns = columns("t:string, n:long");
    let mut ingestion = Ingestion::new(DataFormat::Parquet, &columns);
    let (rows, summary) = ingest(&file, &ingestion).unwrap();
    assert_eq!((rows.len(), summary.bytes_raw), (20_000, file.len() as u64));
    assert!(rows.iter().enumerate().all(|(n, row)| *row == format!("'text {n}' | {n}")));
    ingestion.options.record_limit = Some(4_000);
    assert_eq!(ingest(&file, &ingestion).unwrap().0, rows[..4_000]);
}

#[test]
fn compressed_and_archived_files_are_set_aside() {
    let long = "x".repeat(SPOOL_MEMORY_BYTES_MAX + 1);
    let texts = RecordBatch::try_from_iter([("t", Arc::new(StringArray::from(vec![&long[..]])) as ArrayRef)]).unwrap();
    let plain = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_statistics_enabled(::parquet::file::properties::EnabledStatistics::None);
    let file = written(&texts, plain.build());
    assert!(file.len() > SPOOL_MEMORY_BYTES_MAX);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&file).unwrap();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["a.parquet", "b.parquet"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&file).unwrap();
    }
    let columns = columns("t:string");
    let mut ingestion = Ingestion::new(DataFormat::Parquet, &columns);
    let count = |body: &[u8], ingestion: &Ingestion<'_>| ingest_body(body, ingestion).map(|(rows, _)| rows.len());
    assert_eq!(count(&gzip.finish().unwrap(), &ingestion).unwrap(), 1);
    assert_eq!(count(&zip.finish().unwrap().into_inner(), &ingestion).unwrap(), 2);
    ingestion.options.decompressed_bytes_max = file.len() as u64 - 1;
    assert_eq!(count(&file, &ingestion).unwrap_err().code(), Code::BadRequestFileTooLarge);
}

#[test]
fn intervals_are_refused_where_they_are_wanted() {
    let intervals: ArrayRef = Arc::new(IntervalDayTimeArray::from(vec![IntervalDayTimeType::make_value(1, 2)]));
    let bag =
        StructArray::from(vec![(Arc::new(Field::new("i", intervals.data_type().clone(), true)), intervals.clone())]);
    let file = file_of(vec![("n", Arc::new(Int64Array::from(vec![1]))), ("plain", intervals), ("bag", Arc::new(bag))]);
    assert_eq!(rows_of("n:long", &file), ["1"]);
    for schema in ["plain:timespan", "n:long, bag:dynamic"] {
        let columns = columns(schema);
        let error = ingest(&file, &Ingestion::new(DataFormat::Parquet, &columns)).unwrap_err();
        assert_eq!(error.code(), Code::BadRequestNotSupported);
        assert!(error.to_string().contains("INTERVAL"), "{error}");
    }
}

#[test]
fn damaged_files_are_refused() {
    let columns = columns("bool:bool, int64:long, string:string, decimal:decimal");
    let ingestion = Ingestion::new(DataFormat::Parquet, &columns);
    let file = scalars();
    for broken in [&b""[..], b"a,b\n", b"PAR1", &file[..file.len() / 2], &file[4..]] {
        let error = ingest(broken, &ingestion).unwrap_err();
        assert_eq!(error.code(), Code::BadRequestInvalidBlob, "{error}");
        assert!(error.to_string().contains("no valid parquet"), "{error}");
    }
    // Whatever a flipped byte does, it does not panic.
    for at in (0..file.len()).step_by(37) {
        let mut damaged = file.clone();
        damaged[at] ^= 0x5A;
        let _ = ingest(&damaged, &ingestion);
    }
}

#[test]
fn files_without_records_hold_nothing_to_ingest() {
    let columns = columns("n:long");
    let error = ingest(
        &file_of(vec![("n", Arc::new(Int64Array::from(Vec::<i64>::new())))]),
        &Ingestion::new(DataFormat::Parquet, &columns),
    )
    .unwrap_err();
    assert_eq!(error.code(), Code::BadRequestNoRecordsOrWrongFormat);
}

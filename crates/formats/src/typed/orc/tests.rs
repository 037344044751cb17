//! ORC files of every type, mapped and not, and damaged. `testdata/*.orc` were written by Apache ORC's C++ library
//! through PyArrow.

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch},
    datatypes::DataType,
};
use calypso_model::{MappingKind, MappingTransform as Transform};

use crate::{
    DataFormat, Ingestion, IngestionErrorCode as Code, infer_columns,
    testing::{by_path, columns, element, ingest, ingest_body, mapping, transformed},
};

/// Three records of every type; the second is null all over.
const TYPES: &[u8] = include_bytes!("../../../testdata/types.orc");

/// 30,000 records in five stripes.
const STRIPES: &[u8] = include_bytes!("../../../testdata/stripes.orc");

fn rows_of(schema: &str, file: &[u8]) -> Vec<String> {
    let columns = columns(schema);
    let ingestion = Ingestion::new(DataFormat::Orc, &columns);
    let rows = ingest_body(file, &ingestion).unwrap_or_else(|error| panic!("{error}")).0;
    assert_eq!(ingest(file, &ingestion).unwrap().0, rows, "a stream gives the same rows");
    rows
}

#[test]
fn every_type_goes_to_its_column_by_name() {
    let schema = "bool:bool, byte:int, short:int, int:long, long:long, float:real, double:real, string:string, \
        binary:string, decimal:decimal, seconds:decimal, date:datetime, at:datetime, instant:datetime, Long:long";
    assert_eq!(
        rows_of(schema, TYPES),
        [
            "true | -8 | -16 | -32 | -9223372036854775808 | 1.5 | -2.25 | 'täxt' | '/wA=' | -12.345 | 1.000000001 | \
             2020-01-01T00:00:00.0000000Z | 2020-01-01T12:00:00.0000070Z | 2020-01-01T12:00:00.0000000Z | null",
            "null | null | null | null | null | null | null | '' | '' | null | null | null | null | null | null",
            "false | 8 | 16 | 32 | 64 | 0.0 | NaN | '' | 'plain' | 0.001 | 2 | \
             1582-10-01T00:00:00.0000000Z | 9999-12-31T00:00:00.0000000Z | 1969-12-31T23:59:58.0000000Z | null",
        ]
    );
}

#[test]
fn nested_values_are_dynamic() {
    assert_eq!(
        rows_of("bag:dynamic, list:dynamic, map:dynamic, bags:string, at:string", TYPES),
        [
            concat!(
                r#"{"a":1,"b c":datetime(2020-01-01T00:00:00.0000000Z)} | [7,null,9] | {"k":1.5,"l":null} | "#,
                r#"'[{"k":"p"},{"k":"q"}]' | '2020-01-01T12:00:00.0000070Z'"#
            ),
            "null | null | null | '' | ''",
            r#"{"a":null,"b c":null} | [] | {} | '[]' | '9999-12-31T00:00:00.0000000Z'"#,
        ]
    );
}

#[test]
fn mappings_lead_into_records() {
    let columns = columns("a:long, then:datetime, nine:int, k:string, q:string, at:datetime, rest:dynamic, line:long");
    let mapping = mapping(
        MappingKind::Orc,
        vec![
            by_path("a", "$.bag.a"),
            by_path("then", "$.bag['b c']"),
            by_path("nine", "$.list[2]"),
            by_path("k", "$.map.k"),
            by_path("q", "$.bags[1].k"),
            transformed(by_path("at", "$.stamp"), Transform::DateTimeFromUnixSeconds),
            transformed(by_path("rest", "$.bag"), Transform::DropMappedFields),
            transformed(element("line"), Transform::SourceLineNumber),
        ],
    );
    let ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(DataFormat::Orc, &columns) };
    assert_eq!(
        ingest(TYPES, &ingestion).unwrap().0,
        [
            "1 | 2020-01-01T00:00:00.0000000Z | 9 | '1.5' | 'q' | 2020-01-01T12:00:00.0000000Z | {} | 1",
            "null | null | null | '' | '' | null | null | 2",
            "null | null | null | '' | '' | 1970-01-01T00:00:00.0000000Z | {} | 3",
        ]
    );
}

#[test]
fn a_mapping_without_fields_still_counts_the_records() {
    let columns = columns("line:long");
    let mapping = mapping(MappingKind::Orc, vec![transformed(element("line"), Transform::SourceLineNumber)]);
    let ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(DataFormat::Orc, &columns) };
    assert_eq!(ingest(TYPES, &ingestion).unwrap().0, ["1", "2", "3"]);
}

#[test]
fn stripes_come_in_order_and_stop_at_the_limit() {
    let columns = columns("t:string, n:long");
    let mut ingestion = Ingestion::new(DataFormat::Orc, &columns);
    let (rows, summary) = ingest(STRIPES, &ingestion).unwrap();
    assert_eq!((rows.len(), summary.bytes_raw), (30_000, STRIPES.len() as u64));
    assert!(rows.iter().enumerate().all(|(n, row)| *row == format!("'text {}' | {n}", n % 1000)));
    ingestion.options.record_limit = Some(12_345);
    assert_eq!(ingest(STRIPES, &ingestion).unwrap().0, rows[..12_345]);
}

#[test]
fn the_file_states_the_columns() {
    let inferred = infer_columns(std::io::Cursor::new(TYPES), &Ingestion::new(DataFormat::Orc, &[])).unwrap();
    let shown: Vec<_> = inferred.iter().map(|column| format!("{}:{}", column.name, column.ty.name())).collect();
    assert_eq!(
        shown.join(" "),
        "bool:bool byte:int short:int int:int long:long float:real double:real string:string binary:string \
         decimal:decimal seconds:decimal date:datetime at:datetime instant:datetime bag:dynamic list:dynamic map:dynamic \
         bags:dynamic stamp:long"
    );
}

fn written(values: Vec<i64>) -> Vec<u8> {
    let column = std::sync::Arc::new(Int64Array::from(values)) as ArrayRef;
    assert_eq!(column.data_type(), &DataType::Int64);
    let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
    let mut bytes = Vec::new();
    let mut writer = orc_rust::ArrowWriterBuilder::new(&mut bytes, batch.schema()).try_build().unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn files_of_another_writer_are_read() {
    assert_eq!(rows_of("n:long", &written(vec![1, -2, 3])), ["1", "-2", "3"]);
    let columns = columns("n:long");
    let error = ingest(&written(Vec::new()), &Ingestion::new(DataFormat::Orc, &columns)).unwrap_err();
    assert_eq!(error.code(), Code::BadRequestNoRecordsOrWrongFormat);
}

#[test]
fn negative_fractions_of_seconds_are_refused_rather_than_misread() {
    // PyArrow writes them for times before 1970; the format has none.
    let file = include_bytes!("../../../testdata/before_1970.orc");
    let columns = columns("at:datetime");
    let error = ingest(file, &Ingestion::new(DataFormat::Orc, &columns)).unwrap_err();
    assert_eq!(error.code(), Code::BadRequestInvalidBlob);
}

#[test]
fn damaged_files_are_refused() {
    let columns = columns("bool:bool, long:long, string:string, decimal:decimal, at:datetime, map:dynamic");
    let ingestion = Ingestion::new(DataFormat::Orc, &columns);
    for broken in [&b""[..], b"a,b\n", b"ORC", &TYPES[..TYPES.len() / 2], &TYPES[TYPES.len() - 30..]] {
        let error = ingest(broken, &ingestion).unwrap_err();
        assert_eq!(error.code(), Code::BadRequestInvalidBlob, "{error}");
        assert!(error.to_string().contains("no valid orc"), "{error}");
    }
    // Whatever a flipped byte does, it neither panics nor reads for ever.
    for at in (0..TYPES.len()).step_by(11) {
        let mut damaged = TYPES.to_vec();
        damaged[at] ^= 0x5A;
        let _ = ingest(&damaged, &ingestion);
    }
}

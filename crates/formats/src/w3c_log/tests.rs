//! The W3C extended log format: directives, quotes, absent values, mappings.

use calypso_model::{MappingKind, MappingTransform};

use crate::{
    DataFormat, Ingestion, IngestionErrorCode as Code, Options,
    testing::{by_path, check_error, check_rows, columns, constant, element, ingest, mapping, transformed},
};

const LOG: &str = "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n\
    #Date: 2002-05-02 17:42:15\r\n#Fields: date time c-ip cs-method sc-status cs(User-Agent)\r\n\
    2002-05-02 17:42:15 172.22.255.255 GET 200 Mozilla/4.0+(compatible;MSIE+5.5)\r\n\
    2002-05-02 17:42:16 - POST - \"a \"\"b\"\" c\"\r\n";

#[test]
fn fields_go_to_columns_of_the_same_name() {
    let rows = &[
        "2002-05-02T00:00:00.0000000Z | '17:42:15' | 'GET' | 200 | '172.22.255.255' | 'Mozilla/4.0+(compatible;MSIE+5.5)'",
        "2002-05-02T00:00:00.0000000Z | '17:42:16' | 'POST' | null | '' | 'a \"b\" c'",
    ];
    let schema = "date:datetime, time:string, cs-method:string, sc-status:int, c-ip:string, cs(User-Agent):string";
    check_rows(DataFormat::W3CLogFile, schema, LOG.as_bytes(), rows);
    check_rows(DataFormat::W3CLogFile, "Date:datetime", LOG.as_bytes(), &["null", "null"]);
}

#[test]
fn a_later_directive_names_the_fields_anew() {
    let log = b"#Fields: a b\n1 x\n\n#Remark: none\n2 y\n#fields:\tb\ta\nz\t3\n";
    check_rows(DataFormat::W3CLogFile, "a:long, b:string", log, &["1 | 'x'", "2 | 'y'", "3 | 'z'"]);
}

#[test]
fn lines_of_another_length_are_read_as_far_as_they_go() {
    let columns = columns("a:string, b:string");
    let log = b"#Fields: a b\n x  y z\n\"-\" \nx\"y \"z\n\"open q";
    let (rows, summary) = ingest(log, &Ingestion::new(DataFormat::W3CLogFile, &columns)).unwrap();
    assert_eq!(rows, ["'x' | 'y'", "'-' | ''", "'x\"y' | '\"z'", "'\"open' | 'q'"]);
    assert_eq!((summary.records, summary.records_ragged, summary.bytes_raw), (4, 2, log.len() as u64));
}

#[test]
fn mappings_take_fields_constants_and_facts_of_the_source() {
    let columns = columns("at:timespan, agent:string, missing:long, fix:string, uri:string, line:long, none:string");
    let mapping = mapping(
        MappingKind::W3CLogFile,
        vec![
            by_path("at", "$.time"),
            by_path("agent", "$['cs(User-Agent)']"),
            by_path("missing", "$.missing"),
            constant("fix", "EU"),
            transformed(element("uri"), MappingTransform::SourceLocation),
            transformed(element("line"), MappingTransform::SourceLineNumber),
        ],
    );
    let options = Options { source_location: Some("https://a/b.log".to_owned()), ..Options::default() };
    let ingestion = Ingestion { mapping: Some(&mapping), options, ..Ingestion::new(DataFormat::W3CLogFile, &columns) };
    let (rows, _) = ingest(LOG.as_bytes(), &ingestion).unwrap();
    assert_eq!(
        rows,
        [
            "17:42:15 | 'Mozilla/4.0+(compatible;MSIE+5.5)' | null | 'EU' | 'https://a/b.log' | 1 | ''",
            "17:42:16 | 'a \"b\" c' | null | 'EU' | 'https://a/b.log' | 2 | ''",
        ]
    );
}

#[test]
fn mappings_into_fields_are_refused() {
    let columns = columns("a:string");
    for path in ["$", "$.a.b", "$.a[0]"] {
        let mapping = mapping(MappingKind::W3CLogFile, vec![by_path("a", path)]);
        let ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(DataFormat::W3CLogFile, &columns) };
        assert_eq!(ingest(LOG.as_bytes(), &ingestion).unwrap_err().code(), Code::BadRequestInvalidMapping, "{path}");
    }
}

#[test]
fn logs_without_names_or_records_fail() {
    let format = DataFormat::W3CLogFile;
    check_error(format, "a:string", b"#Version: 1.0\nx y\n", Code::BadRequestInvalidBlob, "#Fields");
    check_error(format, "a:string", b"#Fields: a\n", Code::BadRequestNoRecordsOrWrongFormat, "w3clogfile");
    check_error(format, "a:string", b"", Code::BadRequestNoRecordsOrWrongFormat, "w3clogfile");
}

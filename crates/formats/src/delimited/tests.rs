//! Delimited formats, txt and raw: documented behaviour, lenient conversions and bad input.

use calypso_model::{MappingKind, MappingTransform};

use crate::{
    DataFormat, Error, Ingestion, IngestionErrorCode as Code, Options, ValidationImplications, ValidationOptions,
    ValidationPolicy,
    limits::{RECORD_BYTES_MAX, STRING_VALUE_BYTES_MAX},
    testing::{
        by_ordinal, check_error, check_rows, columns, constant, element, ingest, ingest_from, mapping, padded,
        transformed,
    },
};

#[test]
fn csv_records_are_split_as_rfc_4180_says_and_as_writers_do() {
    for (text, expected) in [
        ("x,y\n", &["'x' | 'y'"][..]),
        ("x,y", &["'x' | 'y'"]),
        ("x,y\r\nz,w\r\n", &["'x' | 'y'", "'z' | 'w'"]),
        ("x,y\rz,w", &["'x' | 'y'", "'z' | 'w'"]),
        ("\"x,1\",\"y\"\"2\"\n", &["'x,1' | 'y\"2'"]),
        ("\"x\n1\",\"\"\n", &["'x\n1' | ''"]),
        ("\"\r\n\",y\r\n\r\n\n", &["'\r\n' | 'y'"]),
        ("x\"y,z\"\n", &["'x\"y' | 'z\"'"]),
        ("\"x\"y,z\n", &["'xy' | 'z'"]),
        (",\n", &["'' | ''"]),
        ("\n\nx,\n\n\ny,\n", &["'x' | ''", "'y' | ''"]),
        (" x , y \n", &["' x ' | ' y '"]),
        ("\u{feff}x,y\n", &["'x' | 'y'"]),
        ("x\0,\0\n", &["'x\0' | '\0'"]),
    ] {
        check_rows(DataFormat::Csv, "a:string, b:string", text.as_bytes(), expected);
    }
}

#[test]
fn every_delimited_format_has_its_delimiter() {
    for (format, text) in [
        (DataFormat::Csv, "1,\"x,y\"\n"),
        (DataFormat::Tsv, "1\t\"x,y\"\n"),
        (DataFormat::Scsv, "1;\"x,y\"\n"),
        (DataFormat::Sohsv, "1\u{1}\"x,y\"\n"),
        (DataFormat::Psv, "1|\"x,y\"\n"),
        (DataFormat::Tsve, "1\tx,y\n"),
    ] {
        check_rows(format, "a:long, b:string", text.as_bytes(), &["1 | 'x,y'"]);
    }
}

#[test]
fn tsve_escapes_with_a_backslash_and_never_quotes() {
    for (text, expected) in [
        ("\"x\ty\"\n", &["'\"x' | 'y\"'"][..]),
        ("x\\ty\tz\n", &["'x\ty' | 'z'"]),
        ("x\\ny\tz\\\\\n", &["'x\ny' | 'z\\'"]),
        ("x\\\ny\tz\n", &["'x\ny' | 'z'"]),
        ("x\tz\\r\r\n", &["'x' | 'z\r'"]),
        ("\n\r\nx\t\n\n", &["'x' | ''"]),
        ("x\ty\\", &["'x' | 'y'"]),
        ("\t\n", &["'' | ''"]),
    ] {
        check_rows(DataFormat::Tsve, "a:string, b:string", text.as_bytes(), expected);
    }
}

#[test]
fn txt_takes_lines_and_raw_takes_the_file() {
    check_rows(DataFormat::Txt, "a:string", b"one,\"two\r\n\n\r\n three", &["'one,\"two'", "' three'"]);
    check_rows(DataFormat::Txt, "a:long, b:string", b"1\n2\n", &["1 | ''", "2 | ''"]);
    check_rows(DataFormat::Raw, "a:string", b"one\r\n\ntwo\n", &["'one\r\n\ntwo\n'"]);
    check_rows(DataFormat::Raw, "a:dynamic", b"{\"a\": [1,\n2]}\n", &["{\"a\":[1,2]}"]);
}

#[test]
fn fields_convert_to_the_type_of_their_column_or_become_null() {
    for (ty, cases) in [
        (
            "bool",
            &[("true", "true"), ("False", "false"), ("0", "false"), ("1", "true"), ("yes", "null"), ("", "null")][..],
        ),
        (
            "long",
            &[
                ("1", "1"),
                ("-9223372036854775808", "-9223372036854775808"),
                ("9223372036854775808", "null"),
                (" 7 ", "7"),
                ("0x1f", "31"),
                ("1.5", "null"),
                ("1.0", "null"),
                ("x", "null"),
                (" ", "null"),
            ],
        ),
        ("int", &[("2147483647", "2147483647"), ("2147483648", "null"), ("3.14", "null")]),
        ("real", &[("1.5", "1.5"), ("1e3", "1000.0"), (" 2 ", "2.0"), ("NaN", "NaN"), ("x", "null"), ("", "null")]),
        ("decimal", &[("2.00000000000001", "2.00000000000001"), (" 1 ", "1"), ("x", "null")]),
        (
            "datetime",
            &[
                ("2007-01-01 00:00:00.0000000", "2007-01-01T00:00:00.0000000Z"),
                ("\t2016-06-06T15:30:00Z", "2016-06-06T15:30:00.0000000Z"),
                ("2020-03-04T14:05:01.3109965Z", "2020-03-04T14:05:01.3109965Z"),
                ("Title", "null"),
            ],
        ),
        ("timespan", &[("-00:00:02.0020002", "-00:00:02.0020002"), ("1.02:03:04", "1.02:03:04"), ("x", "null")]),
        ("guid", &[("74BE27DE-1E4E-49D9-B579-FE0B331D3642", "74be27de-1e4e-49d9-b579-fe0b331d3642"), ("x", "null")]),
        (
            "dynamic",
            &[
                ("\"{\"\"a\"\": [1, 2.50]}\"", "{\"a\":[1,2.50]}"),
                ("null", "null"),
                ("", "null"),
                ("12", "12"),
                ("007", "\"007\""),
                ("plain text", "\"plain text\""),
                ("\"\"\"quoted\"\"\"", "\"quoted\""),
                ("{'a':1}", "\"{'a':1}\""),
                ("datetime(2020-01-01)", "\"datetime(2020-01-01)\""),
            ],
        ),
        ("string", &[("null", "'null'"), ("", "''"), (" x", "' x'")]),
    ] {
        for (field, expected) in cases {
            check_rows(
                DataFormat::Csv,
                &format!("k:long, a:{ty}"),
                format!("1,{field}\n").as_bytes(),
                &[&format!("1 | {expected}")],
            );
        }
    }
}

#[test]
fn values_that_do_not_convert_are_counted() {
    let columns = columns("a:long, b:datetime");
    let (rows, summary) = ingest(b"a,b\n1,\n", &Ingestion::new(DataFormat::Csv, &columns)).unwrap();
    assert_eq!(rows, ["null | null", "1 | null"]);
    assert_eq!((summary.records, summary.values_not_converted, summary.bytes_raw), (2, 2, 7));
}

#[test]
fn fewer_fields_than_columns_leave_null_and_more_are_ignored() {
    check_rows(DataFormat::Csv, "a:long, b:string, c:long", b"1\n2\n", &["1 | '' | null", "2 | '' | null"]);
    check_rows(DataFormat::Csv, "a:long", b"1,2,3\n4,5,6\n", &["1", "4"]);
    check_rows(DataFormat::Csv, "a:long, b:string, c:real", b",,,,\n", &["null | '' | null"]);
}

#[test]
fn records_that_differ_in_their_number_of_fields_fail_unless_validation_is_off() {
    check_error(
        DataFormat::Csv,
        "a:long, b:string",
        b"1,x\n\n2,y\n3\n",
        Code::StreamWrongNumberOfFields,
        "record 3 (line 4, byte 9) has 1 where the records before it have 2",
    );
    let columns = columns("a:long, b:string");
    let mut ingestion = Ingestion::new(DataFormat::Csv, &columns);
    for (options, implications) in [
        (ValidationOptions::DoNotValidate, ValidationImplications::Fail),
        (ValidationOptions::ValidateCsvInputConstantColumns, ValidationImplications::BestEffort),
        (ValidationOptions::ValidateCsvInputColumnLevelOnly, ValidationImplications::Fail),
    ] {
        ingestion.options.validation = ValidationPolicy { options, implications };
        let (rows, summary) = ingest(b"1,x\n2\n3,z,w\n", &ingestion).unwrap();
        assert_eq!(rows, ["1 | 'x'", "2 | ''", "3 | 'z'"]);
        assert_eq!(summary.records_ragged, 2);
    }
}

#[test]
fn validation_of_columns_fails_on_the_value_that_does_not_convert() {
    let columns = columns("a:long, b:datetime");
    let mut ingestion = Ingestion::new(DataFormat::Csv, &columns);
    ingestion.options.validation.options = ValidationOptions::ValidateCsvInputColumnLevelOnly;
    let error = ingest(b"1,2020-01-01\n2,soon\n", &ingestion).unwrap_err();
    assert_eq!(error.to_string(), "value of column `b` in record 2 (line 2, byte 13) is not a datetime");
    assert_eq!((error.code(), error.column()), (Code::BadRequestInvalidBlob, Some("b")));
}

#[test]
fn of_several_faults_the_one_of_the_first_record_is_told() {
    let columns = columns("a:long, b:datetime");
    let mut ingestion = Ingestion::new(DataFormat::Csv, &columns);
    ingestion.options.validation.options = ValidationOptions::ValidateCsvInputColumnLevelOnly;
    for text in ["1,soon\nx,2020-01-01\n", "1,soon\n2,\"2020-01-01\n"] {
        let error = ingest(text.as_bytes(), &ingestion).unwrap_err();
        assert_eq!(error.to_string(), "value of column `b` in record 1 (line 1, byte 0) is not a datetime", "{text}");
    }
}

#[test]
fn records_keep_their_order_and_their_fields_through_many_windows() {
    let columns = columns("a:long, b:string");
    let rest = |number: usize| "x".repeat(number % 50);
    let records = (0..20_000).map(|number| format!("{number},\"row \"\"{number}\"\"{}\"\r\n", rest(number)));
    let text: String = records.collect();
    let (rows, summary) = ingest(text.as_bytes(), &Ingestion::new(DataFormat::Csv, &columns)).unwrap();
    assert_eq!((summary.records, summary.bytes_raw), (20_000, text.len() as u64));
    for (number, row) in rows.iter().enumerate() {
        assert_eq!(*row, format!("{number} | 'row \"{number}\"{}'", rest(number)));
    }
}

#[test]
fn constants_do_not_make_batches_larger_than_their_limit() {
    let columns = columns("a:long, b:string");
    let value = "x".repeat(crate::limits::STRING_VALUE_BYTES_MAX);
    let mapping = mapping(MappingKind::Csv, vec![by_ordinal("a", 0), constant("b", &value)]);
    let mut ingestion = Ingestion::new(DataFormat::Csv, &columns);
    ingestion.mapping = Some(&mapping);
    let mut rows = Vec::new();
    crate::read("1\n".repeat(100).as_bytes(), &ingestion, &mut |batch| {
        rows.push(batch.num_rows());
        Ok(())
    })
    .unwrap();
    assert_eq!(rows, [32, 32, 32, 4]);
}

#[test]
fn the_first_record_is_left_out_on_request_and_may_have_any_number_of_fields() {
    let columns = columns("a:long, b:string");
    let mut ingestion = Ingestion::new(DataFormat::Csv, &columns);
    ingestion.options.ignore_first_record = true;
    assert_eq!(ingest(b"header\n1,x\n2,y\n", &ingestion).unwrap().0, ["1 | 'x'", "2 | 'y'"]);
    assert_eq!(ingest(b"a,b\n", &ingestion).unwrap_err().code(), Code::BadRequestNoRecordsOrWrongFormat);
}

#[test]
fn a_quote_that_never_closes_fails_with_the_place_where_its_record_starts() {
    for text in [&b"1,x\n2,\"y\n3,z\n"[..], b"1,x\n2,\"", b"1,x\n2,\"y\"\""] {
        check_error(
            DataFormat::Csv,
            "a:long, b:string",
            text,
            Code::StreamClosingQuoteMissing,
            "record 2 (line 2, byte 4)",
        );
    }
}

#[test]
fn data_without_records_fail() {
    for text in [&b""[..], b"\n", b"\r\n\r\n", b"\xef\xbb\xbf"] {
        for format in [DataFormat::Csv, DataFormat::Tsve, DataFormat::Txt] {
            check_error(format, "a:long", text, Code::BadRequestNoRecordsOrWrongFormat, "no record");
        }
    }
    check_error(DataFormat::Raw, "a:string", b"", Code::BadRequestNoRecordsOrWrongFormat, "raw");
}

#[test]
fn bytes_that_are_not_utf_8_are_replaced() {
    check_rows(DataFormat::Csv, "a:string, b:string", b"x\xffy,z\n", &["'x\u{fffd}y' | 'z'"]);
    // The two fields are UTF-8 only when read as one.
    check_rows(DataFormat::Csv, "a:string, b:string", b"\xc3,\xa4\n", &["'\u{fffd}' | '\u{fffd}'"]);
    check_error(DataFormat::Csv, "a:string", b"\xff\xfea\0", Code::BadRequestInvalidBlob, "UTF-16");
}

#[test]
fn a_field_of_48_megabytes_is_cut_to_the_limit_of_a_string() {
    let columns = columns("a:string, b:dynamic, c:long");
    let length = 48 << 20;
    let source = padded("", b'7', ",7,7", length);
    let mut strings = 0;
    let summary = crate::read(source, &Ingestion::new(DataFormat::Csv, &columns), &mut |batch| {
        let array = batch.column(0).clone();
        strings += calypso_columns::Strings::new(&array, false).unwrap().get(0).len();
        Ok(())
    })
    .unwrap();
    assert_eq!((strings, summary.records), (STRING_VALUE_BYTES_MAX, 1));
    assert_eq!(summary.bytes_raw, length as u64);
}

#[test]
fn strings_are_cut_at_a_character_and_long_dynamics_become_null() {
    let columns = columns("a:string, b:dynamic");
    let long = format!("x{}", "ä".repeat(STRING_VALUE_BYTES_MAX / 2));
    let text = format!("{long},{long}\n");
    let (rows, summary) = ingest(text.as_bytes(), &Ingestion::new(DataFormat::Csv, &columns)).unwrap();
    assert_eq!(rows[0].len(), STRING_VALUE_BYTES_MAX - 1 + "'' | null".len());
    assert_eq!(summary.values_not_converted, 1);
}

#[test]
fn a_record_beyond_the_limit_fails() {
    let columns = columns("a:string");
    for format in [DataFormat::Csv, DataFormat::Txt, DataFormat::Raw] {
        let source = padded("", b'x', "", RECORD_BYTES_MAX + 1);
        let error = ingest_from(source, &Ingestion::new(format, &columns)).unwrap_err();
        assert!(matches!(error, Error::RecordTooLarge { .. }), "{format}: {error}");
        assert_eq!(error.code(), Code::StreamInputStreamTooLarge);
    }
}

#[test]
fn a_hundred_thousand_fields_and_columns_are_read() {
    let text = (0..100_000).map(|field| field.to_string()).collect::<Vec<_>>().join(",");
    check_rows(DataFormat::Csv, "a:long", format!("{text}\n{text}\n").as_bytes(), &["0", "0"]);
    let columns: Vec<_> = (0..100_000)
        .map(|c| calypso_columns::Column::new(format!("c{c}"), calypso_types::ScalarType::String))
        .collect();
    let mut ingestion = Ingestion::new(DataFormat::Csv, &columns);
    ingestion.batch_rows = 1000;
    let mut batches = 0;
    let text = format!("{}\n", vec!["a text beyond twelve bytes"; 100_000].join(",")).repeat(3);
    let summary = crate::read(text.as_bytes(), &ingestion, &mut |batch| {
        assert_eq!(batch.num_columns(), 100_000);
        batches += 1;
        Ok(())
    })
    .unwrap();
    assert_eq!((summary.records, batches), (3, 1));
}

#[test]
fn more_fields_than_the_limit_fail() {
    let columns = columns("a:string");
    let source = padded("", b',', "", 3 << 20);
    let error = ingest_from(source, &Ingestion::new(DataFormat::Csv, &columns)).unwrap_err();
    assert!(matches!(error, Error::TooManyFields { .. }), "{error}");
}

#[test]
fn batches_have_at_most_the_rows_wished_for() {
    let columns = columns("a:long");
    let mut ingestion = Ingestion::new(DataFormat::Csv, &columns);
    ingestion.batch_rows = 2;
    let mut sizes = Vec::new();
    crate::read(&b"1\n2\n3\n4\n5\n"[..], &ingestion, &mut |batch| {
        sizes.push(batch.num_rows());
        Ok(())
    })
    .unwrap();
    assert_eq!(sizes, [2, 2, 1]);
}

#[test]
fn an_error_of_the_sink_ends_the_reading() {
    let columns = columns("a:long");
    let error =
        crate::read(&b"1\n"[..], &Ingestion::new(DataFormat::Csv, &columns), &mut |_| Err("full".into())).unwrap_err();
    assert!(matches!(&error, Error::Sink(cause) if cause.to_string() == "full"));
    assert!(!error.is_permanent());
}

#[test]
fn reading_stops_at_the_record_limit() {
    let columns = columns("a:long");
    let mut ingestion = Ingestion::new(DataFormat::Csv, &columns);
    ingestion.options.record_limit = Some(2);
    assert_eq!(ingest(b"1\n2\n3\n", &ingestion).unwrap().0, ["1", "2"]);
}

#[test]
fn a_mapping_takes_fields_constants_and_transforms() {
    let columns = columns("t:datetime, n:long, file:string, line:long, bag:dynamic, c:real, rest:string");
    let mapping = mapping(
        MappingKind::Csv,
        vec![
            by_ordinal("n", 2),
            transformed(by_ordinal("t", 0), MappingTransform::DateTimeFromUnixMilliseconds),
            transformed(element("file"), MappingTransform::SourceLocation),
            transformed(element("line"), MappingTransform::SourceLineNumber),
            transformed(by_ordinal("bag", 1), MappingTransform::PropertyBagArrayToDictionary),
            constant("c", "1.5"),
        ],
    );
    let options = Options { source_location: Some("https://host/container/a.csv".to_owned()), ..Options::default() };
    let ingestion = Ingestion { mapping: Some(&mapping), options, ..Ingestion::new(DataFormat::Csv, &columns) };
    let text = "1557152625000,\"[{\"\"a\"\":1},\n{\"\"b\"\":2}]\",7\r\n\r\nx,y,8\n,,9\n";
    let (rows, summary) = ingest(text.as_bytes(), &ingestion).unwrap();
    let file = "'https://host/container/a.csv'";
    assert_eq!(
        rows,
        [
            format!("2019-05-06T14:23:45.0000000Z | 7 | {file} | 1 | {{\"a\":1,\"b\":2}} | 1.5 | ''"),
            format!("null | 8 | {file} | 4 | \"y\" | 1.5 | ''"),
            format!("null | 9 | {file} | 5 | null | 1.5 | ''"),
        ]
    );
    assert_eq!(summary.values_not_converted, 1);
}

#[test]
fn mappings_that_do_not_fit_fail_before_anything_is_read() {
    let columns = columns("a:long");
    let drop = MappingTransform::DropMappedFields;
    let base64 = MappingTransform::BytesAsBase64;
    for (format, kind, elements, code, message) in [
        (DataFormat::Csv, MappingKind::Json, vec![], Code::BadRequestInvalidMapping, "Json mapping"),
        (DataFormat::Csv, MappingKind::Csv, vec![element("a")], Code::BadRequestInvalidMapping, "Ordinal"),
        (DataFormat::Csv, MappingKind::Csv, vec![by_ordinal("b", 0)], Code::BadRequestInconsistentMapping, "`b`"),
        (
            DataFormat::Csv,
            MappingKind::Csv,
            vec![by_ordinal("a", 0), by_ordinal("a", 1)],
            Code::BadRequestInvalidMapping,
            "filled twice",
        ),
        (DataFormat::Txt, MappingKind::Csv, vec![by_ordinal("a", 1)], Code::BadRequestInvalidMapping, "Ordinal 0"),
        (
            DataFormat::Csv,
            MappingKind::Csv,
            vec![transformed(by_ordinal("a", 0), drop)],
            Code::BadRequestInvalidMapping,
            "DropMappedFields",
        ),
        (
            DataFormat::Csv,
            MappingKind::Csv,
            vec![transformed(by_ordinal("a", 0), base64)],
            Code::BadRequestInvalidMapping,
            "BytesAsBase64",
        ),
    ] {
        let mapping = mapping(kind, elements);
        let ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(format, &columns) };
        let error = crate::check(&ingestion).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn formats_without_a_reader_are_refused_by_name() {
    for format in DataFormat::ALL.into_iter().filter(|format| !format.is_supported()) {
        check_error(format, "a:long", b"x", Code::BadRequestFormatNotSupported, format.name());
    }
}

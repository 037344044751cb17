//! The JSON formats: layout, conversion, mapping and bad input.

use calypso_model::{MappingKind, MappingTransform};
use calypso_types::NESTING_DEPTH_MAX;

use crate::{
    DataFormat, Error, Ingestion, IngestionErrorCode as Code, Options,
    limits::{RECORD_BYTES_MAX, STRING_VALUE_BYTES_MAX},
    testing::{
        by_path, check_error, check_rows, columns, constant, element, ingest, ingest_from, mapping, padded, transformed,
    },
};

const SCHEMA: &str = "a:long, b:string";

#[test]
fn multijson_reads_records_in_any_layout() {
    let rows = &["1 | 'x'", "2 | 'y'"][..];
    for text in [
        r#"{"a":1,"b":"x"}{"b":"y","a":2}"#,
        "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n",
        "\u{feff} {\r\n\t\"a\" : 1 ,\n \"b\" : \"x\"\n}\n\n{\"a\":2,\"b\":\"y\"}",
        r#"[{"a":1,"b":"x"},{"a":2,"b":"y"}]"#,
        "[\n {\"a\":1,\"b\":\"x\"} ,\n {\"a\":2,\"b\":\"y\"} ]\n",
        r#"[{"a":1,"b":"x"}] [] [{"a":2,"b":"y"}]"#,
        r#"{"a":1,"b":"x","c":{"a":[7,{}],"b":[]}} {"z":[[]],"a":2,"b":"y"}"#,
    ] {
        check_rows(DataFormat::MultiJson, SCHEMA, text.as_bytes(), rows);
    }
}

#[test]
fn json_reads_a_record_a_line_and_several_on_one_line() {
    let rows = &["1 | 'x'", "2 | 'y'"][..];
    for text in [
        "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}",
        "\n{\"a\":1,\"b\":\"x\"}\r\n\r\n  {\"a\":2,\"b\":\"y\"}  \n",
        r#"{"a":1,"b":"x"}{"a":2,"b":"y"}"#,
        "[{\"a\":1,\"b\":\"x\"},\n{\"a\":2,\"b\":\"y\"}]",
    ] {
        check_rows(DataFormat::Json, SCHEMA, text.as_bytes(), rows);
    }
    check_rows(DataFormat::SingleJson, SCHEMA, b"\n{\"a\":1,\n\"b\":\"x\"}\n", &["1 | 'x'"]);
}

#[test]
fn properties_go_to_columns_of_the_same_name_and_case() {
    for (text, row) in [
        (r#"{"A":1,"b":"x"}"#, "null | 'x'"),
        (r#"{}"#, "null | ''"),
        (r#"{"a":1,"a":2,"b":"x","b":null}"#, "2 | ''"),
        (r#"{"\u0061":1,"b":"x"}"#, "1 | 'x'"),
        (r#"{"a.b":1,"a":{"b":1}}"#, "null | ''"),
    ] {
        check_rows(DataFormat::MultiJson, SCHEMA, text.as_bytes(), &[row]);
    }
}

#[test]
fn values_convert_to_the_type_of_their_column_or_become_null() {
    for (ty, cases) in [
        ("bool", &[("true", "true"), ("0", "false"), ("\"True\"", "true"), ("[]", "null"), ("null", "null")][..]),
        (
            "long",
            &[
                ("12", "12"),
                ("\"12\"", "12"),
                ("1.5", "null"),
                ("9223372036854775807", "9223372036854775807"),
                ("9223372036854775808", "null"),
                ("{}", "null"),
                ("\"\"", "null"),
            ],
        ),
        ("int", &[("-5", "-5"), ("2147483648", "null")]),
        ("real", &[("31.0301639051317", "31.0301639051317"), ("1e3", "1000.0"), ("2", "2.0"), ("NaN", "NaN")]),
        ("decimal", &[("2.00000000000001", "2.00000000000001"), ("\"1.50\"", "1.5")]),
        (
            "datetime",
            &[
                ("\"2019-05-02 15:23:50.0369439\"", "2019-05-02T15:23:50.0369439Z"),
                ("20200101", "null"),
                ("\"x\"", "null"),
            ],
        ),
        ("timespan", &[("\"-00:00:02.0020002\"", "-00:00:02.0020002"), ("5", "null")]),
        (
            "guid",
            &[("\"2945C8AA-f13e-4c48-4473-b81440bb5ca2\"", "2945c8aa-f13e-4c48-4473-b81440bb5ca2"), ("7", "null")],
        ),
        (
            "string",
            &[
                ("\"x\"", "'x'"),
                (r#""a\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00""#, "'a\"\\/\u{8}\u{c}\n\r\tä😀'"),
                (r#""\ud83dx""#, "'\u{fffd}x'"),
                ("1.50", "'1.50'"),
                ("true", "'true'"),
                ("null", "''"),
                ("{ \"k\" : [ 1, \"a b\" ] }", "'{\"k\":[1,\"a b\"]}'"),
                ("\"tab\there\"", "'tab\there'"),
            ],
        ),
        (
            "dynamic",
            &[
                ("{ \"k\" : [ 1, \"a b\" ] }", "{\"k\":[1,\"a b\"]}"),
                ("{\"k\":1,\"k\":2}", "{\"k\":2}"),
                ("1.0", "1.0"),
                ("12345678901234567890.123", "12345678901234567890.123"),
                ("\"\"", "\"\""),
                ("\"{\\\"a\\\":1}\"", "\"{\\\"a\\\":1}\""),
                ("null", "null"),
                ("false", "false"),
                ("\"tab\there\"", "\"tab\\there\""),
                ("{\"n\":NaN,\"i\":[-Infinity,\"NaN\"]}", "{\"n\":real(nan),\"i\":[real(-inf),\"NaN\"]}"),
            ],
        ),
    ] {
        for (value, expected) in cases {
            let text = format!("{{\"a\":{value},\"k\":1}}");
            check_rows(DataFormat::MultiJson, &format!("a:{ty}"), text.as_bytes(), &[expected]);
        }
    }
}

#[test]
fn dynamic_values_keep_their_numbers_as_written() {
    let columns = columns("a:dynamic");
    let mut texts = Vec::new();
    let text = "{\"a\":1.500}\n{\"a\":{\"x\" : 12345678901234567890.1230}}\n{\"a\":1E5}";
    crate::read(text.as_bytes(), &Ingestion::new(DataFormat::Json, &columns), &mut |batch| {
        let array = batch.column(0).clone();
        let strings = calypso_columns::Strings::new(&array, false).unwrap();
        texts.extend((0..batch.num_rows()).map(|row| strings.get(row).to_owned()));
        Ok(())
    })
    .unwrap();
    assert_eq!(texts, ["1.500", "{\"x\":12345678901234567890.1230}", "1E5"]);
}

#[test]
fn malformed_records_fail_multijson_with_their_place() {
    for (text, message) in [
        ("{\"a\":1}\n{\"a\":2", "record 2 (line 2, byte 14): the text ends inside the record"),
        ("{\"a\":1}\n{\"a\":2]", "record 2 (line 2, byte 14): expected `,` or `}`, found ']'"),
        ("{\"a\":1}\n\n{\"a\"\n 2}", "record 2 (line 4, byte 15): expected `:`, found '2'"),
        ("{\"a\":\"x}", "ends inside the record"),
        ("{\"a\":01}", "leading zeros"),
        ("{\"a\":1.}", "a digit"),
        ("{\"a\":\"\\x\"}", "an escape sequence"),
        ("{\"a\":\"\\u12g4\"}", "four hexadecimal digits"),
        ("{\"a\":tru}", "a value"),
        ("{\"a\":1,}", "a property name"),
        ("{a:1}", "a property name"),
        ("{'a':1}", "a property name"),
        ("{\"a\":1},{\"a\":2}", "a value, found ','"),
        ("[{\"a\":1}", "ends inside"),
        ("[{\"a\":1}{\"a\":2}]", "`,` or `]`"),
        ("[{\"a\":1},]", "a value"),
        ("a,b\n1,2\n", "a value, found 'a'"),
        ("[1,2]", "an object"),
        ("nul", "ends inside"),
    ] {
        let message = message.strip_prefix("record").map_or(message.to_owned(), |rest| format!("in record{rest}"));
        check_error(DataFormat::MultiJson, "a:long", text.as_bytes(), Code::BadRequestInvalidBlob, &message);
    }
}

#[test]
fn malformed_lines_of_json_are_left_out_and_counted() {
    let columns = columns("a:long");
    let text = "{\"a\":1}\n{\"a\":\n2}\nrubbish\n{\"a\":3} trailing\n{\"a\":4";
    let (rows, summary) = ingest(text.as_bytes(), &Ingestion::new(DataFormat::Json, &columns)).unwrap();
    assert_eq!(rows, ["1", "3"]);
    assert_eq!(summary.records_malformed, 5);
    assert_eq!(
        summary.first_malformed.unwrap().to_string(),
        "malformed json in record 2 (line 2, byte 13): expected the rest of the record in its line, found '\\n'"
    );
}

#[test]
fn json_without_one_well_formed_record_fails_with_the_first_fault() {
    check_error(
        DataFormat::Json,
        "a:long",
        b"{\n\"a\":1\n}\n",
        Code::StreamNoDataToIngest,
        "none of the 3 records is well formed; the first: malformed json in record 1 (line 1, byte 1)",
    );
}

#[test]
fn singlejson_takes_exactly_one_value() {
    check_error(DataFormat::SingleJson, "a:long", b"{} {}", Code::BadRequestInvalidBlob, "the end of the file");
    check_error(DataFormat::SingleJson, "a:long", b"[{}]", Code::BadRequestInvalidBlob, "an object");
}

#[test]
fn data_without_records_fail() {
    for format in [DataFormat::Json, DataFormat::MultiJson, DataFormat::SingleJson] {
        for text in [&b""[..], b" \r\n\t", b"\xef\xbb\xbf"] {
            check_error(format, "a:long", text, Code::BadRequestNoRecordsOrWrongFormat, format.name());
        }
    }
    check_error(DataFormat::MultiJson, "a:long", b"[]", Code::BadRequestNoRecordsOrWrongFormat, "no record");
}

#[test]
fn deep_nesting_fails_and_does_not_overflow_the_stack() {
    for format in [DataFormat::Json, DataFormat::MultiJson, DataFormat::SingleJson] {
        for name in ["a", "unmapped"] {
            let text = format!("{{\"{name}\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
            check_error(format, "a:dynamic", text.as_bytes(), Code::BadRequestInvalidBlob, "nesting is deeper than");
            let open = format!("{{\"{name}\":{}", "[".repeat(10_000));
            check_error(format, "a:dynamic", open.as_bytes(), Code::BadRequestInvalidBlob, "nesting is deeper than");
        }
        let depth = NESTING_DEPTH_MAX - 1;
        let text = format!("{{\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
        let expected = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        check_rows(format, "a:dynamic", text.as_bytes(), &[&expected]);
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_replaced() {
    for format in [DataFormat::Json, DataFormat::MultiJson] {
        check_rows(format, SCHEMA, b"{\"b\":\"x\xff\xffy\",\"a\":1}\n", &["1 | 'x\u{fffd}\u{fffd}y'"]);
        check_rows(format, SCHEMA, b"{\"\xff\":2,\"b\":\"x\",\"a\":1}\n", &["1 | 'x'"]);
    }
}

#[test]
fn a_value_of_48_megabytes_is_cut_or_null_and_more_than_a_record_may_have_fails() {
    let columns = columns("a:string, b:dynamic");
    for (format, name) in [(DataFormat::Json, "a"), (DataFormat::MultiJson, "b")] {
        let head = format!("{{\"{name}\":\"");
        let source = |length| padded(&head, b'x', "\"}", length);
        let ingestion = Ingestion::new(format, &columns);
        let (rows, _) = ingest_from(source(48 << 20), &ingestion).unwrap();
        let expected = if name == "a" { STRING_VALUE_BYTES_MAX + 9 } else { 9 };
        assert_eq!(rows[0].len(), expected, "{format} {name}");
        let error = ingest_from(source(RECORD_BYTES_MAX + 1), &ingestion).unwrap_err();
        assert!(matches!(error, Error::RecordTooLarge { .. }), "{format}: {error}");
    }
}

#[test]
fn records_across_the_edge_of_the_window_are_whole() {
    let columns = columns("a:long, b:string, c:dynamic");
    let mut text = String::new();
    for row in 0..30_000 {
        text.push_str(&format!("{{\"a\":{row},\"b\":\"text {row}\",\"c\":{{\"k\":[{row}]}}}}\n"));
    }
    assert!(text.len() > 4 * 256 * 1024);
    for format in [DataFormat::Json, DataFormat::MultiJson] {
        let (rows, summary) = ingest(text.as_bytes(), &Ingestion::new(format, &columns)).unwrap();
        assert_eq!(rows.len(), 30_000);
        assert!(rows.iter().enumerate().all(|(r, row)| *row == format!("{r} | 'text {r}' | {{\"k\":[{r}]}}")));
        assert_eq!(summary.bytes_raw, text.len() as u64);
    }
}

#[test]
fn numbers_as_records_end_with_the_file_and_not_with_the_window() {
    let columns = columns("a:long");
    let mapping = mapping(MappingKind::Json, vec![by_path("a", "$")]);
    let ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(DataFormat::MultiJson, &columns) };
    for (text, expected) in [("12 34\n[5,6]78", &["12", "34", "5", "6", "78"][..]), ("1", &["1"])] {
        assert_eq!(ingest(text.as_bytes(), &ingestion).unwrap().0, expected);
    }
}

#[test]
fn a_mapping_takes_paths_constants_and_transforms() {
    let columns =
        columns("t:datetime, n:long, s:string, e:dynamic, file:string, line:long, c:dynamic, d:int, all:dynamic");
    let mapping = mapping(
        MappingKind::Json,
        vec![
            transformed(by_path("t", "$.time"), MappingTransform::DateTimeFromUnixSeconds),
            by_path("n", "$['a b'].n"),
            by_path("s", "$.list[1].s"),
            transformed(by_path("e", "$.events"), MappingTransform::PropertyBagArrayToDictionary),
            transformed(element("file"), MappingTransform::SourceLocation),
            transformed(element("line"), MappingTransform::SourceLineNumber),
            constant("c", "{\"k\": 1}"),
            by_path("d", "42"),
            by_path("all", "$"),
        ],
    );
    let options = Options { source_location: Some("blob".to_owned()), ..Options::default() };
    for format in [DataFormat::Json, DataFormat::MultiJson] {
        let ingestion =
            Ingestion { mapping: Some(&mapping), options: options.clone(), ..Ingestion::new(format, &columns) };
        let text = concat!(
            r#"{"time":1557152625,"a b":{"n":7},"list":[0,{"s":"x"}],"events":[{"n1":"v1"},{"n2":"v2"}]}"#,
            "\n\n",
            r#"{"time":"1557152625.5","a b":[],"list":{"s":1},"events":{"n":1}}"#,
        );
        assert_eq!(
            ingest(text.as_bytes(), &ingestion).unwrap().0,
            [
                concat!(
                    r#"2019-05-06T14:23:45.0000000Z | 7 | 'x' | {"n1":"v1","n2":"v2"} | 'blob' | 1 | {"k":1} | 42 | "#,
                    r#"{"time":1557152625,"a b":{"n":7},"list":[0,{"s":"x"}],"events":[{"n1":"v1"},{"n2":"v2"}]}"#
                ),
                concat!(
                    r#"2019-05-06T14:23:45.5000000Z | null | '' | {"n":1} | 'blob' | 3 | {"k":1} | 42 | "#,
                    r#"{"time":"1557152625.5","a b":[],"list":{"s":1},"events":{"n":1}}"#
                ),
            ]
        );
    }
}

#[test]
fn drop_mapped_fields_leaves_what_no_other_column_takes() {
    let columns = columns("a:long, deep:string, first:long, rest:dynamic, inner:string");
    let drop = MappingTransform::DropMappedFields;
    let mapping = mapping(
        MappingKind::Json,
        vec![
            by_path("a", "$.a"),
            by_path("deep", "$.o.x"),
            by_path("first", "$.list[0]"),
            transformed(by_path("rest", "$"), drop),
        ],
    );
    let ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(DataFormat::MultiJson, &columns) };
    let text = r#"{"a":1, "b":"\u00e4", "o":{"x":"y","z":[1, 2]}, "list":[5,6], "n":null} {"a":2} {"b":3}"#;
    assert_eq!(
        ingest(text.as_bytes(), &ingestion).unwrap().0,
        [
            r#"1 | 'y' | 5 | {"b":"\u00e4","o":{"z":[1,2]},"list":[5,6],"n":null} | ''"#,
            r#"2 | '' | null | {} | ''"#,
            r#"null | '' | null | {"b":3} | ''"#,
        ]
    );
}

#[test]
fn a_property_named_twice_counts_with_nothing_of_the_first_below_it() {
    let columns = columns("x:long, y:long");
    let mapping = mapping(MappingKind::Json, vec![by_path("x", "$.o.x"), by_path("y", "$.o.y")]);
    let ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(DataFormat::MultiJson, &columns) };
    assert_eq!(ingest(br#"{"o":{"x":1},"o":{"y":2}}"#, &ingestion).unwrap().0, ["null | 2"]);
}

#[test]
fn mappings_that_cannot_be_used_fail_before_anything_is_read() {
    let columns = columns("a:long");
    let unix = MappingTransform::DateTimeFromUnixSeconds;
    for (elements, message) in [
        (vec![by_path("a", "$.")], "a name is missing"),
        (vec![by_path("a", "$..a")], "a name is missing"),
        (vec![by_path("a", "$.*")], "wildcards"),
        (vec![by_path("a", "$[*]")], "number of an element"),
        (vec![by_path("a", "$x")], "expected `.` or `[`"),
        (vec![element("a")], "needs a Path"),
        (vec![transformed(element("a"), unix)], "needs a Path"),
        (vec![transformed(by_path("a", "$.a"), MappingTransform::BytesAsBase64)], "BytesAsBase64"),
    ] {
        let mapping = mapping(MappingKind::Json, elements);
        let ingestion = Ingestion { mapping: Some(&mapping), ..Ingestion::new(DataFormat::Json, &columns) };
        let error = crate::check(&ingestion).unwrap_err();
        assert_eq!(error.code(), Code::BadRequestInvalidMapping);
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn many_columns_are_found_in_any_order() {
    let names: Vec<_> = (0..2_000).map(|c| format!("c{c}")).collect();
    let columns: Vec<_> =
        names.iter().map(|name| calypso_columns::Column::new(name, calypso_types::ScalarType::Long)).collect();
    let members: Vec<_> = (0..2_000).rev().map(|c| format!("\"c{c}\":{c}")).collect();
    let text = format!("{{{}}}", members.join(","));
    let (rows, _) = ingest(text.as_bytes(), &Ingestion::new(DataFormat::Json, &columns)).unwrap();
    assert_eq!(rows[0], (0..2_000).map(|c| c.to_string()).collect::<Vec<_>>().join(" | "));
}

#[test]
fn reading_stops_at_the_record_limit() {
    let columns = columns("a:long");
    for (format, text) in [
        (DataFormat::Json, "{\"a\":1}\n{\"a\":2}{\"a\":3}\n"),
        (DataFormat::MultiJson, "[{\"a\":1},{\"a\":2},{\"a\":3}"),
    ] {
        let mut ingestion = Ingestion::new(format, &columns);
        ingestion.options.record_limit = Some(2);
        assert_eq!(ingest(text.as_bytes(), &ingestion).unwrap().0, ["1", "2"]);
    }
}

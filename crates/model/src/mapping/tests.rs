//! Every spelling of mappings that SDKs and documented examples write.

use calypso_types::ScalarType;

use super::{ColumnMapping, IngestionMapping, JsonPath, MappingKind, MappingTransform, PathStep};

fn parse(kind: MappingKind, text: &str) -> Result<IngestionMapping, String> {
    IngestionMapping::parse(kind, "m", text).map_err(|error| error.to_string())
}

fn columns(kind: MappingKind, text: &str) -> Vec<ColumnMapping> {
    parse(kind, text).unwrap().columns
}

fn empty(column: &str) -> ColumnMapping {
    ColumnMapping {
        column: column.to_owned(),
        data_type: None,
        ordinal: None,
        path: None,
        const_value: None,
        transform: None,
    }
}

#[test]
fn csv_mappings_in_all_their_spellings_mean_the_same() {
    let expected = ColumnMapping { data_type: Some(ScalarType::Int), ordinal: Some(0), ..empty("rownumber") };
    let spellings = [
        r#"[{ "column" : "rownumber", "DataType":"int", "Properties":{"Ordinal":"0"}},]"#,
        r#"[{"Column":"rownumber","datatype":"int","properties":{"ordinal":0}}]"#,
        r#"[{"Name":"rownumber","DataType":"int","CsvDataType":null,"Ordinal":0,"ConstValue":null}]"#,
        r#"[{'columnName':'rownumber','columnType':'int','Properties':{'Ordinal':'0','ConstValue':''}}]"#,
    ];
    for spelling in spellings {
        assert_eq!(columns(MappingKind::Csv, spelling), std::slice::from_ref(&expected), "{spelling}");
    }
}

#[test]
fn json_mappings_in_all_their_spellings_mean_the_same() {
    let expected = ColumnMapping { path: Some("$.Timestamp".to_owned()), ..empty("t") };
    let spellings = [
        r#"[{"column":"t","Properties":{"Path":"$.Timestamp"}}]"#,
        r#"[{"column":"t","path":"$.Timestamp","datatype":"","transform":null}]"#,
        r#"[{"Properties":{"Path":"$.Timestamp","Transform":"None"},"column":"t","datatype":null}]"#,
        r#"[{"Column":"t","Properties":{"Field":"Timestamp","Transform":[]}}]"#,
    ];
    for spelling in spellings {
        assert_eq!(columns(MappingKind::Json, spelling), std::slice::from_ref(&expected), "{spelling}");
    }
}

#[test]
fn a_path_without_a_dollar_is_a_constant() {
    let expected = ColumnMapping { const_value: Some("EU".to_owned()), ..empty("region") };
    assert_eq!(columns(MappingKind::Json, r#"[{"column":"region","path":"EU"}]"#), [expected]);
}

#[test]
fn transforms_come_as_text_or_as_an_array_of_one() {
    let text = r#"[{"Column":"uri","Properties":{"Transform":"SourceLocation"}},
        {"Column":"at","Properties":{"Path":"$.t","Transform":["DateTimeFromUnixMilliseconds"]}},
        {"Column":"Props","Properties":{"Path":"$","transform":"dropmappedfields"}},]"#;
    let transforms: Vec<_> = columns(MappingKind::Json, text).into_iter().map(|column| column.transform).collect();
    assert_eq!(
        transforms,
        [
            Some(MappingTransform::SourceLocation),
            Some(MappingTransform::DateTimeFromUnixMilliseconds),
            Some(MappingTransform::DropMappedFields),
        ]
    );
}

#[test]
fn transforms_of_the_sdks_that_change_nothing_are_none() {
    for name in ["", "None", "none", "UnknownMethod", "GetPathElement"] {
        let text = format!(r#"[{{"column":"a","path":"$.a","transform":"{name}"}}]"#);
        assert_eq!(columns(MappingKind::Json, &text)[0].transform, None, "{name}");
    }
}

#[test]
fn the_shown_text_is_the_services_spelling() {
    let text = r#"[ { "column" : "rownumber", "datatype" : "int", "Properties":{"Path":"$.rownumber"}},
        { "name" : "rowguid", "path":"$.rowguid", "Transform": ["SourceLineNumber"] } ]"#;
    assert_eq!(
        parse(MappingKind::Json, text).unwrap().text,
        concat!(
            r#"[{"Properties":{"Path":"$.rownumber"},"column":"rownumber","datatype":"int"},"#,
            r#"{"Properties":{"Path":"$.rowguid","Transform":"SourceLineNumber"},"column":"rowguid","datatype":""}]"#
        )
    );
    let csv = parse(MappingKind::Csv, r#"[{"Column":"a","Properties":{"Ordinal":3}}]"#).unwrap();
    assert_eq!(csv.text, r#"[{"Properties":{"Ordinal":"3"},"column":"a","datatype":""}]"#);
    assert_eq!(parse(MappingKind::Csv, &csv.text).unwrap(), csv);
}

#[test]
fn escaped_quotes_of_documented_paths_are_read() {
    let columns = columns(MappingKind::Json, r#"[{"Column":"c","Properties":{"Path":"$.[\'Property name\']"}}]"#);
    assert_eq!(columns[0].path.as_deref(), Some("$.['Property name']"));
}

#[test]
fn mappings_against_the_rules_of_their_kind_are_refused() {
    let cases = [
        (MappingKind::Json, "{", "it is not valid JSON"),
        (MappingKind::Json, "{}", "it is not a JSON array"),
        (MappingKind::Json, "[]", "it maps no column"),
        (MappingKind::Json, "[1]", "element 0: it is not a JSON object"),
        (MappingKind::Json, r#"[{"Properties":{"Path":"$.a"}}]"#, "it names no column"),
        (MappingKind::Json, r#"[{"column":"a"}]"#, "one of Path or Field, ConstValue and Transform"),
        (MappingKind::Json, r#"[{"column":"a","Properties":{"Ordinal":1}}]"#, "'Ordinal' has no meaning"),
        (MappingKind::Json, r#"[{"column":"a","path":"$.a"},{"column":"a","path":"$.b"}]"#, "mapped twice"),
        (MappingKind::Json, r#"[{"column":"a","path":"$.a","datatype":"number"}]"#, "'number' is not a scalar type"),
        (MappingKind::Json, r#"[{"column":"a","path":"$.a[*]"}]"#, "wildcards are not supported"),
        (MappingKind::Json, r#"[{"column":"a","path":"$.a","transform":"BytesAsBase64"}]"#, "not available in a Json"),
        (MappingKind::Json, r#"[{"column":"a","path":"$.a","transform":"Uppercase"}]"#, "is not supported"),
        (MappingKind::Json, r#"[{"column":"a","Properties":{"Paht":"$.a"}}]"#, "'Paht' is not a property"),
        (MappingKind::Csv, r#"[{"column":"a","Properties":{"Path":"$.a"}}]"#, "'Path' has no meaning"),
        (MappingKind::Csv, r#"[{"column":"a","Properties":{"Ordinal":1,"ConstValue":"x"}}]"#, "exclude one another"),
        (MappingKind::Csv, r#"[{"column":"a","Properties":{"Ordinal":"x"}}]"#, "'Ordinal' is not a whole number"),
        (MappingKind::Parquet, r#"[{"column":"a","Properties":{"Field":"a","Path":"$.a"}}]"#, "exclude one another"),
        (
            MappingKind::W3CLogFile,
            r#"[{"column":"a","Properties":{"Field":"a","Transform":"DropMappedFields"}}]"#,
            "not available",
        ),
    ];
    for (kind, text, message) in cases {
        let error = parse(kind, text).unwrap_err();
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn json_paths_are_names_and_indices() {
    let steps = |path: &str| JsonPath::parse(path).map(|path| path.steps);
    let name = |name: &str| PathStep::Property(name.to_owned());
    assert_eq!(steps("$").unwrap(), []);
    assert_eq!(steps("$.a.b-c").unwrap(), [name("a"), name("b-c")]);
    assert_eq!(steps("$['a b'][0].c").unwrap(), [name("a b"), PathStep::Index(0), name("c")]);
    assert_eq!(steps(r#"$.["it's"][ 12 ]"#).unwrap(), [name("it's"), PathStep::Index(12)]);
    assert_eq!(steps(&JsonPath::of_field("a.b'c")).unwrap(), [name("a.b'c")]);
    assert_eq!(JsonPath::of_field("plain_1"), "$.plain_1");
    for broken in ["", "a", "$a", "$.", "$..a", "$.*", "$[", "$['a", "$['a'", "$[-1]", "$[0:2]", "$[?(@.a)]", "$[a]"] {
        assert!(JsonPath::parse(broken).is_err(), "{broken}");
    }
}

#[test]
fn formats_name_the_kind_of_their_mappings() {
    assert_eq!(MappingKind::of_format("TSVE"), Some(MappingKind::Csv));
    assert_eq!(MappingKind::of_format("multijson"), Some(MappingKind::Json));
    assert_eq!(MappingKind::of_format("xml"), None);
    assert_eq!(MappingKind::from_name("w3clogfile"), Some(MappingKind::W3CLogFile));
    assert!(MappingKind::Avro.serves(MappingKind::ApacheAvro) && !MappingKind::Csv.serves(MappingKind::Json));
}

//! Spelling and rules of mappings.

use super::*;

fn refusal(columns: Vec<ColumnMapping>, format: DataFormat) -> String {
    IngestionMapping::Inline(columns).validate(None, format).unwrap_err().to_string()
}

#[test]
fn inline_mappings_are_spelled_as_python_spells_them() {
    let mapping = IngestionMapping::Inline(vec![
        ColumnMapping::from_path("a", "$.a").with_data_type("int"),
        ColumnMapping::from_path("b", "$.b")
            .with_data_type("dynamic")
            .with_transform(TransformationMethod::PropertyBagArrayToDictionary),
        ColumnMapping::from_ordinal("c", 7),
        ColumnMapping::constant("d", "x"),
        ColumnMapping::new("e").with_transform(TransformationMethod::SourceLineNumber),
    ]);
    assert_eq!(
        mapping.inline_json().unwrap(),
        concat!(
            r#"[{"column":"a","datatype":"int","properties":{"Path":"$.a"}},"#,
            r#"{"column":"b","datatype":"dynamic","properties":{"Path":"$.b","Transform":"PropertyBagArrayToDictionary"}},"#,
            r#"{"column":"c","properties":{"Ordinal":"7"}},"#,
            r#"{"column":"d","properties":{"ConstValue":"x"}},"#,
            r#"{"column":"e","properties":{"Transform":"SourceLineNumber"}}]"#,
        )
    );
    assert_eq!(IngestionMapping::Reference("m".to_owned()).inline_json(), None);
}

#[test]
fn what_a_kind_cannot_read_is_refused_by_name() {
    for (column, format, words) in [
        (ColumnMapping::new("a"), DataFormat::Csv, "where its values come from"),
        (ColumnMapping::from_path("a", "$.a"), DataFormat::Csv, "Path means nothing"),
        (ColumnMapping::from_ordinal("a", 0), DataFormat::Json, "Ordinal means nothing"),
        (ColumnMapping::from_field("a", "b"), DataFormat::MultiJson, "Field means nothing"),
        (
            ColumnMapping::from_path("a", "$").with_transform(TransformationMethod::SourceLocation),
            DataFormat::Json,
            "reads nothing of the record",
        ),
        (
            ColumnMapping::new("a").with_transform(TransformationMethod::DropMappedFields),
            DataFormat::Json,
            "needs a value",
        ),
        (
            ColumnMapping::from_path("a", "$.a").with_transform(TransformationMethod::BytesAsBase64),
            DataFormat::Parquet,
            "Avro",
        ),
    ] {
        let error = refusal(vec![column], format);
        assert!(error.contains(words) && error.contains("column 'a'"), "{error}");
    }
    let both = ColumnMapping { field: Some("f".to_owned()), ..ColumnMapping::from_path("a", "$.a") };
    assert!(refusal(vec![both], DataFormat::Orc).contains("Path and Field exclude one another"));
    assert!(refusal(vec![], DataFormat::Csv).contains("no column"));
}

#[test]
fn kinds_must_fit_the_format() {
    let mapping = IngestionMapping::Reference("m".to_owned());
    let error = mapping.validate(Some(MappingKind::Json), DataFormat::Csv).unwrap_err().to_string();
    assert!(error.contains("Json") && error.contains("Csv"), "{error}");
    mapping.validate(Some(MappingKind::Avro), DataFormat::ApacheAvro).unwrap();
    assert!(mapping.validate(None, DataFormat::AzMonStream).is_err());
}

//! Names, mappings and compression of the formats.

use super::*;

#[test]
fn every_name_is_read_again_in_any_case() {
    for format in DataFormat::ALL {
        assert_eq!(format.name().to_uppercase().parse::<DataFormat>().unwrap(), format);
        assert_eq!(format.name(), format.name().to_lowercase());
    }
    let error = "xlsx".parse::<DataFormat>().unwrap_err().to_string();
    assert!(error.contains("xlsx") && error.contains("parquet"), "{error}");
}

#[test]
fn file_names_tell_the_format_through_compression_and_query_strings() {
    for (name, format) in [
        ("a.csv", Some(DataFormat::Csv)),
        ("/x/a.b/T.JSON.gz", Some(DataFormat::Json)),
        ("https://h/c/rows.parquet?sig=a.csv", Some(DataFormat::Parquet)),
        ("rows.ndjson", Some(DataFormat::Json)),
        ("a.tsv.zip", Some(DataFormat::Tsv)),
        ("a.gz", None),
        ("csv", None),
    ] {
        assert_eq!(DataFormat::from_file_name(name), format, "{name}");
    }
}

#[test]
fn delimited_formats_take_csv_mappings_and_binary_ones_are_not_compressed() {
    assert_eq!(DataFormat::Raw.mapping_kind(), Some(MappingKind::Csv));
    assert_eq!(DataFormat::MultiJson.mapping_kind(), Some(MappingKind::Json));
    assert_eq!(DataFormat::AzMonStream.mapping_kind(), None);
    let binary: Vec<_> = DataFormat::ALL.into_iter().filter(|format| !format.is_compressible()).collect();
    let expected =
        [DataFormat::Avro, DataFormat::ApacheAvro, DataFormat::Parquet, DataFormat::Orc, DataFormat::SStream];
    assert_eq!(binary, expected);
}

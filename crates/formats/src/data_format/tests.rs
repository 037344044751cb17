//! Names and extensions of formats.

use calypso_model::MappingKind;

use super::DataFormat;
use crate::IngestionErrorCode;

#[test]
fn names_are_found_in_any_case_as_every_sdk_spells_them() {
    for (name, format) in [
        ("csv", DataFormat::Csv),
        ("CSV", DataFormat::Csv),
        ("SCsv", DataFormat::Scsv),
        ("SOHsv", DataFormat::Sohsv),
        ("TSVe", DataFormat::Tsve),
        ("MultiJson", DataFormat::MultiJson),
        ("multijson", DataFormat::MultiJson),
        ("W3cLogFile", DataFormat::W3CLogFile),
        ("ApacheAvro", DataFormat::ApacheAvro),
        ("SStream", DataFormat::SStream),
    ] {
        assert_eq!(DataFormat::from_name(name).unwrap(), format, "{name}");
    }
}

#[test]
fn an_unknown_name_is_an_error_that_names_it() {
    let error = DataFormat::from_name("xlsx").unwrap_err();
    assert_eq!(error.code(), IngestionErrorCode::BadRequestFormatNotSupported);
    assert!(error.to_string().contains("xlsx"));
}

#[test]
fn the_format_is_inferred_from_the_extension_beneath_the_compression() {
    for (name, format) in [
        ("stormevents.csv", Some(DataFormat::Csv)),
        ("a/b.c/Data.JSON.gz", Some(DataFormat::Json)),
        ("data.multijson.zip", Some(DataFormat::MultiJson)),
        ("https://host/container/data.tsv?sig=a.csv", Some(DataFormat::Tsv)),
        ("u_ex01.log", Some(DataFormat::W3CLogFile)),
        ("file1.gz.parquet", Some(DataFormat::Parquet)),
        ("data.gz", None),
        ("data", None),
        ("data.unknown", None),
    ] {
        assert_eq!(DataFormat::from_file_name(name), format, "{name}");
    }
}

#[test]
fn delimited_and_json_formats_share_their_mapping_kinds() {
    assert_eq!(DataFormat::Raw.mapping_kind(), Some(MappingKind::Csv));
    assert_eq!(DataFormat::SingleJson.mapping_kind(), Some(MappingKind::Json));
    assert_eq!(DataFormat::ALL.into_iter().filter(|format| format.is_supported()).count(), 16);
}

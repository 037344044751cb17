//! The table of codes.

use super::{FACTS, IngestionErrorCode};

#[test]
fn the_table_of_codes_is_in_the_order_of_the_enum() {
    for (position, facts) in FACTS.iter().enumerate() {
        assert_eq!(facts.code as usize, position, "{}", facts.name);
    }
}

#[test]
fn every_code_is_found_by_its_name() {
    for code in IngestionErrorCode::all() {
        assert_eq!(IngestionErrorCode::from_name(code.name()), Some(code));
    }
    assert_eq!(IngestionErrorCode::from_name("Stream_Unheard"), None);
}

#[test]
fn published_hresults_are_carried() {
    let with_hresult: Vec<_> = IngestionErrorCode::all()
        .filter_map(|code| Some((code.name(), format!("0x{:08X}", code.hresult()?))))
        .collect();
    assert_eq!(
        with_hresult,
        [
            ("Stream_WrongNumberOfFields", "0x80DA0008".to_owned()),
            ("Stream_ClosingQuoteMissing", "0x80DA000B".to_owned()),
            ("Stream_DynamicPropertyBagTooLarge", "0x80DA000E".to_owned()),
            ("Stream_InputStreamTooLarge", "0x80DA0009".to_owned()),
        ]
    );
}

//! Filters and bounds: no false negatives, and stored forms that stay as they are.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewArray};
use calypso_columns::{ColumnPredicate, Comparison};
use calypso_types::{Scalar, TimeSpan};

use super::{
    bounds::may_match,
    filter_section::{FilterDirectory, FilterEntry},
    term_filter,
    terms::{TermCollector, required_hashes},
};

fn filter_of(texts: &[&str]) -> Option<Vec<u8>> {
    let mut collector = TermCollector::new();
    let column: ArrayRef = Arc::new(StringViewArray::from_iter_values(texts));
    collector.add_strings(&column);
    collector.take_filter()
}

fn may_hold(filter: &[u8], text: &str) -> bool {
    required_hashes(text).iter().all(|hash| term_filter::may_contain(filter, *hash))
}

#[test]
fn a_filter_holds_every_term_whatever_its_case_and_neighbours() {
    let filter = filter_of(&["GET /Api/v2/users?id=4711", "naïve café_bar", "", "x-y"]).unwrap();
    for held in ["get", "API", "users", "4711", "/api/V2", "caf", "bar", "na", "ve", "id", "café", "x-y", "zz"] {
        assert!(may_hold(&filter, held), "{held}");
    }
    for absent in ["user", "471", "apis", "cafes"] {
        assert!(!may_hold(&filter, absent), "{absent}");
    }
}

#[test]
fn a_filter_of_many_terms_has_few_false_positives_and_no_false_negatives() {
    let texts: Vec<String> = (0..20_000).map(|n| format!("term{n}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let filter = filter_of(&texts).unwrap();
    assert!(texts.iter().all(|text| may_hold(&filter, text)));
    let false_positives = (0..10_000).filter(|n| may_hold(&filter, &format!("other{n}"))).count();
    assert!(false_positives < 300, "{false_positives}");
    assert!(filter.len() <= 20_000 * 10 / 8 + 32);
}

#[test]
fn letters_that_fold_into_ascii_leave_no_filter() {
    for text in ["\u{212A}elvin", "ſtop", "İstanbul"] {
        assert_eq!(filter_of(&["plain", text]), None, "{text}");
    }
}

/// The stored form of version 1; if this fails, stored filters no longer answer.
#[test]
fn hashes_and_bits_of_a_filter_stay_as_they_are() {
    assert_eq!(required_hashes("Error"), [8_511_278_330_150_711_882]);
    let long = "incomprehensibilities";
    assert_eq!(required_hashes(long), [xxhash_rust::xxh3::xxh3_64(long.as_bytes())]);
    let filter = filter_of(&["error"]).unwrap();
    assert_eq!(crc32c::crc32c(&filter), 1_693_595_214);
    assert_eq!(filter.iter().map(|byte| byte.count_ones()).sum::<u32>(), 8);
}

#[test]
fn a_filter_directory_survives_encoding_and_reports_damage() {
    let mut directory = FilterDirectory::default();
    let entry = FilterEntry { offset: 1 << 40, length: 5, crc: 6 };
    directory.insert(7, 3, entry);
    let bytes = directory.encode();
    assert_eq!(FilterDirectory::decode(&bytes).unwrap().get(7, 3), Some(&entry));
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(FilterDirectory::decode(&damaged).is_err());
        assert!(FilterDirectory::decode(&bytes[..at]).is_err());
    }
}

#[test]
fn bounds_rule_out_exactly_what_cannot_match() {
    let compare = |comparison, value| ColumnPredicate::Compare { column: 0, comparison, value };
    let bounds = (10, 20);
    for (comparison, least, greatest) in [
        (Comparison::Equal, 10, 20),
        (Comparison::Less, 11, i64::MAX),
        (Comparison::LessOrEqual, 10, i64::MAX),
        (Comparison::Greater, i64::MIN, 19),
        (Comparison::GreaterOrEqual, i64::MIN, 20),
    ] {
        for value in [i64::MIN, 9, 10, 11, 15, 19, 20, 21, i64::MAX] {
            let expected = least <= value && value <= greatest;
            assert_eq!(
                may_match(&compare(comparison, Scalar::Long(value)), bounds),
                expected,
                "{comparison:?} {value}"
            );
        }
    }
    let any = |values| ColumnPredicate::AnyOf { column: 0, values };
    assert!(may_match(&any(vec![Scalar::Int(1), Scalar::TimeSpan(TimeSpan(15))]), bounds));
    assert!(!may_match(&any(vec![Scalar::Int(1), Scalar::Int(30)]), bounds));
}

mod column_cache {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array};
    use calypso_model::ExtentId;
    use uuid::Uuid;

    use crate::extent::column_cache::{ColumnCache, ColumnKey, DecodedColumn};

    fn key(extent: u128, row_group: usize) -> ColumnKey {
        ColumnKey { extent: ExtentId(Uuid::from_u128(extent)), row_group, column: 1 }
    }

    /// 800 bytes.
    fn column() -> DecodedColumn {
        Arc::new(vec![Arc::new(Int64Array::from_iter_values(0..100)) as ArrayRef])
    }

    #[test]
    fn a_full_cache_takes_only_what_is_wanted_again_and_drops_the_least_used() {
        let cache = ColumnCache::new(4000);
        for row_group in 0..4 {
            cache.put(key(1, row_group), &column());
        }
        assert!((0..4).all(|row_group| cache.get(key(1, row_group)).is_some()));
        let full = cache.bytes();
        assert!((3200..=4000).contains(&full), "{full}");
        cache.put(key(2, 0), &column());
        let is_held = cache.get(key(2, 0)).is_some();
        cache.get(key(1, 0));
        cache.put(key(3, 0), &column());
        cache.put(key(3, 0), &column());
        assert!(cache.get(key(3, 0)).is_some() && cache.get(key(1, 0)).is_some());
        assert!(cache.get(key(1, 1)).is_none());
        assert!(cache.bytes() <= 4000, "{is_held}");
    }

    #[test]
    fn a_dropped_extent_frees_its_bytes_and_a_cache_of_size_zero_holds_nothing() {
        let cache = ColumnCache::new(10_000);
        cache.put(key(1, 0), &column());
        cache.put(key(2, 0), &column());
        cache.forget(key(1, 0).extent);
        assert!(cache.get(key(1, 0)).is_none() && cache.get(key(2, 0)).is_some());
        cache.forget(key(2, 0).extent);
        assert_eq!(cache.bytes(), 0);
        let cache = ColumnCache::new(0);
        cache.put(key(1, 0), &column());
        assert_eq!(cache.bytes(), 0);
    }
}

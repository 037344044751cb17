//! Values through serde and back; serde's own value deserializers stand for a format.

use serde::de::{IntoDeserializer as _, value::Error};

use super::*;

fn from_text<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Error> {
    T::deserialize(text.into_deserializer())
}

#[test]
fn texts_become_values() {
    assert_eq!(from_text::<DateTime>("2020-01-31T12:00:00.1Z").unwrap().to_iso(), "2020-01-31T12:00:00.1000000Z");
    assert_eq!(from_text::<TimeSpan>("-1.00:00:01").unwrap(), TimeSpan(-(864_000_000_000 + 10_000_000)));
    assert_eq!(from_text::<Guid>("74be27de-1e4e-49d9-b579-fe0b331d3642").unwrap().0[0], 0x74);
    assert_eq!(from_text::<Decimal>("1.50").unwrap(), Decimal(Decimal::UNIT / 2 * 3));
    assert_eq!(from_text::<Dynamic>("{\"a\":1}").unwrap(), Dynamic::String("{\"a\":1}".to_owned()));
}

#[test]
fn what_is_no_value_is_named() {
    let error = from_text::<DateTime>("yesterday").unwrap_err().to_string();
    assert!(error.contains("yesterday") && error.contains("a datetime"), "{error}");
    assert!(
        from_text::<TimeSpan>("x").is_err() && from_text::<Guid>("x").is_err() && from_text::<Decimal>("x").is_err()
    );
}

#[test]
fn decimals_are_also_read_from_numbers() {
    let decimal = |value: f64| Decimal::deserialize(serde::de::value::F64Deserializer::<Error>::new(value));
    assert_eq!(decimal(2.5).unwrap().to_string(), "2.5");
    assert!(decimal(f64::NAN).is_err());
    let whole = Decimal::deserialize(serde::de::value::U64Deserializer::<Error>::new(u64::MAX)).unwrap();
    assert_eq!(whole.to_string(), u64::MAX.to_string());
}

#[test]
fn bags_keep_the_last_of_properties_with_one_name() {
    let entries = [("a", 1_i64), ("b", 2), ("a", 3)];
    let map = serde::de::value::MapDeserializer::<_, Error>::new(entries.into_iter());
    let expected = vec![("a".to_owned(), Dynamic::Long(3)), ("b".to_owned(), Dynamic::Long(2))];
    assert_eq!(Dynamic::deserialize(map).unwrap(), Dynamic::Bag(expected));
}

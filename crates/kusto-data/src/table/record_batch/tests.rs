//! Tables in Arrow's form.

use arrow::array::{Array as _, AsArray as _};
use arrow::datatypes::{
    Decimal128Type, DurationMicrosecondType, Int64Type, TimestampMicrosecondType, TimestampNanosecondType,
};
use calypso_types::{Dynamic, TimeSpan};

use super::*;

fn columns() -> Vec<Column> {
    ScalarType::ALL.map(|ty| Column::new(ty.name(), ty)).to_vec()
}

fn row(of: impl Fn(ScalarType) -> Scalar) -> Box<[Scalar]> {
    ScalarType::ALL.map(of).to_vec().into_boxed_slice()
}

fn value(ty: ScalarType) -> Scalar {
    match ty {
        ScalarType::Bool => true.into(),
        ScalarType::DateTime => DateTime::parse("1969-12-31T23:59:59.9999999Z").unwrap().into(),
        ScalarType::Decimal => Decimal::parse("-1.5").unwrap().into(),
        ScalarType::Dynamic => Dynamic::from_text("[1]").into(),
        ScalarType::Int => 1.into(),
        ScalarType::Long => 2_i64.into(),
        ScalarType::Real => 0.5.into(),
        ScalarType::String => "s".into(),
        ScalarType::TimeSpan => TimeSpan(-15).into(),
        ScalarType::Guid => calypso_types::Guid::NIL.into(),
    }
}

fn batch(rows: &[Box<[Scalar]>], form: DateTimeAs) -> Result<RecordBatch, Error> {
    from_rows(&columns(), rows, RecordBatchOptions::default().with_datetime_as(form))
}

#[test]
fn every_type_has_its_arrow_type_and_nulls_stay_null() {
    let batch = batch(&[row(value), row(Scalar::null)], DateTimeAs::Microseconds).unwrap();
    assert_eq!((batch.num_rows(), batch.num_columns()), (2, 10));
    let column = |name: &str| batch.column_by_name(name).unwrap();
    assert_eq!(column("long").as_primitive::<Int64Type>().value(0), 2);
    assert_eq!(column("datetime").as_primitive::<TimestampMicrosecondType>().value(0), -1);
    assert_eq!(column("timespan").as_primitive::<DurationMicrosecondType>().value(0), -2);
    assert_eq!(column("decimal").as_primitive::<Decimal128Type>().value_as_string(0), "-1.50000000000000000");
    assert_eq!(column("dynamic").as_string::<i32>().value(0), "[1]");
    assert_eq!(column("guid").as_string::<i32>().value(0), "00000000-0000-0000-0000-000000000000");
    for field in batch.schema().fields() {
        assert_eq!(column(field.name()).is_null(1), field.name() != "string", "{}", field.name());
        assert_eq!(field.is_nullable(), field.name() != "string");
    }
}

#[test]
fn nanoseconds_hold_all_digits_or_refuse() {
    let batch_of = |text: &str| {
        let of = |ty| if ty == ScalarType::DateTime { DateTime::parse(text).unwrap().into() } else { value(ty) };
        batch(&[row(of)], DateTimeAs::Nanoseconds)
    };
    let good = batch_of("2020-01-01T00:00:00.0000001Z").unwrap();
    let nanos = good.column_by_name("datetime").unwrap().as_primitive::<TimestampNanosecondType>().value(0);
    assert_eq!(nanos % 1_000_000_000, 100);
    let error = batch_of("9999-12-31").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conversion);
    assert!(error.to_string().contains("'datetime'"), "{error}");
}

#[test]
fn text_loses_nothing() {
    let batch = batch(&[row(value)], DateTimeAs::Text).unwrap();
    let text = |name: &str| batch.column_by_name(name).unwrap().as_string::<i32>().value(0).to_owned();
    assert_eq!(
        (text("datetime").as_str(), text("timespan").as_str()),
        ("1969-12-31T23:59:59.9999999Z", "-00:00:00.0000015")
    );
}

#[test]
fn rows_without_columns_keep_their_number() {
    let rows = vec![Vec::new().into_boxed_slice(); 3];
    assert_eq!(from_rows(&[], &rows, RecordBatchOptions::default()).unwrap().num_rows(), 3);
}

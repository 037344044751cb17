//! A decoded Arrow array, looked at as values of whatever type it has.

use std::{collections::HashSet, fmt::Display};

use arrow::{
    array::{
        Array, ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, Decimal128Array, Decimal256Array,
        FixedSizeBinaryArray, Float64Array, Int64Array, RecordBatch, StringArray, StringViewArray, UInt64Array,
        UnionArray, cast::AsArray as _,
    },
    buffer::{NullBuffer, OffsetBuffer},
    compute::cast,
    datatypes::{DataType, Field, FieldRef, Fields, IntervalUnit, Schema},
};
use calypso_types::{DateTime, Guid, TimeSpan};

use super::{
    cell::Cell,
    integers::{self, Unit},
};
use crate::{DataFormat, Error};

/// Metadata of a field whose decimals are seconds since 1970, with the nanoseconds behind the point: nothing else
/// holds both the years and the precision that ORC has.
pub(super) const SECONDS_KEY: &str = "calypso.seconds";

/// Bytes of a guid; a field of as many bytes is taken for one.
const GUID_BYTES: i32 = 16;

/// A field has a type that is not read here.
#[derive(Debug)]
pub(super) struct Unsupported {
    field: String,
    ty: String,
}

impl Unsupported {
    fn new(field: &Field, ty: impl Display) -> Self {
        Self { field: field.name().clone(), ty: ty.to_string() }
    }

    pub(super) fn in_format(self, format: DataFormat) -> Error {
        Error::TypeNotSupported { format, field: self.field, ty: self.ty }
    }
}

/// The values of an array by row. Cheap to make: arrays are shared, but for numbers that are widened.
#[derive(Debug)]
pub(super) enum Values {
    /// No value at any row.
    Null,
    Bool(BooleanArray),
    Long(Int64Array),
    ULong(UInt64Array),
    Real(Float64Array),
    Decimal(Decimal128Array, i8),
    WideDecimal(Decimal256Array, i8),
    Text(StringArray),
    TextView(StringViewArray),
    Bytes(BinaryArray),
    BytesView(BinaryViewArray),
    FixedBytes(FixedSizeBinaryArray),
    Guid(FixedSizeBinaryArray),
    DateTime(Int64Array, Unit),
    /// Nanoseconds since 1970.
    WideDateTime(Decimal128Array),
    TimeSpan(Int64Array, Unit),
    Interval(ArrayRef, IntervalUnit),
    Bag {
        names: Vec<String>,
        children: Vec<Self>,
        nulls: Option<NullBuffer>,
    },
    List {
        offsets: OffsetBuffer<i32>,
        elements: Box<Self>,
        nulls: Option<NullBuffer>,
    },
    Map {
        offsets: OffsetBuffer<i32>,
        keys: Box<Self>,
        values: Box<Self>,
        nulls: Option<NullBuffer>,
    },
    Union {
        array: UnionArray,
        children: Vec<(i8, Self)>,
    },
}

impl Values {
    /// Looks at a whole record: a bag of the fields that are wanted.
    pub(super) fn of_record(
        schema: &Schema,
        batch: &RecordBatch,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Self, Unsupported> {
        bag(schema.fields(), batch.columns(), None, wanted)
    }

    /// Looks at an array of the type of `field`.
    fn of(field: &Field, array: &ArrayRef) -> Result<Self, Unsupported> {
        let unsupported = || Unsupported::new(field, array.data_type());
        let scalars = match array.data_type() {
            DataType::Null => Some(Self::Null),
            DataType::Boolean => array.as_boolean_opt().cloned().map(Self::Bool),
            DataType::UInt64 => integers::unsigned_longs(array).map(Self::ULong),
            DataType::Float16 | DataType::Float32 | DataType::Float64 => integers::reals(array).map(Self::Real),
            DataType::Decimal128(_, scale) => array.as_primitive_opt().cloned().map(|decimals| {
                if field.metadata().contains_key(SECONDS_KEY) {
                    Self::WideDateTime(decimals)
                } else {
                    Self::Decimal(decimals, *scale)
                }
            }),
            DataType::Decimal256(_, scale) => array.as_primitive_opt().cloned().map(|d| Self::WideDecimal(d, *scale)),
            DataType::Utf8 => array.as_string_opt().cloned().map(Self::Text),
            DataType::Utf8View => array.as_string_view_opt().cloned().map(Self::TextView),
            DataType::Binary => array.as_binary_opt().cloned().map(Self::Bytes),
            DataType::BinaryView => array.as_binary_view_opt().cloned().map(Self::BytesView),
            DataType::FixedSizeBinary(GUID_BYTES) => array.as_fixed_size_binary_opt().cloned().map(Self::Guid),
            DataType::FixedSizeBinary(_) => array.as_fixed_size_binary_opt().cloned().map(Self::FixedBytes),
            DataType::Interval(unit) => Some(Self::Interval(array.clone(), *unit)),
            DataType::Dictionary(_, values) => {
                let plain = cast(array, values).map_err(|_| unsupported())?;
                return Self::of(&Field::new(field.name(), (**values).clone(), true), &plain);
            }
            DataType::Struct(_) | DataType::List(_) | DataType::Map(..) | DataType::Union(..) => {
                return Self::of_nested(field, array);
            }
            _ => integers::longs(array)
                .map(Self::Long)
                .or_else(|| integers::datetimes(array).map(|(counts, unit)| Self::DateTime(counts, unit)))
                .or_else(|| integers::timespans(array).map(|(counts, unit)| Self::TimeSpan(counts, unit))),
        };
        scalars.ok_or_else(unsupported)
    }

    /// Looks at an array of arrays, bags or dictionaries. Recurses as deep as the schema nests.
    fn of_nested(field: &Field, array: &ArrayRef) -> Result<Self, Unsupported> {
        let unsupported = || Unsupported::new(field, array.data_type());
        match field.data_type() {
            DataType::Struct(fields) => {
                let array = array.as_struct_opt().ok_or_else(unsupported)?;
                bag(fields, array.columns(), array.nulls().cloned(), &|_| true)
            }
            DataType::List(element) => {
                let array = array.as_list_opt::<i32>().ok_or_else(unsupported)?;
                let elements = Box::new(Self::of(element, array.values())?);
                Ok(Self::List { offsets: array.offsets().clone(), elements, nulls: array.nulls().cloned() })
            }
            DataType::Map(entries, _) => {
                let array = array.as_map_opt().ok_or_else(unsupported)?;
                let (key, value) = map_fields(entries).ok_or_else(unsupported)?;
                let keys = Box::new(Self::of(key, array.keys())?);
                let values = Box::new(Self::of(value, array.values())?);
                Ok(Self::Map { offsets: array.offsets().clone(), keys, values, nulls: array.nulls().cloned() })
            }
            DataType::Union(fields, _) => {
                let array = array.as_union_opt().ok_or_else(unsupported)?;
                let child = |(id, field): (i8, &FieldRef)| Ok((id, Self::of(field, array.child(id))?));
                let children = fields.iter().map(child).collect::<Result<_, Unsupported>>()?;
                Ok(Self::Union { array: array.clone(), children })
            }
            _ => Err(unsupported()),
        }
    }

    /// Returns the value at a row.
    pub(super) fn cell(&self, row: usize) -> Cell<'_> {
        macro_rules! valid {
            ($array:expr, $make:expr) => {
                if $array.is_valid(row) { $make($array.value(row)) } else { Cell::Null }
            };
        }
        match self {
            Self::Null => Cell::Null,
            Self::Bool(a) => valid!(a, Cell::Bool),
            Self::Long(a) => valid!(a, Cell::Long),
            Self::ULong(a) => valid!(a, |value| i64::try_from(value).map_or(Cell::ULong(value), Cell::Long)),
            Self::Real(a) => valid!(a, Cell::Real),
            Self::Decimal(a, scale) => valid!(a, |raw| Cell::Decimal(raw, *scale)),
            Self::WideDecimal(a, scale) => {
                valid!(a, |raw: arrow::datatypes::i256| match raw.to_i128() {
                    Some(raw) => Cell::Decimal(raw, *scale),
                    None => Cell::Digits(a.value_as_string(row)),
                })
            }
            Self::Text(a) => valid!(a, Cell::Text),
            Self::TextView(a) => valid!(a, Cell::Text),
            Self::Bytes(a) => valid!(a, text_or_bytes),
            Self::BytesView(a) => valid!(a, text_or_bytes),
            Self::FixedBytes(a) => valid!(a, text_or_bytes),
            Self::Guid(a) => valid!(a, |bytes: &[u8]| bytes.try_into().map_or(Cell::Null, |b| Cell::Guid(Guid(b)))),
            Self::DateTime(a, unit) => valid!(a, |count| {
                let ticks = unit.ticks(count).and_then(|ticks| ticks.checked_add(DateTime::UNIX_EPOCH.0));
                datetime(ticks)
            }),
            Self::WideDateTime(a) => valid!(a, |nanoseconds: i128| {
                datetime(i64::try_from(nanoseconds.div_euclid(100) + i128::from(DateTime::UNIX_EPOCH.0)).ok())
            }),
            Self::TimeSpan(a, unit) => {
                valid!(a, |count| unit.ticks(count).map_or(Cell::OutOfRange, |ticks| Cell::TimeSpan(TimeSpan(ticks))))
            }
            Self::Interval(a, unit) if a.is_valid(row) => {
                interval_ticks(a, *unit, row).map_or(Cell::OutOfRange, |ticks| Cell::TimeSpan(TimeSpan(ticks)))
            }
            Self::Interval(..) => Cell::Null,
            Self::Union { .. } => self.chosen(row).map_or(Cell::Null, |(values, row)| values.cell(row)),
            Self::Bag { nulls, .. } | Self::List { nulls, .. } | Self::Map { nulls, .. } => {
                if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                    Cell::Null
                } else {
                    Cell::Nested(self, row)
                }
            }
        }
    }

    /// Returns which values a union has at a row, and where among them.
    pub(super) fn chosen(&self, row: usize) -> Option<(&Self, usize)> {
        let Self::Union { array, children } = self else { return None };
        let id = array.type_id(row);
        let (_, values) = children.iter().find(|(child, _)| *child == id)?;
        Some((values, array.value_offset(row)))
    }
}

/// Returns the fields of keys and values.
fn map_fields(entries: &Field) -> Option<(&FieldRef, &FieldRef)> {
    let DataType::Struct(fields) = entries.data_type() else { return None };
    Some((fields.first()?, fields.get(1)?))
}

/// Looks at fields side by side. Of fields named alike the first counts; one that is not wanted is null.
fn bag(
    fields: &Fields,
    columns: &[ArrayRef],
    nulls: Option<NullBuffer>,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Values, Unsupported> {
    let mut seen = HashSet::new();
    let (mut names, mut children) = (Vec::new(), Vec::new());
    for (field, column) in fields.iter().zip(columns) {
        if seen.insert(field.name().as_str()) && wanted(field.name()) {
            names.push(field.name().clone());
            children.push(Values::of(field, column)?);
        }
    }
    Ok(Values::Bag { names, children, nulls })
}

fn text_or_bytes(bytes: &[u8]) -> Cell<'_> {
    std::str::from_utf8(bytes).map_or(Cell::Bytes(bytes), Cell::Text)
}

fn datetime(ticks: Option<i64>) -> Cell<'static> {
    ticks.and_then(DateTime::from_ticks).map_or(Cell::OutOfRange, Cell::DateTime)
}

/// Returns an interval in ticks; none if it has months, which are of no fixed length.
fn interval_ticks(array: &ArrayRef, unit: IntervalUnit, row: usize) -> Option<i64> {
    use arrow::datatypes::{IntervalDayTimeType, IntervalMonthDayNanoType, IntervalYearMonthType};
    let (months, days, ticks) = match unit {
        IntervalUnit::YearMonth => (array.as_primitive_opt::<IntervalYearMonthType>()?.value(row), 0, 0),
        IntervalUnit::DayTime => {
            let value = array.as_primitive_opt::<IntervalDayTimeType>()?.value(row);
            (0, value.days, Unit::MILLISECOND.ticks(value.milliseconds.into())?)
        }
        IntervalUnit::MonthDayNano => {
            let value = array.as_primitive_opt::<IntervalMonthDayNanoType>()?.value(row);
            (value.months, value.days, value.nanoseconds.div_euclid(100))
        }
    };
    if months != 0 {
        return None;
    }
    Unit::DAY.ticks(days.into())?.checked_add(ticks)
}

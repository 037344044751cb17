//! A value of an Arrow array as JSON that Kusto reads into the fitting type without loss.
//!
//! Times are ISO 8601 in UTC with Kusto's ticks of 100 ns (what is finer is cut off), durations are timespans, decimals and
//! numbers that JSON lacks are text, bytes are base64, lists, structs and maps are `dynamic`.

use arrow::{
    array::{Array, ArrowPrimitiveType, AsArray as _},
    datatypes::{
        DataType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
        DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType, Float16Type,
        Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
        Time64MicrosecondType, Time64NanosecondType, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
        TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use calypso_types::{DateTime, TimeSpan};

/// Most lists, structs and maps within one another.
const DEPTH_MAX: usize = 64;
const TICKS_PER_SECOND: i128 = 10_000_000;
const SECONDS_PER_DAY: i128 = 86_400;

/// Appends the value at `row`; `null` where there is none.
///
/// # Errors
/// When the type has no counterpart, or the value is beyond Kusto's range.
pub(super) fn write(array: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
    write_at(array, row, out, 0)
}

/// Appends the JSON that the text at `row` is; text that is none, as text.
///
/// # Errors
/// As [`write`].
pub(super) fn write_json(array: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let text = match array.data_type() {
        _ if array.is_null(row) => None,
        DataType::Utf8 => Some(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Some(array.as_string::<i64>().value(row)),
        DataType::Utf8View => Some(array.as_string_view().value(row)),
        _ => None,
    };
    match text.filter(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()) {
        // A line end stands between tokens only, and must not break the line.
        Some(text) => out.extend(text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte })),
        None => write(array, row, out)?,
    }
    Ok(())
}

fn write_at(array: &dyn Array, row: usize, out: &mut Vec<u8>, depth: usize) -> Result<(), String> {
    if depth > DEPTH_MAX {
        return Err(format!("its type nests deeper than {DEPTH_MAX}"));
    }
    if array.is_null(row) {
        out.extend_from_slice(b"null");
        return Ok(());
    }
    match array.data_type() {
        DataType::Null => out.extend_from_slice(b"null"),
        DataType::Boolean => push(out, array.as_boolean().value(row)),
        DataType::Int8 => push(out, value::<Int8Type>(array, row)),
        DataType::Int16 => push(out, value::<Int16Type>(array, row)),
        DataType::Int32 => push(out, value::<Int32Type>(array, row)),
        DataType::Int64 => push(out, value::<Int64Type>(array, row)),
        DataType::UInt8 => push(out, value::<UInt8Type>(array, row)),
        DataType::UInt16 => push(out, value::<UInt16Type>(array, row)),
        DataType::UInt32 => push(out, value::<UInt32Type>(array, row)),
        DataType::UInt64 => push(out, value::<UInt64Type>(array, row)),
        DataType::Float16 => push_real(out, f64::from(value::<Float16Type>(array, row))),
        DataType::Float32 => push_float(out, value::<Float32Type>(array, row)),
        DataType::Float64 => push_real(out, value::<Float64Type>(array, row)),
        DataType::Utf8 => push_text(out, array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => push_text(out, array.as_string::<i64>().value(row)),
        DataType::Utf8View => push_text(out, array.as_string_view().value(row)),
        DataType::Binary => push_bytes(out, array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => push_bytes(out, array.as_binary::<i64>().value(row)),
        DataType::BinaryView => push_bytes(out, array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => push_bytes(out, array.as_fixed_size_binary().value(row)),
        DataType::Decimal32(..) => push_text(out, &array.as_primitive::<Decimal32Type>().value_as_string(row)),
        DataType::Decimal64(..) => push_text(out, &array.as_primitive::<Decimal64Type>().value_as_string(row)),
        DataType::Decimal128(..) => push_text(out, &array.as_primitive::<Decimal128Type>().value_as_string(row)),
        DataType::Decimal256(..) => push_text(out, &array.as_primitive::<Decimal256Type>().value_as_string(row)),
        ty if ty.is_temporal() => return push_temporal(array, row, out),
        _ => return push_nested(array, row, out, depth + 1),
    }
    Ok(())
}

fn push_temporal(array: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let seconds = |count: i64| i128::from(count) * TICKS_PER_SECOND;
    let since_epoch = match array.data_type() {
        DataType::Date32 => i128::from(value::<Date32Type>(array, row)) * SECONDS_PER_DAY * TICKS_PER_SECOND,
        DataType::Date64 => ticks(TimeUnit::Millisecond, value::<Date64Type>(array, row)),
        DataType::Timestamp(TimeUnit::Second, _) => seconds(value::<TimestampSecondType>(array, row)),
        DataType::Timestamp(unit @ TimeUnit::Millisecond, _) => {
            ticks(*unit, value::<TimestampMillisecondType>(array, row))
        }
        DataType::Timestamp(unit @ TimeUnit::Microsecond, _) => {
            ticks(*unit, value::<TimestampMicrosecondType>(array, row))
        }
        DataType::Timestamp(unit @ TimeUnit::Nanosecond, _) => {
            ticks(*unit, value::<TimestampNanosecondType>(array, row))
        }
        _ => return push_span(array, row, out),
    };
    let range = i128::from(DateTime::MIN.0)..=i128::from(DateTime::MAX.0);
    let at = since_epoch + i128::from(DateTime::UNIX_EPOCH.0);
    let at = Some(at).filter(|at| range.contains(at)).and_then(|at| i64::try_from(at).ok());
    let at = at.ok_or_else(|| format!("row {row} is not within the years 1 to 9999 of datetime"))?;
    push_text(out, &DateTime(at).to_iso());
    Ok(())
}

fn push_span(array: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let span = match array.data_type() {
        DataType::Time32(TimeUnit::Second) => ticks(TimeUnit::Second, value::<Time32SecondType>(array, row).into()),
        DataType::Time32(unit) => ticks(*unit, value::<Time32MillisecondType>(array, row).into()),
        DataType::Time64(unit @ TimeUnit::Microsecond) => ticks(*unit, value::<Time64MicrosecondType>(array, row)),
        DataType::Time64(unit) => ticks(*unit, value::<Time64NanosecondType>(array, row)),
        DataType::Duration(unit @ TimeUnit::Second) => ticks(*unit, value::<DurationSecondType>(array, row)),
        DataType::Duration(unit @ TimeUnit::Millisecond) => ticks(*unit, value::<DurationMillisecondType>(array, row)),
        DataType::Duration(unit @ TimeUnit::Microsecond) => ticks(*unit, value::<DurationMicrosecondType>(array, row)),
        DataType::Duration(unit) => ticks(*unit, value::<DurationNanosecondType>(array, row)),
        other => return Err(format!("Kusto has no type for {other}")),
    };
    let span = i64::try_from(span).map_err(|_| format!("row {row} is beyond the range of timespan"))?;
    push_text(out, &TimeSpan(span).to_string());
    Ok(())
}

fn push_nested(array: &dyn Array, row: usize, out: &mut Vec<u8>, depth: usize) -> Result<(), String> {
    match array.data_type() {
        DataType::List(_) => push_list(array.as_list::<i32>().value(row).as_ref(), out, depth),
        DataType::LargeList(_) => push_list(array.as_list::<i64>().value(row).as_ref(), out, depth),
        DataType::FixedSizeList(..) => push_list(array.as_fixed_size_list().value(row).as_ref(), out, depth),
        DataType::Struct(fields) => {
            let columns = array.as_struct();
            let members = fields.iter().zip(columns.columns());
            out.push(b'{');
            for (index, (field, column)) in members.enumerate() {
                open_member(out, index, field.name());
                write_at(column.as_ref(), row, out, depth)?;
            }
            out.push(b'}');
            Ok(())
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            let keys = keys.as_string_opt::<i32>().ok_or("the keys of its maps are not strings")?;
            out.push(b'{');
            for index in 0..keys.len() {
                open_member(out, index, keys.value(index));
                write_at(values.as_ref(), index, out, depth)?;
            }
            out.push(b'}');
            Ok(())
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let key = key_at(dictionary.keys(), row).ok_or("a key of its dictionary is out of range")?;
            write_at(dictionary.values().as_ref(), key, out, depth)
        }
        other => Err(format!("Kusto has no type for {other}")),
    }
}

fn key_at(keys: &dyn Array, row: usize) -> Option<usize> {
    match keys.data_type() {
        DataType::Int8 => value::<Int8Type>(keys, row).try_into().ok(),
        DataType::Int16 => value::<Int16Type>(keys, row).try_into().ok(),
        DataType::Int32 => value::<Int32Type>(keys, row).try_into().ok(),
        DataType::Int64 => value::<Int64Type>(keys, row).try_into().ok(),
        DataType::UInt8 => Some(value::<UInt8Type>(keys, row).into()),
        DataType::UInt16 => Some(value::<UInt16Type>(keys, row).into()),
        DataType::UInt32 => value::<UInt32Type>(keys, row).try_into().ok(),
        DataType::UInt64 => value::<UInt64Type>(keys, row).try_into().ok(),
        _ => None,
    }
}

fn push_list(items: &dyn Array, out: &mut Vec<u8>, depth: usize) -> Result<(), String> {
    out.push(b'[');
    for index in 0..items.len() {
        if index > 0 {
            out.push(b',');
        }
        write_at(items, index, out, depth)?;
    }
    out.push(b']');
    Ok(())
}

fn open_member(out: &mut Vec<u8>, index: usize, name: &str) {
    if index > 0 {
        out.push(b',');
    }
    push_text(out, name);
    out.push(b':');
}

fn value<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

fn ticks(unit: TimeUnit, count: i64) -> i128 {
    let count = i128::from(count);
    match unit {
        TimeUnit::Second => count * TICKS_PER_SECOND,
        TimeUnit::Millisecond => count * 10_000,
        TimeUnit::Microsecond => count * 10,
        TimeUnit::Nanosecond => count.div_euclid(100),
    }
}

fn push(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    out.extend_from_slice(value.to_string().as_bytes());
}

fn push_real(out: &mut Vec<u8>, value: f64) {
    match serde_json::Number::from_f64(value) {
        Some(number) => push(out, number),
        None => push_text(out, non_finite(value)),
    }
}

/// The shortest text that is the same `f32`: as `f64` it would show digits that were never there.
fn push_float(out: &mut Vec<u8>, value: f32) {
    if value.is_finite() { push(out, value) } else { push_text(out, non_finite(value.into())) }
}

const fn non_finite(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    push(out, serde_json::Value::from(text));
}

fn push_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    push_text(out, &BASE64_STANDARD.encode(bytes));
}

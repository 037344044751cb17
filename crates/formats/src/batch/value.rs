//! Values on their way into their column: Kusto's lenient conversions, of which a failed one gives null.

use std::{borrow::Cow, iter};

use arrow::array::{FixedSizeBinaryBuilder, StringViewBuilder};
use calypso_columns::ColumnBuilder;
use calypso_types::{
    DateTime, Decimal, Guid, Scalar, ScalarType, TimeSpan,
    dynamic_text::{self, Normalizer},
};

use super::BatchBuilder;
use crate::limits::{DYNAMIC_VALUE_BYTES_MAX, STRING_VALUE_BYTES_MAX};

/// Longest text of which the dynamic value is built at all: white space seldom makes more than this of a value
/// that is within its own limit.
const DYNAMIC_SOURCE_BYTES_MAX: usize = 8 * DYNAMIC_VALUE_BYTES_MAX;

/// Cuts `text` at the last character that fits into a string column.
fn truncated(text: &str) -> &str {
    if text.len() <= STRING_VALUE_BYTES_MAX {
        return text;
    }
    &text[..text.floor_char_boundary(STRING_VALUE_BYTES_MAX)]
}

fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => match Scalar::parse_as(ScalarType::Bool, text) {
            Scalar::Bool(value) => Some(value),
            _ => None,
        },
    }
}

fn parse_long(text: &str) -> Option<i64> {
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    match Scalar::parse_as(ScalarType::Long, text) {
        Scalar::Long(value) => Some(value),
        _ => None,
    }
}

fn parse_int(text: &str) -> Option<i32> {
    parse_long(text).and_then(|value| i32::try_from(value).ok())
}

fn parse_real(text: &str) -> Option<f64> {
    text.parse().ok().or_else(|| calypso_types::parse_real(text))
}

/// Converts text to the 64 bits that carry a value of `ty`: long, datetime or timespan.
fn parse_ticks(ty: ScalarType, text: &str) -> Option<i64> {
    match ty {
        ScalarType::DateTime => DateTime::parse(text).map(|value| value.0),
        ScalarType::TimeSpan => TimeSpan::parse(text).map(|value| value.0),
        _ => parse_long(text),
    }
}

/// Appends text as the dynamic value it stores: JSON as such, any other text as a string; null if it is too long.
fn append_dynamic(builder: &mut StringViewBuilder, normalizer: &mut Normalizer, text: &str) -> bool {
    if text.len() > DYNAMIC_SOURCE_BYTES_MAX || dynamic_text::is_null(text) {
        builder.append_null();
        return text.len() <= DYNAMIC_SOURCE_BYTES_MAX;
    }
    let normal = normalizer.normalize(text);
    let stored = dynamic_text::recognise_datetimes(&normal);
    if stored.len() > DYNAMIC_VALUE_BYTES_MAX {
        builder.append_null();
        return false;
    }
    builder.append_value(&stored);
    true
}

/// Appends what `texts` convert to, or null; returns how many did not convert, and which was the first.
fn append_texts<'t>(
    builder: &mut ColumnBuilder,
    ty: ScalarType,
    normalizer: &mut Normalizer,
    texts: impl Iterator<Item = Option<Cow<'t, str>>>,
) -> (u64, Option<usize>) {
    let (mut failures, mut first) = (0, None);
    let mut note = |index: usize, converted: bool| {
        if !converted {
            failures += 1;
            first.get_or_insert(index);
        }
    };
    // The type is asked for once, not for each text.
    macro_rules! append_each {
        ($builder:ident, |$text:ident| $append:expr) => {
            for (index, text) in texts.enumerate() {
                // Kusto takes an absent value for null whatever the type.
                match text.as_deref().filter(|text| !text.trim_ascii_start().is_empty()) {
                    Some($text) => note(index, $append),
                    None => $builder.append_null(),
                }
            }
        };
    }
    macro_rules! append_parsed {
        ($builder:ident, |$text:ident| $parse:expr) => {
            append_each!($builder, |$text| {
                let value = $parse;
                $builder.append_option(value);
                value.is_some()
            })
        };
    }
    match builder {
        ColumnBuilder::String(b) => {
            texts.for_each(|text| b.append_value(truncated(text.as_deref().unwrap_or_default())));
        }
        ColumnBuilder::Dynamic(b) => append_each!(b, |text| append_dynamic(b, normalizer, text)),
        ColumnBuilder::Long(b) => append_parsed!(b, |text| parse_ticks(ty, text)),
        ColumnBuilder::Int(b) => append_parsed!(b, |text| parse_int(text)),
        ColumnBuilder::Real(b) => append_parsed!(b, |text| parse_real(text)),
        ColumnBuilder::Bool(b) => append_parsed!(b, |text| parse_bool(text)),
        ColumnBuilder::Decimal(b) => append_parsed!(b, |text| Decimal::parse(text.trim_ascii()).map(|value| value.0)),
        ColumnBuilder::Guid(b) => append_each!(b, |text| append_guid(b, text)),
    }
    (failures, first)
}

fn append_guid(builder: &mut FixedSizeBinaryBuilder, text: &str) -> bool {
    match Guid::parse(text) {
        Some(guid) => builder.append_value(guid.0).is_ok(),
        None => {
            builder.append_null();
            false
        }
    }
}

impl BatchBuilder<'_, '_> {
    /// Appends an absent value: null, "" for string.
    pub(crate) fn push_null(&mut self, column: usize) {
        self.builders[column].push_null();
    }

    /// Appends null for a value that has no counterpart in the type of the column.
    pub(crate) fn push_unconvertible(&mut self, column: usize) -> bool {
        self.builders[column].push_null();
        self.summary.values_not_converted += 1;
        false
    }

    /// Appends text converted to the type of the column; says whether it converted. No text is no value.
    pub(crate) fn push_text(&mut self, column: usize, text: &str) -> bool {
        self.push_texts(column, iter::once(Some(Cow::Borrowed(text)))).is_none()
    }

    /// Appends texts, each converted to the type of the column; an absent one is no value, as is no text. Returns the
    /// first one that did not convert.
    pub(crate) fn push_texts<'t>(
        &mut self,
        column: usize,
        texts: impl Iterator<Item = Option<Cow<'t, str>>>,
    ) -> Option<usize> {
        let mut text_bytes = 0;
        let texts = texts.inspect(|text| {
            text_bytes += text.as_ref().map_or(0, |text| text.len().min(STRING_VALUE_BYTES_MAX));
        });
        let (builder, normalizer) = (&mut self.builders[column], &mut self.normalizers[column]);
        let (failures, first) = append_texts(builder, self.columns[column].ty, normalizer, texts);
        self.text_bytes += text_bytes;
        self.summary.values_not_converted += failures;
        first
    }

    /// Appends a whole number to a column of any type.
    pub(crate) fn push_long(&mut self, column: usize, value: i64) -> bool {
        match (&mut self.builders[column], self.columns[column].ty) {
            (ColumnBuilder::Long(b), ScalarType::Long) => {
                b.append_value(value);
                true
            }
            (_, ScalarType::DateTime | ScalarType::TimeSpan) => self.push_unconvertible(column),
            _ => self.push_text(column, &value.to_string()),
        }
    }

    /// Appends a value of the column's own type that is neither string nor dynamic.
    pub(crate) fn push_scalar(&mut self, column: usize, value: &Scalar) {
        self.builders[column].push(value);
    }

    /// Appends a datetime to a column of any type: as itself, or as its text.
    pub(crate) fn push_datetime(&mut self, column: usize, value: DateTime) -> bool {
        match (&mut self.builders[column], self.columns[column].ty) {
            (ColumnBuilder::Long(b), ScalarType::DateTime) => {
                b.append_value(value.0);
                true
            }
            (_, ScalarType::String | ScalarType::Dynamic) => self.push_text(column, &value.to_string()),
            _ => self.push_unconvertible(column),
        }
    }

    /// Appends JSON in the form of `dynamic_text` to a dynamic column; null if it is too long.
    pub(crate) fn push_stored(&mut self, column: usize, json: &str) -> bool {
        let stored = dynamic_text::recognise_datetimes(json);
        self.text_bytes += stored.len().min(DYNAMIC_VALUE_BYTES_MAX);
        match &mut self.builders[column] {
            ColumnBuilder::Dynamic(b) if stored.len() <= DYNAMIC_VALUE_BYTES_MAX => {
                b.append_value(&*stored);
                true
            }
            _ => self.push_unconvertible(column),
        }
    }
}

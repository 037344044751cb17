//! One value of a record.

use calypso_types::{DateTime, Decimal, Guid, Scalar, TimeSpan, write_real};

use super::values::Values;

/// A value as the file has it.
#[derive(Debug)]
pub(super) enum Cell<'v> {
    Null,
    Bool(bool),
    Long(i64),
    /// Beyond a long.
    ULong(u64),
    Real(f64),
    /// So many digits of it are a fraction.
    Decimal(i128, i8),
    /// A decimal of more digits than that.
    Digits(String),
    Text(&'v str),
    /// Bytes that are no text.
    Bytes(&'v [u8]),
    Guid(Guid),
    DateTime(DateTime),
    TimeSpan(TimeSpan),
    /// A value that no type of Kusto's can hold, such as the year 20000.
    OutOfRange,
    /// The array, bag or dictionary at a row.
    Nested(&'v Values, usize),
}

/// Appends a decimal with all the digits of its scale.
pub(super) fn write_decimal(out: &mut String, raw: i128, scale: i8) {
    if raw < 0 {
        out.push('-');
    }
    let digits = raw.unsigned_abs().to_string();
    let Ok(fraction) = usize::try_from(scale) else {
        out.push_str(&digits);
        out.extend(std::iter::repeat_n('0', usize::from(scale.unsigned_abs())));
        return;
    };
    let whole = digits.len().saturating_sub(fraction);
    out.push_str(if whole == 0 { "0" } else { &digits[..whole] });
    if fraction > 0 {
        out.push('.');
        out.extend(std::iter::repeat_n('0', fraction.saturating_sub(digits.len())));
        out.push_str(&digits[whole..]);
    }
}

fn decimal_text(raw: i128, scale: i8) -> String {
    let mut text = String::with_capacity(42);
    write_decimal(&mut text, raw, scale);
    text
}

impl Cell<'_> {
    /// Appends the text of a scalar as a string column has it; nothing for what has none.
    pub(super) fn write_text(&self, out: &mut String) {
        use std::fmt::Write as _;
        // Writing to a string never fails.
        let _ = match self {
            Self::Null | Self::OutOfRange | Self::Bytes(_) | Self::Nested(..) => Ok(()),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Long(value) => write!(out, "{value}"),
            Self::ULong(value) => write!(out, "{value}"),
            Self::Guid(value) => write!(out, "{value}"),
            Self::DateTime(value) => write!(out, "{value}"),
            Self::TimeSpan(value) => out.write_str(&value.to_text()),
            Self::Digits(text) => out.write_str(text),
            Self::Text(text) => out.write_str(text),
            Self::Real(value) => {
                write_real(out, *value);
                Ok(())
            }
            Self::Decimal(raw, scale) => {
                write_decimal(out, *raw, *scale);
                Ok(())
            }
        };
    }

    /// Returns a number cut to its whole part; none for other values and beyond a long.
    pub(super) fn to_long(&self) -> Option<i64> {
        /// 2 to the power of 63.
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        match self {
            Self::Long(value) => Some(*value),
            Self::Real(value) => (-LIMIT..LIMIT).contains(value).then_some(*value as i64),
            Self::Decimal(raw, scale) => {
                let power = 10_i128.checked_pow(u32::from(scale.unsigned_abs()))?;
                let whole = if *scale < 0 { raw.checked_mul(power)? } else { raw / power };
                i64::try_from(whole).ok()
            }
            _ => None,
        }
    }

    /// Returns a number as real.
    pub(super) fn to_real(&self) -> Option<f64> {
        match self {
            Self::Long(value) => Some(*value as f64),
            Self::ULong(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            Self::Decimal(raw, scale) => decimal_text(*raw, *scale).parse().ok(),
            _ => None,
        }
    }

    /// Returns a number or bool as decimal; none if it is too large.
    pub(super) fn to_decimal(&self) -> Option<Decimal> {
        match self {
            Self::Bool(value) => Some(Decimal::from_i64(i64::from(*value))),
            Self::Long(value) => Some(Decimal::from_i64(*value)),
            Self::ULong(value) => Decimal::parse(&value.to_string()),
            Self::Real(value) => Decimal::from_f64(*value),
            Self::Decimal(raw, scale) => match Decimal::SCALE.checked_sub(*scale) {
                Some(missing @ 0..=38) => {
                    Decimal::from_raw(raw.checked_mul(10_i128.checked_pow(missing.unsigned_abs().into())?)?)
                }
                // Rounds what does not fit the scale.
                _ => Decimal::parse(&decimal_text(*raw, *scale)),
            },
            _ => None,
        }
    }

    /// Returns whether a number is not zero.
    pub(super) fn to_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Long(value) => Some(*value != 0),
            Self::ULong(_) => Some(true),
            Self::Real(value) => (!value.is_nan()).then_some(*value != 0.0),
            Self::Decimal(raw, _) => Some(*raw != 0),
            _ => None,
        }
    }

    /// Returns the scalar that a dynamic value holds of this one; none for numbers beyond a long and decimals, which
    /// are written with all their digits, and for what is no scalar.
    pub(super) fn to_dynamic_scalar(&self) -> Option<Scalar> {
        match self {
            Self::Bool(value) => Some(Scalar::Bool(*value)),
            Self::Long(value) => Some(Scalar::Long(*value)),
            Self::Real(value) => Some(Scalar::Real(*value)),
            Self::DateTime(value) => Some(Scalar::DateTime(*value)),
            _ => None,
        }
    }
}

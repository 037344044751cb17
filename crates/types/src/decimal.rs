//! `decimal`: a 128-bit fixed-point number.
//!
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/decimal>. Kusto's is .NET's `SqlDecimal`, whose scale
//! moves with the value; ours is fixed at [`Decimal::SCALE`], so that a column has one scale.

mod arithmetic;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

/// A decimal with [`Decimal::SCALE`] fractional digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(pub i128);

impl Decimal {
    /// Total digits.
    pub const PRECISION: u8 = 38;
    /// Fractional digits.
    pub const SCALE: i8 = 17;
    /// What 1 is stored as: ten to the power of the scale.
    pub const UNIT: i128 = 100_000_000_000_000_000;
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(Self::UNIT);
    /// The largest value: 38 nines.
    pub const MAX: Self = Self(99_999_999_999_999_999_999_999_999_999_999_999_999);
    /// The smallest value.
    pub const MIN: Self = Self(-Self::MAX.0);

    /// Returns the decimal of an unscaled value if it has at most [`Decimal::PRECISION`] digits.
    #[must_use]
    pub const fn from_raw(raw: i128) -> Option<Self> {
        if raw >= Self::MIN.0 && raw <= Self::MAX.0 { Some(Self(raw)) } else { None }
    }

    /// Returns the decimal of a whole number.
    #[must_use]
    pub const fn from_i64(value: i64) -> Self {
        Self(value as i128 * Self::UNIT)
    }

    /// Returns the decimal whose text is the shortest text of `value`; none if not finite or too large.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        Self::parse(&format!("{value:e}"))
    }

    /// Returns the nearest real.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        const EXACT_MAX: i128 = 1 << 53;
        if self.0.abs() <= EXACT_MAX {
            // Both operands are exact, so the division rounds once.
            return self.0 as f64 / Self::UNIT as f64;
        }
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// Returns the whole part, cut towards zero; none if it does not fit.
    #[must_use]
    pub fn to_i64(self) -> Option<i64> {
        i64::try_from(self.0 / Self::UNIT).ok()
    }

    /// Appends the text: no trailing zeros, no point for a whole number.
    pub fn write_text(self, out: &mut String) {
        use fmt::Write as _;
        // Writing to a string never fails.
        let _ = write!(out, "{self}");
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raw = self.0.unsigned_abs();
        let unit = Self::UNIT.unsigned_abs();
        let (whole, mut fraction) = (raw / unit, raw % unit);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        write!(f, "{whole}")?;
        if fraction == 0 {
            return Ok(());
        }
        let mut width = Self::SCALE as usize;
        while fraction.is_multiple_of(10) {
            fraction /= 10;
            width -= 1;
        }
        write!(f, ".{fraction:0width$}")
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self::from_i64(value)
    }
}

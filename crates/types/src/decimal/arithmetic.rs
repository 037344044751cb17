//! Arithmetic of decimals: checked, products and quotients rounded half away from zero at the scale.

use super::Decimal;

/// Multiplies two numbers into 256 bits: the high and the low half.
fn wide_mul(left: u128, right: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (left_high, left_low) = (left >> 64, left & LOW);
    let (right_high, right_low) = (right >> 64, right & LOW);
    let low = left_low * right_low;
    let middle = left_high * right_low + (low >> 64);
    let cross = left_low * right_high + (middle & LOW);
    (left_high * right_high + (middle >> 64) + (cross >> 64), (cross << 64) | (low & LOW))
}

/// Divides 256 bits by 128, rounding half up; none if the quotient does not fit 128 bits.
fn wide_div(high: u128, low: u128, divisor: u128) -> Option<u128> {
    if high == 0 {
        let (quotient, rest) = (low / divisor, low % divisor);
        return Some(quotient + u128::from(rest >= divisor - divisor / 2));
    }
    if high >= divisor {
        return None;
    }
    let (mut rest, mut quotient) = (high, 0u128);
    for bit in (0..128).rev() {
        // Both operands of decimals stay below 2^127, so the shift loses nothing.
        rest = (rest << 1) | (low >> bit & 1);
        quotient <<= 1;
        if rest >= divisor {
            rest -= divisor;
            quotient |= 1;
        }
    }
    quotient.checked_add(u128::from(rest >= divisor - divisor / 2))
}

/// Computes `left * right / divisor` with the sign of the product of all three.
fn mul_div(left: i128, right: i128, divisor: i128) -> Option<Decimal> {
    if divisor == 0 {
        return None;
    }
    let (high, low) = wide_mul(left.unsigned_abs(), right.unsigned_abs());
    let raw = i128::try_from(wide_div(high, low, divisor.unsigned_abs())?).ok()?;
    let negative = (left < 0) ^ (right < 0) ^ (divisor < 0);
    Decimal::from_raw(if negative { -raw } else { raw })
}

impl Decimal {
    /// Adds; none on overflow.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_raw(self.0.checked_add(other.0)?)
    }

    /// Subtracts; none on overflow.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::from_raw(self.0.checked_sub(other.0)?)
    }

    /// Multiplies; none on overflow.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        mul_div(self.0, other.0, Self::UNIT)
    }

    /// Divides; none on overflow or by zero.
    #[must_use]
    pub fn checked_div(self, other: Self) -> Option<Self> {
        mul_div(self.0, Self::UNIT, other.0)
    }

    /// Returns the remainder with the sign of `self`; none by zero.
    #[must_use]
    pub fn checked_rem(self, other: Self) -> Option<Self> {
        self.0.checked_rem(other.0).map(Self)
    }

    /// Negates.
    #[must_use]
    pub const fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// Returns the magnitude.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Rounds half away from zero to `digits` fractional digits, negative for tens and hundreds; none on overflow.
    #[must_use]
    pub fn round_to(self, digits: i32) -> Option<Self> {
        let dropped = i32::from(Self::SCALE) - digits;
        if dropped <= 0 {
            return Some(self);
        }
        let Some(step) = 10_i128.checked_pow(dropped.unsigned_abs()) else {
            return Some(Self::ZERO);
        };
        let rest = self.0 % step;
        let cut = self.0 - rest;
        let up = rest.abs() >= step - step / 2;
        Self::from_raw(if up { cut.checked_add(step * rest.signum())? } else { cut })
    }

    /// Cuts the fraction off, towards zero.
    #[must_use]
    pub const fn trunc(self) -> Self {
        Self(self.0 - self.0 % Self::UNIT)
    }

    /// Rounds down to a whole number; none on overflow.
    #[must_use]
    pub fn floor(self) -> Option<Self> {
        Self::from_raw(self.0.checked_sub(self.0.rem_euclid(Self::UNIT))?)
    }

    /// Rounds up to a whole number; none on overflow.
    #[must_use]
    pub fn ceil(self) -> Option<Self> {
        self.neg().floor().map(Self::neg)
    }
}

//! Reading a decimal: `[+-]digits[.digits][e[+-]digits]`.

use super::Decimal;

/// Exponents beyond this, either way, leave nothing of any number that has few enough digits.
const EXPONENT_MAX: i32 = 1_000;

/// A decimal number while its digits are read: `value` times ten to the power of `-scale`.
struct Digits {
    value: i128,
    scale: i32,
    any: bool,
    /// No further digit fits.
    full: bool,
}

impl Digits {
    /// Takes one digit; digits of a fraction beyond the precision only round, so they are dropped.
    fn push(&mut self, byte: u8, fraction: bool) -> Option<()> {
        let digit = i128::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        self.any = true;
        let grown = self.value.checked_mul(10).and_then(|value| value.checked_add(digit));
        match grown.filter(|_| !self.full) {
            Some(value) => {
                self.value = value;
                self.scale += i32::from(fraction);
                Some(())
            }
            None => {
                self.full = true;
                fraction.then_some(())
            }
        }
    }
}

/// Reads the digits before the exponent.
fn mantissa(text: &str) -> Option<Digits> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut digits = Digits { value: 0, scale: 0, any: false, full: false };
    whole.bytes().try_for_each(|byte| digits.push(byte, false))?;
    fraction.bytes().try_for_each(|byte| digits.push(byte, true))?;
    digits.any.then_some(digits)
}

/// Multiplies by ten to the power of `shift`, rounding half away from zero; `value` is not negative.
fn shift(value: i128, shift: i32) -> Option<i128> {
    if value == 0 {
        return Some(0);
    }
    if shift >= 0 {
        return value.checked_mul(10_i128.checked_pow(shift as u32)?);
    }
    let Some(divisor) = 10_i128.checked_pow(shift.unsigned_abs()) else {
        return Some(0);
    };
    Some(value / divisor + i128::from(value % divisor >= divisor - divisor / 2))
}

impl Decimal {
    /// Reads a decimal, rounding half away from zero at [`Decimal::SCALE`] digits; none if too large.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?.clamp(-EXPONENT_MAX, EXPONENT_MAX)),
            None => (text, 0),
        };
        let digits = mantissa(number)?;
        let raw = shift(digits.value, exponent + i32::from(Self::SCALE) - digits.scale)?;
        Self::from_raw(if negative { -raw } else { raw })
    }
}

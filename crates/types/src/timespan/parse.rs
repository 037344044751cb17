//! Reading a timespan: the clock form `[-][d.]hh:mm[:ss[.fffffff]]`, whole days, and numbers with a unit.

use super::TimeSpan;

/// Digits of a fraction of a second that a tick can hold; further digits are cut.
const FRACTION_DIGITS: usize = 7;

/// Fraction digits of a count of units that can matter: a day has 864 billion ticks, so 12 digits reach a tick.
const UNIT_FRACTION_DIGITS: usize = 18;

/// Returns the unit that a suffix of a KQL timespan literal means.
fn unit_of(suffix: &str) -> Option<TimeSpan> {
    Some(match suffix {
        "d" | "day" | "days" => TimeSpan::DAY,
        "h" | "hr" | "hrs" | "hour" | "hours" => TimeSpan::HOUR,
        "m" | "min" | "minute" | "minutes" => TimeSpan::MINUTE,
        "s" | "sec" | "second" | "seconds" => TimeSpan::SECOND,
        "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => TimeSpan::MILLISECOND,
        "micro" | "micros" | "microsecond" | "microseconds" => TimeSpan::MICROSECOND,
        "tick" | "ticks" => TimeSpan::TICK,
        _ => return None,
    })
}

/// Multiplies the decimal number `text` by `unit` ticks (or hundredths of a tick) exactly, cutting at a tick.
fn scaled(text: &str, ticks: i128, divisor: i128) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() > UNIT_FRACTION_DIGITS + 1 {
        return None;
    }
    let fraction = &fraction[..fraction.len().min(UNIT_FRACTION_DIGITS)];
    let value = |part: &str| if part.is_empty() { Some(0) } else { part.parse::<i128>().ok() };
    let part = value(fraction)? * ticks / 10_i128.pow(fraction.len() as u32);
    Some((value(whole)? * ticks + part) / divisor)
}

/// Reads a field of the clock form: up to `length_max` digits, at most `value_max`.
fn field(text: &str, length_max: usize, value_max: i64) -> Option<i64> {
    let plain = !text.is_empty() && text.len() <= length_max && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok())?.filter(|value| *value <= value_max)
}

/// Reads the digits after the decimal point of the seconds as ticks.
fn fraction_ticks(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = &text[..text.len().min(FRACTION_DIGITS)];
    Some(kept.parse::<i64>().ok()? * 10_i64.pow((FRACTION_DIGITS - kept.len()) as u32))
}

/// Reads `[d.]hh:mm[:ss[.f…]]` or `d:hh:mm:ss[.f…]` without a sign.
fn clock_ticks(text: &str) -> Option<i128> {
    let mut fields = [""; 4];
    let mut count = 0;
    for field in text.split(':') {
        *fields.get_mut(count)? = field;
        count += 1;
    }
    let (days, clock) = match count {
        4 => (fields[0], &fields[1..]),
        2 | 3 => match fields[0].split_once('.') {
            Some((days, hours)) => {
                fields[0] = hours;
                (days, &fields[..count])
            }
            None => ("0", &fields[..count]),
        },
        _ => return None,
    };
    let seconds = clock.get(2).copied().unwrap_or("0");
    let (seconds, fraction) = match seconds.split_once('.') {
        Some((seconds, fraction)) => (seconds, fraction_ticks(fraction)?),
        None => (seconds, 0),
    };
    let of_day = field(clock[0], 2, 23)? * TimeSpan::HOUR.0
        + field(clock[1], 2, 59)? * TimeSpan::MINUTE.0
        + field(seconds, 2, 59)? * TimeSpan::SECOND.0
        + fraction;
    Some(i128::from(field(days, 8, i64::MAX)?) * i128::from(TimeSpan::DAY.0) + i128::from(of_day))
}

/// Reads a timespan without its sign.
fn unsigned_ticks(text: &str) -> Option<i128> {
    if text.contains(':') {
        return clock_ticks(text);
    }
    let end = text.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    if suffix.is_empty() {
        return Some(i128::from(field(number, 8, i64::MAX)?) * i128::from(TimeSpan::DAY.0));
    }
    suffix_ticks(number, suffix.trim_start())
}

fn suffix_ticks(number: &str, suffix: &str) -> Option<i128> {
    if matches!(suffix, "nano" | "nanos" | "nanosecond" | "nanoseconds") {
        return scaled(number, 1, 100);
    }
    scaled(number, i128::from(unit_of(suffix)?.0), 1)
}

impl TimeSpan {
    /// Reads a timespan; none if the text is not one or does not fit.
    ///
    /// Takes `[-][d.]hh:mm[:ss[.fffffff]]`, whole days (`2`), and a number with a unit as in KQL literals
    /// (`1.5h`, `100ms`, `10 microseconds`, `1tick`), that is, what stands inside `time(…)`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let ticks = unsigned_ticks(text)?;
        i64::try_from(if negative { -ticks } else { ticks }).ok().map(Self)
    }

    /// Reads a KQL literal already split into its number and its unit: `("1.5", "h")`.
    #[must_use]
    pub fn from_literal_suffix(number: &str, suffix: &str) -> Option<Self> {
        i64::try_from(suffix_ticks(number, suffix)?).ok().map(Self)
    }
}

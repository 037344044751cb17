//! Times and lengths of time as flags take them: as KQL writes them.

use std::time::Duration;

use calypso_types::{DateTime, Scalar, TimeSpan};

/// Reads a length of time such as `30s`, `10m`, `1.5h`, `2d` or `00:10:00`.
pub(crate) fn span(text: &str) -> Result<TimeSpan, String> {
    let literal = match calypso_syntax::parse_literal(text.trim()) {
        Some(Scalar::TimeSpan(span)) => Some(span),
        _ => TimeSpan::parse(text.trim()).filter(|_| text.contains(':')),
    };
    let positive = literal.filter(|span| span.0 > 0);
    positive.ok_or_else(|| format!("'{text}' is not a length of time such as 30s, 10m, 1h, 2d or 00:10:00"))
}

/// Reads a length of time to wait for.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let ticks = u64::try_from(span(text)?.0).map_err(|_| "it is negative".to_owned())?;
    Ok(Duration::from_micros(ticks / 10))
}

/// Reads a time such as `2026-01-31` or `2026-01-31T10:00:00Z`.
pub(crate) fn time(text: &str) -> Result<DateTime, String> {
    DateTime::parse(text).ok_or_else(|| format!("'{text}' is not a time such as 2026-01-31 or 2026-01-31T10:00:00Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_in_kql() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1.5h"), Ok(Duration::from_secs(5_400)));
        assert_eq!(duration("00:10:00"), Ok(Duration::from_secs(600)));
        assert!(span("soon").is_err() && span("10").is_err() && span("-1h").is_err());
        assert!(time("2026-01-31").is_ok() && time("yesterday").is_err());
    }
}

//! Times in the headers and bodies of Azure's protocols.

use calypso_types::{DateTime, TimeSpan};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Returns `time` as HTTP writes it: `Thu, 01 Jan 1970 00:00:00 GMT`.
#[must_use]
pub fn http_date(time: DateTime) -> String {
    let parts = time.parts();
    // The calendar begins with a Monday.
    let day = DAYS[(time.0.max(0) / TimeSpan::DAY.0 % 7) as usize];
    let month = MONTHS[parts.month as usize - 1];
    let (hour, minute, second) = (parts.hour, parts.minute, parts.second);
    format!("{day}, {:02} {month} {:04} {hour:02}:{minute:02}:{second:02} GMT", parts.day, parts.year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_http() {
        assert_eq!(http_date(DateTime::UNIX_EPOCH), "Thu, 01 Jan 1970 00:00:00 GMT");
        let leap = DateTime::parse("2024-02-29T23:59:58.999Z").unwrap();
        assert_eq!(http_date(leap), "Thu, 29 Feb 2024 23:59:58 GMT");
    }
}

//! Printing a datetime as ISO 8601 with seven fractional digits, the form of the wire and of `tostring()`.

use std::fmt;

use super::{CalendarParts, DateTime};

/// Length of `2020-03-04T14:05:01.3109965Z`.
const ISO_LENGTH: usize = 28;

/// Writes `value` as decimal digits that fill `target`.
fn put(target: &mut [u8], mut value: u32) {
    for byte in target.iter_mut().rev() {
        *byte = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

impl DateTime {
    fn iso_bytes(self) -> [u8; ISO_LENGTH] {
        let CalendarParts { year, month, day, hour, minute, second, tick } = self.parts();
        let mut text = *b"0000-00-00T00:00:00.0000000Z";
        put(&mut text[0..4], year.unsigned_abs());
        put(&mut text[5..7], month);
        put(&mut text[8..10], day);
        put(&mut text[11..13], hour);
        put(&mut text[14..16], minute);
        put(&mut text[17..19], second);
        put(&mut text[20..27], tick);
        text
    }

    /// Prints as `2020-03-04T14:05:01.3109965Z`: always seven fractional digits and `Z`.
    #[must_use]
    pub fn to_iso(self) -> String {
        let mut out = String::with_capacity(ISO_LENGTH);
        self.write_iso(&mut out);
        out
    }

    /// Appends the text of [`DateTime::to_iso`].
    pub fn write_iso(self, out: &mut String) {
        let text = self.iso_bytes();
        out.push_str(std::str::from_utf8(&text).expect("digits and punctuation are ASCII"));
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.iso_bytes();
        f.pad(std::str::from_utf8(&text).expect("digits and punctuation are ASCII"))
    }
}

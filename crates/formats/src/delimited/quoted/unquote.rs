//! Taking the quotes off fields, in place.

use memchr::memchr;

/// Takes the quotes off those fields of `record` that are in quotes; `spans` are their places.
pub(super) fn unquote_fields(record: &mut [u8], spans: &mut [(u32, u32)]) {
    for (start, end) in spans {
        let field = &mut record[*start as usize..*end as usize];
        if let [b'"', quoted @ ..] = field {
            // Within the field, so no more than it.
            *end = *start + 1 + unquote(quoted) as u32;
            *start += 1;
        }
    }
}

/// Makes the text of what follows an opening quote, at its start, and returns its length. What is left over is made
/// ASCII: a character cut in two would spoil the record.
fn unquote(quoted: &mut [u8]) -> usize {
    let Some(first) = memchr(b'"', quoted) else { return quoted.len() };
    if first + 1 == quoted.len() {
        return first;
    }
    let length = first + join(&mut quoted[first..]);
    quoted[length..].fill(b'"');
    length
}

/// As [`unquote`], of bytes that begin with a quote.
fn join(bytes: &mut [u8]) -> usize {
    let (mut written, mut second) = (0, false);
    for read in 0..bytes.len() {
        let byte = bytes[read];
        let is_quote = byte == b'"';
        if second && !is_quote {
            // The quote before closed the field; what follows is text.
            bytes.copy_within(read.., written - 1);
            return written - 1 + bytes.len() - read;
        }
        bytes[written] = byte;
        // The second of two is left out.
        written += usize::from(!(is_quote && second));
        second = is_quote && !second;
    }
    // The last quote closes, unless it was the second of two, which the end of a file alone could bring.
    written - usize::from(second)
}

//! `url_encode`, `url_encode_component`, `url_decode`.
//!
//! <https://learn.microsoft.com/kusto/query/url-encode-function>

use arrow::array::ArrayRef;
use percent_encoding::percent_decode_str;

use crate::{Call, KernelError};

const HEX: &[u8; 16] = b"0123456789abcdef";

fn encode(text: &str, space: &str, unreserved: &[u8], out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || unreserved.contains(&byte) {
            out.push(byte as char);
        } else if byte == b' ' {
            out.push_str(space);
        } else {
            let digit = |nibble: u8| HEX[usize::from(nibble)] as char;
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// `url_encode(text)`: as a form does, a blank becomes `+`.
pub(super) fn url_encode(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_strings(|row, out| encode(strings.get(row), "+", b"-_.!*()", out)))
}

/// `url_encode_component(text)`: a blank becomes `%20`.
pub(super) fn url_encode_component(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_strings(|row, out| encode(strings.get(row), "%20", b"-_.!*()~'", out)))
}

/// `url_decode(text)`: also `+` is a blank; bytes that are not UTF-8 become replacement characters.
pub(super) fn url_decode(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_strings(|row, out| {
        let text = strings.get(row).replace('+', " ");
        out.push_str(&percent_decode_str(&text).decode_utf8_lossy());
    }))
}

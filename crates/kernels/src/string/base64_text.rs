//! `base64_…` functions. What cannot be decoded is null, of strings "".
//!
//! <https://learn.microsoft.com/kusto/query/base64-decode-tostring-function>

use std::fmt::Write as _;

use arrow::array::ArrayRef;
use base64::{
    Engine as _,
    alphabet::STANDARD as ALPHABET,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use calypso_types::{Dynamic, Guid};

use crate::{Call, KernelError};

/// Writes padding, reads with or without.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Exchanges the order of bytes between RFC 4122 and .NET, whose first three fields are little-endian.
pub(super) const fn net_guid_bytes(b: [u8; 16]) -> [u8; 16] {
    [b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]]
}

/// `base64_encode_tostring(text)`
pub(super) fn encode_to_string(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_strings(|row, out| BASE64.encode_string(strings.get(row), out)))
}

/// `base64_decode_tostring(text)`: "" if the bytes are not UTF-8.
pub(super) fn decode_to_string(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_strings(|row, out| {
        let text = BASE64.decode(strings.get(row)).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        out.push_str(&text.unwrap_or_default());
    }))
}

/// `base64_decode_toarray(text)`: the bytes as longs.
pub(super) fn decode_to_array(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_dynamics(|row, out| {
        let Ok(bytes) = BASE64.decode(strings.get(row)) else { return false };
        out.push('[');
        for (index, byte) in bytes.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            // Writing to a string never fails.
            let _ = write!(out, "{comma}{byte}");
        }
        out.push(']');
        true
    }))
}

/// `base64_encode_fromarray(bytes)`: "" unless every element is a byte and the whole is UTF-8.
pub(super) fn encode_from_array(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    Ok(call.build_strings(|row, out| {
        let bytes = texts.get_dynamic(row).and_then(bytes_of);
        if let Some(bytes) = bytes.filter(|bytes| std::str::from_utf8(bytes).is_ok()) {
            BASE64.encode_string(bytes, out);
        }
    }))
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let value = Dynamic::parse(text).ok()?;
    value.as_array()?.iter().map(|item| u8::try_from(item.as_i64()?).ok()).collect()
}

/// `base64_decode_toguid(text)`
pub(super) fn decode_to_guid(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_guids(|row| {
        let bytes: [u8; 16] = BASE64.decode(strings.get(row)).ok()?.try_into().ok()?;
        Some(Guid(net_guid_bytes(bytes)))
    }))
}

/// `base64_encode_fromguid(guid)`
pub(super) fn encode_from_guid(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let guids = call.guids(0)?;
    Ok(call.build_strings(|row, out| {
        if let Some(bytes) = guids.get(row) {
            BASE64.encode_string(net_guid_bytes(bytes), out);
        }
    }))
}

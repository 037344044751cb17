//! `gzip_…` and `zlib_…`: compressed text in base64. What cannot be decoded is "".
//!
//! <https://learn.microsoft.com/kusto/query/gzip-base64-compress>

use std::io::{self, Read, Write as _};

use arrow::array::ArrayRef;
use base64::Engine as _;
use flate2::{
    Compression, Crc,
    read::{GzDecoder, ZlibDecoder},
    write::DeflateEncoder,
};

use super::base64_text::BASE64;
use crate::{Call, KernelError};

/// The longest text that is decompressed, in bytes: beyond it the result is "".
const DECOMPRESSED_BYTES_MAX: u64 = 64 << 20;
/// Deflate, no flags, no time, unknown system.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// A window of 32 KiB (15 bits), fastest.
const ZLIB_HEADER: [u8; 2] = [0x78, 0x01];
/// The modulus of Adler-32.
const ADLER_MODULUS: u32 = 65_521;

/// Compresses, or stores what compression would not make smaller, as Kusto does.
fn deflate(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let encode = |level| {
        let mut encoder = DeflateEncoder::new(Vec::new(), level);
        encoder.write_all(bytes)?;
        encoder.finish()
    };
    let compressed = encode(Compression::default())?;
    if compressed.len() < bytes.len() { Ok(compressed) } else { encode(Compression::none()) }
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut checksum = Crc::new();
    checksum.update(bytes);
    let mut out = GZIP_HEADER.to_vec();
    out.extend(deflate(bytes)?);
    out.extend(checksum.sum().to_le_bytes());
    out.extend(checksum.amount().to_le_bytes());
    Ok(out)
}

fn zlib(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let (mut a, mut b) = (1u32, 0u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % ADLER_MODULUS;
        b = (b + a) % ADLER_MODULUS;
    }
    let mut out = ZLIB_HEADER.to_vec();
    out.extend(deflate(bytes)?);
    out.extend((b << 16 | a).to_be_bytes());
    Ok(out)
}

fn compress(call: &Call<'_>, pack: fn(&[u8]) -> io::Result<Vec<u8>>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_strings(|row, out| {
        if let Ok(bytes) = pack(strings.get(row).as_bytes()) {
            BASE64.encode_string(bytes, out);
        }
    }))
}

fn read_text(reader: impl Read) -> Option<String> {
    let mut bytes = Vec::new();
    reader.take(DECOMPRESSED_BYTES_MAX + 1).read_to_end(&mut bytes).ok()?;
    if bytes.len() as u64 > DECOMPRESSED_BYTES_MAX {
        return None;
    }
    String::from_utf8(bytes).ok()
}

fn decompress(call: &Call<'_>, unpack: fn(&[u8]) -> Option<String>) -> Result<ArrayRef, KernelError> {
    let strings = call.strings(0)?;
    Ok(call.build_strings(|row, out| {
        let text = BASE64.decode(strings.get(row)).ok().and_then(|bytes| unpack(&bytes));
        out.push_str(&text.unwrap_or_default());
    }))
}

/// `gzip_compress_to_base64_string(text)`
pub(super) fn gzip_compress(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    compress(call, gzip)
}

/// `gzip_decompress_from_base64_string(text)`
pub(super) fn gzip_decompress(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    decompress(call, |bytes| read_text(GzDecoder::new(bytes)))
}

/// `zlib_compress_to_base64_string(text)`
pub(super) fn zlib_compress(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    compress(call, zlib)
}

/// `zlib_decompress_from_base64_string(text)`
pub(super) fn zlib_decompress(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    decompress(call, |bytes| read_text(ZlibDecoder::new(bytes)))
}

//! `hash_md5`, `hash_sha1`, `hash_sha256`: of the text that `tostring()` gives, as lower-case hexadecimal digits.
//!
//! <https://learn.microsoft.com/kusto/query/hash-sha256-function>

use std::fmt::Write as _;

use arrow::array::ArrayRef;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::{Call, KernelError, conversion::TextColumn};

fn digest<D: Digest>(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let texts = TextColumn::new(call, 0)?;
    let texts = texts.strings()?;
    Ok(call.build_strings(|row, out| {
        for byte in D::digest(texts.get(row).as_bytes()).as_slice() {
            // Writing to a string never fails.
            let _ = write!(out, "{byte:02x}");
        }
    }))
}

/// `hash_md5(value)`
pub(super) fn md5(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    digest::<Md5>(call)
}

/// `hash_sha1(value)`
pub(super) fn sha1(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    digest::<Sha1>(call)
}

/// `hash_sha256(value)`
pub(super) fn sha256(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    digest::<Sha256>(call)
}

//! `hash_combine`, `hash_many`: one hash of several.
//!
//! The service's way of combining is not documented; within one query, which is all the documentation recommends,
//! any way serves. <https://learn.microsoft.com/kusto/query/hash-combine-function>

use arrow::array::ArrayRef;

use super::xxhash::hash_of;
use crate::{Call, KernelError};

/// The golden ratio in 64 bits.
const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;

/// Mixes one more hash in; order matters.
const fn mix(combined: u64, hash: i64) -> u64 {
    let hash = hash.cast_unsigned().wrapping_add(GOLDEN_RATIO);
    combined ^ hash.wrapping_add(combined << 6).wrapping_add(combined >> 2)
}

fn combine(call: &Call<'_>, hash: impl Fn(usize, usize) -> Option<i64>) -> ArrayRef {
    call.build_longs(|row| {
        let mut combined = hash(0, row)?.cast_unsigned();
        for index in 1..call.len() {
            combined = mix(combined, hash(index, row)?);
        }
        Some(combined.cast_signed())
    })
}

/// `hash_combine(h1, h2, …)`
pub(super) fn hash_combine(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let columns = (0..call.len()).map(|index| call.longs(index)).collect::<Result<Vec<_>, _>>()?;
    Ok(combine(call, |index, row| columns[index].get(row)))
}

/// `hash_many(a, b, …)`: the combination of their hashes.
pub(super) fn hash_many(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(combine(call, |index, row| Some(hash_of(&call.arguments[index], row))))
}

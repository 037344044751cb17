//! The hash of a term, as filters hold it.
//!
//! A stored format: neither the constants nor the order of the steps may change within version 1 of extents.

use calypso_types::byte_block::padded;
use xxhash_rust::xxh3::xxh3_64;

/// Longer terms are hashed by XXH3; up to here one branch-free formula serves every length.
pub(super) const SHORT_BYTES_MAX: usize = 16;

const SEEDS: [u64; 3] = [0x9E37_79B9_7F4A_7C15, 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB];

/// Returns the hash of `term`.
pub(super) fn term_hash(term: &[u8]) -> u64 {
    if term.len() > SHORT_BYTES_MAX {
        return xxh3_64(term);
    }
    short_hash(u128::from_le_bytes(padded(term)), term.len())
}

/// Returns the hash of a term of at most 16 bytes: the low bytes of `bytes`, the others being zero.
pub(super) const fn short_hash(bytes: u128, length: usize) -> u64 {
    let low = bytes as u64 ^ SEEDS[0];
    let high = (bytes >> 64) as u64 ^ SEEDS[1] ^ length as u64;
    let mixed = fold(low, high);
    fold(mixed ^ SEEDS[2], SEEDS[0])
}

/// Multiplies, and folds the upper half of the product into the lower.
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

//! `hash`, `hash_xxhash64`: XXH64 of the value's bytes, seed 0.
//!
//! Strings hash their UTF-8, numbers, datetimes and timespans eight bytes, little-endian; an int like the long of its
//! value. The documented hashes follow from this. <https://learn.microsoft.com/kusto/query/hash-function>

use arrow::array::ArrayRef;
use calypso_types::{DateTime, Guid, Scalar, TimeSpan};
use xxhash_rust::xxh64::xxh64;

use crate::{Argument, Call, KernelError};

const SEED: u64 = 0;

/// Hashes the value of one row; null has no bytes.
pub(super) fn hash_of(argument: &Argument, row: usize) -> i64 {
    let bytes = |value: i64| xxh64(&value.to_le_bytes(), SEED);
    let hash = match argument.scalar(row) {
        Scalar::String(text) => xxh64(text.as_bytes(), SEED),
        Scalar::Null(_) => xxh64(&[], SEED),
        Scalar::Bool(value) => xxh64(&[u8::from(value)], SEED),
        Scalar::Int(value) => bytes(value.into()),
        Scalar::Long(value) | Scalar::DateTime(DateTime(value)) | Scalar::TimeSpan(TimeSpan(value)) => bytes(value),
        Scalar::Real(value) => xxh64(&value.to_le_bytes(), SEED),
        Scalar::Decimal(value) => xxh64(&value.0.to_le_bytes(), SEED),
        Scalar::Guid(Guid(value)) => xxh64(&value, SEED),
        Scalar::Dynamic(value) => xxh64(value.to_kusto_string().as_bytes(), SEED),
    };
    hash.cast_signed()
}

/// `hash(value [, modulus])`: with a modulus from 0 to one less than it.
pub(super) fn hash(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let argument = call.argument(0)?;
    let moduli = call.optional_longs(1)?;
    Ok(call.build_longs(|row| {
        let hash = hash_of(argument, row);
        match moduli {
            None => Some(hash),
            Some(moduli) => {
                let modulus = u64::try_from(moduli.get(row)?).ok().filter(|modulus| *modulus > 0)?;
                i64::try_from(hash.cast_unsigned() % modulus).ok()
            }
        }
    }))
}

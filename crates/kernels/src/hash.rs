//! Hash functions.

mod combine;
mod digests;
mod xxhash;

use crate::Kernel;

/// See <https://learn.microsoft.com/kusto/query/hash-function>.
pub(crate) const KERNELS: &[(&str, Kernel)] = &[
    ("hash", xxhash::hash),
    ("hash_xxhash64", xxhash::hash),
    ("hash_combine", combine::hash_combine),
    ("hash_many", combine::hash_many),
    ("hash_md5", digests::md5),
    ("hash_sha1", digests::sha1),
    ("hash_sha256", digests::sha256),
];

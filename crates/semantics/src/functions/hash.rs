//! Hash functions.

use super::{Category, Function, Signature, row::*};

const fn f(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::Hash, summary, signatures)
}

const HASH: &[Signature] = &[sig(&[any("source"), long("mod")], LONG).optional(1)];
const DIGEST: &[Signature] = &[sig(&[any("source")], STRING)];

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#hash-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    f("hash", "Returns the XXH64 hash of a value.", HASH),
    f("hash_xxhash64", "Returns the XXH64 hash of a value.", HASH),
    f("hash_combine", "Combines hashes into one.", &[sig(&[long("hash"), long("hash")], LONG).repeating(1)]),
    f("hash_many", "Returns the combined hash of several values.", &[sig(&[any("source")], LONG).repeating(1)]),
    f("hash_md5", "Returns the MD5 digest of a value's text.", DIGEST),
    f("hash_sha1", "Returns the SHA-1 digest of a value's text.", DIGEST),
    f("hash_sha256", "Returns the SHA-256 digest of a value's text.", DIGEST),
];

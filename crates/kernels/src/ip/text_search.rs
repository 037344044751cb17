//! IPv4 addresses within text: `has_ipv4`, `has_ipv4_prefix` and their `has_any_…` forms.
//!
//! An address in the text must stand apart from letters and digits.
//! <https://learn.microsoft.com/kusto/query/has-ipv4-function>

use std::net::Ipv4Addr;

use arrow::array::ArrayRef;

use super::v4::{ranges_constant, ranges_of};
use crate::{Call, KernelError};

/// Returns the texts of the addresses in `text`.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '.')
        .map(|word| word.trim_matches('.'))
        .filter(|word| word.parse::<Ipv4Addr>().is_ok())
}

fn search(
    call: &Call<'_>,
    valid: impl Fn(&str) -> bool,
    matches: impl Fn(&str, &str) -> bool,
) -> Result<ArrayRef, KernelError> {
    let texts = call.strings(0)?;
    let constant = ranges_constant(call);
    let wanted_of = |row| ranges_of(call, row).into_iter().filter(|text| valid(text)).collect::<Vec<_>>();
    let mut wanted = wanted_of(0);
    Ok(call.build_truths(|row| {
        if !constant && row > 0 {
            wanted = wanted_of(row);
        }
        // Without its digits the text cannot hold the address; that test is quick.
        let text = texts.get(row);
        wanted.iter().any(|w| text.contains(w.as_str()) && addresses(text).any(|found| matches(found, w)))
    }))
}

/// `has_ipv4(text, ip)`, `has_any_ipv4(text, ip, …)`
pub(super) fn has_ipv4(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    search(call, |text| text.parse::<Ipv4Addr>().is_ok(), |found, wanted| found == wanted)
}

/// A whole address, or numbers of which each has its dot: `10.`, `10.1.`.
fn is_prefix(text: &str) -> bool {
    const PARTS_MAX: usize = 3;
    match text.strip_suffix('.') {
        None => text.parse::<Ipv4Addr>().is_ok(),
        Some(parts) => parts.split('.').count() <= PARTS_MAX && parts.split('.').all(|part| part.parse::<u8>().is_ok()),
    }
}

/// `has_ipv4_prefix(text, prefix)`, `has_any_ipv4_prefix(text, prefix, …)`
pub(super) fn has_ipv4_prefix(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    search(
        call,
        is_prefix,
        |found, wanted| if wanted.ends_with('.') { found.starts_with(wanted) } else { found == wanted },
    )
}

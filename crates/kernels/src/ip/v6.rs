//! IPv6, and IPv4 written as such. What is no address gives null, of strings "".
//!
//! <https://learn.microsoft.com/kusto/query/ipv6-compare-function> and its siblings.

use std::{fmt::Write as _, net::Ipv6Addr};

use arrow::array::ArrayRef;

use super::{
    address::V6,
    v4::{ranges_constant, ranges_of},
};
use crate::{Call, KernelError};

/// Writes all eight groups with four digits each.
fn write_canonical(address: V6, out: &mut String) {
    for (index, group) in Ipv6Addr::from_bits(address.network()).segments().iter().enumerate() {
        let colon = if index > 0 { ":" } else { "" };
        // Writing to a string never fails.
        let _ = write!(out, "{colon}{group:04x}");
    }
}

/// `parse_ipv6(ip)`: the network in canonical form.
pub(super) fn parse_ipv6(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let addresses = call.strings(0)?;
    Ok(call.build_strings(|row, out| {
        if let Some(address) = V6::parse(addresses.get(row)) {
            write_canonical(address, out);
        }
    }))
}

/// `parse_ipv6_mask(ip, prefix)`: the prefix counts 128 bits.
pub(super) fn parse_ipv6_mask(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (addresses, prefixes) = (call.strings(0)?, call.longs(1)?);
    let address_of = |row| V6::parse(addresses.get(row))?.narrowed(prefixes.get(row)?);
    Ok(call.build_strings(|row, out| {
        if let Some(address) = address_of(row) {
            write_canonical(address, out);
        }
    }))
}

fn pair(call: &Call<'_>, row: usize) -> Option<(V6, V6)> {
    let address = |index| V6::parse(call.strings(index).ok()?.get(row));
    let (a, b) = (address(0)?, address(1)?);
    match call.optional_longs(2).ok()? {
        None => Some((a, b)),
        Some(prefixes) => Some((a.narrowed(prefixes.get(row)?)?, b)),
    }
}

/// `ipv6_compare(a, b [, prefix])`
pub(super) fn ipv6_compare(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_longs(|row| pair(call, row).map(|(a, b)| a.compare(b) as i64)))
}

/// `ipv6_is_match(a, b [, prefix])`
pub(super) fn ipv6_is_match(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_bools(|row| pair(call, row).map(|(a, b)| a.compare(b).is_eq())))
}

/// `ipv6_is_in_range(ip, range)`
pub(super) fn ipv6_is_in_range(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    ipv6_is_match(call)
}

/// `ipv6_is_in_any_range(ip, range, …)`: ranges that are none are passed over.
pub(super) fn ipv6_is_in_any_range(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let addresses = call.strings(0)?;
    let parse = |row| ranges_of(call, row).iter().filter_map(|text| V6::parse(text)).collect::<Vec<_>>();
    let constant = ranges_constant(call);
    let mut ranges = parse(0);
    Ok(call.build_bools(|row| {
        if !constant && row > 0 {
            ranges = parse(row);
        }
        let address = V6::parse(addresses.get(row))?;
        Some(ranges.iter().any(|range| address.compare(*range).is_eq()))
    }))
}

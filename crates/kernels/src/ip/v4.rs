//! IPv4: parsing, printing, comparing. What is no address gives null, of strings "".
//!
//! <https://learn.microsoft.com/kusto/query/ipv4-compare-function> and its siblings.

use std::{fmt::Write as _, net::Ipv4Addr};

use arrow::array::ArrayRef;
use calypso_types::ScalarType;

use super::address::V4;
use crate::{Call, KernelError, conversion::TextColumn, operators::texts_of};

/// The private networks of RFC 1918.
const PRIVATE: [V4; 3] =
    [V4 { bits: 0x0a00_0000, prefix: 8 }, V4 { bits: 0xac10_0000, prefix: 12 }, V4 { bits: 0xc0a8_0000, prefix: 16 }];

/// `parse_ipv4(ip)`: the network as a number.
pub(super) fn parse_ipv4(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let addresses = call.strings(0)?;
    Ok(call.build_longs(|row| Some(i64::from(V4::parse(addresses.get(row))?.network()))))
}

/// `parse_ipv4_mask(ip, prefix)`
pub(super) fn parse_ipv4_mask(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let (addresses, prefixes) = (call.strings(0)?, call.longs(1)?);
    Ok(call.build_longs(|row| Some(i64::from(V4::parse(addresses.get(row))?.narrowed(prefixes.get(row)?)?.network()))))
}

fn format(call: &Call<'_>, with_prefix: bool) -> Result<ArrayRef, KernelError> {
    let numeric = call.type_of(0)?.is_numeric();
    let texts = TextColumn::new(call, 0)?;
    let texts = texts.strings()?;
    let prefixes = call.optional_longs(1)?;
    let address_of = |row| {
        let text = texts.get(row);
        let address = if numeric || !text.contains('.') {
            V4 { bits: text.parse().ok()?, prefix: u32::BITS }
        } else {
            V4::parse(text)?
        };
        match prefixes {
            None => Some(address),
            Some(prefixes) => address.narrowed(prefixes.get(row)?),
        }
    };
    Ok(call.build_strings(|row, out| {
        if let Some(address) = address_of(row) {
            // Writing to a string never fails.
            let _ = write!(out, "{}", Ipv4Addr::from_bits(address.network()));
            if with_prefix {
                let _ = write!(out, "/{}", address.prefix);
            }
        }
    }))
}

/// `format_ipv4(ip [, prefix])`: of text or of a number.
pub(super) fn format_ipv4(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    format(call, false)
}

/// `format_ipv4_mask(ip [, prefix])`: with `/prefix`.
pub(super) fn format_ipv4_mask(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    format(call, true)
}

/// Reads both addresses, narrowed by the optional third argument.
fn pair(call: &Call<'_>, row: usize) -> Option<(V4, V4)> {
    let address = |index| V4::parse(call.strings(index).ok()?.get(row));
    let (a, b) = (address(0)?, address(1)?);
    match call.optional_longs(2).ok()? {
        None => Some((a, b)),
        Some(prefixes) => Some((a.narrowed(prefixes.get(row)?)?, b)),
    }
}

/// `ipv4_compare(a, b [, prefix])`
pub(super) fn ipv4_compare(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_longs(|row| pair(call, row).map(|(a, b)| a.compare(b) as i64)))
}

/// `ipv4_is_match(a, b [, prefix])`
pub(super) fn ipv4_is_match(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    Ok(call.build_bools(|row| pair(call, row).map(|(a, b)| a.compare(b).is_eq())))
}

/// `ipv4_is_in_range(ip, range)`
pub(super) fn ipv4_is_in_range(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    ipv4_is_match(call)
}

/// Reads the ranges from argument 1 on: texts, or one dynamic array of them.
pub(super) fn ranges_of(call: &Call<'_>, row: usize) -> Vec<String> {
    let mut ranges = Vec::new();
    for index in 1..call.len() {
        let Ok(texts) = call.strings(index) else { continue };
        if call.arguments[index].ty == ScalarType::Dynamic {
            ranges.extend(texts_of(texts.get_dynamic(row)));
        } else {
            ranges.push(texts.get(row).to_owned());
        }
    }
    ranges
}

/// Says whether the arguments from 1 on are the same in every row.
pub(super) fn ranges_constant(call: &Call<'_>) -> bool {
    call.arguments.iter().skip(1).all(|argument| argument.constant)
}

/// `ipv4_is_in_any_range(ip, range, …)`: ranges that are none are passed over.
pub(super) fn ipv4_is_in_any_range(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let addresses = call.strings(0)?;
    let parse = |row| ranges_of(call, row).iter().filter_map(|text| V4::parse(text)).collect::<Vec<_>>();
    let constant = ranges_constant(call);
    let mut ranges = parse(0);
    Ok(call.build_bools(|row| {
        if !constant && row > 0 {
            ranges = parse(row);
        }
        let address = V4::parse(addresses.get(row))?;
        Some(ranges.iter().any(|range| address.compare(*range).is_eq()))
    }))
}

/// `ipv4_is_private(ip)`
pub(super) fn ipv4_is_private(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let addresses = call.strings(0)?;
    Ok(call.build_bools(|row| {
        let address = V4::parse(addresses.get(row))?;
        Some(PRIVATE.iter().any(|network| address.compare(*network).is_eq() && address.prefix >= network.prefix))
    }))
}

/// `ipv4_netmask_suffix(ip)`: 32 without a prefix.
pub(super) fn ipv4_netmask_suffix(call: &Call<'_>) -> Result<ArrayRef, KernelError> {
    let addresses = call.strings(0)?;
    Ok(call.build_longs(|row| Some(i64::from(V4::parse(addresses.get(row))?.prefix))))
}

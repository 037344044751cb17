//! Addresses with the length of their network prefix.

use std::{
    cmp::Ordering,
    net::{Ipv4Addr, Ipv6Addr},
};

/// An IPv4 address and how many of its leading bits count.
#[derive(Clone, Copy)]
pub(super) struct V4 {
    pub(super) bits: u32,
    pub(super) prefix: u32,
}

/// An IPv6 address and how many of its leading bits count; IPv4 stands mapped.
#[derive(Clone, Copy)]
pub(super) struct V6 {
    pub(super) bits: u128,
    pub(super) prefix: u32,
}

/// The bits before the IPv4 address in a mapped one.
const MAPPED_PREFIX: u32 = u128::BITS - u32::BITS;

fn split_prefix(text: &str, max: u32) -> Option<(&str, u32)> {
    match text.split_once('/') {
        None => Some((text, max)),
        Some((address, prefix)) => Some((address, prefix.trim().parse().ok().filter(|prefix| *prefix <= max)?)),
    }
}

impl V4 {
    /// Reads `a.b.c.d` or `a.b.c.d/prefix`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = split_prefix(text.trim(), u32::BITS)?;
        Some(Self { bits: address.trim().parse::<Ipv4Addr>().ok()?.to_bits(), prefix })
    }

    /// Shortens the prefix to at most `prefix`; none if that is no prefix.
    pub(super) fn narrowed(self, prefix: i64) -> Option<Self> {
        let prefix = u32::try_from(prefix).ok().filter(|prefix| *prefix <= u32::BITS)?;
        Some(Self { prefix: self.prefix.min(prefix), ..self })
    }

    /// Returns the address with the bits behind the prefix cleared.
    pub(super) fn network(self) -> u32 {
        self.bits & u32::MAX.checked_shl(u32::BITS - self.prefix).unwrap_or(0)
    }

    /// Compares by the bits that count in both.
    pub(super) fn compare(self, other: Self) -> Ordering {
        let prefix = self.prefix.min(other.prefix);
        Self { prefix, ..self }.network().cmp(&Self { prefix, ..other }.network())
    }
}

impl V6 {
    /// Reads an IPv6 or IPv4 address with or without a prefix; the prefix of IPv4 notation counts its 32 bits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(v4) = V4::parse(text.strip_prefix("::").filter(|rest| !rest.contains(':')).unwrap_or(text)) {
            let bits = Ipv4Addr::from_bits(v4.bits).to_ipv6_mapped().to_bits();
            return Some(Self { bits, prefix: MAPPED_PREFIX + v4.prefix });
        }
        let (address, prefix) = split_prefix(text, u128::BITS)?;
        Some(Self { bits: address.trim().parse::<Ipv6Addr>().ok()?.to_bits(), prefix })
    }

    /// Shortens the prefix to at most `prefix`; none if that is no prefix.
    pub(super) fn narrowed(self, prefix: i64) -> Option<Self> {
        let prefix = u32::try_from(prefix).ok().filter(|prefix| *prefix <= u128::BITS)?;
        Some(Self { prefix: self.prefix.min(prefix), ..self })
    }

    /// Returns the address with the bits behind the prefix cleared.
    pub(super) fn network(self) -> u128 {
        self.bits & u128::MAX.checked_shl(u128::BITS - self.prefix).unwrap_or(0)
    }

    /// Compares by the bits that count in both.
    pub(super) fn compare(self, other: Self) -> Ordering {
        let prefix = self.prefix.min(other.prefix);
        Self { prefix, ..self }.network().cmp(&Self { prefix, ..other }.network())
    }
}

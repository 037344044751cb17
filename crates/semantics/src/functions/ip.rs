//! Functions on IPv4 and IPv6 addresses.

use super::{Category, Function, Signature, row::*};

const fn f(name: &'static str, summary: &'static str, signatures: &'static [Signature]) -> Function {
    Function::new(name, Category::Ip, summary, signatures)
}

const COMPARE: &[Signature] = &[sig(&[string("ip1"), string("ip2"), long("prefix")], LONG).optional(1)];
const MATCH: &[Signature] = &[sig(&[string("ip1"), string("ip2"), long("prefix")], BOOL).optional(1)];
const IN_RANGE: &[Signature] = &[sig(&[string("ip"), string("ip_range")], BOOL)];
/// Each of the last arguments is a text or an array of texts.
const IN_ANY_RANGE: &[Signature] = &[sig(&[string("ip"), any("ranges")], BOOL).repeating(1)];
const HAS: &[Signature] = &[sig(&[string("source"), string("ip")], BOOL)];
const HAS_ANY: &[Signature] = &[sig(&[string("source"), any("ips")], BOOL).repeating(1)];

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#ipv4ipv6-functions>.
pub(super) const FUNCTIONS: &[Function] = &[
    f("parse_ipv4", "Returns an IPv4 address as a number.", &[sig(&[string("ip")], LONG)]),
    f("parse_ipv4_mask", "Returns an IPv4 network as a number.", &[sig(&[string("ip"), long("prefix")], LONG)]),
    f("format_ipv4", "Prints an IPv4 network.", &[sig(&[any("ip"), long("prefix")], STRING).optional(1)]),
    f(
        "format_ipv4_mask",
        "Prints an IPv4 network with its prefix.",
        &[sig(&[any("ip"), long("prefix")], STRING).optional(1)],
    ),
    f("ipv4_compare", "Compares two IPv4 addresses: -1, 0 or 1.", COMPARE),
    f("ipv4_is_match", "Says whether two IPv4 addresses match.", MATCH),
    f("ipv4_is_in_range", "Says whether an IPv4 address is in a network.", IN_RANGE),
    f("ipv4_is_in_any_range", "Says whether an IPv4 address is in one of several networks.", IN_ANY_RANGE),
    f("ipv4_is_private", "Says whether an IPv4 address is private.", &[sig(&[string("ip")], BOOL)]),
    f("ipv4_netmask_suffix", "Returns the length of the prefix.", &[sig(&[string("ip")], LONG)]),
    f(
        "ipv4_range_to_cidr_list",
        "Returns the networks that make up a range.",
        &[sig(&[string("start_ip"), string("end_ip")], DYNAMIC)],
    ),
    f("parse_ipv6", "Returns the canonical text of an address.", &[sig(&[string("ip")], STRING)]),
    f("parse_ipv6_mask", "Returns the canonical text of a network.", &[sig(&[string("ip"), long("prefix")], STRING)]),
    f("ipv6_compare", "Compares two IPv6 addresses: -1, 0 or 1.", COMPARE),
    f("ipv6_is_match", "Says whether two IPv6 addresses match.", MATCH),
    f("ipv6_is_in_range", "Says whether an IPv6 address is in a network.", IN_RANGE),
    f("ipv6_is_in_any_range", "Says whether an IPv6 address is in one of several networks.", IN_ANY_RANGE),
    f("has_ipv4", "Says whether a text holds an IPv4 address.", HAS),
    f("has_ipv4_prefix", "Says whether a text holds an IPv4 address with a prefix.", HAS),
    f("has_any_ipv4", "Says whether a text holds one of several IPv4 addresses.", HAS_ANY),
    f("has_any_ipv4_prefix", "Says whether a text holds an IPv4 address with one of several prefixes.", HAS_ANY),
];

//! Functions on IPv4 and IPv6 addresses.

mod address;
mod cidr;
mod text_search;
mod v4;
mod v6;

use crate::Kernel;

/// See <https://learn.microsoft.com/kusto/query/scalar-functions#ipv4ipv6-functions>.
pub(crate) const KERNELS: &[(&str, Kernel)] = &[
    ("parse_ipv4", v4::parse_ipv4),
    ("parse_ipv4_mask", v4::parse_ipv4_mask),
    ("format_ipv4", v4::format_ipv4),
    ("format_ipv4_mask", v4::format_ipv4_mask),
    ("ipv4_compare", v4::ipv4_compare),
    ("ipv4_is_match", v4::ipv4_is_match),
    ("ipv4_is_in_range", v4::ipv4_is_in_range),
    ("ipv4_is_in_any_range", v4::ipv4_is_in_any_range),
    ("ipv4_is_private", v4::ipv4_is_private),
    ("ipv4_netmask_suffix", v4::ipv4_netmask_suffix),
    ("ipv4_range_to_cidr_list", cidr::ipv4_range_to_cidr_list),
    ("parse_ipv6", v6::parse_ipv6),
    ("parse_ipv6_mask", v6::parse_ipv6_mask),
    ("ipv6_compare", v6::ipv6_compare),
    ("ipv6_is_match", v6::ipv6_is_match),
    ("ipv6_is_in_range", v6::ipv6_is_in_range),
    ("ipv6_is_in_any_range", v6::ipv6_is_in_any_range),
    ("has_ipv4", text_search::has_ipv4),
    ("has_any_ipv4", text_search::has_ipv4),
    ("has_ipv4_prefix", text_search::has_ipv4_prefix),
    ("has_any_ipv4_prefix", text_search::has_ipv4_prefix),
];

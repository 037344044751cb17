//! From which machines sources may be fetched: never from those that only the server's own network position opens.
//!
//! Names are resolved here and the answers checked, so that a name cannot lead elsewhere between check and use.

use std::{
    error::Error as StdError,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Azure's and Alibaba's metadata services outside the link-local range.
const METADATA_V4: [Ipv4Addr; 2] = [Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(100, 100, 100, 200)];
/// AWS's metadata service.
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

/// Which addresses are admitted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SourceAddresses {
    pub(crate) allow_loopback: bool,
}

impl SourceAddresses {
    /// Says whether a source may be fetched from `address`.
    pub(crate) fn admits(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        if address.is_loopback() {
            return self.allow_loopback;
        }
        !address.is_unspecified() && !address.is_multicast() && !is_reserved(address)
    }
}

fn is_reserved(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast() || v4.octets()[0] == 0 || METADATA_V4.contains(&v4),
        IpAddr::V6(v6) => {
            v6.is_unicast_link_local()
                || v6 == METADATA_V6
                || translated(v6).is_some_and(|v4| is_reserved(v4.into()) || v4.is_loopback())
        }
    }
}

/// Returns the IPv4 address that a translator (NAT64, 6to4) would make of `v6`.
fn translated(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, _, _, _, _, g, h] = v6.segments();
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match (a, b) {
        (0x64, 0xff9b) => Some(of(g, h)),
        (0x2002, _) => Some(of(b, v6.segments()[2])),
        _ => None,
    }
}

/// Tells, beneath errors of a connection, that a name leads to no admitted address.
#[derive(Debug, thiserror::Error)]
#[error("{ADDRESS_REFUSED}")]
pub(crate) struct AddressRefused;

/// What messages say of it.
pub(crate) const ADDRESS_REFUSED: &str = "the address is not one that sources may be fetched from";

impl AddressRefused {
    /// Says whether this is what lies beneath `error`.
    pub(crate) fn is_cause_of(error: &(dyn StdError + 'static)) -> bool {
        std::iter::successors(Some(error), |error| (*error).source()).any(|error| error.is::<Self>())
    }
}

impl Resolve for SourceAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = *self;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let admitted: Vec<SocketAddr> = found.filter(|address| rules.admits(address.ip())).collect();
            if admitted.is_empty() {
                return Err(AddressRefused.into());
            }
            let addresses: Addrs = Box::new(admitted.into_iter());
            Ok(addresses)
        })
    }
}

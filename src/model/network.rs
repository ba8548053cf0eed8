//! Networks of requests, coarse enough to show and store.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Network of a request: a /24 of IPv4 or a /48 of IPv6. Distinguishes places without identifying a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// First three bytes of an IPv4 address.
    V4([u8; 3]),
    /// First six bytes of an IPv6 address.
    V6([u8; 6]),
    /// The address could not be determined.
    Unknown,
}

impl From<IpAddr> for Network {
    /// An IPv4-mapped IPv6 address (`::ffff:203.0.113.9`, RFC 4291) counts as IPv4.
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(address) => Self::V6(address.octets().first_chunk().copied().unwrap_or_default()),
        }
    }
}

impl Network {
    /// Reads what [`Network`] writes, `203.0.113.0/24`. Anything else is unknown.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let address = text.split('/').next().and_then(|address| address.parse::<IpAddr>().ok());
        address.map_or(Self::Unknown, Self::from)
    }

    /// True for this machine and networks outside the public internet (RFC 1918, RFC 4193, link-local). Limits are wider
    /// there, so an unknown network is not private.
    #[must_use]
    pub const fn is_private(self) -> bool {
        match self {
            Self::V4([10 | 127, ..] | [192, 168, _] | [169, 254, _]) => true,
            Self::V4([172, second, _]) => second >= 16 && second < 32,
            Self::V4(_) | Self::Unknown => false,
            Self::V6([first, second, ..]) => {
                first & 0xfe == 0xfc || (first == 0xfe && second & 0xc0 == 0x80) || (first == 0 && second == 0)
            }
        }
    }
}

/// Returns a stored network, `203.0.113.0/24`, as people read it: `203.0.113.x`. Any other text stays as it is.
#[must_use]
pub fn network_for_people(text: &str) -> String {
    match (text.strip_suffix(".0/24"), text.strip_suffix("::/48")) {
        (Some(beginning), _) => format!("{beginning}.x"),
        (_, Some(beginning)) => format!("{beginning}:x"),
        _ => text.to_owned(),
    }
}

/// Writes `203.0.113.0/24` or `2001:db8:1::/48`.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::V4([a, b, c]) => write!(f, "{}/24", Ipv4Addr::new(a, b, c, 0)),
            Self::V6(first) => {
                let mut octets = [0; 16];
                octets.iter_mut().zip(first).for_each(|(octet, one)| *octet = one);
                write!(f, "{}/48", Ipv6Addr::from(octets))
            }
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Network, network_for_people};

    #[test]
    fn addresses_lose_their_end() {
        let network =
            |address: &str| Network::from(address.parse::<std::net::IpAddr>().expect("an address")).to_string();
        assert_eq!(network("203.0.113.9"), "203.0.113.0/24");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.0/24");
        assert_eq!(network("2001:db8:1:2::3"), "2001:db8:1::/48");
        assert_eq!(Network::Unknown.to_string(), "unknown");
        let shown = ["203.0.113.0/24", "2001:db8:1::/48", "unknown", ""].map(network_for_people);
        assert_eq!(shown, ["203.0.113.x", "2001:db8:1:x", "unknown", ""]);
        for text in ["203.0.113.0/24", "2001:db8:1::/48", "unknown"] {
            assert_eq!(Network::parse(text).to_string(), text);
        }
        let private =
            |address: &str| Network::from(address.parse::<std::net::IpAddr>().expect("an address")).is_private();
        assert!(
            ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "::1", "fd00::1", "fe80::1"]
                .into_iter()
                .all(private)
        );
        assert!(!["172.32.0.1", "192.169.0.1", "203.0.113.9", "2001:db8::1"].into_iter().any(private));
    }
}

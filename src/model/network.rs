//! The network someone comes from: coarse enough to show and keep.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A /24 of IPv4 or a /48 of IPv6: as good as "where" without being "who".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// The first three bytes of the addresses.
    V4([u8; 3]),
    /// The first six.
    V6([u8; 6]),
    /// It was not to be found out.
    Unknown,
}

impl From<IpAddr> for Network {
    /// An IPv4 address in IPv6's clothes (`::ffff:203.0.113.9`) is an IPv4 address.
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
    /// Whether it is this machine, or a network that the internet does not know (RFC 1918, RFC 4193, link-local).
    #[must_use]
    pub const fn is_private(self) -> bool {
        match self {
            Self::V4([10 | 127, ..] | [192, 168, _] | [169, 254, _]) | Self::Unknown => true,
            Self::V4([172, second, _]) => second >= 16 && second < 32,
            Self::V4(_) => false,
            Self::V6([first, second, ..]) => {
                first & 0xfe == 0xfc || (first == 0xfe && second & 0xc0 == 0x80) || (first == 0 && second == 0)
            }
        }
    }
}

/// `203.0.113.0/24`, `2001:db8:1::/48`.
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
    use super::Network;

    #[test]
    fn addresses_lose_their_end() {
        let network =
            |address: &str| Network::from(address.parse::<std::net::IpAddr>().expect("an address")).to_string();
        assert_eq!(network("203.0.113.9"), "203.0.113.0/24");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.0/24");
        assert_eq!(network("2001:db8:1:2::3"), "2001:db8:1::/48");
        assert_eq!(Network::Unknown.to_string(), "unknown");
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

//! Trusted proxies, and the client behind them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::HeaderMap;
use ipnet::IpNet;

use crate::model::network::Network;
use crate::web::extract::header_fields::members;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Proxies whose `X-Forwarded-For` is trusted.
#[derive(Debug)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    /// True once the log has the warning about a proxy that is not in the list.
    has_warned: AtomicBool,
}

impl TrustedProxies {
    /// Trusts the proxies in these networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Arc<Self> {
        Arc::new(Self { networks, has_warned: AtomicBool::new(false) })
    }

    /// True if the address is that of a trusted proxy.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// Network of the client, seen through trusted proxies.
    ///
    /// A hop that cannot be read leaves the client at the proxy before it. If that proxy is on a private network, the
    /// client is [`Network::Unknown`]: the wide limits of private networks are not for it.
    pub(crate) fn network(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Network {
        let Some(peer) = peer.map(|peer| peer.to_canonical()) else { return Network::Unknown };
        self.warn_about(peer, headers);
        let ForwardedClient { address, is_known } = self.client(peer, headers);
        let network = Network::from(address);
        if is_known || !network.is_private() { network } else { Network::Unknown }
    }

    /// Nearest address that is not a trusted proxy. `X-Forwarded-For` is read from its end, as far as the hops are
    /// trusted: our own proxies append to the field, so a client can forge only the first entries.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ForwardedClient {
        let mut address = peer;
        for hop in members(headers, FORWARDED_FOR).rev() {
            if !self.contains(address) {
                break;
            }
            let Some(hop) = hop_address(hop) else { return ForwardedClient { address, is_known: false } };
            address = hop.to_canonical();
        }
        // A field without any entry names no client either.
        let is_empty = headers.contains_key(FORWARDED_FOR) && members(headers, FORWARDED_FOR).next().is_none();
        ForwardedClient { address, is_known: !(is_empty && self.contains(peer)) }
    }

    /// Warns once about a proxy on a private network that is not in the list: all its clients share one limit.
    fn warn_about(&self, peer: IpAddr, headers: &HeaderMap) {
        if self.is_unlisted_proxy(peer, headers) && !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                "x-forwarded-for: ignored, the peer is not in NEURALBOX_TRUSTED_PROXIES; all clients behind it share the \
                 limits of one network. If it is your proxy, add its address to NEURALBOX_TRUSTED_PROXIES"
            );
        }
    }

    fn is_unlisted_proxy(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        Network::from(peer).is_private() && headers.contains_key(FORWARDED_FOR) && !self.contains(peer)
    }
}

/// Client of a request.
struct ForwardedClient {
    address: IpAddr,
    /// False if the proxy at `address` named its client in a way that cannot be read.
    is_known: bool,
}

/// Parses `203.0.113.9`, `2001:db8::1`, and both with a port.
fn hop_address(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?;
    let bare = hop.trim_start_matches('[').trim_end_matches(']').parse().ok();
    bare.or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(forwarded: &[&[u8]]) -> HeaderMap {
        let fields = forwarded.iter().map(|field| HeaderValue::from_bytes(field).expect("no control character"));
        fields.fold(HeaderMap::new(), |mut all, field| {
            all.append(FORWARDED_FOR, field);
            all
        })
    }

    fn proxies() -> Arc<TrustedProxies> {
        TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap(), "192.0.2.0/24".parse().unwrap()])
    }

    fn client(peer: &str, forwarded: &[&[u8]]) -> String {
        let ForwardedClient { address, is_known } = proxies().client(peer.parse().unwrap(), &headers(forwarded));
        format!("{address}{}", if is_known { "" } else { " of unknown" })
    }

    #[test]
    fn forwarded_for_counts_as_far_as_it_is_trusted() {
        for (peer, forwarded, expected) in [
            ("203.0.113.9", &b"198.51.100.7"[..], "203.0.113.9"),
            ("10.0.0.1", b"198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", b"1.1.1.1, 198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", b"198.51.100.7, 10.0.0.2", "198.51.100.7"),
            ("10.0.0.1", b"1.2.3.4, unknown, 203.0.113.5", "203.0.113.5"),
            ("10.0.0.1", b"203.0.113.5:4711", "203.0.113.5"),
            ("10.0.0.1", b"[2001:db8::5]:4711, 10.9.9.9", "2001:db8::5"),
            ("10.0.0.1", b"\xe9, 203.0.113.6", "203.0.113.6"),
            ("10.0.0.1", "ü, 203.0.113.6".as_bytes(), "203.0.113.6"),
            ("10.0.0.1", b"203.0.113.6,", "203.0.113.6"),
            ("10.0.0.1", b", ,203.0.113.6 , ,", "203.0.113.6"),
            ("10.0.0.1", b"nonsense", "10.0.0.1 of unknown"),
            ("10.0.0.1", b"1.2.3.4, unknown", "10.0.0.1 of unknown"),
            ("10.0.0.1", b"1.2.3.4, 203.0.113.6\xe9", "10.0.0.1 of unknown"),
            ("10.0.0.1", b"\xe9203.0.113.6", "10.0.0.1 of unknown"),
            ("10.0.0.1", b"203.0.\xe9113.6, 10.0.0.2", "10.0.0.2 of unknown"),
            ("10.0.0.1", b" , ,", "10.0.0.1 of unknown"),
            ("203.0.113.9", b"\xe9", "203.0.113.9"),
        ] {
            assert_eq!(client(peer, &[forwarded]), expected, "{peer}: {}", forwarded.escape_ascii());
        }
        assert_eq!(client("10.0.0.1", &[b"1.1.1.1", b"\xe9", b"198.51.100.7", b""]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_client_that_cannot_be_read_is_on_no_private_network() {
        let network = |peer: &str, forwarded: &[&[u8]]| {
            proxies().network(Some(peer.parse().unwrap()), &headers(forwarded)).to_string()
        };
        assert_eq!(network("10.0.0.1", &[b"\xe9"]), "unknown");
        assert_eq!(network("::ffff:10.0.0.1", &[b"\xe9"]), "unknown");
        assert_eq!(network("192.0.2.1", &[b"\xe9"]), "192.0.2.0/24", "a public proxy has the limits of the public");
        assert_eq!(network("10.0.0.1", &[]), "10.0.0.0/24");
        assert!(!Network::Unknown.is_private());
    }

    #[test]
    fn a_proxy_on_a_private_network_that_is_not_listed_is_noticed() {
        let is_unlisted =
            |peer: &str, forwarded: &[&[u8]]| proxies().is_unlisted_proxy(peer.parse().unwrap(), &headers(forwarded));
        assert!(is_unlisted("172.17.0.1", &[b"203.0.113.6"]) && is_unlisted("127.0.0.1", &[b"\xe9"]));
        assert!(!is_unlisted("172.17.0.1", &[]), "no proxy");
        assert!(!is_unlisted("10.0.0.1", &[b"203.0.113.6"]), "listed");
        assert!(!is_unlisted("203.0.113.9", &[b"203.0.113.6"]), "anyone on the internet can send the field");
    }
}

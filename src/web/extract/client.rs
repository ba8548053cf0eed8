//! Client of a request: its device and network, seen through trusted proxies.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use axum::http::request::Parts;
use ipnet::IpNet;

use crate::domain::sign_in::email_tokens::MailRequester;
use crate::model::network::Network;
use crate::model::session::RequestSource;
use crate::model::text::language::Language;
use crate::web::WebState;

/// Source of the request: device and network, coarse enough to show and store.
pub(crate) struct RequestedFrom(pub(crate) RequestSource);

impl FromRequestParts<WebState> for RequestedFrom {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Self::Rejection> {
        let ClientSource { source, .. } = ClientSource::from_request_parts(parts, web).await?;
        Ok(Self(source))
    }
}

/// Source of the request together with the exact network, for limits per network.
pub(crate) struct ClientSource {
    /// Device and network, as shown and stored.
    pub(crate) source: RequestSource,
    /// Network of the client.
    pub(crate) network: Network,
}

impl FromRequestParts<WebState> for ClientSource {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Self::Rejection> {
        let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        let network = network(peer, &parts.headers, &web.settings.trusted_proxies);
        Ok(Self { source: RequestSource { device: device(agent), network: network.to_string() }, network })
    }
}

/// Requester of an email: source, network and accepted language.
pub(crate) struct MailRequestedBy(pub(crate) MailRequester);

impl FromRequestParts<WebState> for MailRequestedBy {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Self::Rejection> {
        let ClientSource { source: origin, network } = ClientSource::from_request_parts(parts, web).await?;
        let accepted = parts.headers.get(ACCEPT_LANGUAGE).and_then(|languages| languages.to_str().ok());
        Ok(Self(MailRequester { origin, network, language: accepted.map(Language::accepted).unwrap_or_default() }))
    }
}

/// Network of the client, seen through trusted proxies.
pub(crate) fn network(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Network {
    peer.map_or(Network::Unknown, |peer| client_address(peer, headers, trusted).into())
}

/// Nearest address that is not a trusted proxy. `X-Forwarded-For` is read from its end, as far as the hops are trusted.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let fields = headers.get_all("x-forwarded-for").iter().filter_map(|field| field.to_str().ok());
    let hops: Vec<&str> = fields.flat_map(|field| field.split(',')).collect();
    let mut client = peer.to_canonical();
    // Our own proxies append to the field, so their entries come last; a client can forge only the first ones.
    for hop in hops.iter().rev() {
        let Some(hop) = address(hop).filter(|_| is_trusted(&client)) else { break };
        client = hop.to_canonical();
    }
    client
}

/// Parses `203.0.113.9`, `2001:db8::1`, and both with a port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.trim_start_matches('[').trim_end_matches(']').parse().ok();
    bare.or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Short name of a `User-Agent`: browser and system, or the first word for other programs.
fn device(agent: &str) -> String {
    let first = |names: &[(&'static str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("YaBrowser", "Yandex Browser"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ => {
            let word = agent.split_whitespace().next().unwrap_or("unknown program");
            word.chars().filter(|c| !c.is_control()).take(64).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &str) -> String {
        let headers = HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), forwarded.parse().unwrap())]);
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn forwarded_for_counts_as_far_as_it_is_trusted() {
        assert_eq!(client("203.0.113.9", "198.51.100.7"), "203.0.113.9");
        assert_eq!(client("10.0.0.1", "198.51.100.7"), "198.51.100.7");
        assert_eq!(client("10.0.0.1", "1.1.1.1, 198.51.100.7"), "198.51.100.7");
        assert_eq!(client("10.0.0.1", "198.51.100.7, 10.0.0.2"), "198.51.100.7");
        assert_eq!(client("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(client("10.0.0.1", "1.2.3.4, unknown, 203.0.113.5"), "203.0.113.5");
        assert_eq!(client("10.0.0.1", "1.2.3.4, unknown"), "10.0.0.1");
        assert_eq!(client("10.0.0.1", "203.0.113.5:4711"), "203.0.113.5");
        assert_eq!(client("10.0.0.1", "[2001:db8::5]:4711, 10.9.9.9"), "2001:db8::5");
    }

    #[test]
    fn devices() {
        assert_eq!(
            device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox on Linux"
        );
        assert_eq!(device("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(device(""), "unknown program");
    }
}

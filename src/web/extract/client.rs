//! Client of a request: its device and network, seen through trusted proxies.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use axum::http::request::Parts;

use crate::domain::sign_in::email_tokens::MailRequester;
use crate::model::network::Network;
use crate::model::session::RequestSource;
use crate::model::text::invisible::is_invisible;
use crate::model::text::language::Language;
use crate::web::WebState;
use crate::web::extract::header_fields::{lossy, members};

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
        let agent = lossy(&parts.headers, USER_AGENT);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        let network = web.settings.trusted_proxies.network(peer, &parts.headers);
        Ok(Self { source: RequestSource { device: device(&agent), network: network.to_string() }, network })
    }
}

/// Requester of an email: source, network and accepted language.
pub(crate) struct MailRequestedBy(pub(crate) MailRequester);

impl FromRequestParts<WebState> for MailRequestedBy {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Self::Rejection> {
        let ClientSource { source, network } = ClientSource::from_request_parts(parts, web).await?;
        let language = Language::accepted(members(&parts.headers, ACCEPT_LANGUAGE)).unwrap_or_default();
        Ok(Self(MailRequester { source, network, language }))
    }
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
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ => {
            let word = agent.split_whitespace().next().unwrap_or("unknown program");
            word.chars().filter(|c| !is_invisible(*c)).take(64).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices() {
        assert_eq!(device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), "Firefox, Linux");
        assert_eq!(device("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(device(""), "unknown program");
    }
}

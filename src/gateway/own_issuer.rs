//! Discovery document of our own provider, fetched as a client would: what the world sees of the issuer.

use std::time::Duration;

use reqwest::header::DATE;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::model::time::Moment;

/// Limit of the call, which is attempted once.
const DISCOVERY_TIMEOUT: Duration = Duration::from_secs(8);

/// What the address of the service answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedIssuer {
    /// The issuer that the document names; `None` if the answer is no such document.
    pub issuer: Option<String>,
    /// Clock of the instance that answered.
    pub clock: Option<Moment>,
}

#[derive(Deserialize)]
struct DiscoveryDocument {
    issuer: String,
}

/// Fetches the document of the provider at `public_url`. An error says why there was no answer.
pub async fn fetch(public_url: &str) -> Result<PublishedIssuer, String> {
    let no_answer = |error: reqwest::Error| error.without_url().to_string();
    let client = reqwest::Client::builder()
        .user_agent(concat!("neuralbox-auth/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .timeout(DISCOVERY_TIMEOUT)
        .build()
        .map_err(no_answer)?;
    let address = format!("{public_url}/.well-known/openid-configuration");
    let response = client.get(address).send().await.map_err(no_answer)?;
    let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
    let clock = date.and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok());
    let clock = clock.map(|at| Moment(at.unix_timestamp()));
    let document: Option<DiscoveryDocument> = response.json().await.ok();
    Ok(PublishedIssuer { issuer: document.map(|document| document.issuer), clock })
}

//! Authorization requests: their checks, in an order that decides where an error may go, and their storage.
//!
//! 1. Client and address: an error is a page, because nothing vouches for the address.
//! 2. Everything else: an error goes back to the client.
//! 3. The request is stored under a random id and tied to the browser by a cookie. The browser travels with the id alone.

use crate::domain::Domain;
use crate::domain::error::{AuthorizationError, Error, Fault, Refusal, Result};
use crate::domain::oauth::keys::jwt::{self, JwtKind};
use crate::domain::oauth::limits;
use crate::model::network::Network;
use crate::model::oauth::authorization_request::{AuthorizationRequest, RequestParameters};
use crate::model::oauth::authorization_response::{AuthorizationResponse, ResponseMode, ResponseTarget};
use crate::model::oauth::claims::IdTokenHint;
use crate::model::oauth::client::Client;
use crate::model::oauth::client_spec::Audiences;
use crate::model::oauth::oauth_error::{OAuthError, OAuthErrorCode};
use crate::model::oauth::redirect_uri::origin_of;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::store::oauth::requests::AddRequest;

/// Time for which a request can be answered, in seconds.
const REQUEST_SECS: i64 = 600;
/// Characters of a request's id that name its cookie.
const COOKIE_SUFFIX_CHARS: usize = 8;

/// Outcome of an authorization request.
#[derive(Debug)]
pub enum AuthorizationStart {
    /// It passed. The browser continues with its id.
    Stored(StoredAuthorization),
    /// It did not pass. The client receives the error.
    Respond(AuthorizationResponse),
}

/// A request that was stored.
#[derive(Debug)]
pub struct StoredAuthorization {
    /// Id, in the address of the next page.
    pub id: OneTimeToken,
    /// Secret of the browser, in a cookie of its own: neither another tab nor a request from another site disturbs it.
    pub browser: OneTimeToken,
}

/// Returns the part of a request's id that names its cookie.
#[must_use]
pub fn cookie_suffix(request: &str) -> Option<&str> {
    OneTimeToken::parse(request)?;
    request.get(..COOKIE_SUFFIX_CHARS)
}

impl Domain {
    /// Checks an authorization request and stores it. `query` holds all parameters as received, with repetitions.
    pub async fn begin_authorization(
        &self,
        query: &[(String, String)],
        network: Network,
    ) -> Result<AuthorizationStart> {
        self.count_oauth(limits::of_network(limits::AUTHORIZE, network), &network.to_string()).await?;
        let parameters = RequestParameters::new(query);
        let client = match parameters.once("client_id") {
            Some(id) => self.enabled_client(id).await?,
            None => None,
        };
        let client = client.ok_or(AuthorizationError::ClientUnknown)?.client;
        let redirect_uri = checked_redirect_uri(&parameters, &client)?;
        match self.checked_request(&parameters, &redirect_uri, &client).await? {
            Ok(request) => self.store_request(&client, &request, network).await.map(AuthorizationStart::Stored),
            Err(error) => {
                let mode = parameters.response_mode().unwrap_or(ResponseMode::Query);
                let state = parameters.once("state");
                let target = ResponseTarget { redirect_uri: &redirect_uri, mode, state, issuer: self.public_url() };
                Ok(AuthorizationStart::Respond(AuthorizationResponse::new(&target, Err(error))))
            }
        }
    }

    async fn checked_request(
        &self,
        parameters: &RequestParameters,
        redirect_uri: &str,
        client: &Client,
    ) -> Result<std::result::Result<AuthorizationRequest, OAuthError>> {
        let audiences = Audiences { own: self.own_resource(), others: Vec::new() };
        let parsed = AuthorizationRequest::parse(parameters, redirect_uri, client, &audiences);
        let request = match parsed {
            Ok(request) => request,
            Err(error) => return Ok(Err(error)),
        };
        let Some(hint) = parameters.once("id_token_hint") else { return Ok(Ok(request)) };
        match self.read_id_token_hint(hint).await?.filter(|hint| hint.aud == client.id) {
            Some(hint) => Ok(Ok(AuthorizationRequest { expected_sub: Some(hint.sub), ..request })),
            None => {
                Ok(Err(OAuthError::new(OAuthErrorCode::InvalidRequest, "id_token_hint is not an ID token of ours")))
            }
        }
    }

    /// Reads an ID token that a client shows again. It may have expired, but must be ours.
    pub(in crate::domain) async fn read_id_token_hint(&self, hint: &str) -> Result<Option<IdTokenHint>> {
        let keys = self.oauth_keys().await?;
        let hint = jwt::read::<IdTokenHint>(JwtKind::Id, hint, keys.iter().map(AsRef::as_ref));
        Ok(hint.filter(|hint| hint.iss == self.public_url()))
    }

    async fn store_request(
        &self,
        client: &Client,
        request: &AuthorizationRequest,
        network: Network,
    ) -> Result<StoredAuthorization> {
        let (id, browser) = (OneTimeToken::new(self.rng()), OneTimeToken::new(self.rng()));
        let parameters = serde_json::to_string(request).map_err(Fault::new).map_err(Error::Failed)?;
        let add = AddRequest {
            digest: id.digest(),
            browser_digest: browser.digest(),
            client: client.id.clone(),
            parameters,
            network: network.to_string(),
            now: self.now(),
            expires_at: self.now().plus(REQUEST_SECS),
        };
        if self.inner.store.write(add).await? {
            Ok(StoredAuthorization { id, browser })
        } else {
            Err(Refusal::TooManyAttempts { seconds: 60 }.into())
        }
    }

    /// Returns the origin that an open request leads to, or `scheme:` of an app: what the pages on the way may submit to.
    pub async fn authorization_origin(&self, request: &str) -> Result<Option<String>> {
        let Some(id) = OneTimeToken::parse(request) else { return Ok(None) };
        let row = self.inner.store.authorization_request(&id.digest()).await?;
        let request = row.and_then(|row| serde_json::from_str::<AuthorizationRequest>(&row.parameters).ok());
        Ok(request.and_then(|request| origin_of(&request.redirect_uri)))
    }
}

/// Returns the address of a request if it was registered: as text, or as an origin for `web_message`.
fn checked_redirect_uri(parameters: &RequestParameters, client: &Client) -> Result<String> {
    let requested = parameters.once("redirect_uri");
    let is_registered = |uri: &&str| match parameters.response_mode() {
        Some(ResponseMode::WebMessage) => client.origins.iter().any(|origin| origin == uri),
        _ => client.may_redirect_to(uri),
    };
    let registered = requested.filter(is_registered).map(ToOwned::to_owned);
    let redirect_uri = requested.unwrap_or_default().chars().take(500).collect();
    Ok(registered.ok_or(AuthorizationError::RedirectUriNotRegistered { redirect_uri })?)
}

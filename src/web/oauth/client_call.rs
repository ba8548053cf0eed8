//! Request of a client: its credentials are checked before anything else, and its websites may read every answer.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use crate::domain::oauth::client_auth::{AuthenticatedClient, ClientAuthWay};
use crate::model::network::Network;
use crate::model::oauth::client::Client;
use crate::model::session::RequestSource;
use crate::web::WebState;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::client::ClientSource;
use crate::web::extract::header_fields::{SingleField, single};
use crate::web::oauth::cors::{EMBED, Reader};
use crate::web::oauth::failure::OAuthFailure;
use crate::web::oauth::oauth_form::{OAuthForm, RawForm};
use crate::web::oauth::{basic_auth, cors};

/// Request of an authenticated client.
pub(crate) struct ClientCall {
    /// The client.
    pub(crate) client: AuthenticatedClient,
    /// Parameters.
    pub(crate) form: OAuthForm,
    /// Device and network of the caller.
    pub(crate) source: RequestSource,
    /// Exact network of the caller.
    pub(crate) network: Network,
    /// Cookies of the browser.
    pub(crate) cookies: RequestCookies,
    reader: Reader,
}

impl ClientCall {
    /// True if the client keeps its refresh token in a cookie.
    pub(crate) const fn keeps_cookie(&self) -> bool {
        matches!(self.reader, Reader::WebsiteWithCookie(_))
    }

    /// Response that the websites of the client may read.
    pub(crate) fn answer(&self, outcome: Result<Response, OAuthFailure>) -> Response {
        cors::readable_by(&self.reader, outcome.unwrap_or_else(IntoResponse::into_response))
    }
}

/// Websites of the client that may read an answer.
fn reader_of(client: &Client, headers: &HeaderMap) -> Result<Reader, OAuthFailure> {
    let embed = single(headers, EMBED);
    let Some(origin) = cors::origin(headers) else {
        return match embed {
            SingleField::Absent => Ok(Reader::Nobody),
            _ => Err(OAuthFailure::invalid_request("only a website can keep its refresh token in a cookie")),
        };
    };
    match embed {
        SingleField::Absent if client.allowed_origins().iter().any(|allowed| allowed == origin) => {
            Ok(Reader::Website(origin.to_owned()))
        }
        SingleField::Absent => Ok(Reader::Nobody),
        SingleField::Text("1") if client.origins.iter().any(|allowed| allowed == origin) => {
            Ok(Reader::WebsiteWithCookie(origin.to_owned()))
        }
        _ => Err(OAuthFailure::invalid_request("this website is not registered to keep its refresh token in a cookie")),
    }
}

impl FromRequest<WebState> for ClientCall {
    type Rejection = Response;

    async fn from_request(request: Request, web: &WebState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let client = ClientSource::from_request_parts(&mut parts, web).await;
        let ClientSource { source, network } = client.unwrap_or_else(|never| match never {});
        let cookies = RequestCookies::from_headers(&parts.headers, &web.settings);
        let raw = RawForm::from_request(Request::from_parts(parts, body), web).await;
        let raw = raw.unwrap_or_else(|never| match never {});
        let ServerCall { client, form } = match authenticate(web, &raw, network).await {
            Ok(authenticated) => authenticated,
            Err(refusal) => return Err(cors::readable_by(&stranger(web, &raw.headers).await, refusal)),
        };
        match reader_of(client.client(), &raw.headers) {
            Ok(reader) => Ok(Self { client, form, source, network, cookies, reader }),
            Err(failure) => Err(cors::readable_by(&stranger(web, &raw.headers).await, failure.into_response())),
        }
    }
}

/// Reader of the answer to an unknown client: a website of any client.
async fn stranger(web: &WebState, headers: &HeaderMap) -> Reader {
    match cors::origin(headers) {
        Some(origin) if cors::is_registered(web, origin).await => Reader::Website(origin.to_owned()),
        _ => Reader::Nobody,
    }
}

/// Request of a resource server. No website reads the answer.
pub(crate) struct ServerCall {
    /// The client.
    pub(crate) client: AuthenticatedClient,
    /// Parameters.
    pub(crate) form: OAuthForm,
}

impl FromRequest<WebState> for ServerCall {
    type Rejection = Response;

    async fn from_request(request: Request, web: &WebState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let client = ClientSource::from_request_parts(&mut parts, web).await;
        let ClientSource { network, .. } = client.unwrap_or_else(|never| match never {});
        let raw = RawForm::from_request(Request::from_parts(parts, body), web).await;
        authenticate(web, &raw.unwrap_or_else(|never| match never {}), network).await
    }
}

async fn authenticate(web: &WebState, raw: &RawForm, network: Network) -> Result<ServerCall, Response> {
    let form = raw.parameters().map_err(IntoResponse::into_response)?;
    let credentials = basic_auth::credentials(&raw.headers, &form).map_err(IntoResponse::into_response)?;
    let authenticated = web.domain.authenticate_client(&credentials, network).await;
    let client = authenticated.map_err(OAuthFailure::from).map_err(|failure| match credentials.way {
        ClientAuthWay::Basic => failure.into_challenge(),
        ClientAuthWay::Body => failure.into_response(),
    })?;
    Ok(ServerCall { client, form })
}

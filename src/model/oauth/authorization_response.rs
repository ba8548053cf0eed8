//! Authorization responses: the way back to the client, with a code or an error (RFC 6749, 4.1.2; RFC 9207).

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::oauth::oauth_error::OAuthError;
use crate::model::oauth::redirect_uri::origin_of;

/// Way in which a response reaches its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the address.
    Query,
    /// By `postMessage` to the window that opened ours.
    WebMessage,
}

impl ResponseMode {
    /// Reads the registered name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "query" => Some(Self::Query),
            "web_message" => Some(Self::WebMessage),
            _ => None,
        }
    }
}

/// Response to a client. Its code appears in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationResponse {
    redirect_uri: String,
    mode: ResponseMode,
    state: Option<String>,
    issuer: String,
    outcome: Result<String, OAuthError>,
}

/// Place that a response goes to.
#[derive(Clone, Debug)]
pub struct ResponseTarget<'a> {
    /// Address of the client.
    pub redirect_uri: &'a str,
    /// Way of the response.
    pub mode: ResponseMode,
    /// Value of the request, given back unchanged.
    pub state: Option<&'a str>,
    /// Issuer, so that a client of several providers knows who answers.
    pub issuer: &'a str,
}

impl AuthorizationResponse {
    /// Combines a code or an error with its target.
    #[must_use]
    pub fn new(target: &ResponseTarget<'_>, outcome: Result<String, OAuthError>) -> Self {
        let ResponseTarget { redirect_uri, mode, state, issuer } = target;
        Self {
            redirect_uri: (*redirect_uri).to_owned(),
            mode: *mode,
            state: state.map(ToOwned::to_owned),
            issuer: (*issuer).to_owned(),
            outcome,
        }
    }

    /// Returns the way of the response.
    #[must_use]
    pub const fn mode(&self) -> ResponseMode {
        self.mode
    }

    /// Returns the address of the client.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Returns the error, if it is one.
    #[must_use]
    pub const fn error(&self) -> Option<OAuthError> {
        match &self.outcome {
            Ok(_) => None,
            Err(error) => Some(*error),
        }
    }

    /// Returns the fields in their order.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = match &self.outcome {
            Ok(code) => vec![("code", code.clone())],
            Err(OAuthError { code, description }) => {
                vec![("error", code.as_str().to_owned()), ("error_description", (*description).to_owned())]
            }
        };
        fields.extend(self.state.clone().map(|state| ("state", state)));
        fields.push(("iss", self.issuer.clone()));
        fields
    }

    /// Returns the address with the fields added to the query that was registered. Never log it.
    #[must_use]
    pub fn location(&self) -> String {
        // The registered text stays as it is: parsing it could change it.
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.fields());
        let separator = if self.redirect_uri.contains('?') { '&' } else { '?' };
        format!("{}{separator}{}", self.redirect_uri, query.finish())
    }

    /// Returns the origin of the window that may read the response.
    #[must_use]
    pub fn target_origin(&self) -> String {
        origin_of(&self.redirect_uri).unwrap_or_default()
    }
}

impl fmt::Debug for AuthorizationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = Url::parse(&self.redirect_uri).ok().and_then(|url| url.host_str().map(ToOwned::to_owned));
        f.debug_struct("AuthorizationResponse")
            .field("host", &host)
            .field("error", &self.error())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::oauth::oauth_error::OAuthErrorCode;

    fn target(redirect_uri: &str) -> ResponseTarget<'_> {
        let (mode, state, issuer) = (ResponseMode::Query, Some("a b&c=\u{e9}"), "https://auth.example");
        ResponseTarget { redirect_uri, mode, state, issuer }
    }

    #[test]
    fn fields_join_the_registered_query_and_nothing_is_logged() {
        let response = AuthorizationResponse::new(&target("https://app.example/cb?x=1"), Ok("SECRET".to_owned()));
        let expected = "https://app.example/cb?x=1&code=SECRET&state=a+b%26c%3D%C3%A9&iss=https%3A%2F%2Fauth.example";
        assert_eq!(response.location(), expected);
        assert!(!format!("{response:?}").contains("SECRET"));
    }

    #[test]
    fn an_error_has_its_code_and_a_sentence() {
        let error = OAuthError::new(OAuthErrorCode::AccessDenied, "the person said no");
        let response = AuthorizationResponse::new(&target("com.example.app:/cb"), Err(error));
        let expected = "com.example.app:/cb?error=access_denied&error_description=the+person+said+no\
                        &state=a+b%26c%3D%C3%A9&iss=https%3A%2F%2Fauth.example";
        assert_eq!(response.location(), expected);
    }
}

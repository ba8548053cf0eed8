//! Authorization requests: the parameters of a client after their checks (RFC 6749, 4.1.1; OpenID Connect Core, 3.1.2).
//!
//! The order of the checks decides where an error may go: client and address first, by the caller; then everything here,
//! whose errors go back to the client.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::oauth::authorization_response::ResponseMode;
use crate::model::oauth::client::Client;
use crate::model::oauth::client_spec::Audiences;
use crate::model::oauth::oauth_error::{OAuthError, OAuthErrorCode};
use crate::model::oauth::pkce::CodeChallenge;
use crate::model::oauth::redirect_uri::is_same_resource;
use crate::model::oauth::scope::{Scope, Scopes};

/// Longest `state`, `nonce` or other value of a request.
const MAX_VALUE_BYTES: usize = 4096;

/// Parameters of a request as received. Repeated ones are kept, because they are an error.
#[derive(Clone, Debug)]
pub struct RequestParameters {
    values: HashMap<String, String>,
    repeated: Vec<String>,
}

impl RequestParameters {
    /// Collects the parameters. An empty one counts as absent (RFC 6749, 3.1).
    #[must_use]
    pub fn new(pairs: &[(String, String)]) -> Self {
        let (mut values, mut repeated) = (HashMap::new(), Vec::new());
        for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
            if values.insert(name.clone(), value.clone()).is_some() {
                repeated.push(name.clone());
            }
        }
        Self { values, repeated }
    }

    /// Returns a parameter that was sent once.
    #[must_use]
    pub fn once(&self, name: &str) -> Option<&str> {
        let is_repeated = self.repeated.iter().any(|repeated| repeated == name);
        self.values.get(name).map(String::as_str).filter(|_| !is_repeated)
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.once(name).map(ToOwned::to_owned)
    }

    /// Returns the response mode, as far as it is known: it decides where errors go.
    #[must_use]
    pub fn response_mode(&self) -> Option<ResponseMode> {
        self.once("response_mode").map_or(Some(ResponseMode::Query), ResponseMode::parse)
    }
}

/// Page that a request demands, or its ban of all pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// No page may be shown.
    None,
    /// The person must sign in again.
    Login,
    /// The person must be asked for consent.
    Consent,
    /// The person must see who is signed in.
    SelectAccount,
}

/// Pages that a request demands or forbids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prompts(Vec<Prompt>);

impl Prompts {
    /// True if the request contains the word.
    #[must_use]
    pub fn has(&self, prompt: Prompt) -> bool {
        self.0.contains(&prompt)
    }

    /// Reads words separated by spaces. `none` must be alone.
    fn parse(text: &str) -> Option<Self> {
        let word = |word| match word {
            "none" => Some(Prompt::None),
            "login" => Some(Prompt::Login),
            "consent" => Some(Prompt::Consent),
            "select_account" => Some(Prompt::SelectAccount),
            _ => None,
        };
        let words = text.split(' ').filter(|word| !word.is_empty()).map(word);
        let prompts = words.collect::<Option<Vec<_>>>()?;
        (prompts.len() < 2 || !prompts.contains(&Prompt::None)).then_some(Self(prompts))
    }
}

/// Request of a client that passed every check. Stored as JSON for ten minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Address that receives the response; for [`ResponseMode::WebMessage`] the origin.
    pub redirect_uri: String,
    /// Way of the response.
    pub response_mode: ResponseMode,
    /// Scopes that the client asks for.
    pub scopes: Scopes,
    /// API that the access token will be for.
    pub resource: String,
    /// Value for the client, given back unchanged.
    pub state: Option<String>,
    /// Value for the ID token, given back unchanged.
    pub nonce: Option<String>,
    /// Challenge whose verifier the client will show.
    pub challenge: CodeChallenge,
    /// Pages that the client demands or forbids.
    pub prompts: Prompts,
    /// Greatest age of the sign-in, in seconds.
    pub max_age: Option<i64>,
    /// Address or name to begin the sign-in with.
    pub login_hint: Option<String>,
    /// The `sub` that must sign in, from a token that we signed.
    pub expected_sub: Option<String>,
    /// Languages that the client prefers.
    pub ui_locales: Option<String>,
}

impl AuthorizationRequest {
    /// Checks all parameters of a request whose client and address are known. `id_token_hint` is left to the caller, who
    /// has the keys.
    pub fn parse(
        parameters: &RequestParameters,
        redirect_uri: &str,
        client: &Client,
        audiences: &Audiences,
    ) -> Result<Self, OAuthError> {
        use OAuthErrorCode::{InvalidRequest, UnauthorizedClient};
        refuse_unsupported(parameters)?;
        let response_mode = parameters
            .response_mode()
            .ok_or(OAuthError::new(InvalidRequest, "response_mode must be query or web_message"))?;
        if !client.uses_codes() {
            return Err(OAuthError::new(UnauthorizedClient, "the client is not registered for authorization codes"));
        }
        let challenge = parameters.once("code_challenge").and_then(CodeChallenge::parse);
        let is_s256 = parameters.once("code_challenge_method") == Some("S256");
        let challenge = challenge.filter(|_| is_s256).ok_or(OAuthError::new(
            InvalidRequest,
            "code_challenge must have 43 base64url characters, and code_challenge_method must be S256",
        ))?;
        let prompts = parameters.once("prompt").map_or(Some(Prompts::default()), Prompts::parse);
        let prompts = prompts.ok_or(OAuthError::new(InvalidRequest, "prompt is unknown, or none is not alone"))?;
        let max_age = parameters.once("max_age").map(|text| text.parse::<u32>().map(i64::from)).transpose();
        let max_age = max_age.map_err(|_| OAuthError::new(InvalidRequest, "max_age must be a number of seconds"))?;
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            response_mode,
            scopes: requested_scopes(parameters.once("scope"), client)?,
            resource: requested_resource(parameters.once("resource"), client, audiences)?,
            state: parameters.owned("state"),
            nonce: parameters.owned("nonce"),
            challenge,
            prompts,
            max_age,
            login_hint: parameters.owned("login_hint"),
            expected_sub: None,
            ui_locales: parameters.owned("ui_locales"),
        })
    }
}

/// Refuses what is repeated, too long, or not supported.
fn refuse_unsupported(parameters: &RequestParameters) -> Result<(), OAuthError> {
    use OAuthErrorCode::{InvalidRequest, InvalidTarget, UnsupportedResponseType};
    use OAuthErrorCode::{RegistrationNotSupported, RequestNotSupported, RequestUriNotSupported};
    if let Some(repeated) = parameters.repeated.first() {
        let code = if repeated == "resource" { InvalidTarget } else { InvalidRequest };
        return Err(OAuthError::new(code, "a parameter was sent twice"));
    }
    if parameters.values.values().any(|value| value.len() > MAX_VALUE_BYTES) {
        return Err(OAuthError::new(InvalidRequest, "a parameter is longer than 4096 bytes"));
    }
    let unsupported = [
        ("request", RequestNotSupported),
        ("request_uri", RequestUriNotSupported),
        ("registration", RegistrationNotSupported),
    ];
    if let Some((_, code)) = unsupported.into_iter().find(|(name, _)| parameters.values.contains_key(*name)) {
        return Err(OAuthError::new(code, "the parameter is not supported"));
    }
    match parameters.once("response_type") {
        Some("code") => Ok(()),
        Some(_) => Err(OAuthError::new(UnsupportedResponseType, "response_type must be code")),
        None => Err(OAuthError::new(InvalidRequest, "response_type is required")),
    }
}

/// Reads the scopes that a client asks for. Without any, it asks for all it may have, except offline access.
pub fn requested_scopes(text: Option<&str>, client: &Client) -> Result<Scopes, OAuthError> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return Ok(client.scopes.without(Scope::OfflineAccess));
    };
    let scopes = Scopes::parse(text).ok().filter(|scopes| scopes.is_within(client.scopes));
    scopes.ok_or(OAuthError::new(OAuthErrorCode::InvalidScope, "a scope does not exist or is not for this client"))
}

/// Reads the API that a client asks for; ours if it names none. Returns the name as it was registered.
pub fn requested_resource(text: Option<&str>, client: &Client, audiences: &Audiences) -> Result<String, OAuthError> {
    let Some(text) = text else { return Ok(audiences.own.clone()) };
    let mut known = client.resources.iter().chain([&audiences.own]);
    let resource = known.find(|known| is_same_resource(known, text)).cloned();
    resource.ok_or(OAuthError::new(OAuthErrorCode::InvalidTarget, "the resource is not for this client"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::oauth::client::ClientId;
    use crate::model::oauth::client_spec::ClientSpec;
    use crate::model::time::Moment;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn audiences() -> Audiences {
        Audiences { own: "https://auth.example/api/v2".to_owned(), others: vec!["https://api.example".to_owned()] }
    }

    fn client() -> Client {
        let spec = ClientSpec {
            name: Some("App".to_owned()),
            redirect_uris: Some(vec!["https://app.example/cb".to_owned()]),
            resources: Some(vec!["https://api.example".to_owned()]),
            ..ClientSpec::default()
        };
        spec.register(ClientId::parse("c_1").expect("an id"), &audiences(), Moment(0)).expect("a client")
    }

    fn parse(more: &[(&str, &str)]) -> Result<AuthorizationRequest, &'static str> {
        let usual = [("response_type", "code"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
        let usual = usual.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        let pairs: Vec<_> = usual.chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let parameters = RequestParameters::new(&pairs);
        AuthorizationRequest::parse(&parameters, "https://app.example/cb", &client(), &audiences())
            .map_err(|error| error.code.as_str())
    }

    #[test]
    fn the_usual_request_passes_with_its_defaults() {
        let request = parse(&[("scope", "openid"), ("state", "a b&c"), ("unknown", "x")]).expect("a request");
        assert_eq!(
            (request.resource.as_str(), request.state.as_deref()),
            ("https://auth.example/api/v2", Some("a b&c"))
        );
        assert_eq!(parse(&[]).map(|request| request.scopes.to_string()), Ok("openid profile email".to_owned()));
        let slash = parse(&[("resource", "https://api.example/")]).expect("a request");
        assert_eq!(slash.resource, "https://api.example");
    }

    #[test]
    fn each_wrong_parameter_has_its_code() {
        for (parameters, code) in [
            (&[("response_type", "token")][..], "unsupported_response_type"),
            (&[("response_type", "")], "invalid_request"),
            (&[("response_type", "code id_token")], "unsupported_response_type"),
            (&[("response_mode", "fragment")], "invalid_request"),
            (&[("code_challenge", "")], "invalid_request"),
            (&[("code_challenge_method", "plain")], "invalid_request"),
            (&[("code_challenge_method", "")], "invalid_request"),
            (&[("request", "x")], "request_not_supported"),
            (&[("request_uri", "https://evil.example")], "request_uri_not_supported"),
            (&[("registration", "{}")], "registration_not_supported"),
            (&[("prompt", "none login")], "invalid_request"),
            (&[("prompt", "create")], "invalid_request"),
            (&[("max_age", "-1")], "invalid_request"),
            (&[("scope", "openid keys:write")], "invalid_scope"),
            (&[("scope", "groups")], "invalid_scope"),
            (&[("resource", "https://evil.example")], "invalid_target"),
            (&[("resource", "https://api.example"), ("resource", "https://api.example")], "invalid_target"),
            (&[("state", "a"), ("state", "b")], "invalid_request"),
        ] {
            assert_eq!(parse(parameters), Err(code), "{parameters:?}");
        }
    }

    #[test]
    fn a_request_survives_its_storage() {
        let request =
            parse(&[("prompt", "login consent"), ("max_age", "0"), ("nonce", "\u{1f511}")]).expect("a request");
        let text = serde_json::to_string(&request).expect("plain values");
        assert_eq!(serde_json::from_str::<AuthorizationRequest>(&text).expect("what was written"), request);
    }

    proptest! {
        /// Whatever is sent, a request that passes has a challenge and only scopes of the client.
        #[test]
        fn no_request_passes_without_its_proof(pairs in prop::collection::vec(
            (prop::sample::select(vec!["scope", "state", "code_challenge", "code_challenge_method", "prompt", "resource", "max_age"]), ".{0,60}"),
            0..8,
        )) {
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            if let Ok(request) = parse(&pairs) {
                prop_assert!(request.scopes.is_within(client().scopes));
                prop_assert_eq!(request.challenge.as_str().len(), 43);
            }
        }
    }
}

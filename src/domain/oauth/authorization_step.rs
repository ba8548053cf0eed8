//! What an open authorization request needs next: a sign-in, consent, or nothing more (OpenID Connect Core, 3.1.2).

use subtle::ConstantTimeEq;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{AuthorizationError, Error, Fault, Refusal, Result};
use crate::domain::oauth::consent::ConsentPrompt;
use crate::model::accounts::identity::IdentityKey;
use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;
use crate::model::oauth::authorization_request::{AuthorizationRequest, Prompt};
use crate::model::oauth::authorization_response::{AuthorizationResponse, ResponseTarget};
use crate::model::oauth::client::{Client, ClientKind};
use crate::model::oauth::oauth_error::{OAuthError, OAuthErrorCode};
use crate::model::oauth::redirect_uri::{RedirectKind, redirect_kind};
use crate::model::oauth::scope::Scopes;
use crate::model::session::SessionId;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::time::Moment;
use crate::store::oauth::codes::NewCode;
use crate::store::oauth::consents::GivenConsent;
use crate::store::oauth::requests::{AnswerRequest, RequestRow};

/// Lifetime of a code, in seconds.
const CODE_SECS: i64 = 60;

/// What an authorization request needs next.
#[derive(Debug)]
pub enum AuthorizationStep {
    /// The person signs in, and comes back to the request.
    SignIn(SignInNeed),
    /// The person is asked for consent.
    Consent(Box<ConsentPrompt>),
    /// The client receives a code or an error.
    Respond(AuthorizationResponse),
}

/// A sign-in that a request needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInNeed {
    /// Reason of the need.
    pub reason: SignInReason,
    /// Address or name to begin with.
    pub login_hint: Option<String>,
    /// Languages that the client prefers.
    pub ui_locales: Option<String>,
}

/// Reason why a person must sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInReason {
    /// Nobody is signed in.
    NotSignedIn,
    /// The client wants a sign-in that began after its request, or a younger one.
    Reauthenticate,
    /// The client wants another person.
    OtherAccount,
}

/// A request that can still be answered, with its client.
pub(in crate::domain) struct OpenRequest {
    pub(in crate::domain) digest: Vec<u8>,
    pub(in crate::domain) client: Client,
    pub(in crate::domain) request: AuthorizationRequest,
    last_session: SessionId,
}

/// A person in a session who answers a request.
pub(in crate::domain) struct RequestViewer<'a> {
    pub(in crate::domain) caller: &'a SignedIn,
    pub(in crate::domain) session: SessionId,
    authenticated_at: Moment,
}

/// Judgement on a request and its viewer.
pub(in crate::domain) enum RequestNeed {
    /// A sign-in.
    SignIn(SignInReason),
    /// Consent, to these scopes beyond those that were allowed before.
    Consent { new_scopes: Scopes },
    /// Nothing.
    Ready,
}

impl<'a> RequestViewer<'a> {
    /// Returns the viewer of a page. Nobody answers a request from chat or with the token of an app.
    pub(in crate::domain) fn of(caller: &'a SignedIn) -> Option<Self> {
        let (session, authenticated_at) = caller.session.zip(caller.authenticated_at)?;
        Some(Self { caller, session, authenticated_at })
    }
}

impl Domain {
    /// Returns what a request needs next. A code is given once; afterwards the request has ended.
    pub async fn continue_authorization(
        &self,
        request: &str,
        browser: Option<&str>,
        viewer: Option<&SignedIn>,
    ) -> Result<AuthorizationStep> {
        let open = self.open_request(request, browser).await?.ok_or(AuthorizationError::RequestExpired)?;
        let viewer = viewer.and_then(RequestViewer::of);
        if viewer.as_ref().is_some_and(|viewer| viewer.caller.account.deletion_due_at.is_some()) {
            return Err(Refusal::DeletionScheduled.into());
        }
        let is_silent = open.request.prompts.has(Prompt::None);
        let need = self.need_of(&open, viewer.as_ref()).await?;
        match (need, viewer) {
            (RequestNeed::Ready, Some(viewer)) => {
                self.give_code(&open, &viewer, None).await.map(AuthorizationStep::Respond)
            }
            (RequestNeed::Consent { new_scopes }, Some(viewer)) if !is_silent => {
                let prompt = self.consent_prompt(open, &viewer, new_scopes);
                Ok(AuthorizationStep::Consent(Box::new(prompt)))
            }
            (RequestNeed::Consent { .. }, Some(_)) => {
                let error = OAuthError::new(OAuthErrorCode::ConsentRequired, "the person must consent on a page");
                self.answer_with_error(&open, error).await.map(AuthorizationStep::Respond)
            }
            _ if is_silent => {
                let error = OAuthError::new(OAuthErrorCode::LoginRequired, "the person must sign in on a page");
                self.answer_with_error(&open, error).await.map(AuthorizationStep::Respond)
            }
            (RequestNeed::SignIn(reason), _) => Ok(Self::sign_in(&open, reason)),
            (_, None) => Ok(Self::sign_in(&open, SignInReason::NotSignedIn)),
        }
    }

    fn sign_in(open: &OpenRequest, reason: SignInReason) -> AuthorizationStep {
        let AuthorizationRequest { login_hint, ui_locales, .. } = open.request.clone();
        AuthorizationStep::SignIn(SignInNeed { reason, login_hint, ui_locales })
    }

    /// Returns a request that can be answered in this browser; `None` if it is unknown, answered or expired.
    pub(in crate::domain) async fn open_request(
        &self,
        request: &str,
        browser: Option<&str>,
    ) -> Result<Option<OpenRequest>> {
        let Some(id) = OneTimeToken::parse(request) else { return Ok(None) };
        let row = self.inner.store.authorization_request(&id.digest()).await?;
        let is_open = |row: &RequestRow| row.answered_at.is_none() && self.now() < row.expires_at;
        let Some(row) = row.filter(is_open) else { return Ok(None) };
        let secret = browser.and_then(OneTimeToken::parse).map(|secret| secret.digest());
        if !secret.is_some_and(|digest| bool::from(digest.ct_eq(&row.browser_digest))) {
            return Err(AuthorizationError::OtherBrowser.into());
        }
        let known = self.enabled_client(row.client_id.as_str()).await?.ok_or(AuthorizationError::ClientUnknown)?;
        let request = serde_json::from_str(&row.parameters).map_err(Fault::new).map_err(Error::Failed)?;
        let last_session = SessionId(row.last_session_id);
        Ok(Some(OpenRequest { digest: id.digest(), client: known.client, request, last_session }))
    }

    /// Judges a request and its viewer.
    pub(in crate::domain) async fn need_of(
        &self,
        open: &OpenRequest,
        viewer: Option<&RequestViewer<'_>>,
    ) -> Result<RequestNeed> {
        let Some(viewer) = viewer else { return Ok(RequestNeed::SignIn(SignInReason::NotSignedIn)) };
        let OpenRequest { client, request, last_session, .. } = open;
        // Sessions are numbered in the order in which they begin.
        let is_fresh = viewer.session > *last_session;
        let age = self.now().since(viewer.authenticated_at);
        let is_too_old = request.max_age.is_some_and(|max_age| max_age == 0 || age > max_age);
        if !is_fresh && (request.prompts.has(Prompt::Login) || is_too_old) {
            return Ok(RequestNeed::SignIn(SignInReason::Reauthenticate));
        }
        let account = viewer.caller.account.id;
        let consent = self.inner.store.consent(account, &client.id).await?;
        let sub = consent.as_ref().map_or_else(|| account.to_string(), |consent| consent.sub.clone());
        if request.expected_sub.as_ref().is_some_and(|expected| *expected != sub) {
            return Ok(RequestNeed::SignIn(SignInReason::OtherAccount));
        }
        let allowed = consent.map_or(Scopes::NONE, |consent| consent.scopes);
        let new_scopes = request.scopes.beyond(allowed);
        let demands = request.prompts.has(Prompt::Consent) || request.prompts.has(Prompt::SelectAccount);
        // Any program on the machine can pose as the owner of such an address (RFC 8252, 8.6).
        let is_open_address = redirect_kind(&request.redirect_uri) != RedirectKind::Https;
        let is_public_address = is_open_address && client.kind == ClientKind::Public;
        let is_allowed = client.is_trusted || new_scopes.is_empty();
        Ok(if demands || is_public_address || !is_allowed {
            RequestNeed::Consent { new_scopes }
        } else {
            RequestNeed::Ready
        })
    }

    /// Answers a request with a code.
    pub(in crate::domain) async fn give_code(
        &self,
        open: &OpenRequest,
        viewer: &RequestViewer<'_>,
        consent: Option<GivenConsent>,
    ) -> Result<AuthorizationResponse> {
        let OpenRequest { digest, client, request, .. } = open;
        let code = OneTimeToken::new(self.rng());
        let now = self.now();
        let new = NewCode {
            digest: code.digest(),
            client: client.id.clone(),
            account: viewer.caller.account.id,
            session: viewer.session,
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.challenge.clone(),
            nonce: request.nonce.clone(),
            scopes: request.scopes,
            resource: request.resource.clone(),
            auth_time: viewer.authenticated_at,
            amr: amr_of(&viewer.caller.identity).to_owned(),
            expires_at: now.plus(CODE_SECS),
        };
        let answer = AnswerRequest { digest: digest.clone(), code: Some(new), consent, now };
        if self.inner.store.write(answer).await? {
            Ok(self.response(open, Ok(code.reveal())))
        } else {
            Err(AuthorizationError::RequestExpired.into())
        }
    }

    /// Answers a request with an error.
    pub(in crate::domain) async fn answer_with_error(
        &self,
        open: &OpenRequest,
        error: OAuthError,
    ) -> Result<AuthorizationResponse> {
        let answer = AnswerRequest { digest: open.digest.clone(), code: None, consent: None, now: self.now() };
        if self.inner.store.write(answer).await? {
            Ok(self.response(open, Err(error)))
        } else {
            Err(AuthorizationError::RequestExpired.into())
        }
    }

    fn response(&self, open: &OpenRequest, outcome: std::result::Result<String, OAuthError>) -> AuthorizationResponse {
        let AuthorizationRequest { redirect_uri, response_mode, state, .. } = &open.request;
        let target =
            ResponseTarget { redirect_uri, mode: *response_mode, state: state.as_deref(), issuer: self.public_url() };
        AuthorizationResponse::new(&target, outcome)
    }
}

/// Returns the method of a sign-in for ID tokens (RFC 8176, 2, and words of ours).
pub(in crate::domain) fn amr_of(identity: &IdentityKey) -> &'static str {
    match identity.kind.as_str() {
        "telegram" => "telegram",
        "google" => "google",
        _ => "pwd",
    }
}

/// Returns the id of a new token.
pub(in crate::domain) fn random_token_id(rng: &dyn Rng) -> String {
    hex::encode(rng::bytes::<16>(rng))
}

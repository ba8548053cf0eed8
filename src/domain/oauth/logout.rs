//! Logout that a client begins (OpenID Connect RP-Initiated Logout 1.0).
//!
//! Any website can link here. So the person is asked, unless the client shows an ID token of this very session.

use url::form_urlencoded;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::Result;
use crate::model::oauth::claims::IdTokenHint;
use crate::model::oauth::client::Client;

/// Request to sign a person out.
#[derive(Clone, Debug, Default)]
pub struct LogoutRequest {
    /// ID token that the client received. It may have expired.
    pub id_token_hint: Option<String>,
    /// Id of the client.
    pub client_id: Option<String>,
    /// Address to go to afterwards. It must be registered.
    pub post_logout_redirect_uri: Option<String>,
    /// Value for the client, given back unchanged.
    pub state: Option<String>,
}

/// What a logout request comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutPlan {
    /// What happens first.
    pub step: LogoutStep,
    /// Address to go to afterwards, with its state.
    pub redirect: Option<String>,
    /// Name of the client.
    pub client_name: Option<String>,
}

/// What happens first at a logout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutStep {
    /// The person is asked.
    Confirm,
    /// The session ends at once.
    EndSession,
    /// Nobody is signed in.
    NobodySignedIn,
}

impl Domain {
    /// Judges a logout request. The caller ends the session.
    pub async fn plan_logout(&self, request: &LogoutRequest, viewer: Option<&SignedIn>) -> Result<LogoutPlan> {
        let hint = match &request.id_token_hint {
            Some(hint) => self.read_id_token_hint(hint).await?,
            None => None,
        };
        let client = self.client_of_logout(request, hint.as_ref()).await?;
        let step = match viewer {
            None => LogoutStep::NobodySignedIn,
            Some(viewer) if self.is_hint_of(hint.as_ref(), viewer).await? => LogoutStep::EndSession,
            Some(_) => LogoutStep::Confirm,
        };
        let is_registered =
            |uri: &&String| client.as_ref().is_some_and(|client| client.post_logout_redirect_uris.contains(*uri));
        let redirect = request.post_logout_redirect_uri.as_ref().filter(is_registered);
        let redirect = redirect.map(|uri| with_state(uri, request.state.as_deref()));
        Ok(LogoutPlan { step, redirect, client_name: client.map(|client| client.name) })
    }

    /// Returns the client that the hint or the request names. If both do, they must agree.
    async fn client_of_logout(&self, request: &LogoutRequest, hint: Option<&IdTokenHint>) -> Result<Option<Client>> {
        let of_hint = hint.map(|hint| hint.aud.as_str());
        let named = request.client_id.as_deref();
        if of_hint.zip(named).is_some_and(|(one, other)| one != other) {
            return Ok(None);
        }
        // A hint that cannot be read vouches for nobody.
        let is_forged = request.id_token_hint.is_some() && hint.is_none();
        let Some(id) = of_hint.or(named).filter(|_| !is_forged) else { return Ok(None) };
        Ok(self.enabled_client(id).await?.map(|known| known.client))
    }

    /// True if the ID token is of this session and this person.
    async fn is_hint_of(&self, hint: Option<&IdTokenHint>, viewer: &SignedIn) -> Result<bool> {
        let Some((hint, session)) = hint.zip(viewer.session) else { return Ok(false) };
        if hint.sid.as_deref() != Some(session.to_string().as_str()) {
            return Ok(false);
        }
        let consent = self.inner.store.consent(viewer.account.id, &hint.aud).await?;
        Ok(consent.is_some_and(|consent| consent.sub == hint.sub))
    }
}

fn with_state(uri: &str, state: Option<&str>) -> String {
    let Some(state) = state else { return uri.to_owned() };
    let separator = if uri.contains('?') { '&' } else { '?' };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
    format!("{uri}{separator}{query}")
}

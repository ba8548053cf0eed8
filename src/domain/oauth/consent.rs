//! Consent: once for each client and its scopes, on a page that names both.

use hmac::Mac;
use subtle::ConstantTimeEq;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{AuthorizationError, Result};
use crate::domain::oauth::authorization_step::{OpenRequest, RequestNeed, RequestViewer};
use crate::model::oauth::authorization_response::AuthorizationResponse;
use crate::model::oauth::client::Client;
use crate::model::oauth::oauth_error::{OAuthError, OAuthErrorCode};
use crate::model::oauth::redirect_uri::host_of;
use crate::model::oauth::scope::Scopes;
use crate::store::oauth::consents::GivenConsent;

/// What a consent page shows.
#[derive(Debug)]
pub struct ConsentPrompt {
    /// The client.
    pub client: Client,
    /// Host that the answer leads to.
    pub host: String,
    /// All scopes that the client asks for.
    pub scopes: Scopes,
    /// Scopes that the person has not allowed before.
    pub new_scopes: Scopes,
    /// API that the access token will be for, if it is not ours.
    pub resource: Option<String>,
    /// Hidden value of the form: it is good for this request, session and account only.
    pub form: String,
    /// Name of the signed-in person.
    pub account_name: String,
}

/// Answer to a consent page.
#[derive(Clone, Copy, Debug)]
pub struct ConsentAnswer<'a> {
    /// Hidden value of the form.
    pub form: &'a str,
    /// The decision.
    pub decision: ConsentDecision,
}

/// Decision on a consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentDecision {
    /// The client receives a code.
    Allow,
    /// The client receives an error.
    Deny,
}

impl Domain {
    /// Returns what the consent page of a request shows.
    pub(in crate::domain) fn consent_prompt(
        &self,
        open: OpenRequest,
        viewer: &RequestViewer<'_>,
        new_scopes: Scopes,
    ) -> ConsentPrompt {
        let form = self.consent_form(&open, viewer);
        let OpenRequest { client, request, .. } = open;
        ConsentPrompt {
            host: host_of(&request.redirect_uri).unwrap_or_default(),
            scopes: request.scopes,
            new_scopes,
            resource: Some(request.resource).filter(|resource| *resource != self.own_resource()),
            form,
            account_name: viewer.caller.account.name.clone(),
            client,
        }
    }

    /// Answers a consent page, once. Everything is judged again: the person may have signed in as somebody else meanwhile.
    pub async fn decide_consent(
        &self,
        request: &str,
        browser: Option<&str>,
        viewer: &SignedIn,
        answer: ConsentAnswer<'_>,
    ) -> Result<AuthorizationResponse> {
        let open = self.open_request(request, browser).await?.ok_or(AuthorizationError::ConsentStale)?;
        let viewer = RequestViewer::of(viewer).ok_or(AuthorizationError::ConsentStale)?;
        let form = self.consent_form(&open, &viewer);
        let is_form = bool::from(form.as_bytes().ct_eq(answer.form.as_bytes()));
        let need = self.need_of(&open, Some(&viewer)).await?;
        let is_closing = viewer.caller.account.deletion_due_at.is_some();
        if !is_form || is_closing || matches!(need, RequestNeed::SignIn(_)) {
            return Err(AuthorizationError::ConsentStale.into());
        }
        match answer.decision {
            ConsentDecision::Deny => {
                let error = OAuthError::new(OAuthErrorCode::AccessDenied, "the person denied access");
                self.answer_with_error(&open, error).await
            }
            ConsentDecision::Allow => {
                let (account, client) = (viewer.caller.account.id, open.client.id.clone());
                let before = self.inner.store.consent(account, &client).await?;
                let scopes = before.map_or(Scopes::NONE, |consent| consent.scopes).union(open.request.scopes);
                self.give_code(&open, &viewer, Some(GivenConsent { account, client, scopes })).await
            }
        }
    }

    fn consent_form(&self, open: &OpenRequest, viewer: &RequestViewer<'_>) -> String {
        let tied = format!("{}\0{}", viewer.session, viewer.caller.account.id);
        let mac = self.inner.oauth.consent_forms.clone().chain_update(&open.digest).chain_update(tied);
        hex::encode(mac.finalize().into_bytes())
    }
}

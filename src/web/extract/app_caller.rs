//! Callers that may also be apps: with an access token of the provider, whose scope opens the call.
//!
//! Each kind of token has its own reader, chosen by `typ` and `alg` of its header, and is never tried with the other's key
//! (RFC 8725, section 3.1). All other calls refuse apps.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::AuthorizationError;
use crate::domain::oauth::access_token::is_oauth_access_token;
use crate::domain::{Error, Refusal};
use crate::model::oauth::scope::Scope;
use crate::web::WebState;
use crate::web::extract::caller::{AccountHolder, Caller, RecentCaller, bearer};
use crate::web::extract::write_cost;
use crate::web::problem::Problem;
use crate::web::problem::refusals::oauth::insufficient_scope;

/// Scope that opens a call to apps.
pub(crate) trait CallScope: Send {
    /// The scope.
    const SCOPE: Scope;
}

macro_rules! call_scopes {
    ($($(#[$doc:meta])* $name:ident => $scope:ident,)+) => {$(
        $(#[$doc])*
        pub(crate) enum $name {}

        impl CallScope for $name {
            const SCOPE: Scope = Scope::$scope;
        }
    )+};
}

call_scopes! {
    /// Lists API keys.
    ReadKeys => KeysRead,
    /// Creates, changes and revokes API keys.
    WriteKeys => KeysWrite,
    /// Reads usage and balance.
    ReadUsage => UsageRead,
    /// Shows the person.
    ReadProfile => Profile,
}

/// [`Caller`], or an app.
pub(crate) struct CallerOrApp<S>(pub(crate) SignedIn, pub(crate) PhantomData<S>);

/// [`RecentCaller`], or an app: the consent named what it does, so no recent sign-in is asked of it.
pub(crate) struct RecentCallerOrApp<S>(pub(crate) SignedIn, pub(crate) PhantomData<S>);

/// [`AccountHolder`], or an app.
pub(crate) struct AccountHolderOrApp<S>(pub(crate) SignedIn, pub(crate) PhantomData<S>);

impl<S: CallScope> FromRequestParts<WebState> for CallerOrApp<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Problem> {
        if let Some(app) = app_of(parts, web, S::SCOPE).await? {
            return Ok(Self(app, PhantomData));
        }
        let Caller(caller) = Caller::from_request_parts(parts, web).await?;
        Ok(Self(caller, PhantomData))
    }
}

impl<S: CallScope> FromRequestParts<WebState> for RecentCallerOrApp<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Problem> {
        if let Some(app) = app_of(parts, web, S::SCOPE).await? {
            return Ok(Self(app, PhantomData));
        }
        let RecentCaller(caller) = RecentCaller::from_request_parts(parts, web).await?;
        Ok(Self(caller, PhantomData))
    }
}

impl<S: CallScope> FromRequestParts<WebState> for AccountHolderOrApp<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Problem> {
        if let Some(app) = app_of(parts, web, S::SCOPE).await? {
            return Ok(Self(app, PhantomData));
        }
        let AccountHolder(caller) = AccountHolder::from_request_parts(parts, web).await?;
        Ok(Self(caller, PhantomData))
    }
}

/// Person in whose name an app calls; `None` for another kind of credential.
async fn app_of(parts: &Parts, web: &WebState, scope: Scope) -> Result<Option<SignedIn>, Problem> {
    let token = bearer(&parts.headers)?;
    if !is_oauth_access_token(token) {
        return Ok(None);
    }
    let app = web.domain.authenticate_app(token, scope).await?;
    write_cost::admit(parts, web, &app).await?;
    Ok(Some(app))
}

/// Refuses apps. An app whose token is no longer valid is told so, as at every other call.
pub(crate) async fn refuse_apps(web: &WebState, credential: &str) -> Result<(), Problem> {
    if !is_oauth_access_token(credential) {
        return Ok(());
    }
    match web.domain.authenticate_app(credential, Scope::Profile).await {
        Ok(_) | Err(Error::Refused(Refusal::Authorization(AuthorizationError::InsufficientScope { .. }))) => {
            Err(insufficient_scope(None))
        }
        Err(error) => Err(error.into()),
    }
}

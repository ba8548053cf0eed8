//! Caller of a request, by the credential it carries.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::domain;
use crate::domain::Refusal;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::admin::access::{Admin, AdminAct};
use crate::domain::error::CredentialError;
use crate::domain::service_auth::ServiceCaller;
use crate::web::WebState;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::app_caller::refuse_apps;
use crate::web::extract::write_cost;
use crate::web::problem::Problem;

/// Signed-in caller of the API, by an access token whose session is open.
pub(crate) struct Caller(pub(crate) SignedIn);

impl FromRequestParts<WebState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).map_err(Problem::from)?;
        refuse_apps(web, token).await?;
        let caller = web.domain.authenticate(token).await?;
        write_cost::admit(parts, web, &caller).await?;
        Ok(Self(caller))
    }
}

/// Like [`Caller`], but also accepts an account scheduled for deletion. Used by the routes that show the account,
/// export its data or cancel the deletion.
pub(crate) struct AccountHolder(pub(crate) SignedIn);

impl FromRequestParts<WebState> for AccountHolder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Problem> {
        let token = bearer(&parts.headers).map_err(Problem::from)?;
        refuse_apps(web, token).await?;
        let caller = web.domain.authenticate_account_holder(token).await?;
        write_cost::admit(parts, web, &caller).await?;
        Ok(Self(caller))
    }
}

/// Like [`Caller`], with a recent sign-in. Sensitive operations take it, so that an old session is refused before
/// anything else of the request is read.
pub(crate) struct RecentCaller(pub(crate) SignedIn);

impl FromRequestParts<WebState> for RecentCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Problem> {
        let Caller(caller) = Caller::from_request_parts(parts, web).await?;
        web.domain.require_recent_sign_in(&caller)?;
        Ok(Self(caller))
    }
}

/// Like [`AccountHolder`], with a recent sign-in.
pub(crate) struct RecentAccountHolder(pub(crate) SignedIn);

impl FromRequestParts<WebState> for RecentAccountHolder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Problem> {
        let AccountHolder(caller) = AccountHolder::from_request_parts(parts, web).await?;
        web.domain.require_recent_sign_in(&caller)?;
        Ok(Self(caller))
    }
}

/// Act that the routes under a path are for.
const ADMIN_ACTS: [(&str, AdminAct); 3] = [
    ("/admin/broadcasts", AdminAct::Broadcasts),
    ("/admin/clients", AdminAct::Clients),
    ("/admin/purchases", AdminAct::Refunds),
];

/// Authenticates an admin whose role allows what the route is for, before anything else of the request is read.
async fn admin_of(parts: &Parts, web: &WebState, caller: &SignedIn) -> Result<Admin, Problem> {
    let admin = web.domain.admin_of(caller).await?;
    for (_, act) in ADMIN_ACTS.iter().filter(|(path, _)| parts.uri.path().contains(path)) {
        admin.require(*act)?;
    }
    Ok(admin)
}

/// Caller who is an admin, in a session that their Telegram account began. May read.
pub(crate) struct AdminCaller(pub(crate) Admin);

impl FromRequestParts<WebState> for AdminCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Problem> {
        let Caller(caller) = Caller::from_request_parts(parts, web).await?;
        Ok(Self(admin_of(parts, web, &caller).await?))
    }
}

/// Like [`AdminCaller`], with a recent sign-in. May act.
pub(crate) struct ActingAdmin(pub(crate) Admin);

impl FromRequestParts<WebState> for ActingAdmin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Problem> {
        let Caller(caller) = Caller::from_request_parts(parts, web).await?;
        let admin = admin_of(parts, web, &caller).await?;
        web.domain.require_recent_sign_in(&caller)?;
        Ok(Self(admin))
    }
}

/// Service of the operator, by the service credential.
pub(crate) struct CallingService(pub(crate) ServiceCaller);

impl FromRequestParts<WebState> for CallingService {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Problem> {
        // If service calls are off, no credential can help: 403 instead of 401.
        web.domain.accepts_services()?;
        let credential = bearer(&parts.headers).map_err(Problem::from)?;
        refuse_apps(web, credential).await?;
        Ok(Self(web.domain.service(credential)?))
    }
}

/// Signed-in visitor of a page, if there is one. The refresh cookie is checked but not spent.
pub(crate) async fn visitor(cookies: &RequestCookies, web: &WebState) -> Result<Option<SignedIn>, Problem> {
    let Some(token) = cookies.refresh_token(&web.domain).await? else { return Ok(None) };
    match web.domain.authenticate_cookie(&token).await {
        Ok(visitor) => Ok(Some(visitor)),
        Err(domain::Error::Refused(Refusal::InvalidCredential(_))) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Credential of `Authorization: Bearer …` (RFC 6750, section 2.1). Refused are more than one such field, and any byte
/// that no credential of ours has.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut fields = headers.get_all(AUTHORIZATION).iter();
    let field = fields.next().ok_or(Refusal::NotAuthenticated)?;
    if fields.next().is_some() {
        return Err(Refusal::InvalidCredential(CredentialError::Invalid));
    }
    let text = field.to_str().map_err(|_| Refusal::InvalidCredential(CredentialError::Invalid))?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(Refusal::NotAuthenticated);
    }
    Ok(token.trim())
}

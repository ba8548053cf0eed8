//! Sign-in methods of an account: list, link, unlink.
//!
//! Linking a method that belongs to another account of the person creates a merge offer instead.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::Refusal;
use crate::domain::accounts::identities::LinkResult;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::sign_in::bot_sign_in::ConfirmationPoll;
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::init_data::MiniAppInitData;
use crate::model::sign_in::login_widget::LoginWidgetPayload;
use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::WebState;
use crate::web::api::accounts::account_merge::{self, MergeOfferResponse};
use crate::web::api::accounts::profile::IdentityView;
use crate::web::api::sign_in::bot_sign_in::{PollSignInRequest, SignInPending, StartSignInResponse};
use crate::web::api::sign_in::email_accounts::EmailTokenRequest;
use crate::web::api::sign_in::upstream_oidc::GoogleLoginRequest;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::caller::{Caller, RecentCaller};
use crate::web::extract::checks;
use crate::web::extract::client::{ClientSource, MailRequestedBy};
use crate::web::extract::fields::{FromFields, RequestFields, from_fields};
use crate::web::extract::json;
use crate::web::extract::json::RawJson;
use crate::web::extract::path_id::PathIdentity;
use crate::web::openapi::responses;
use crate::web::problem::Result;
use crate::web::sign_in::bot_confirmation::{self, ConfirmationPurpose};

/// Sign-in methods of the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentitiesResponse {
    /// Linked sign-in methods, oldest first.
    identities: Vec<IdentityView>,
    /// Merge offer. Present if the method belongs to another account; nothing was linked then.
    #[serde(skip_serializing_if = "Option::is_none")]
    merge: Option<MergeOfferResponse>,
}

/// List the sign-in methods of the account.
#[utoipa::path(
    get, path = "/identities", operation_id = "listIdentities", tag = "Person", security(("session" = [])),
    responses(
        (status = 200, description = "Sign-in methods, oldest first", body = IdentitiesResponse),
        responses::SessionErrors,
    )
)]
pub(crate) async fn list(State(web): State<WebState>, Caller(caller): Caller) -> Result<Json<IdentitiesResponse>> {
    Ok(Json(identities(&web, &caller, None).await?))
}

async fn identities(
    web: &WebState,
    caller: &SignedIn,
    merge: Option<MergeOfferResponse>,
) -> Result<IdentitiesResponse> {
    let identities = web.domain.identities(caller).await?.into_iter().map(IdentityView::from).collect();
    Ok(IdentitiesResponse { identities, merge })
}

/// Answers a proven link with the sign-in methods, and with the merge offer if there is one.
pub(crate) async fn link_response(
    web: &WebState,
    caller: &SignedIn,
    linking: LinkResult,
) -> Result<Json<IdentitiesResponse>> {
    let merge = match linking {
        LinkResult::Done => None,
        LinkResult::Offered(id) => Some(account_merge::offer(web, caller, id).await?),
    };
    Ok(Json(identities(web, caller, merge).await?))
}

/// Proof of a Telegram account: the unchanged object of the Login Widget, or `init_data` of a Mini App.
#[derive(Deserialize, ToSchema)]
pub(crate) struct LinkTelegramRequest {
    /// Unchanged `Telegram.WebApp.initData`; replaces all other fields.
    #[schema(example = "query_id=…&user=…&auth_date=…&hash=…")]
    init_data: Option<String>,
}

from_fields!(LinkTelegramRequest { init_data }, Ignored);

/// Link a Telegram account, with the object of the Login Widget or with `{"init_data":"…"}` of a Mini App.
#[utoipa::path(
    post, path = "/identities/telegram", operation_id = "linkTelegram", tag = "Person", security(("session" = [])), request_body = LinkTelegramRequest,
    responses(
        (status = 200, description = responses::LINKED, body = IdentitiesResponse),
        responses::LinkErrors,
        responses::ReauthenticationErrors,
        (status = 401, description = "Not signed in; or the proof is not signed by Telegram, too old or already used"),
        (status = 422, description = "Not an object of the Login Widget, and not `init_data`"),
    )
)]
pub(crate) async fn telegram(
    State(web): State<WebState>,
    RecentCaller(caller): RecentCaller,
    RawJson(body): RawJson,
) -> Result<Json<IdentitiesResponse>> {
    let init_data = json::parse::<LinkTelegramRequest>(&body).ok().and_then(|proof| proof.init_data);
    let linking = if let Some(data) = init_data {
        let data = MiniAppInitData::parse(&data).map_err(crate::domain::Error::from)?;
        web.domain.link_by_mini_app(&caller, &data).await?
    } else {
        let login = LoginWidgetPayload::from_json(&body).map_err(crate::domain::Error::from)?;
        web.domain.link_by_widget(&caller, login).await?
    };
    link_response(&web, &caller, linking).await
}

/// Start linking a Telegram account through the bot.
///
/// Show `match` to the person and send them to `deep_link`.
#[utoipa::path(
    post, path = "/identities/telegram/start", operation_id = "startTelegramLink", tag = "Person", security(("session" = [])),
    responses(
        (status = 200, description = "Started. Poll until the person answers in Telegram", body = StartSignInResponse),
        responses::BotSignInErrors,
        responses::ReauthenticationErrors,
    )
)]
pub(crate) async fn start(
    State(web): State<WebState>,
    RecentCaller(caller): RecentCaller,
    client: ClientSource,
    cookies: RequestCookies,
) -> Result<Json<StartSignInResponse>> {
    let purpose = ConfirmationPurpose::LinkTelegram(&caller);
    Ok(Json(bot_confirmation::start(&web, &cookies, client, purpose).await?.into()))
}

/// Poll for the person's answer in the bot.
#[utoipa::path(
    post, path = "/identities/telegram/poll", operation_id = "pollTelegramLink", tag = "Person", security(("session" = [])), request_body = PollSignInRequest,
    responses(
        (status = 200, description = responses::LINKED, body = IdentitiesResponse),
        (status = 202, description = "Not answered yet. Poll again in two seconds", body = SignInPending),
        responses::BotPollErrors,
        responses::ReauthenticationErrors,
        responses::LinkErrors,
    )
)]
pub(crate) async fn poll(
    State(web): State<WebState>,
    RecentCaller(caller): RecentCaller,
    json::JsonBody(poll): json::JsonBody<PollSignInRequest>,
) -> Result<Response> {
    match web.domain.poll_telegram_link(&caller, poll.token()).await? {
        ConfirmationPoll::Waiting(prompt) => Ok(SignInPending::from(prompt).into_response()),
        ConfirmationPoll::Confirmed(linking) => Ok(link_response(&web, &caller, linking).await?.into_response()),
    }
}

/// Unlink a sign-in method.
///
/// The last one cannot be unlinked, and no method that is older than the caller's own, if that was added less than seven
/// days ago. In the seven days after a password reset by email, only a session that signed in by email can unlink the
/// address. Sessions that the method began end.
#[utoipa::path(
    delete, path = "/identities/{kind}/{subject}", operation_id = "unlinkIdentity", tag = "Person", security(("session" = [])),
    params(
        ("kind" = String, Path, description = "`telegram`, `email` or `google`", example = "telegram"),
        ("subject" = String, Path, description = "Id of the account at the provider, or the email address", example = "1001"),
    ),
    responses(
        (status = 204, description = "Unlinked"),
        responses::ReauthenticationErrors,
        (status = 404, description = "You have no such sign-in method"),
        (status = 409, description = "It is the last sign-in method (`last_identity`), the caller signed in with a younger one (`identity_too_new`), or it is the address of a recent password reset (`identity_protected`)"),
    )
)]
pub(crate) async fn remove(
    State(web): State<WebState>,
    RecentCaller(caller): RecentCaller,
    PathIdentity { kind, subject }: PathIdentity,
) -> Result<StatusCode> {
    web.domain.unlink(&caller, &kind, &subject).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Confirm a disabled sign-in method.
///
/// A password reset by email disables the sign-in methods that are younger than the address, because somebody else may have
/// added them. Such a method has `disabled_at` and signs nobody in. Confirm the ones you recognize, and unlink the others.
#[utoipa::path(
    post, path = "/identities/{kind}/{subject}/confirm", operation_id = "confirmIdentity", tag = "Person", security(("session" = [])),
    params(
        ("kind" = String, Path, description = "`telegram`, `email` or `google`", example = "telegram"),
        ("subject" = String, Path, description = "Id of the account at the provider, or the email address", example = "1001"),
    ),
    responses(
        (status = 204, description = "Confirmed; it may sign in again"),
        responses::ReauthenticationErrors,
        (status = 404, description = "You have no such sign-in method"),
    )
)]
pub(crate) async fn confirm(
    State(web): State<WebState>,
    RecentCaller(caller): RecentCaller,
    PathIdentity { kind, subject }: PathIdentity,
) -> Result<StatusCode> {
    web.domain.confirm_identity(&caller, &kind, &subject).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Link a Google account, with the code that Google returned to the browser.
#[utoipa::path(
    post, path = "/identities/google", operation_id = "linkGoogle", tag = "Person", security(("session" = [])), request_body = GoogleLoginRequest,
    responses(
        (status = 200, description = responses::LINKED, body = IdentitiesResponse),
        responses::LinkErrors,
        responses::GoogleErrors,
        (status = 401, description = "Not signed in; or Google did not accept the code, or its answer could not be verified"),
        (status = 403, description = "The last sign-in is more than 15 minutes ago (`reauth_required`); or sign-in with Google is off"),
    )
)]
pub(crate) async fn google(
    State(web): State<WebState>,
    RecentCaller(caller): RecentCaller,
    json::JsonBody(login): json::JsonBody<GoogleLoginRequest>,
) -> Result<Json<IdentitiesResponse>> {
    let linking = web.domain.link_by_provider(&caller, UpstreamProvider::Google, &login.into()).await?;
    link_response(&web, &caller, linking).await
}

/// Email address to link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkEmailRequest {
    /// Address that receives the confirmation link.
    #[schema(example = "ivan@example.org")]
    email: String,
}

impl FromFields for LinkEmailRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        Some(Self { email: fields.checked("email", checks::email)? })
    }
}

/// Start linking an email address.
///
/// Sends a link to the address, valid for 24 hours.
#[utoipa::path(
    post, path = "/identities/email", operation_id = "startEmailLink", tag = "Person", security(("session" = [])), request_body = LinkEmailRequest,
    responses(
        (status = 202, description = "The email will be sent"),
        responses::MailErrors,
        responses::ReauthenticationErrors,
        (status = 422, description = "Invalid email address"),
    )
)]
pub(crate) async fn email(
    State(web): State<WebState>,
    RecentCaller(caller): RecentCaller,
    MailRequestedBy(requester): MailRequestedBy,
    json::JsonBody(request): json::JsonBody<LinkEmailRequest>,
) -> Result<StatusCode> {
    let email = Email::parse(&request.email).map_err(|what| Refusal::field("email", what))?;
    web.domain.request_address_link(&caller, &email, requester).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Link the email address, with the token of the link sent to it.
#[utoipa::path(
    post, path = "/identities/email/verify", operation_id = "verifyEmailLink", tag = "Person", security(("session" = [])), request_body = EmailTokenRequest,
    responses(
        (status = 200, description = responses::LINKED, body = IdentitiesResponse),
        responses::MailLinkErrors,
        responses::ReauthenticationErrors,
        responses::LinkErrors,
    )
)]
pub(crate) async fn verify_email(
    State(web): State<WebState>,
    RecentCaller(caller): RecentCaller,
    json::JsonBody(proof): json::JsonBody<EmailTokenRequest>,
) -> Result<Json<IdentitiesResponse>> {
    let linking = web.domain.link_by_email(&caller, proof.token()).await?;
    link_response(&web, &caller, linking).await
}

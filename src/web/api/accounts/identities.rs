//! The ways into one's account.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::accounts::identities::{LinkResult, TelegramLinkPoll};
use crate::domain::accounts::profile::SignedIn;
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::init_data::MiniAppInitData;
use crate::model::sign_in::login_widget::LoginWidgetPayload;
use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::WebState;
use crate::web::api::accounts::account_merge;
use crate::web::api::accounts::account_merge::MergeOfferResponse;
use crate::web::api::accounts::profile::IdentityView;
use crate::web::api::sign_in::bot_sign_in::{PollSignInRequest, SignInPending, StartSignInResponse, deep_link};
use crate::web::api::sign_in::upstream_oidc::GoogleLoginRequest;
use crate::web::cookies::refresh;
use crate::web::extract::caller::{Caller, ClientNetwork, MailRequestedBy, RequestedFrom};
use crate::web::extract::json;
use crate::web::extract::json::RawJson;
use crate::web::problem::{Problem, ProblemBody, Result};

/// The ways in.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentitiesResponse {
    /// Oldest first.
    identities: Vec<IdentityView>,
    /// Nothing was added, because what was proven leads into another account: both, and how to make one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    merge: Option<MergeOfferResponse>,
}

/// How one can sign in.
#[utoipa::path(
    get, path = "/identities", tag = "Person", security(("session" = [])),
    responses(
        (status = 200, description = "Oldest first", body = IdentitiesResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(web): State<WebState>, Caller(caller): Caller) -> Result<Json<IdentitiesResponse>> {
    Ok(Json(ways(&web, &caller, None).await?))
}

async fn ways(web: &WebState, caller: &SignedIn, merge: Option<MergeOfferResponse>) -> Result<IdentitiesResponse> {
    let identities = web.domain.ways(caller).await?.into_iter().map(IdentityView::from).collect();
    Ok(IdentitiesResponse { identities, merge })
}

/// What the proof came to: the ways in, or two accounts to be looked at.
pub(crate) async fn answer(web: &WebState, caller: &SignedIn, linking: LinkResult) -> Result<Json<IdentitiesResponse>> {
    let merge = match linking {
        LinkResult::Done => None,
        LinkResult::Offered(id) => Some(account_merge::offer(web, caller, id).await?),
    };
    Ok(Json(ways(web, caller, merge).await?))
}

/// A proof of a Telegram account: the Login Widget's object as it is, or a Mini App's `init_data`.
#[derive(Deserialize, ToSchema)]
pub(crate) struct LinkTelegramRequest {
    /// `Telegram.WebApp.initData`, as it is; instead of all other fields.
    #[schema(example = "query_id=…&user=…&auth_date=…&hash=…")]
    init_data: Option<String>,
}

/// Add a Telegram account as a way in: with the Login Widget's object, or `{"init_data":"…"}` of a Mini App.
#[utoipa::path(
    post, path = "/identities/telegram", tag = "Person", security(("session" = [])), request_body = LinkTelegramRequest,
    responses(
        (status = 200, description = "It leads into this account; or into another one, and `merge` says what can be done", body = IdentitiesResponse),
        (status = 401, description = "Not signed in; or forged, stale or used", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It leads into another account, which is closed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not a proof", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn telegram(
    State(web): State<WebState>,
    Caller(caller): Caller,
    RawJson(body): RawJson,
) -> Result<Json<IdentitiesResponse>> {
    let init_data = serde_json::from_slice::<LinkTelegramRequest>(&body).ok().and_then(|proof| proof.init_data);
    let linking = if let Some(data) = init_data {
        let data = MiniAppInitData::parse(&data).map_err(crate::domain::Error::from)?;
        web.domain.link_by_mini_app(&caller, &data).await?
    } else {
        let login = LoginWidgetPayload::from_json(&body).map_err(crate::domain::Error::from)?;
        web.domain.link_by_widget(&caller, login).await?
    };
    answer(&web, &caller, linking).await
}

/// Begin to add a Telegram account by the bot: show `match`, and lead the person to `deep_link`.
#[utoipa::path(
    post, path = "/identities/telegram/start", tag = "Person", security(("session" = [])),
    responses(
        (status = 200, description = "Begun; poll until the person has answered", body = StartSignInResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A website that is not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many from this network", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn start(
    State(web): State<WebState>,
    Caller(caller): Caller,
    RequestedFrom(origin): RequestedFrom,
    ClientNetwork(network): ClientNetwork,
    headers: HeaderMap,
) -> Result<Json<StartSignInResponse>> {
    refresh::site(&headers, &web.settings)?;
    let bot = web.link.bot().ok_or_else(Problem::telegram_unavailable)?;
    let started = web.domain.start_telegram_link(&caller, origin, network).await?;
    let link = deep_link(&bot, &started.shown.code);
    Ok(Json(StartSignInResponse::new(&started, link)))
}

/// Learn what the person answered in chat.
#[utoipa::path(
    post, path = "/identities/telegram/poll", tag = "Person", security(("session" = [])), request_body = PollSignInRequest,
    responses(
        (status = 200, description = "It leads into this account; or into another one, and `merge` says what can be done", body = IdentitiesResponse),
        (status = 202, description = "Nobody has answered yet: ask again in two seconds", body = SignInPending),
        (status = 400, description = "It is over: expired, refused, used or unknown", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It leads into another account, which is closed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No `poll_token`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn poll(
    State(web): State<WebState>,
    Caller(caller): Caller,
    json::JsonBody(poll): json::JsonBody<PollSignInRequest>,
) -> Result<Response> {
    match web.domain.poll_telegram_link(&caller, poll.token()).await? {
        TelegramLinkPoll::Waiting(shown) => {
            Ok((StatusCode::ACCEPTED, Json(SignInPending::new(shown.seconds))).into_response())
        }
        TelegramLinkPoll::Proven(linking) => Ok(answer(&web, &caller, linking).await?.into_response()),
    }
}

/// Take a way in away; not the last one.
#[utoipa::path(
    delete, path = "/identities/{kind}/{subject}", tag = "Person", security(("session" = [])),
    params(
        ("kind" = String, Path, description = "`telegram`, `email` or `google`", example = "telegram"),
        ("subject" = String, Path, description = "The id there", example = "1001"),
    ),
    responses(
        (status = 204, description = "It leads here no more"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Signed in more than 15 minutes ago", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such way into your account", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The last one", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove(
    State(web): State<WebState>,
    Caller(caller): Caller,
    way: std::result::Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
) -> Result<StatusCode> {
    let Ok(Path((kind, subject))) = way else { return Err(crate::domain::Refusal::IdentityNotFound.into()) };
    if subject.contains('\0') || kind.contains('\0') {
        return Err(crate::domain::Refusal::IdentityNotFound.into());
    }
    web.domain.unlink(&caller, &kind, &subject).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Add a Google account as a way in, with what a browser came back from Google with.
#[utoipa::path(
    post, path = "/identities/google", tag = "Person", security(("session" = [])), request_body = GoogleLoginRequest,
    responses(
        (status = 200, description = "It leads into this account; or into another one, and `merge` says what can be done", body = IdentitiesResponse),
        (status = 401, description = "Not signed in; or Google does not know the code, or what it answered proves nothing", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Google is off here", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It leads into another account, which is closed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields are wrong, or the redirect URI is not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "Google answers what makes no sense", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Google does not answer", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn google(
    State(web): State<WebState>,
    Caller(caller): Caller,
    json::JsonBody(login): json::JsonBody<GoogleLoginRequest>,
) -> Result<Json<IdentitiesResponse>> {
    let linking = web.domain.link_by_provider(&caller, UpstreamProvider::Google, &login.voucher()?).await?;
    answer(&web, &caller, linking).await
}

/// The address to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkEmailRequest {
    /// The address; a link that proves it is sent there.
    #[schema(example = "ivan@example.org")]
    email: String,
}

/// Begin to add an e-mail address: a link is sent there, good for a day.
#[utoipa::path(
    post, path = "/identities/email", tag = "Person", security(("session" = [])), request_body = LinkEmailRequest,
    responses(
        (status = 202, description = "The mail is on its way"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "E-mail accounts are off", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not an address", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many mails", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn email(
    State(web): State<WebState>,
    Caller(caller): Caller,
    MailRequestedBy(asker): MailRequestedBy,
    json::JsonBody(ask): json::JsonBody<LinkEmailRequest>,
) -> Result<StatusCode> {
    let email = Email::parse(&ask.email).map_err(|what| crate::domain::Refusal::field("email", what))?;
    web.domain.request_address_link(&caller, &email, asker).await?;
    Ok(StatusCode::ACCEPTED)
}

/// What stood in the link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyEmailRequest {
    /// The `token` of the mail's link.
    token: String,
}

/// Add the address that a link was sent to.
#[utoipa::path(
    post, path = "/identities/email/verify", tag = "Person", security(("session" = [])), request_body = VerifyEmailRequest,
    responses(
        (status = 200, description = "It leads into this account; or into another one, and `merge` says what can be done", body = IdentitiesResponse),
        (status = 400, description = "The link is over: expired, used or unknown", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It leads into another account, which is closed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No `token`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn verify_email(
    State(web): State<WebState>,
    Caller(caller): Caller,
    json::JsonBody(proof): json::JsonBody<VerifyEmailRequest>,
) -> Result<Json<IdentitiesResponse>> {
    let linking = web.domain.link_by_email(&caller, &proof.token).await?;
    answer(&web, &caller, linking).await
}

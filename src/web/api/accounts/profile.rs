//! The signed-in person.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain;
use crate::domain::accounts::profile::UserProfile;
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::extract::caller::{AccountHolder, Caller};
use crate::web::extract::json;
use crate::web::problem::{ProblemBody, Result};

/// The documented user object, and the ways into the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProfileResponse {
    #[serde(flatten)]
    user: UserProfile,
    /// The language the person chose: `en` or `ru`.
    #[schema(example = "en")]
    language: Option<&'static str>,
    /// How they can sign in.
    identities: Vec<IdentityView>,
    /// When the account is to be deleted, if its person asked for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    deletion_at: Option<Moment>,
}

/// A way into an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityView {
    /// `telegram`, `email` or `google`.
    #[schema(example = "telegram")]
    kind: String,
    /// The id there.
    #[schema(example = "1001")]
    subject: String,
    /// How the person is known there.
    #[schema(example = "ivan")]
    label: Option<String>,
}

impl From<crate::model::accounts::account::Identity> for IdentityView {
    fn from(way: crate::model::accounts::account::Identity) -> Self {
        Self { kind: way.kind, subject: way.subject, label: way.label }
    }
}

impl From<domain::accounts::profile::Profile> for ProfileResponse {
    fn from(me: domain::accounts::profile::Profile) -> Self {
        let identities = me.identities.into_iter().map(IdentityView::from).collect();
        let language = me.language.map(crate::model::text::language::Language::code);
        Self { user: me.user, language, identities, deletion_at: me.leaving_at }
    }
}

/// Who am I?
#[utoipa::path(
    get, path = "/me", tag = "Person", security(("session" = [])),
    responses(
        (status = 200, description = "The signed-in person", body = ProfileResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(web): State<WebState>,
    AccountHolder(caller): AccountHolder,
) -> Result<Json<ProfileResponse>> {
    Ok(Json(web.domain.me(&caller).await?.into()))
}

/// What to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateProfileRequest {
    /// A name of one's own, instead of Telegram's.
    #[schema(example = "Ivan", min_length = 1, max_length = 128)]
    name: Option<String>,
    /// `en` or `ru`.
    #[schema(example = "ru")]
    language: Option<String>,
}

/// Change one's name, language, or both.
#[utoipa::path(
    patch, path = "/me", tag = "Person", security(("session" = [])), request_body = UpdateProfileRequest,
    responses(
        (status = 200, description = "The signed-in person", body = ProfileResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change(
    State(web): State<WebState>,
    Caller(caller): Caller,
    json::JsonBody(ask): json::JsonBody<UpdateProfileRequest>,
) -> Result<Json<ProfileResponse>> {
    let caller = web.domain.update_profile(&caller, ask.name.as_deref(), ask.language.as_deref()).await?;
    Ok(Json(web.domain.me(&caller).await?.into()))
}

/// That the account is to be deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeletionResponse {
    /// When that will be: until then signing in again and `POST /me/cancel-deletion` keeps it.
    #[schema(value_type = String, format = DateTime)]
    deletion_at: Moment,
}

/// Delete one's account: keys are off and sessions over at once; in seven days it is gone.
#[utoipa::path(
    delete, path = "/me", tag = "Person", security(("session" = [])),
    responses(
        (status = 202, description = "It will be deleted", body = DeletionResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Signed in more than 15 minutes ago", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn leave(
    State(web): State<WebState>,
    Caller(caller): Caller,
) -> Result<(StatusCode, Json<DeletionResponse>)> {
    let deletion_at = web.domain.leave(&caller).await?;
    Ok((StatusCode::ACCEPTED, Json(DeletionResponse { deletion_at })))
}

/// Keep one's account after all: its keys work again.
#[utoipa::path(
    post, path = "/me/cancel-deletion", tag = "Person", security(("session" = [])),
    responses(
        (status = 204, description = "It stays"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn keep(State(web): State<WebState>, AccountHolder(caller): AccountHolder) -> Result<StatusCode> {
    web.domain.cancel_deletion(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! The signed-in person.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain;
use crate::domain::accounts::profile::User;
use crate::model::time::Moment;
use crate::web::Web;
use crate::web::extract::caller::{Caller, Owner};
use crate::web::extract::json;
use crate::web::problem::{ProblemBody, Result};

/// The documented user object, and the ways into the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Me {
    #[serde(flatten)]
    user: User,
    /// The language the person chose: `en` or `ru`.
    #[schema(example = "en")]
    language: Option<&'static str>,
    /// How they can sign in.
    identities: Vec<Identity>,
    /// When the account is to be deleted, if its person asked for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    deletion_at: Option<Moment>,
}

/// A way into an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Identity {
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

impl From<crate::model::accounts::account::Identity> for Identity {
    fn from(way: crate::model::accounts::account::Identity) -> Self {
        Self { kind: way.kind, subject: way.subject, label: way.label }
    }
}

impl From<domain::accounts::profile::Me> for Me {
    fn from(me: domain::accounts::profile::Me) -> Self {
        let identities = me.identities.into_iter().map(Identity::from).collect();
        let language = me.language.map(crate::model::text::language::Language::code);
        Self { user: me.user, language, identities, deletion_at: me.leaving_at }
    }
}

/// Who am I?
#[utoipa::path(
    get, path = "/me", tag = "Person", security(("session" = [])),
    responses(
        (status = 200, description = "The signed-in person", body = Me),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(State(web): State<Web>, Owner(caller): Owner) -> Result<Json<Me>> {
    Ok(Json(web.domain.me(&caller).await?.into()))
}

/// What to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeMe {
    /// A name of one's own, instead of Telegram's.
    #[schema(example = "Ivan", min_length = 1, max_length = 128)]
    name: Option<String>,
    /// `en` or `ru`.
    #[schema(example = "ru")]
    language: Option<String>,
}

/// Change one's name, language, or both.
#[utoipa::path(
    patch, path = "/me", tag = "Person", security(("session" = [])), request_body = ChangeMe,
    responses(
        (status = 200, description = "The signed-in person", body = Me),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change(
    State(web): State<Web>,
    Caller(caller): Caller,
    json::Json(ask): json::Json<ChangeMe>,
) -> Result<Json<Me>> {
    let caller = web.domain.change_profile(&caller, ask.name.as_deref(), ask.language.as_deref()).await?;
    Ok(Json(web.domain.me(&caller).await?.into()))
}

/// That the account is to be deleted.
#[derive(Serialize, ToSchema)]
pub(crate) struct Leaving {
    /// When that will be: until then signing in again and `POST /me/keep` keeps it.
    #[schema(value_type = String, format = DateTime)]
    deletion_at: Moment,
}

/// Delete one's account: keys are off and sessions over at once; in seven days it is gone.
#[utoipa::path(
    delete, path = "/me", tag = "Person", security(("session" = [])),
    responses(
        (status = 202, description = "It will be deleted", body = Leaving),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Signed in more than 15 minutes ago", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn leave(State(web): State<Web>, Caller(caller): Caller) -> Result<(StatusCode, Json<Leaving>)> {
    let deletion_at = web.domain.leave(&caller).await?;
    Ok((StatusCode::ACCEPTED, Json(Leaving { deletion_at })))
}

/// Keep one's account after all: its keys work again.
#[utoipa::path(
    post, path = "/me/keep", tag = "Person", security(("session" = [])),
    responses(
        (status = 204, description = "It stays"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn keep(State(web): State<Web>, Owner(caller): Owner) -> Result<StatusCode> {
    web.domain.stay(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

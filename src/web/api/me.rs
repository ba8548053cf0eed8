//! The signed-in person.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain;
use crate::domain::people::User;
use crate::web::Web;
use crate::web::body;
use crate::web::caller::Caller;
use crate::web::reply::{ProblemBody, Result};

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

impl From<domain::people::Me> for Me {
    fn from(me: domain::people::Me) -> Self {
        let identity =
            |i: crate::model::account::Identity| Identity { kind: i.kind, subject: i.subject, label: i.label };
        let identities = me.identities.into_iter().map(identity).collect();
        Self { user: me.user, language: me.language.map(crate::model::language::Language::code), identities }
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
pub(crate) async fn show(State(web): State<Web>, Caller(caller): Caller) -> Result<Json<Me>> {
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
    body::Json(ask): body::Json<ChangeMe>,
) -> Result<Json<Me>> {
    let caller = web.domain.change_profile(&caller, ask.name.as_deref(), ask.language.as_deref()).await?;
    Ok(Json(web.domain.me(&caller).await?.into()))
}

//! Profile of the signed-in person.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain;
use crate::domain::accounts::profile::UserProfile;
use crate::model::accounts::account::AccountId;
use crate::model::accounts::identity::Identity;
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::extract::app_caller::{AccountHolderOrApp, ReadProfile};
use crate::web::extract::caller::Caller;
use crate::web::extract::checks;
use crate::web::extract::fields::{FromFields, RequestFields};
use crate::web::extract::json;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// A person, as the public API presents them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserView {
    /// Id of the account.
    #[schema(value_type = i64, example = 42)]
    id: AccountId,
    /// Display name.
    #[schema(example = "Ivan")]
    name: String,
    /// Id of the present plan.
    #[schema(example = "vip")]
    plan: String,
    /// Tokens left.
    #[schema(example = 1500)]
    token_balance: i64,
}

impl From<UserProfile> for UserView {
    fn from(UserProfile { id, name, plan, token_balance }: UserProfile) -> Self {
        Self { id, name, plan, token_balance }
    }
}

/// Account of the signed-in person.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProfileResponse {
    #[serde(flatten)]
    user: UserView,
    /// Language the person chose, `en` or `ru`; null if they chose none.
    #[schema(example = "en")]
    language: Option<&'static str>,
    /// Sign-in methods, oldest first.
    identities: Vec<IdentityView>,
    /// Scheduled time of the deletion; left out if none is scheduled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    deletion_at: Option<Moment>,
}

/// Sign-in method of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityView {
    /// Kind of sign-in method: `telegram`, `email` or `google`.
    #[schema(example = "telegram")]
    kind: String,
    /// Id of the account at the provider, or the email address.
    #[schema(example = "1001")]
    subject: String,
    /// Name of the account at the provider, such as the Telegram username.
    #[schema(example = "ivan")]
    label: Option<String>,
    /// Time at which a password reset disabled it; left out while it may sign in. Confirm or remove it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    disabled_at: Option<Moment>,
}

impl From<Identity> for IdentityView {
    fn from(identity: Identity) -> Self {
        let Identity { kind, subject, label, disabled_at } = identity;
        Self { kind, subject, label, disabled_at }
    }
}

impl From<domain::accounts::profile::Profile> for ProfileResponse {
    fn from(profile: domain::accounts::profile::Profile) -> Self {
        let identities = profile.identities.into_iter().map(IdentityView::from).collect();
        let language = profile.language.map(crate::model::text::language::Language::code);
        Self { user: profile.user.into(), language, identities, deletion_at: profile.deletion_due_at }
    }
}

/// Show the signed-in person.
#[utoipa::path(
    get, path = "/me", operation_id = "getProfile", tag = "Person", security(("session" = []), ("app" = ["profile"])),
    responses(
        (status = 200, description = "The signed-in person", body = ProfileResponse),
        responses::SessionErrors,
    )
)]
pub(crate) async fn show(
    State(web): State<WebState>,
    AccountHolderOrApp(caller, _): AccountHolderOrApp<ReadProfile>,
) -> Result<Json<ProfileResponse>> {
    Ok(Json(web.domain.me(&caller).await?.into()))
}

/// Changes of the profile. Fields left out stay unchanged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateProfileRequest {
    /// Name of the person; replaces the name from the provider.
    #[schema(example = "Ivan", min_length = 1, max_length = 128)]
    name: Option<String>,
    /// Language, `en` or `ru`.
    #[schema(example = "ru")]
    language: Option<String>,
}

impl FromFields for UpdateProfileRequest {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let name = fields.checked_if_sent("name", checks::person_name);
        let language = fields.checked_if_sent("language", checks::language);
        Some(Self { name: name?, language: language? })
    }
}

/// Change the name, the language or both.
#[utoipa::path(
    patch, path = "/me", operation_id = "updateProfile", tag = "Person", security(("session" = [])), request_body = UpdateProfileRequest,
    responses(
        (status = 200, description = "The signed-in person", body = ProfileResponse),
        responses::SessionErrors,
        responses::BodyErrors,
    )
)]
pub(crate) async fn change(
    State(web): State<WebState>,
    Caller(caller): Caller,
    json::JsonBody(request): json::JsonBody<UpdateProfileRequest>,
) -> Result<Json<ProfileResponse>> {
    let caller = web.domain.update_profile(&caller, request.name.as_deref(), request.language.as_deref()).await?;
    Ok(Json(web.domain.me(&caller).await?.into()))
}

//! Apps that the signed-in person let in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::oauth::apps::AuthorizedApp;
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::extract::caller::Caller;
use crate::web::extract::path_id::PathText;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// App that has access to the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AppView {
    /// Id of the app.
    #[schema(example = "c_3mKq9Zt0aB7xWcD2eFgH1j")]
    client_id: String,
    #[schema(example = "Grafana")]
    name: String,
    /// Host that the app leads to; empty if it has none.
    #[schema(example = "grafana.example.com")]
    host: String,
    /// What it may see and do, separated by spaces.
    #[schema(example = "openid profile email")]
    scope: String,
    /// Time of the first sign-in that still has access.
    #[schema(value_type = String, format = DateTime)]
    since: Moment,
    /// Time of the last use.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Moment,
}

impl From<AuthorizedApp> for AppView {
    fn from(AuthorizedApp { client_id, name, host, scopes, since, last_used_at }: AuthorizedApp) -> Self {
        Self { client_id: client_id.to_string(), name, host, scope: scopes.to_string(), since, last_used_at }
    }
}

/// Apps that have access to the account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AppsResponse {
    apps: Vec<AppView>,
}

/// List the apps that have access to the account.
#[utoipa::path(
    get, path = "/apps", operation_id = "listApps", tag = "Apps", security(("session" = [])),
    responses(
        (status = 200, description = "Apps", body = AppsResponse),
        responses::SessionErrors,
    )
)]
pub(crate) async fn list(State(web): State<WebState>, Caller(caller): Caller) -> Result<Json<AppsResponse>> {
    let apps = web.domain.apps(&caller).await?;
    Ok(Json(AppsResponse { apps: apps.into_iter().map(AppView::from).collect() }))
}

/// Cut an app off.
///
/// Its tokens end right away. To use it again, sign in to it and consent again.
#[utoipa::path(
    delete, path = "/apps/{client_id}", operation_id = "cutOffApp", tag = "Apps", security(("session" = [])),
    params(("client_id" = String, Path, description = "Id of the app", example = "c_3mKq9Zt0aB7xWcD2eFgH1j")),
    responses(
        (status = 204, description = "It has no access"),
        responses::SessionErrors,
        (status = 404, description = "You have no app with this id"),
    )
)]
pub(crate) async fn cut_off(
    State(web): State<WebState>,
    Caller(caller): Caller,
    PathText(client_id): PathText,
) -> Result<StatusCode> {
    web.domain.cut_off_app(&caller, &client_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Export of all data of an account (GDPR, article 20).

use axum::extract::State;
use axum::response::Response;

use crate::web::WebState;
use crate::web::accounts::account_export;
use crate::web::extract::caller::RecentAccountHolder;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Export all data of the signed-in person as one JSON file.
#[utoipa::path(
    get, path = "/me/export", operation_id = "exportAccount", tag = "Person", security(("session" = [])),
    responses(
        (status = 200, description = "Account, sign-in methods, sessions, API keys without their secrets, ledger, activity and notification settings", content_type = "application/json"),
        responses::ReauthenticationErrors,
    )
)]
pub(crate) async fn export(
    State(web): State<WebState>,
    RecentAccountHolder(caller): RecentAccountHolder,
) -> Result<Response> {
    account_export::download(&web, &caller).await
}

//! Export of all data of an account (GDPR, article 20).

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;

use crate::domain;
use crate::domain::accounts::profile::SignedIn;
use crate::web::WebState;
use crate::web::extract::caller::AccountHolder;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Export all data of the signed-in person as one JSON file.
#[utoipa::path(
    get, path = "/me/export", operation_id = "exportAccount", tag = "Person", security(("session" = [])),
    responses(
        (status = 200, description = "Account, sign-in methods, sessions, API keys without their secrets, ledger, activity and notification settings", content_type = "application/json"),
        responses::SessionErrors,
    )
)]
pub(crate) async fn export(State(web): State<WebState>, AccountHolder(caller): AccountHolder) -> Result<Response> {
    file(&web, &caller).await
}

/// Streams the file as a download. A failure midway cuts the connection, so that a partial file is not mistaken for a
/// complete one.
pub(crate) async fn file(web: &WebState, caller: &SignedIn) -> Result<Response> {
    let pieces = web.domain.export(caller).await?;
    let pieces = pieces.map_err(|error| {
        if let domain::Error::Failed(fault) = &error {
            tracing::error!(error = %fault, "export: aborted");
        }
        std::io::Error::other("export aborted")
    });
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_DISPOSITION, "attachment; filename=\"neuralbox-account.json\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

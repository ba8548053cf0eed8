//! Taking along everything that is kept of oneself.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;

use crate::domain;
use crate::domain::accounts::profile::SignedIn;
use crate::web::WebState;
use crate::web::extract::caller::AccountHolder;
use crate::web::problem::{ProblemBody, Result};

/// Everything that is kept of the signed-in person, as one JSON file.
#[utoipa::path(
    get, path = "/me/export", tag = "Person", security(("session" = [])),
    responses(
        (status = 200, description = "Account, identities, sessions, keys without their secrets, ledger, events and notice preferences", content_type = "application/json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn export(State(web): State<WebState>, AccountHolder(caller): AccountHolder) -> Result<Response> {
    file(&web, &caller).await
}

/// The file, as a download. When something breaks on the way the connection is cut, so that nobody takes a part for the whole.
pub(crate) async fn file(web: &WebState, caller: &SignedIn) -> Result<Response> {
    let pieces = web.domain.export(caller).await?;
    let pieces = pieces.map_err(|error| {
        if let domain::Error::Failed(fault) = &error {
            tracing::error!(%fault, "an export broke off");
        }
        std::io::Error::other("the export broke off")
    });
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_DISPOSITION, "attachment; filename=\"neuralbox-account.json\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

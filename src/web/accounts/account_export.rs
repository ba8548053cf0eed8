//! Download of all data of an account (GDPR, article 20).

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;

use crate::domain;
use crate::domain::accounts::profile::SignedIn;
use crate::web::WebState;
use crate::web::problem::Result;

/// Streams all data of the caller's account as a file. A failure midway cuts the connection, so that a partial file is
/// not mistaken for a complete one.
pub(crate) async fn download(web: &WebState, caller: &SignedIn) -> Result<Response> {
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

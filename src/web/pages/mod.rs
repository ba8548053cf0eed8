//! Pages, rendered here (`templates/`); they work without JavaScript, but for Telegram's own widget.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::web::Web;

/// Every page.
pub(crate) fn router(_document: Arc<utoipa::openapi::OpenApi>) -> Router<Web> {
    Router::new().route("/web", get(async || "soon"))
}

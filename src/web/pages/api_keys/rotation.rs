//! Rotation page: issues a new secret and lets the previous one work for a grace period.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::api_keys::keys::{DEFAULT_GRACE_SECS, KeyRotation};
use crate::domain::{Error, Refusal};
use crate::web::WebState;
use crate::web::extract::form::FormBody;
use crate::web::extract::path_id::PathId;
use crate::web::page_paths;
use crate::web::pages::api_keys::keys;
use crate::web::pages::api_keys::keys::{KeyRow, RevealedKey};
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::problem::Result;

/// Grace periods offered, in seconds, with their text ids.
const GRACE_PERIODS: [(i64, &str); 4] =
    [(0, "page-grace-none"), (3600, "page-grace-hour"), (86_400, "page-grace-day"), (7 * 86_400, "page-grace-week")];

#[derive(Template)]
#[template(path = "api_keys/rotate.html")]
struct RotatePage {
    frame: Layout,
    key: KeyRow,
    graces: Vec<(i64, String)>,
    usual: i64,
}

/// Asks for the grace period of the current secret.
pub(crate) async fn ask(State(web): State<WebState>, page: SignedInPage, id: PathId) -> Result<Response> {
    web.domain.may_use_keys(&page.caller)?;
    web.domain.require_recent_sign_in(&page.caller)?;
    let key = keys::row(web.domain.key(&page.caller, id.key()?).await?, page.localizer());
    let graces = GRACE_PERIODS.map(|(seconds, text)| (seconds, page.localizer().text(text))).into();
    let page =
        RotatePage { frame: page.frame("page-rotate", page_paths::API_KEYS), key, graces, usual: DEFAULT_GRACE_SECS };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Rotates the key and shows its new secret. A reload that submits the form again does not rotate a second time.
pub(crate) async fn rotate(
    State(web): State<WebState>,
    page: SignedInPage,
    id: PathId,
    form: FormBody,
) -> Result<Response> {
    let grace = form.get("grace").parse().ok().filter(|grace| GRACE_PERIODS.iter().any(|(known, _)| known == grace));
    let grace = grace.ok_or_else(|| Refusal::field("grace", "must be 0, 3600, 86400 or 604800"))?;
    let rotation = KeyRotation { grace, shown_masked: Some(form.get("masked").to_owned()), idempotency_key: None };
    match web.domain.rotate(&page.caller, id.key()?, rotation).await {
        Ok(issued) => keys::reveal(&web, &page, RevealedKey::rotated(issued, &web.domain.snippet_url())).await,
        Err(Error::Refused(Refusal::AlreadyDone)) => Ok(layout::done(page_paths::API_KEYS, "already-rotated")),
        Err(error) => Err(error.into()),
    }
}

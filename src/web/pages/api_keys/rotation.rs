//! Another secret for one of one's keys.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::api_keys::keys::{Rotation, USUAL_GRACE};
use crate::domain::{Error, Refusal};
use crate::web::Web;
use crate::web::extract::form::Form;
use crate::web::extract::path_id::Number;
use crate::web::page_paths::HOME;
use crate::web::pages::api_keys::keys;
use crate::web::pages::api_keys::keys::{Made, Row};
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Resident};
use crate::web::problem::Result;

/// How long the secret in use can be let work on here, in seconds, with the text that says so.
const GRACES: [(i64, &str); 4] =
    [(0, "page-grace-none"), (3600, "page-grace-hour"), (86_400, "page-grace-day"), (7 * 86_400, "page-grace-week")];

#[derive(Template)]
#[template(path = "key_rotate.html")]
struct RotatePage {
    frame: Frame,
    key: Row,
    graces: Vec<(i64, String)>,
    usual: i64,
}

/// Asks how long the secret in use shall work on.
pub(crate) async fn ask(State(web): State<Web>, resident: Resident, id: Number) -> Result<Response> {
    web.domain.may_issue_key(&resident.caller)?;
    let key = keys::row(web.domain.key(&resident.caller, id.key()?).await?, resident.words());
    let graces = GRACES.map(|(seconds, text)| (seconds, resident.words().say(text))).into();
    let page = RotatePage { frame: resident.frame("page-rotate", HOME), key, graces, usual: USUAL_GRACE };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Rotates the key and shows its new secret. Sent again by a reload, it leaves the one that was shown alone.
pub(crate) async fn rotate(State(web): State<Web>, resident: Resident, id: Number, form: Form) -> Result<Response> {
    let grace = form.get("grace").parse().ok().filter(|grace| GRACES.iter().any(|(known, _)| known == grace));
    let grace = grace.ok_or_else(|| Refusal::field("grace", "must be 0, 3600, 86400 or 604800"))?;
    let ask = Rotation { grace, only: Some(form.get("masked").to_owned()), once: None };
    match web.domain.rotate(&resident.caller, id.key()?, ask).await {
        Ok(issued) => keys::shown(&web, &resident, Made::rotated(issued)).await,
        Err(Error::Refused(Refusal::AlreadyDone)) => Ok(layout::done(HOME, "rotated-before")),
        Err(error) => Err(error.into()),
    }
}

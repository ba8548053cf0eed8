//! What happened to one's account.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::Refusal;
use crate::model::accounts::activity::EventLine;
use crate::web::Web;
use crate::web::api::Query;
use crate::web::pages::accounts::security;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Resident};
use crate::web::pages::localizer::{Stamp, Words};
use crate::web::problem::Result;

pub(crate) const HERE: &str = "/web/profile/activity";
/// Lines on a page.
const SHOWN: usize = 50;

/// Which part is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "activity.html")]
struct ActivityPage {
    frame: Frame,
    lines: Vec<Line>,
    is_later_part: bool,
    older: Option<i64>,
}

struct Line {
    what: String,
    who: String,
    network: Option<String>,
    when: Stamp,
}

/// The page, the latest first.
pub(crate) async fn show(State(web): State<Web>, resident: Resident, Query(asked): Query<Asked>) -> Result<Response> {
    let after = asked.after.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_| Refusal::field("after", "must be the number of a line"))?;
    let found = web.domain.events(&resident.caller, after, SHOWN).await?;
    let older = found.lines.last().filter(|_| found.more).map(|line| line.id);
    let lines = found.lines.into_iter().map(|one| line(one, resident.words())).collect();
    let frame =
        Frame { title: resident.words().say("page-activity"), ..resident.frame("page-activity", security::HERE) };
    Ok(layout::page(StatusCode::OK, &ActivityPage { frame, lines, is_later_part: after.is_some(), older }))
}

fn line(line: EventLine, words: &Words) -> Line {
    let what = line.event.as_ref().map_or_else(
        || words.say("event-other"),
        |event| {
            let (id, values) = event.sentence();
            words.values(&id, &values)
        },
    );
    let who = line.device.unwrap_or_else(|| words.say(&format!("event-by-{}", line.actor)));
    Line { what, who, network: line.network, when: words.when(line.made_at) }
}

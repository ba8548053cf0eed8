//! Adding a Telegram account by the bot, and taking a way in away.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::accounts::identities::{Linking, Proving};
use crate::domain::error::NoSignIn;
use crate::domain::{Error, Refusal};
use crate::model::accounts::account::Identity;
use crate::web::Web;
use crate::web::api::Query;
use crate::web::api::sign_in::bot_sign_in::deep_link;
use crate::web::cookies::flow::JOIN;
use crate::web::extract::caller::{From, Near};
use crate::web::extract::form::Form;
use crate::web::page_paths;
use crate::web::pages::accounts::security;
use crate::web::pages::layout;
use crate::web::pages::layout::{Frame, Resident};
use crate::web::problem::{Problem, Result};

/// The page that waits for the bot's answer.
pub(crate) const BY_BOT: &str = "/web/profile/security/telegram";

/// A way in.
pub(crate) struct Way {
    pub(crate) kind: String,
    /// What people call its kind.
    pub(crate) title: String,
    pub(crate) label: String,
    /// Leads to the question whether to take it away; not if it is the last one.
    pub(crate) unlink: Option<String>,
}

/// The ways into one's account.
pub(crate) async fn listed(web: &Web, resident: &Resident) -> Result<Vec<Way>> {
    let ways = web.domain.ways(&resident.caller).await?;
    let is_last = ways.len() < 2;
    let unlink = |way: &Identity| {
        let query = [("kind", Some(way.kind.as_str())), ("subject", Some(way.subject.as_str()))];
        page_paths::with_query("/web/profile/security/unlink", &query)
    };
    let listed = |way: Identity| Way {
        title: resident.words().identity_kind(&way.kind),
        label: way.shown(),
        unlink: (!is_last).then(|| unlink(&way)),
        kind: way.kind,
    };
    Ok(ways.into_iter().map(listed).collect())
}

#[derive(Template)]
#[template(path = "way_by_bot.html")]
struct WaitingPage {
    frame: Frame,
    number: i64,
    deep_link: String,
    command: String,
    bot: String,
}

/// Begins to ask in chat, and leads to the page that waits.
pub(crate) async fn start(
    State(web): State<Web>,
    From(origin): From,
    Near(network): Near,
    resident: Resident,
) -> Result<Response> {
    web.link.bot().ok_or_else(Problem::telegram_away)?;
    let started = web.domain.start_link(&resident.caller, origin, network).await?;
    let held = JOIN.set(&started.token.reveal(), web.settings.is_https());
    Ok((held, Redirect::to(BY_BOT)).into_response())
}

/// Waits: the page looks again by itself, and goes on when the person has answered.
pub(crate) async fn wait(State(web): State<Web>, resident: Resident, headers: HeaderMap) -> Result<Response> {
    let https = web.settings.is_https();
    let Some(token) = JOIN.held(&headers, https) else {
        return Err(Problem::from(Refusal::NoSignIn(NoSignIn::Expired)));
    };
    match web.domain.poll_link(&resident.caller, token).await {
        Ok(Proving::Waiting(shown)) => {
            let bot = web.link.bot().ok_or_else(Problem::telegram_away)?;
            let page = WaitingPage {
                frame: resident.frame("page-join", security::HERE),
                number: shown.number,
                deep_link: deep_link(&bot, &shown.code),
                command: format!("/start signin_{}", shown.code),
                bot,
            };
            Ok(layout::page(StatusCode::OK, &page))
        }
        Ok(Proving::Proven(linking)) => Ok((JOIN.clear(https), on(linking)).into_response()),
        Err(error @ Error::Refused(Refusal::NoSignIn(_) | Refusal::OtherClosed)) => {
            Ok((JOIN.clear(https), Problem::from(error)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Where a proof leads on: to the page that says that it is done, or to the two accounts.
pub(crate) fn on(linking: Linking) -> Response {
    match linking {
        Linking::Done => layout::done(security::HERE, "linked"),
        Linking::Offered(id) => Redirect::to(&format!("/web/profile/merge/{id}")).into_response(),
    }
}

/// Which way in is to be taken away.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    kind: String,
    subject: String,
}

#[derive(Template)]
#[template(path = "unlink.html")]
struct UnlinkPage {
    frame: Frame,
    kind: String,
    subject: String,
    title: String,
    label: String,
    /// Whether the person signed in a moment ago.
    recent: bool,
}

/// Asks whether a way in is really to be taken away.
pub(crate) async fn ask_unlink(
    State(web): State<Web>,
    resident: Resident,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let ways = web.domain.ways(&resident.caller).await?;
    let found = ways.into_iter().find(|way| way.kind == asked.kind && way.subject == asked.subject);
    let way = found.ok_or(Refusal::NoSuchWay)?;
    let page = UnlinkPage {
        frame: resident.frame("page-unlink", security::HERE),
        title: resident.words().identity_kind(&way.kind),
        label: way.shown(),
        kind: way.kind,
        subject: way.subject,
        recent: web.domain.is_recent(&resident.caller).await?,
    };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Takes it away. One that is gone already, by a second tap, is as good as taken away.
pub(crate) async fn unlink(State(web): State<Web>, resident: Resident, form: Form) -> Result<Response> {
    match web.domain.unlink(&resident.caller, form.get("kind"), form.get("subject")).await {
        Ok(_) | Err(Error::Refused(Refusal::NoSuchWay)) => Ok(layout::done(security::HERE, "unlinked")),
        Err(error) => Err(error.into()),
    }
}

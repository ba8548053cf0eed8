//! Adding a Telegram account by the bot, and taking a way in away.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::accounts::identities::{LinkResult, TelegramLinkPoll};
use crate::domain::error::SignInRequestError;
use crate::domain::{Error, Refusal};
use crate::model::accounts::account::Identity;
use crate::web::WebState;
use crate::web::api::Query;
use crate::web::api::sign_in::bot_sign_in::deep_link;
use crate::web::cookies::flow::TELEGRAM_LINK;
use crate::web::extract::caller::{ClientNetwork, RequestedFrom};
use crate::web::extract::form::FormBody;
use crate::web::page_paths;
use crate::web::pages::accounts::security;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::problem::{Problem, Result};

/// The page that waits for the bot's answer.
pub(crate) const BY_BOT: &str = "/web/profile/security/telegram";

/// A way in.
pub(crate) struct IdentityRow {
    pub(crate) kind: String,
    /// What people call its kind.
    pub(crate) title: String,
    pub(crate) label: String,
    /// Leads to the question whether to take it away; not if it is the last one.
    pub(crate) unlink: Option<String>,
}

/// The ways into one's account.
pub(crate) async fn listed(web: &WebState, page: &SignedInPage) -> Result<Vec<IdentityRow>> {
    let ways = web.domain.ways(&page.caller).await?;
    let is_last = ways.len() < 2;
    let unlink = |way: &Identity| {
        let query = [("kind", Some(way.kind.as_str())), ("subject", Some(way.subject.as_str()))];
        page_paths::with_query("/web/profile/security/unlink", &query)
    };
    let listed = |way: Identity| IdentityRow {
        title: page.words().identity_kind(&way.kind),
        label: way.shown(),
        unlink: (!is_last).then(|| unlink(&way)),
        kind: way.kind,
    };
    Ok(ways.into_iter().map(listed).collect())
}

#[derive(Template)]
#[template(path = "way_by_bot.html")]
struct TelegramLinkPage {
    frame: Layout,
    number: i64,
    deep_link: String,
    command: String,
    bot: String,
}

/// Begins to ask in chat, and leads to the page that waits.
pub(crate) async fn start(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    ClientNetwork(network): ClientNetwork,
    page: SignedInPage,
) -> Result<Response> {
    web.link.bot().ok_or_else(Problem::telegram_unavailable)?;
    let started = web.domain.start_telegram_link(&page.caller, origin, network).await?;
    let held = TELEGRAM_LINK.set(&started.token.reveal(), web.settings.is_https());
    Ok((held, Redirect::to(BY_BOT)).into_response())
}

/// Waits: the page looks again by itself, and goes on when the person has answered.
pub(crate) async fn wait(State(web): State<WebState>, page: SignedInPage, headers: HeaderMap) -> Result<Response> {
    let https = web.settings.is_https();
    let Some(token) = TELEGRAM_LINK.get(&headers, https) else {
        return Err(Problem::from(Refusal::SignInRequest(SignInRequestError::Expired)));
    };
    match web.domain.poll_telegram_link(&page.caller, token).await {
        Ok(TelegramLinkPoll::Waiting(shown)) => {
            let bot = web.link.bot().ok_or_else(Problem::telegram_unavailable)?;
            let page = TelegramLinkPage {
                frame: page.frame("page-link-telegram", security::HERE),
                number: shown.number,
                deep_link: deep_link(&bot, &shown.code),
                command: format!("/start signin_{}", shown.code),
                bot,
            };
            Ok(layout::page(StatusCode::OK, &page))
        }
        Ok(TelegramLinkPoll::Proven(linking)) => Ok((TELEGRAM_LINK.clear(https), on(linking)).into_response()),
        Err(error @ Error::Refused(Refusal::SignInRequest(_) | Refusal::OtherAccountClosed)) => {
            Ok((TELEGRAM_LINK.clear(https), Problem::from(error)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Where a proof leads on: to the page that says that it is done, or to the two accounts.
pub(crate) fn on(linking: LinkResult) -> Response {
    match linking {
        LinkResult::Done => layout::done(security::HERE, "linked"),
        LinkResult::Offered(id) => Redirect::to(&format!("/web/profile/merge/{id}")).into_response(),
    }
}

/// Which way in is to be taken away.
#[derive(Debug, Deserialize)]
pub(crate) struct UnlinkQuery {
    kind: String,
    subject: String,
}

#[derive(Template)]
#[template(path = "unlink.html")]
struct UnlinkPage {
    frame: Layout,
    kind: String,
    subject: String,
    title: String,
    label: String,
    /// Whether the person signed in a moment ago.
    recent: bool,
}

/// Asks whether a way in is really to be taken away.
pub(crate) async fn ask_unlink(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(asked): Query<UnlinkQuery>,
) -> Result<Response> {
    let ways = web.domain.ways(&page.caller).await?;
    let found = ways.into_iter().find(|way| way.kind == asked.kind && way.subject == asked.subject);
    let way = found.ok_or(Refusal::IdentityNotFound)?;
    let page = UnlinkPage {
        frame: page.frame("page-unlink", security::HERE),
        title: page.words().identity_kind(&way.kind),
        label: way.shown(),
        kind: way.kind,
        subject: way.subject,
        recent: web.domain.has_recent_sign_in(&page.caller).await?,
    };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Takes it away. One that is gone already, by a second tap, is as good as taken away.
pub(crate) async fn unlink(State(web): State<WebState>, page: SignedInPage, form: FormBody) -> Result<Response> {
    match web.domain.unlink(&page.caller, form.get("kind"), form.get("subject")).await {
        Ok(_) | Err(Error::Refused(Refusal::IdentityNotFound)) => Ok(layout::done(security::HERE, "unlinked")),
        Err(error) => Err(error.into()),
    }
}

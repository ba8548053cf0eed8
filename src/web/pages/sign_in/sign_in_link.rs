//! Signing in by a link from the chat.
//!
//! Programs look at links before people do, so that looking must not spend one: the person says yes with a button. The link's
//! secret leaves the address at once, for a cookie: it stays in no history and reaches nobody by `Referer`, and the button's
//! form is guarded by its `Origin` as every form here is, which keeps another website from signing a visitor in as somebody else.

use askama::Template;
use axum::extract::State;
use axum::http::header::REFERRER_POLICY;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::SignInRequestError;
use crate::model::accounts::account::AccountId;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::web::api::Query;
use crate::web::cookies::flow::SIGN_IN_LINK;
use crate::web::extract::caller::RequestedFrom;
use crate::web::extract::form::FormBody;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::pages::sign_in::bot_sign_in::turned_away;
use crate::web::problem::Result;
use crate::web::{WebState, session_response};

/// Where the link leads.
pub(crate) const HERE: &str = "/web/sign-in/link";

/// What stands in the link.
#[derive(Debug, Deserialize)]
pub(crate) struct SignInLinkQuery {
    token: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in_link.html")]
struct SignInLinkPage {
    frame: Layout,
    account: AccountId,
    name: String,
    /// Whose session this browser holds now.
    other: Option<String>,
    next: String,
}

/// Asks whether to sign in, and as whom.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: PageContext,
    headers: HeaderMap,
    Query(asked): Query<SignInLinkQuery>,
) -> Result<Response> {
    let (next, https) = (asked.next.as_deref().and_then(page_paths::local), web.settings.is_https());
    if let Some(token) = asked.token {
        return Ok(keep(&token, next, https));
    }
    let Some(token) = SIGN_IN_LINK.get(&headers, https) else {
        return Ok(turned_away(SignInRequestError::Expired.into(), next, (&SIGN_IN_LINK, https)));
    };
    let account = match web.domain.sign_in_link(token).await {
        Ok(account) => account,
        Err(error) => return Ok(turned_away(error, next, (&SIGN_IN_LINK, https))),
    };
    let other = page.visitor.as_ref().map(SignedIn::account);
    if other.is_some_and(|other| other.id == account.id) {
        return Ok(Redirect::to(next.unwrap_or(page_paths::HOME)).into_response());
    }
    let page = SignInLinkPage {
        frame: page.frame("page-sign-in-link", ""),
        account: account.id,
        name: account.name,
        other: other.map(|other| other.name.clone()),
        next: next.unwrap_or_default().to_owned(),
    };
    Ok(layout::page(StatusCode::OK, &page))
}

/// Moves what stood in a link from the address into a cookie.
pub(crate) fn keep(token: &str, next: Option<&str>, https: bool) -> Response {
    let Some(token) = OneTimeToken::parse(token) else {
        return (unseen(), turned_away(SignInRequestError::Unknown.into(), next, (&SIGN_IN_LINK, https)))
            .into_response();
    };
    let on = Redirect::to(&page_paths::with_query(HERE, &[("next", next)]));
    (unseen(), SIGN_IN_LINK.set(&token.reveal(), https), on).into_response()
}

/// Signs in: the link is spent.
pub(crate) async fn enter(
    State(web): State<WebState>,
    RequestedFrom(origin): RequestedFrom,
    headers: HeaderMap,
    form: FormBody,
) -> Result<Response> {
    let (next, https) = (page_paths::local(form.get("next")), web.settings.is_https());
    let Some(token) = SIGN_IN_LINK.get(&headers, https) else {
        return Ok(turned_away(SignInRequestError::Expired.into(), next, (&SIGN_IN_LINK, https)));
    };
    // Whom the person was shown: another tab may have brought another link meanwhile.
    let account = AccountId(form.get("account").parse().unwrap_or(0));
    match web.domain.sign_in_by_link(token, account, origin).await {
        Ok(session) => Ok(session_response::on_page(&web, &headers, &session, next).await),
        Err(error) => Ok(turned_away(error, next, (&SIGN_IN_LINK, https))),
    }
}

/// The address of the link goes to nobody.
const fn unseen() -> [(axum::http::HeaderName, &'static str); 1] {
    [(REFERRER_POLICY, "no-referrer")]
}

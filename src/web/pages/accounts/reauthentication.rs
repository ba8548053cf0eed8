//! Reauthentication: the sign-in page for people who are signed in, and the way back.
//!
//! A form that is refused for want of a recent sign-in is stored in a cookie, without its passwords. After the sign-in, a
//! page offers to send it again.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::domain::accounts::profile::SignedIn;
use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::WebState;
use crate::web::cookies::flow::PENDING_FORM;
use crate::web::extract::form::SubmittedFields;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext, SignedInPage};
use crate::web::pages::sign_in::bot_sign_in::BotSignInQuery;
use crate::web::pages::sign_in::sign_in_page;
use crate::web::pages::sign_in::sign_in_page::{SignInAttempt, SignInPurpose};
use crate::web::pages::sign_in::upstream_oidc;
use crate::web::problem::{Problem, Result};

/// Longest cookie value; browsers keep 4096 bytes of a cookie. A longer form must be filled in again.
const MAX_PENDING_FORM_CHARS: usize = 3500;

/// Request of a page that was refused for want of a recent sign-in.
pub(crate) struct RefusedRequest<'a> {
    /// Path with query.
    pub(crate) path: &'a str,
    /// Submitted form; `None` for a page that was only opened.
    pub(crate) form: Option<SubmittedFields>,
}

/// Form in the cookie.
#[derive(Serialize, Deserialize)]
struct PendingForm {
    /// Account that submitted the form. No other one sends it.
    account: i64,
    path: String,
    fields: Vec<(String, String)>,
    has_secret: bool,
}

impl PendingForm {
    fn to_cookie(&self) -> Option<String> {
        let value = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).ok()?);
        (value.len() <= MAX_PENDING_FORM_CHARS).then_some(value)
    }

    fn of(page: &SignedInPage) -> Option<Self> {
        let own = page.caller.account().id.0;
        let is_own = |form: &Self| form.account == own && is_form_target(&form.path);
        page.cookies().flow_values(&PENDING_FORM, |_| true).filter_map(Self::from_cookie).find(is_own)
    }

    fn from_cookie(value: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()
    }
}

/// True for a path of our pages. A link may begin there too, because the form is sent by a button of our own page.
fn is_form_target(path: &str) -> bool {
    page_paths::local(path).is_some() || upstream_links().contains(&path)
}

fn upstream_links() -> [&'static str; 2] {
    [UpstreamProvider::Google, UpstreamProvider::Telegram].map(page_paths::upstream_link)
}

/// Sign-in page in place of a refused request. Leads back to it.
pub(crate) async fn instead(
    web: &WebState,
    page: &PageContext,
    problem: &Problem,
    request: RefusedRequest<'_>,
) -> Response {
    let RefusedRequest { path, form } = request;
    let account = page.visitor.as_ref().map(SignedIn::account);
    let Some((form, account)) = form.zip(account) else {
        let next = page_paths::local(path).unwrap_or(page_paths::SECURITY);
        return render(web, page, next, problem.status()).await;
    };
    let SubmittedFields { fields, has_secret } = form;
    let pending = PendingForm { account: account.id.0, path: path.to_owned(), fields, has_secret };
    match pending.to_cookie() {
        Some(value) => {
            let response = render(web, page, page_paths::REAUTHENTICATE_CONTINUE, problem.status()).await;
            (page.cookies.set_flow(&PENDING_FORM, &value), response).into_response()
        }
        None => render(web, page, page_paths::SECURITY, problem.status()).await,
    }
}

async fn render(web: &WebState, page: &PageContext, next: &str, status: StatusCode) -> Response {
    let attempt =
        SignInAttempt { next: Some(next), purpose: SignInPurpose::Reauthentication, ..SignInAttempt::default() };
    sign_in_page::render(web, page, attempt, status).await
}

/// Shows the sign-in page, although the visitor is signed in. Others go to the usual one.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: PageContext,
    Query(query): Query<BotSignInQuery>,
) -> Response {
    let next = query.next.as_deref().and_then(page_paths::local);
    if page.visitor.is_none() {
        return Redirect::to(&page_paths::sign_in(next, None)).into_response();
    }
    render(&web, &page, next.unwrap_or(page_paths::SECURITY), StatusCode::OK).await
}

#[derive(Template)]
#[template(path = "accounts/reauthenticated.html")]
struct ReauthenticatedPage {
    frame: Layout,
    /// Title of the page that the form belongs to.
    what: String,
    path: String,
    fields: Vec<(String, String)>,
}

/// Offers to send the stored form again. A form with a password must be filled in again.
pub(crate) async fn continue_form(State(web): State<WebState>, page: SignedInPage) -> Result<Response> {
    let Some(PendingForm { path, fields, has_secret, .. }) = PendingForm::of(&page) else {
        return Ok(Redirect::to(page_paths::SECURITY).into_response());
    };
    if has_secret {
        return Ok((page.cookies().remove_flow(&PENDING_FORM), Redirect::to(&path)).into_response());
    }
    let what = page.localizer().text(title(&path));
    let page = ReauthenticatedPage { frame: page.frame("page-reauthenticated", ""), what, path, fields };
    let policy = [(CONTENT_SECURITY_POLICY, upstream_oidc::form_policy(&web))];
    Ok((policy, layout::page(StatusCode::OK, &page)).into_response())
}

/// Text id of what a form does, by its path.
fn title(path: &str) -> &'static str {
    match path {
        page_paths::API_KEYS => "page-key-new",
        page_paths::UNLINK => "page-unlink",
        page_paths::DELETE_ACCOUNT => "page-delete",
        page_paths::EMAIL_LINK_REQUEST | page_paths::EMAIL_LINK => "page-add-email",
        page_paths::TELEGRAM_LINK => "page-link-telegram",
        path if path.ends_with("/rotate") => "page-rotate",
        path if path.starts_with(page_paths::ACCOUNT_MERGE.trim_end_matches("{id}")) => "page-merge",
        _ => "page-identities",
    }
}

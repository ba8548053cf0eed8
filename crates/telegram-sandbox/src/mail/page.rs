//! Outbox page. Each mail is shown in a sandboxed frame that can do nothing except open links.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::ReceivedMail;
use crate::Sandbox;

const HTML: &str = "text/html; charset=utf-8";
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";
/// A mail may use its own inline styles only. Links open outside the frame.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; \
    sandbox allow-popups allow-popups-to-escape-sandbox";

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage {
    /// Newest first.
    mails: Vec<ReceivedMail>,
    shown: Option<ReceivedMail>,
    /// Number of the shown mail, or 0.
    number: usize,
}

/// Routes of the outbox.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/outbox", get(async |State(sandbox): State<Sandbox>| outbox_page(&sandbox, None)))
        .route(
            "/outbox/{number}",
            get(async |State(sandbox): State<Sandbox>, Path(number): Path<usize>| outbox_page(&sandbox, Some(number))),
        )
        .route("/outbox/{number}/mail", get(mail_content))
}

/// The list of mails and one of them: the requested one, or the newest.
fn outbox_page(sandbox: &Sandbox, number: Option<usize>) -> Response {
    let mut mails = sandbox.mails();
    mails.reverse();
    let shown = match number {
        Some(number) => mails.iter().find(|mail| mail.number == number),
        None => mails.first(),
    };
    let shown = shown.cloned();
    if number.is_some() && shown.is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let number = shown.as_ref().map_or(0, |mail| mail.number);
    match (OutboxPage { mails, shown, number }).render() {
        Ok(page) => html_response(POLICY, page),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn mail_content(State(sandbox): State<Sandbox>, Path(number): Path<usize>) -> Response {
    match sandbox.mails().into_iter().find(|mail| mail.number == number) {
        Some(mail) => html_response(MAIL_POLICY, mail.html.replacen("<head>", "<head><base target=\"_blank\">", 1)),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn html_response(policy: &'static str, html: String) -> Response {
    const HEADERS: [(HeaderName, &str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_TYPE, HTML),
    ];
    (HEADERS, [(header::CONTENT_SECURITY_POLICY, policy)], html).into_response()
}

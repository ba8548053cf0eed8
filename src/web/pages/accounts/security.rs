//! Security page: sign-in methods, apps, and links to password, activity, export and deletion.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{IntoResponse, Response};

use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::web::WebState;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::accounts::apps;
use crate::web::pages::accounts::apps::ListedApp;
use crate::web::pages::accounts::identities;
use crate::web::pages::accounts::identities::IdentityRow;
use crate::web::pages::accounts::profile::ProfileQuery;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, SignedInPage};
use crate::web::pages::sign_in::upstream_oidc;
use crate::web::problem::Result;

#[derive(Template)]
#[template(path = "accounts/security.html")]
struct SecurityPage {
    frame: Layout,
    ways: Vec<IdentityRow>,
    /// Explanation if a password reset disabled one of them.
    disabled: Option<String>,
    /// True if the bot's username is known, so that Telegram can be linked.
    telegram: bool,
    /// Path that starts linking a Google account, if the provider is enabled.
    google: Option<&'static str>,
    /// True if email is enabled, so that an address can be linked.
    email: bool,
    /// True if the account has an email address.
    has_email: bool,
    /// Entered address and its error.
    fault: Option<(String, String)>,
    apps: Vec<ListedApp>,
}

/// Shows the security page.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: SignedInPage,
    Query(query): Query<ProfileQuery>,
) -> Result<Response> {
    render(&web, &page, SecurityNotice::Done(query.done.as_deref())).await
}

/// Result of the last action, shown on the page.
pub(crate) enum SecurityNotice<'a> {
    /// Confirmation of an action, if there was one.
    Done(Option<&'a str>),
    /// Entered address, and its error.
    InvalidEmail {
        /// Address as entered.
        address: String,
        /// Text of the error.
        message: String,
    },
}

/// Renders the security page.
pub(crate) async fn render(web: &WebState, page: &SignedInPage, notice: SecurityNotice<'_>) -> Result<Response> {
    let (done, fault) = match notice {
        SecurityNotice::Done(done) => (done, None),
        SecurityNotice::InvalidEmail { address, message } => (None, Some((address, message))),
    };
    let (ways, apps) = (identities::identity_rows(web, page).await?, apps::app_rows(web, page).await?);
    let (telegram, email) = (web.link.bot().is_some(), web.domain.sends_email());
    let disabled = ways.iter().any(|way| way.disabled).then(|| page.localizer().text("page-identities-disabled"));
    let has_email = ways.iter().any(|way| way.kind == "email");
    let frame = page.frame("page-security", page_paths::SECURITY).noticing(done);
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let google = upstream_oidc::is_open(web, UpstreamProvider::Google)
        .then(|| page_paths::upstream_link(UpstreamProvider::Google));
    let policy = [(CONTENT_SECURITY_POLICY, upstream_oidc::form_policy(web))];
    let page = SecurityPage { frame, ways, disabled, telegram, google, email, has_email, fault, apps };
    Ok((policy, layout::page(status, &page)).into_response())
}

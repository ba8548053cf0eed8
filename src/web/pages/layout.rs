//! Visitor and language of a page, and the layout around its content.

use askama::Template;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::domain::accounts::profile::SignedIn;
use crate::domain::{Error, Fault};
use crate::model::text::language::Language;
use crate::web::WebState;
use crate::web::cookies::request_cookies::RequestCookies;
use crate::web::extract::header_fields::members;
use crate::web::extract::{caller, write_cost};
use crate::web::page_paths;
use crate::web::pages::assets;
use crate::web::pages::localizer::PageLocalizer;
use crate::web::problem::Problem;

/// Context of a page that is open to everyone.
pub(crate) struct PageContext {
    /// Signed-in person, if there is one.
    pub(crate) visitor: Option<SignedIn>,
    /// Texts in the visitor's language: the chosen one, else the browser's.
    pub(crate) localizer: PageLocalizer,
    /// Cookies of the request.
    pub(crate) cookies: RequestCookies,
}

impl PageContext {
    /// Context of a request. A visitor who cannot be looked up is shown the page of a stranger.
    pub(crate) async fn from_headers(headers: &HeaderMap, web: &WebState) -> Self {
        let cookies = RequestCookies::from_headers(headers, &web.settings);
        let visitor = caller::visitor(&cookies, web).await.unwrap_or(None);
        Self::new(web, headers, cookies, visitor)
    }

    fn new(web: &WebState, headers: &HeaderMap, cookies: RequestCookies, visitor: Option<SignedIn>) -> Self {
        let chosen = visitor.as_ref().and_then(|visitor| visitor.account().chosen_language());
        let accepted = || Language::accepted(members(headers, ACCEPT_LANGUAGE));
        let language = chosen.or_else(accepted).unwrap_or_default();
        let offset = visitor.as_ref().map(|visitor| visitor.account().utc_offset()).unwrap_or_default();
        let localizer = PageLocalizer::new(web.texts.clone(), language, web.domain.now()).by_clock(offset);
        Self { visitor, localizer, cookies }
    }

    pub(crate) fn frame(&self, title: &str, here: &'static str) -> Layout {
        let title = self.localizer.text(title);
        let who = self.visitor.as_ref().map(|visitor| visitor.account().name.clone());
        Layout { localizer: self.localizer.clone(), title, here, who, notice: None }
    }
}

impl FromRequestParts<WebState> for PageContext {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> std::result::Result<Self, Problem> {
        let cookies = RequestCookies::from_headers(&parts.headers, &web.settings);
        let visitor = caller::visitor(&cookies, web).await?;
        if let Some(visitor) = &visitor {
            write_cost::admit(parts, web, visitor).await?;
        }
        Ok(Self::new(web, &parts.headers, cookies, visitor))
    }
}

/// Context of a page for signed-in people. Other visitors are redirected to the sign-in page and return afterwards. An
/// account scheduled for deletion is redirected to the page that can cancel it.
pub(crate) struct SignedInPage {
    /// Signed-in person.
    pub(crate) caller: SignedIn,
    /// Context that pages for everyone have, too.
    pub(crate) page: PageContext,
}

impl SignedInPage {
    pub(crate) const fn cookies(&self) -> &RequestCookies {
        &self.page.cookies
    }

    pub(crate) const fn localizer(&self) -> &PageLocalizer {
        &self.page.localizer
    }

    pub(crate) fn frame(&self, title: &str, here: &'static str) -> Layout {
        self.page.frame(title, here)
    }
}

impl FromRequestParts<WebState> for SignedInPage {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> std::result::Result<Self, Response> {
        let page = PageContext::from_request_parts(parts, web).await.map_err(IntoResponse::into_response)?;
        if let Some(caller) = page.visitor.clone() {
            if caller.account().deletion_due_at.is_some() {
                return Err(Redirect::to(page_paths::ACCOUNT_DELETION).into_response());
            }
            return Ok(Self { caller, page });
        }
        let OriginalUri(uri) = OriginalUri::from_request_parts(parts, web).await.unwrap_or_else(|never| match never {});
        let here = uri.path_and_query().filter(|_| parts.method == Method::GET);
        let here = here.and_then(|path| page_paths::local(path.as_str()));
        Err(Redirect::to(&page_paths::sign_in(here, None)).into_response())
    }
}

/// Layout around the content of every page.
pub(crate) struct Layout {
    /// Texts in the visitor's language.
    pub(crate) localizer: PageLocalizer,
    /// Title of the page.
    pub(crate) title: String,
    /// Path of the navigation entry that the page belongs to.
    pub(crate) here: &'static str,
    /// Name of the signed-in person.
    pub(crate) who: Option<String>,
    /// Confirmation of the last action.
    pub(crate) notice: Option<String>,
}

impl Layout {
    /// Navigation entries: path and text id.
    pub(crate) const NAVIGATION: [(&'static str, &'static str); 6] = [
        (page_paths::API_KEYS, "page-keys"),
        (page_paths::PROFILE, "page-profile"),
        (page_paths::SESSIONS, "page-sessions"),
        (page_paths::SECURITY, "page-security"),
        (page_paths::BILLING, "page-billing"),
        (page_paths::DOCS, "page-docs"),
    ];

    /// Adds the confirmation `done`. Unknown values from the address are ignored.
    pub(crate) fn noticing(mut self, done: Option<&str>) -> Self {
        let known = [
            "already-created",
            "already-rotated",
            "renamed",
            "expiry-changed",
            "revoked",
            "saved",
            "session-ended",
            "others-ended",
            "linked",
            "unlinked",
            "identity-confirmed",
            "merged",
            "merge-dropped",
            "deletion-cancelled",
            "mail-sent",
            "confirmed",
            "password-set",
            "password-changed",
            "undone",
            "renewal-cancelled",
            "renewal-resumed",
            "renewal-allowed",
            "app-cut-off",
        ];
        let done = done.and_then(|done| known.into_iter().find(|known| *known == done));
        self.notice = done.map(|done| self.localizer.text(&format!("page-done-{done}")));
        self
    }

    /// Text in the visitor's language.
    pub(crate) fn text(&self, id: &str) -> String {
        self.localizer.text(id)
    }

    /// Path of an asset.
    #[expect(clippy::unused_self, reason = "templates can call methods, not paths with generated addresses")]
    pub(crate) fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }
}

/// Renders a page. A failure becomes a problem.
pub(crate) fn page(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(fault) => Problem::from(Error::Failed(Fault::new(fault))).into_response(),
    }
}

/// Redirects to a page that confirms the action, so that a reload does not repeat it.
pub(crate) fn done(page: &str, what: &str) -> Response {
    Redirect::to(&page_paths::with_query(page, &[("done", Some(what))])).into_response()
}

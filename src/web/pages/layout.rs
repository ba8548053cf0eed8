//! Who looks at a page, in which language, and what stands around its content.

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
use crate::web::extract::caller::OptionalUser;
use crate::web::page_paths;
use crate::web::pages::accounts::account_deletion;
use crate::web::pages::assets;
use crate::web::pages::localizer::PageLocalizer;
use crate::web::problem::Problem;

/// Whoever looks at a page that is for everyone.
pub(crate) struct PageContext {
    /// Who, if they are signed in.
    pub(crate) visitor: Option<SignedIn>,
    /// In their language.
    pub(crate) words: PageLocalizer,
}

impl PageContext {
    pub(crate) fn new(web: &WebState, headers: &HeaderMap, visitor: Option<SignedIn>) -> Self {
        let chosen = visitor.as_ref().and_then(|visitor| visitor.account().chosen_language());
        let accepted =
            || headers.get(ACCEPT_LANGUAGE).and_then(|languages| languages.to_str().ok()).map(Language::accepted);
        let language = chosen.or_else(accepted).unwrap_or_default();
        Self { visitor, words: PageLocalizer::new(web.texts.clone(), language, web.domain.now()) }
    }

    pub(crate) fn frame(&self, title: &str, here: &'static str) -> Layout {
        let title = self.words.text(title);
        let who = self.visitor.as_ref().map(|visitor| visitor.account().name.clone());
        Layout { words: self.words.clone(), title, here, who, notice: None }
    }
}

impl FromRequestParts<WebState> for PageContext {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> std::result::Result<Self, Problem> {
        let OptionalUser(visitor) = OptionalUser::from_request_parts(parts, web).await?;
        Ok(Self::new(web, &parts.headers, visitor))
    }
}

/// Whoever looks at a page that is for signed-in people. Others are sent to sign in, and come back.
pub(crate) struct SignedInPage {
    /// Who.
    pub(crate) caller: SignedIn,
    /// How they look.
    pub(crate) page: PageContext,
}

impl SignedInPage {
    pub(crate) const fn words(&self) -> &PageLocalizer {
        &self.page.words
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
            if caller.account().leaving_at.is_some() {
                return Err(Redirect::to(account_deletion::HERE).into_response());
            }
            return Ok(Self { caller, page });
        }
        let OriginalUri(uri) = OriginalUri::from_request_parts(parts, web).await.unwrap_or_else(|never| match never {});
        let here = uri.path_and_query().filter(|_| parts.method == Method::GET);
        let here = here.and_then(|path| page_paths::local(path.as_str()));
        Err(Redirect::to(&page_paths::sign_in(here, None)).into_response())
    }
}

/// What stands around the content of every page.
pub(crate) struct Layout {
    /// In the language of whoever looks.
    pub(crate) words: PageLocalizer,
    /// What the page is called.
    pub(crate) title: String,
    /// The path of the entry of the navigation that the page belongs to.
    pub(crate) here: &'static str,
    /// What the person is called, if they are signed in.
    pub(crate) who: Option<String>,
    /// What was just done.
    pub(crate) notice: Option<String>,
}

impl Layout {
    /// The pages of the navigation: path and text.
    pub(crate) const NAVIGATION: [(&'static str, &'static str); 6] = [
        (page_paths::HOME, "page-keys"),
        ("/web/profile", "page-profile"),
        ("/web/profile/sessions", "page-sessions"),
        ("/web/profile/security", "page-security"),
        ("/web/billing", "page-billing"),
        ("/docs", "page-docs"),
    ];

    /// Says what was just done; a text we do not have is left out.
    pub(crate) fn noticing(mut self, done: Option<&str>) -> Self {
        let known = [
            "already-created",
            "already-rotated",
            "renamed",
            "revoked",
            "saved",
            "session-ended",
            "others-ended",
            "linked",
            "unlinked",
            "merged",
            "merge-dropped",
            "deletion-cancelled",
            "mail-sent",
            "confirmed",
            "password-set",
            "password-changed",
        ];
        let done = done.and_then(|done| known.into_iter().find(|known| *known == done));
        self.notice = done.map(|done| self.words.text(&format!("page-done-{done}")));
        self
    }

    /// A text.
    pub(crate) fn text(&self, id: &str) -> String {
        self.words.text(id)
    }

    /// The address of an asset.
    #[expect(clippy::unused_self, reason = "templates can call methods, not paths with generated addresses")]
    pub(crate) fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }
}

/// Renders a page. One that cannot be rendered is a problem like any other.
pub(crate) fn page(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(fault) => Problem::from(Error::Failed(Fault::new(fault))).into_response(),
    }
}

/// After something was done: to a page that says so, so that a reload does not do it again.
pub(crate) fn done(page: &str, what: &str) -> Response {
    Redirect::to(&page_paths::with_query(page, &[("done", Some(what))])).into_response()
}

//! API documentation, rendered from the OpenAPI document. It works without JavaScript; a script adds buttons to copy.
//!
//! - `reference` reads the document; `operation`, `sample`, `schema` and `snippets` describe one call of it.
//! - `overview` is common to all calls; `prose` renders the Markdown of descriptions.
//! - `search` finds calls, fields and problem codes; `markdown` writes all of it as Markdown.

pub(in crate::web::pages) mod markdown;
pub(in crate::web::pages) mod operation;
pub(in crate::web::pages) mod overview;
pub(in crate::web::pages) mod prose;
pub(in crate::web::pages) mod reference;
pub(in crate::web::pages) mod sample;
pub(in crate::web::pages) mod schema;
pub(in crate::web::pages) mod search;
pub(in crate::web::pages) mod snippets;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Extension, Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use url::form_urlencoded;

use crate::web::WebState;
use crate::web::page_paths;
use crate::web::pages::docs::reference::{ApiReference, EndpointGroup};
use crate::web::pages::docs::search::{SearchHeading, SearchQuery, SearchResult};
use crate::web::pages::docs::snippets::SnippetLanguage;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::problem::{Problem, Result};

/// Ending of the address of a page as Markdown.
const MARKDOWN_ENDING: &str = ".md";

/// Routes of the reference.
pub(crate) fn router(reference: ApiReference) -> Router<WebState> {
    Router::new()
        .route(page_paths::DOCS, get(show_overview))
        .route(page_paths::DOCS_SEARCH, get(show_search))
        .route(page_paths::DOCS_GROUP, get(show_group))
        .route(page_paths::DOCS_MARKDOWN, get(markdown::whole))
        .route(page_paths::DOCS_INDEX, get(markdown::index))
        .layer(Extension(Arc::new(reference)))
}

/// Reference of the requests, built once.
pub(crate) type SharedReference = Extension<Arc<ApiReference>>;

/// Reference as a request wants to see it. Unknown values of its query are ignored.
struct DocsView<'a> {
    reference: &'a ApiReference,
    language: SnippetLanguage,
    /// Text of the search field.
    words: String,
    place: DocsPlace<'a>,
}

/// Page of the reference.
#[derive(Clone, Copy, PartialEq, Eq)]
enum DocsPlace<'a> {
    Overview,
    Search,
    /// Page of the group with that slug.
    Group(&'a str),
}

impl<'a> DocsView<'a> {
    fn new(reference: &'a ApiReference, place: DocsPlace<'a>, query: Option<&str>) -> Self {
        let value = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let language = value("lang").and_then(|id| SnippetLanguage::ALL.into_iter().find(|known| known.id() == id));
        Self { reference, language: language.unwrap_or_default(), words: value("q").unwrap_or_default(), place }
    }

    fn is_overview(&self) -> bool {
        self.place == DocsPlace::Overview
    }

    fn is_at(&self, group: &EndpointGroup) -> bool {
        self.place == DocsPlace::Group(&group.slug)
    }

    /// Query that keeps the language of the examples on the next page.
    fn query(&self) -> String {
        match self.language {
            SnippetLanguage::Curl => String::new(),
            language => format!("?lang={}", language.id()),
        }
    }
}

#[derive(Template)]
#[template(path = "docs/overview.html")]
struct DocsOverviewPage<'a> {
    frame: Layout,
    docs: DocsView<'a>,
}

#[derive(Template)]
#[template(path = "docs/group.html")]
struct DocsGroupPage<'a> {
    frame: Layout,
    docs: DocsView<'a>,
    group: &'a EndpointGroup,
}

#[derive(Template)]
#[template(path = "docs/search.html")]
struct DocsSearchPage<'a> {
    frame: Layout,
    docs: DocsView<'a>,
    results: Vec<SearchResult<'a>>,
}

async fn show_overview(
    page: PageContext,
    Extension(reference): SharedReference,
    RawQuery(query): RawQuery,
) -> Response {
    let docs = DocsView::new(&reference, DocsPlace::Overview, query.as_deref());
    let frame = page.frame("page-docs", page_paths::DOCS);
    layout::page(StatusCode::OK, &DocsOverviewPage { frame, docs })
}

async fn show_search(page: PageContext, Extension(reference): SharedReference, RawQuery(query): RawQuery) -> Response {
    let docs = DocsView::new(&reference, DocsPlace::Search, query.as_deref());
    let frame = page.frame("page-docs-search", page_paths::DOCS);
    let results = SearchQuery::new(&docs.words).results(&reference);
    layout::page(StatusCode::OK, &DocsSearchPage { frame, docs, results })
}

async fn show_group(
    page: PageContext,
    Path(name): Path<String>,
    Extension(reference): SharedReference,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let slug = name.strip_suffix(MARKDOWN_ENDING).unwrap_or(&name);
    let group = reference.group(slug).ok_or_else(Problem::path_not_found)?;
    if slug != name {
        return Ok(markdown::group(&reference, group));
    }
    let docs = DocsView::new(&reference, DocsPlace::Group(slug), query.as_deref());
    let frame = page.frame("page-docs", page_paths::DOCS);
    let frame = Layout { title: format!("{} · {}", group.name, frame.title), ..frame };
    Ok(layout::page(StatusCode::OK, &DocsGroupPage { frame, docs, group }))
}

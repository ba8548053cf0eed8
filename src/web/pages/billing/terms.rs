//! Built-in terms of use, for operators who have published none of their own.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::error::PlanUpgrade;
use crate::model::billing::support::SupportContact;
use crate::web::WebState;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};

#[derive(Template)]
#[template(path = "billing/terms.html")]
struct TermsPage {
    frame: Layout,
    parts: Vec<TermsSection>,
    contact: Option<ContactLink>,
}

/// Section of the terms, as text ids.
struct TermsSection {
    title: &'static str,
    texts: &'static [&'static str],
}

/// Contact of the operator, as a link.
pub(in crate::web::pages) struct ContactLink {
    pub(in crate::web::pages) shown: String,
    pub(in crate::web::pages) link: String,
}

impl ContactLink {
    pub(in crate::web::pages) fn of(contact: &SupportContact) -> Self {
        Self { shown: contact.to_string(), link: contact.link() }
    }
}

/// URL of the terms of use: the operator's, else the built-in page.
pub(in crate::web::pages) fn address(web: &WebState) -> String {
    web.domain.terms_url().map_or_else(|| page_paths::TERMS.to_owned(), ToString::to_string)
}

/// Shows the terms. They say only what is true here: nothing about payments if nothing is sold.
pub(crate) async fn show(State(web): State<WebState>, page: PageContext) -> Response {
    let use_of_keys =
        TermsSection { title: "page-terms-use", texts: &["page-terms-use-keys", "page-terms-use-account"] };
    let sale = TermsSection {
        title: "page-terms-plans",
        texts: &["page-terms-plans-renew", "page-terms-plans-cancel", "page-terms-plans-upgrade", "page-terms-packs"],
    };
    let refunds =
        TermsSection { title: "page-terms-refunds", texts: &["page-terms-refunds-ask", "page-terms-refunds-effect"] };
    let unsold = TermsSection { title: "page-terms-plans", texts: &["page-terms-unsold"] };
    let data = TermsSection { title: "page-terms-data", texts: &["page-terms-data-kept", "page-terms-data-yours"] };
    let parts = match web.domain.plan_upgrade() {
        PlanUpgrade::Sold { .. } => vec![use_of_keys, sale, refunds, data],
        PlanUpgrade::Assigned { .. } => vec![use_of_keys, unsold, data],
    };
    let contact = web.domain.support().map(ContactLink::of);
    layout::page(StatusCode::OK, &TermsPage { frame: page.frame("page-terms", page_paths::TERMS), parts, contact })
}

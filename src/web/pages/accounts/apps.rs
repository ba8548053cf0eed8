//! Apps on the security page: the list, and the form that cuts one off.

use axum::extract::State;
use axum::response::Response;

use crate::domain::oauth::apps::AuthorizedApp;
use crate::domain::{Error, Refusal};
use crate::web::WebState;
use crate::web::extract::form::FormBody;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::SignedInPage;
use crate::web::pages::localizer::Timestamp;
use crate::web::pages::oauth::scopes::in_words;
use crate::web::problem::Result;

/// App in the list.
pub(crate) struct ListedApp {
    pub(crate) client_id: String,
    pub(crate) name: String,
    /// Host that it leads to; empty if it has none.
    pub(crate) host: String,
    /// What it may see and do, in words.
    pub(crate) scopes: Vec<String>,
    pub(crate) since: Timestamp,
    pub(crate) used: Timestamp,
}

/// Apps of the account, formatted.
pub(crate) async fn app_rows(web: &WebState, page: &SignedInPage) -> Result<Vec<ListedApp>> {
    let localizer = page.localizer();
    let row = |AuthorizedApp { client_id, name, host, scopes, since, last_used_at }: AuthorizedApp| ListedApp {
        client_id: client_id.to_string(),
        name,
        host,
        scopes: in_words(scopes, localizer),
        since: localizer.when(since),
        used: localizer.when(last_used_at),
    };
    Ok(web.domain.apps(&page.caller).await?.into_iter().map(row).collect())
}

/// Cuts an app off. Succeeds if it has no access left, for instance by a double click.
pub(crate) async fn cut_off(State(web): State<WebState>, page: SignedInPage, form: FormBody) -> Result<Response> {
    match web.domain.cut_off_app(&page.caller, form.get("client_id")).await {
        Ok(_) | Err(Error::Refused(Refusal::AppNotFound)) => Ok(layout::done(page_paths::SECURITY, "app-cut-off")),
        Err(error) => Err(error.into()),
    }
}

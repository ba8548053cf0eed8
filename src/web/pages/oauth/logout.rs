//! Sign-out that a client begins (`OpenID` Connect RP-Initiated Logout 1.0). Any website can link here, so the person is
//! asked unless the ID token is of this very session.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::oauth::logout::{LogoutPlan, LogoutRequest, LogoutStep};
use crate::web::WebState;
use crate::web::cookies::site::CookieSite;
use crate::web::extract::fields::from_fields;
use crate::web::extract::form::FormBody;
use crate::web::extract::query::Query;
use crate::web::oauth::endpoints;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::pages::oauth::form_policy;
use crate::web::problem::Result;
use crate::web::sign_in::session_response;

/// Query of the endpoint.
#[derive(Debug)]
pub(crate) struct LogoutQuery {
    id_token_hint: Option<String>,
    client_id: Option<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

from_fields!(LogoutQuery { id_token_hint, client_id, post_logout_redirect_uri, state }, Ignored);

impl From<LogoutQuery> for LogoutRequest {
    fn from(query: LogoutQuery) -> Self {
        let LogoutQuery { id_token_hint, client_id, post_logout_redirect_uri, state } = query;
        Self { id_token_hint, client_id, post_logout_redirect_uri, state }
    }
}

/// Names of the parameters.
const PARAMETERS: [&str; 4] = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];

fn request_of(form: &FormBody) -> LogoutRequest {
    let [id_token_hint, client_id, post_logout_redirect_uri, state] =
        PARAMETERS.map(|name| Some(form.get(name)).filter(|value| !value.is_empty()).map(ToOwned::to_owned));
    LogoutRequest { id_token_hint, client_id, post_logout_redirect_uri, state }
}

#[derive(Template)]
#[template(path = "oauth/sign_out.html")]
struct AppSignOutPage {
    frame: Layout,
    name: String,
    /// Parameters of the request.
    fields: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "oauth/signed_out.html")]
struct SignedOutPage {
    frame: Layout,
}

/// Signs out, or asks first.
pub(crate) async fn by_link(
    State(web): State<WebState>,
    page: PageContext,
    Query(query): Query<LogoutQuery>,
) -> Result<Response> {
    let request = LogoutRequest::from(query);
    let plan = web.domain.plan_logout(&request, page.visitor.as_ref()).await?;
    match (&plan.step, &page.visitor) {
        (LogoutStep::Confirm, Some(visitor)) => {
            let values = [request.id_token_hint, request.client_id, request.post_logout_redirect_uri, request.state];
            let fields = PARAMETERS.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?))).collect();
            let shown = AppSignOutPage {
                frame: page.frame("page-app-sign-out", ""),
                name: visitor.account().name.clone(),
                fields,
            };
            let policy = form_policy::of_address(plan.redirect.as_deref().unwrap_or_default());
            Ok((policy, layout::page(StatusCode::OK, &shown)).into_response())
        }
        (LogoutStep::EndSession, _) => end(&web, &page, plan).await,
        (LogoutStep::Confirm | LogoutStep::NobodySignedIn, _) => Ok(leave(&page, plan)),
    }
}

/// Takes the person's answer. A form of another website brings no cookie of ours, so it becomes a link.
pub(crate) async fn by_form(State(web): State<WebState>, page: PageContext, form: FormBody) -> Result<Response> {
    let request = request_of(&form);
    let is_own = matches!(page.cookies.site(), Ok(CookieSite::Own));
    if form.get("confirmed").is_empty() || !is_own {
        let values = PARAMETERS.map(|name| (name, Some(form.get(name)).filter(|value| !value.is_empty())));
        return Ok(Redirect::to(&page_paths::with_query(endpoints::LOGOUT, &values)).into_response());
    }
    let plan = web.domain.plan_logout(&request, page.visitor.as_ref()).await?;
    end(&web, &page, plan).await
}

async fn end(web: &WebState, page: &PageContext, plan: LogoutPlan) -> Result<Response> {
    let cookie = session_response::end_session(web, &page.cookies).await?;
    Ok((cookie, leave(page, plan)).into_response())
}

/// Leads to the registered address, or stays here.
fn leave(page: &PageContext, plan: LogoutPlan) -> Response {
    if let Some(address) = plan.redirect {
        return Redirect::to(&address).into_response();
    }
    let frame = Layout { who: None, ..page.frame("page-app-signed-out", "") };
    layout::page(StatusCode::OK, &SignedOutPage { frame })
}

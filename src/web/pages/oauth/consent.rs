//! Consent: the person decides if a client may sign them in, and what it may do.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::Refusal;
use crate::domain::oauth::authorization_step::AuthorizationStep;
use crate::domain::oauth::consent::{ConsentAnswer, ConsentDecision, ConsentPrompt};
use crate::web::WebState;
use crate::web::extract::form::FormBody;
use crate::web::extract::query::Query;
use crate::web::page_paths;
use crate::web::pages::layout;
use crate::web::pages::layout::{Layout, PageContext};
use crate::web::pages::oauth::authorize::ContinueQuery;
use crate::web::pages::oauth::{authorize, form_policy, scopes};
use crate::web::problem::Result;

#[derive(Template)]
#[template(path = "oauth/consent.html")]
struct ConsentPage {
    frame: Layout,
    request: String,
    /// Value that ties the form to the request and the session.
    form: String,
    client: String,
    /// Host that the browser is sent to; `None` for a program on this device.
    host: Option<String>,
    scopes: Vec<String>,
    /// API of others that the tokens are for.
    resource: Option<String>,
    name: String,
}

/// Asks the person. A request that needs no question continues.
pub(crate) async fn show(
    State(web): State<WebState>,
    page: PageContext,
    Query(query): Query<ContinueQuery>,
) -> Result<Response> {
    if authorize::is_leaving(&page) {
        return Ok(Redirect::to(page_paths::ACCOUNT_DELETION).into_response());
    }
    let request = query.request.unwrap_or_default();
    match authorize::step(&web, &page, &request).await? {
        AuthorizationStep::Consent(prompt) => {
            let policy = form_policy::of_request(&web, &request).await;
            Ok((policy, layout::page(StatusCode::OK, &consent_page(&page, request, *prompt))).into_response())
        }
        AuthorizationStep::SignIn(need) => Ok(authorize::sign_in(&page, &request, &need)),
        AuthorizationStep::Respond(response) => Ok(authorize::finish(&page, &request, &response)),
    }
}

fn consent_page(page: &PageContext, request: String, prompt: ConsentPrompt) -> ConsentPage {
    let ConsentPrompt { client, host, scopes, resource, form, account_name, .. } = prompt;
    ConsentPage {
        frame: page.frame("page-consent", ""),
        request,
        form,
        host: Some(host).filter(|host| !host.is_empty() && !client.is_native),
        client: client.name,
        scopes: scopes::in_words(scopes, &page.localizer),
        resource,
        name: account_name,
    }
}

/// Sends the person's decision back to the client.
pub(crate) async fn decide(State(web): State<WebState>, page: PageContext, form: FormBody) -> Result<Response> {
    let request = form.get("request");
    let next = page_paths::authorize_continue(request);
    let Some(viewer) = &page.visitor else { return Ok(Redirect::to(&next).into_response()) };
    let decision = match form.get("decision") {
        "allow" => ConsentDecision::Allow,
        "deny" => ConsentDecision::Deny,
        "switch" => return Ok(Redirect::to(&page_paths::sign_in_as_other(&next)).into_response()),
        _ => return Err(Refusal::field("decision", "must be one of: allow, deny, switch").into()),
    };
    let browser = page.cookies.authorization_browser(request);
    let answer = ConsentAnswer { form: form.get("form"), decision };
    let response = web.domain.decide_consent(request, browser, viewer, answer).await?;
    Ok(authorize::finish(&page, request, &response))
}

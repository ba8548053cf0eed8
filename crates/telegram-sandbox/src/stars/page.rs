//! Page of an invoice: the person confirms, pays, and sees the outcome. Works without JavaScript.

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use crate::{Sandbox, state::people::Person};

use super::{actions::PaymentOptions, checkout::PaymentOutcome, invoices::Invoice};

/// Number of Stars that the page adds to a person who has too few.
const TOP_UP_STARS: i64 = 10_000;
/// Allows the page its styles, and forms that lead back to it.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "invoice.html")]
struct InvoicePage {
    bot: String,
    slug: String,
    invoice: Invoice,
    /// The person who pays; `None` until chosen.
    payer: Option<Payer>,
    /// People to choose from.
    people: Vec<Person>,
    top_up: i64,
    /// Outcome of the payment that was just made.
    outcome: Option<PaymentOutcome>,
}

/// The person who pays.
struct Payer {
    id: i64,
    name: String,
    stars: i64,
}

/// Routes of the page.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new().route("/invoice/{slug}", get(show).post(pay)).route("/invoice/{slug}/stars", post(top_up))
}

#[derive(Deserialize)]
struct InvoiceQuery {
    /// Id of the person who pays.
    #[serde(rename = "as")]
    payer: Option<i64>,
    /// Pre-checkout query of the payment to show the outcome of.
    payment: Option<String>,
}

async fn show(State(sandbox): State<Sandbox>, Path(slug): Path<String>, Query(query): Query<InvoiceQuery>) -> Response {
    let Some(invoice) = sandbox.open_invoice(&slug) else {
        return (StatusCode::NOT_FOUND, "no such invoice\n").into_response();
    };
    let outcome = query.payment.and_then(|id| sandbox.payment_outcome(&id));
    let page = sandbox.read(|state| InvoicePage {
        bot: state.settings.bot_name.clone(),
        slug,
        invoice,
        payer: query.payer.map(|id| Payer { id, name: state.people.person(id).full_name(), stars: state.stars_of(id) }),
        people: state.people.all().cloned().collect(),
        top_up: TOP_UP_STARS,
        outcome,
    });
    match page.render() {
        Ok(html) => html_response(html),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Person named by a form.
#[derive(Deserialize)]
struct PayerForm {
    #[serde(rename = "as")]
    payer: i64,
}

/// Pays and waits for the bot. Redirects, so that a reload does not pay again.
async fn pay(State(sandbox): State<Sandbox>, Path(slug): Path<String>, Form(form): Form<PayerForm>) -> Redirect {
    let person = sandbox.read(|state| state.people.person(form.payer));
    let address = format!("/invoice/{slug}?as={}", person.id);
    match sandbox.start_payment(&person, &slug, PaymentOptions::default()) {
        Ok(payment) => {
            sandbox.wait_for_payment(&payment).await;
            Redirect::to(&format!("{address}&payment={payment}"))
        }
        Err(_failed) => Redirect::to(&address),
    }
}

async fn top_up(State(sandbox): State<Sandbox>, Path(slug): Path<String>, Form(form): Form<PayerForm>) -> Redirect {
    let person = sandbox.read(|state| state.people.person(form.payer));
    sandbox.give_stars(&person, TOP_UP_STARS);
    Redirect::to(&format!("/invoice/{slug}?as={}", person.id))
}

fn html_response(html: String) -> Response {
    const HEADERS: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (HEADERS, html).into_response()
}

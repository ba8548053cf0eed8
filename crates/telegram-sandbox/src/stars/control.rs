//! Control API of Stars, for tests in any language. The README lists the calls.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Sandbox, state::people::Person};

use super::actions::{PaymentOptions, StarsError, UpdateDelivery};

/// Routes of the control API.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/_sandbox/invoices/{slug}", get(show_invoice))
        .route("/_sandbox/payments", post(pay))
        .route("/_sandbox/payments/expire", post(expire))
        .route("/_sandbox/payments/delivery", post(choose_delivery))
        .route("/_sandbox/people/{id}/stars", get(show_stars).post(give_stars))
        .route("/_sandbox/people/{id}/subscriptions", get(list_subscriptions))
        .route("/_sandbox/charges/{charge}/{action}", post(act_on_charge))
        .route("/_sandbox/transactions", get(list_transactions))
}

async fn show_invoice(State(sandbox): State<Sandbox>, Path(slug): Path<String>) -> Response {
    match sandbox.open_invoice(&slug) {
        Some(invoice) => Json(invoice).into_response(),
        None => error_response(StatusCode::NOT_FOUND, "no such invoice"),
    }
}

#[derive(Deserialize)]
struct PaymentBody {
    person: i64,
    link: String,
    total_amount: Option<i64>,
    payload: Option<String>,
}

/// Pays, and responds with the outcome.
async fn pay(State(sandbox): State<Sandbox>, Json(body): Json<PaymentBody>) -> Response {
    let options = PaymentOptions { total_amount: body.total_amount, payload: body.payload };
    let payer = person(&sandbox, body.person);
    Json(sandbox.pay_with(&payer, &body.link, options).await).into_response()
}

async fn expire(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.expire_checkouts();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct DeliveryBody {
    delivery: UpdateDelivery,
}

async fn choose_delivery(State(sandbox): State<Sandbox>, Json(body): Json<DeliveryBody>) -> StatusCode {
    sandbox.deliver_next_payment(body.delivery);
    StatusCode::NO_CONTENT
}

async fn show_stars(State(sandbox): State<Sandbox>, Path(id): Path<i64>) -> Json<Value> {
    Json(json!({"stars": sandbox.stars_of(&person(&sandbox, id))}))
}

#[derive(Deserialize)]
struct StarsBody {
    /// Number to add; a negative one takes.
    stars: i64,
}

async fn give_stars(State(sandbox): State<Sandbox>, Path(id): Path<i64>, Json(body): Json<StarsBody>) -> Json<Value> {
    let person = person(&sandbox, id);
    sandbox.give_stars(&person, body.stars);
    Json(json!({"stars": sandbox.stars_of(&person)}))
}

async fn list_subscriptions(State(sandbox): State<Sandbox>, Path(id): Path<i64>) -> Json<Value> {
    Json(json!(sandbox.subscriptions_of(&person(&sandbox, id))))
}

/// Action on a payment or subscription.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChargeAction {
    Renew,
    FailRenewal,
    Cancel,
    Resume,
    ChargeBack,
}

async fn act_on_charge(
    State(sandbox): State<Sandbox>,
    Path((charge, action)): Path<(String, ChargeAction)>,
) -> Response {
    let done = match action {
        ChargeAction::Renew => {
            let renewal = sandbox.renew_subscription(&charge);
            return renewal.map_or_else(|error| refusal(&error), |id| Json(json!({"charge_id": id})).into_response());
        }
        ChargeAction::FailRenewal => sandbox.fail_renewal(&charge),
        ChargeAction::Cancel => sandbox.cancel_subscription(&charge),
        ChargeAction::Resume => sandbox.resume_subscription(&charge),
        ChargeAction::ChargeBack => sandbox.charge_back(&charge),
    };
    done.map_or_else(|error| refusal(&error), |()| StatusCode::NO_CONTENT.into_response())
}

async fn list_transactions(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({"bot_stars": sandbox.bot_stars(), "transactions": sandbox.star_transactions()}))
}

fn person(sandbox: &Sandbox, id: i64) -> Person {
    sandbox.read(|state| state.people.person(id))
}

fn refusal(error: &StarsError) -> Response {
    let status = match error {
        StarsError::UnknownCharge(_) => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    };
    error_response(status, &error.to_string())
}

fn error_response(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"error": message}))).into_response()
}

//! Tokens: charged by the operator's programs, looked at by their owner.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::Refusal;
use crate::domain::billing::usage::{Charge, ChargeResult, ChargeStatus, Payer};
use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyId;
use crate::model::billing::ledger;
use crate::model::billing::ledger::{ChargeAmount, ChargeId};
use crate::model::sign_in::login_widget::FieldError;
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::api::{PageQuery, Query};
use crate::web::extract::caller::{Caller, CallingService};
use crate::web::extract::json;
use crate::web::problem::{ProblemBody, Result};

/// The most charges in a request.
const MAX_CHARGES: usize = 1000;
/// The most wrong fields that an answer names.
const MAX_REPORTED_ERRORS: usize = 100;

/// What to charge, and to whom: either `key_id` or `user_id`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChargeRequest {
    /// The key that made the request; its owner pays. A key that was revoked since will do.
    #[schema(example = 7)]
    key_id: Option<i64>,
    /// The person who pays, if there is no key.
    user_id: Option<i64>,
    /// How many tokens.
    #[schema(required, example = 300, minimum = 1, maximum = 1_000_000_000i64)]
    tokens: Option<i64>,
    /// Your id of the request: visible ASCII characters. The same is charged once.
    #[schema(required, example = "req_8f3a", min_length = 1, max_length = 128)]
    request_id: Option<String>,
}

/// One charge, or a list of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UsageRequest {
    /// As in a charge of the list.
    #[schema(example = 7)]
    key_id: Option<i64>,
    /// As in a charge of the list.
    #[schema(example = json!(null))]
    user_id: Option<i64>,
    /// As in a charge of the list.
    #[schema(example = 300, minimum = 1, maximum = 1_000_000_000i64)]
    tokens: Option<i64>,
    /// As in a charge of the list.
    #[schema(example = "req_8f3a", min_length = 1, max_length = 128)]
    request_id: Option<String>,
    /// Instead of the fields above: 1 to 1000 charges.
    #[schema(example = json!(null), min_items = 1, max_items = 1000)]
    charges: Option<Vec<ChargeRequest>>,
}

/// A charge that was made, now or before.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChargeResponse {
    /// Your id of the request.
    #[schema(example = "req_8f3a")]
    request_id: String,
    /// Who paid; left out if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, example = 42)]
    user_id: Option<AccountId>,
    /// The price.
    #[schema(example = 300)]
    tokens: i64,
    /// Tokens left; left out if nothing is to be said of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1200)]
    token_balance: Option<i64>,
    /// `charged` or `already_charged`; in a list also `insufficient`, `unknown` or `conflict`, and nothing was taken.
    #[schema(inline, example = "charged")]
    status: ChargeStatus,
}

impl From<ChargeResult> for ChargeResponse {
    fn from(ChargeResult { charge, account, balance, status }: ChargeResult) -> Self {
        let (request_id, tokens) = (charge.id.as_str().to_owned(), charge.price.tokens());
        Self { request_id, user_id: account, tokens, token_balance: balance, status }
    }
}

/// What became of a list of charges, in its order.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChargeListResponse {
    results: Vec<ChargeResponse>,
}

/// Charge tokens for requests that were made. Either one charge, which is answered like one, or a list under `charges`, which
/// is answered with a list under `results`: there, what cannot be charged spoils nothing else.
#[utoipa::path(
    post, path = "/usage", tag = "Gateway", security(("service" = [])), request_body = UsageRequest,
    responses(
        (status = 200, description = "Charged, now or before; of a list `results` says of each charge what became of it", body = ChargeResponse),
        (status = 401, description = "Not the service credential", body = ProblemBody, content_type = "application/problem+json"),
        (status = 402, description = "The balance is too short: nothing was charged", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "No service credential is set", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such key or user", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The same `request_id` was charged before, to another account or at another price", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong: nothing was charged", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn charge(
    State(web): State<WebState>,
    CallingService(service): CallingService,
    json::JsonListBody(ask): json::JsonListBody<UsageRequest>,
) -> Result<Response> {
    let UsageRequest { key_id, user_id, tokens, request_id, charges } = ask;
    let one = ChargeRequest { key_id, user_id, tokens, request_id };
    let Some(charges) = charges else {
        let charge = one.read("").map_err(Refusal::Invalid)?;
        let settled = web.domain.charge(&service, charge).await?;
        return Ok(Json(ChargeResponse::from(settled)).into_response());
    };
    if one.is_there() {
        return Err(Refusal::field("charges", "must stand alone, or be left out").into());
    }
    let settled = web.domain.charge_all(&service, read_all(&charges)?).await?;
    Ok(Json(ChargeListResponse { results: settled.into_iter().map(ChargeResponse::from).collect() }).into_response())
}

/// Every charge of a list, or what is wrong with them.
fn read_all(asks: &[ChargeRequest]) -> std::result::Result<Vec<Charge>, Refusal> {
    if !(1..=MAX_CHARGES).contains(&asks.len()) {
        return Err(Refusal::field("charges", "must have 1 to 1000 charges"));
    }
    let (mut charges, mut faults) = (Vec::with_capacity(asks.len()), Vec::new());
    for (index, ask) in asks.iter().enumerate() {
        match ask.read(&format!("charges[{index}].")) {
            Ok(charge) => charges.push(charge),
            Err(wrong) => faults.extend(wrong),
        }
    }
    faults.truncate(MAX_REPORTED_ERRORS);
    if faults.is_empty() { Ok(charges) } else { Err(Refusal::Invalid(faults)) }
}

impl ChargeRequest {
    const fn is_there(&self) -> bool {
        self.key_id.is_some() || self.user_id.is_some() || self.tokens.is_some() || self.request_id.is_some()
    }

    /// The charge, or what is wrong with it; `place` stands before the names of its fields.
    fn read(&self, place: &str) -> std::result::Result<Charge, Vec<FieldError>> {
        let fault = |field: &str, message: &str| FieldError::new(format!("{place}{field}"), message);
        let payer = match (self.key_id, self.user_id) {
            (Some(key), None) => Ok(Payer::Key(KeyId(key))),
            (None, Some(user)) => Ok(Payer::User(AccountId(user))),
            (None, None) => Err(fault("key_id", "is missing; or say user_id")),
            (Some(_), Some(_)) => Err(fault("user_id", "must be left out where key_id is said")),
        };
        let price = self.tokens.ok_or("is missing").and_then(ChargeAmount::parse).map_err(|what| fault("tokens", what));
        let id = self.request_id.as_deref().ok_or("is missing");
        let id = id.and_then(ChargeId::parse).map_err(|what| fault("request_id", what));
        match (payer, price, id) {
            (Ok(payer), Ok(price), Ok(id)) => Ok(Charge { payer, price, id }),
            (payer, price, id) => Err([payer.err(), price.err(), id.err()].into_iter().flatten().collect()),
        }
    }
}

/// A change of one's balance.
#[derive(Serialize, ToSchema)]
pub(crate) struct LedgerEntryView {
    #[schema(example = 1042)]
    id: i64,
    /// How many tokens came; negative if they went.
    #[schema(example = -300)]
    tokens: i64,
    /// The balance after it.
    #[schema(example = 1200)]
    balance: i64,
    /// `welcome`, `allowance`, `charge`, `grant`, or the words of whoever gave them.
    #[schema(example = "charge")]
    reason: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// The gateway's id of the request that was charged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "req_8f3a")]
    request_id: Option<String>,
    /// The key that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, example = 7)]
    key_id: Option<KeyId>,
}

impl From<ledger::LedgerEntry> for LedgerEntryView {
    fn from(entry: ledger::LedgerEntry) -> Self {
        let request_id = entry.charge_id().map(ToOwned::to_owned);
        let ledger::LedgerEntry { id, tokens, balance, reason, key_id, created_at, .. } = entry;
        Self { id, tokens, balance, reason, created_at, request_id, key_id }
    }
}

/// Changes of one's balance, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct LedgerResponse {
    entries: Vec<LedgerEntryView>,
    /// What to pass as `after` for more.
    next: Option<String>,
}

/// List what changed one's balance.
#[utoipa::path(
    get, path = "/usage", tag = "Usage", security(("session" = [])), params(PageQuery),
    responses(
        (status = 200, description = "The ledger", body = LedgerResponse),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No such part of the list", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    Caller(caller): Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<LedgerResponse>> {
    let (after, limit) = page.bounds()?;
    let part = web.domain.ledger(&caller, after, limit).await?;
    let next = part.entries.last().filter(|_| part.more).map(|entry| entry.id.to_string());
    Ok(Json(LedgerResponse { entries: part.entries.into_iter().map(LedgerEntryView::from).collect(), next }))
}

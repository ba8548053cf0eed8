//! Tokens. Services charge them; the account holder reads the ledger.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::billing::usage::{Charge, ChargeResult, ChargeStatus, Payer};
use crate::model::accounts::account::AccountId;
use crate::model::api_key::KeyId;
use crate::model::billing::ledger;
use crate::model::billing::ledger::{ChargeAmount, ChargeId};
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::api::query::{PageBounds, PageQuery};
use crate::web::extract::app_caller::{CallerOrApp, ReadUsage};
use crate::web::extract::caller::CallingService;
use crate::web::extract::fields::{FieldErrors, FromField, FromFields, RequestFields};
use crate::web::extract::json;
use crate::web::extract::json_value::JsonValue;
use crate::web::extract::query::Query;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Limits the charges of one request.
const MAX_CHARGES: usize = 1000;

/// One charge. Either `key_id` or `user_id` names the payer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes a charge to the document; `Charge` is read field by field")]
pub(crate) struct ChargeRequest {
    /// Id of the API key that made the request; its owner pays. The key may be revoked by now.
    #[schema(example = 7)]
    key_id: Option<i64>,
    /// Id of the paying account, if no key was used.
    user_id: Option<i64>,
    /// Price in tokens.
    #[schema(required, example = 300, minimum = 1, maximum = 1_000_000_000i64)]
    tokens: Option<i64>,
    /// Your id of the request, in visible ASCII characters. Each id is charged once.
    #[schema(required, example = "req_8f3a", min_length = 1, max_length = 128)]
    request_id: Option<String>,
}

/// One charge, or a list of charges.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the body to the document; `ChargeBody` is read field by field")]
pub(crate) struct UsageRequest {
    /// Id of the API key that made the request; its owner pays.
    #[schema(example = 7)]
    key_id: Option<i64>,
    /// Id of the paying account, if no key was used.
    #[schema(example = json!(null))]
    user_id: Option<i64>,
    /// Price in tokens.
    #[schema(example = 300, minimum = 1, maximum = 1_000_000_000i64)]
    tokens: Option<i64>,
    /// Your id of the request, in visible ASCII characters. Each id is charged once.
    #[schema(example = "req_8f3a", min_length = 1, max_length = 128)]
    request_id: Option<String>,
    /// List of 1 to 1000 charges; replaces all other fields.
    #[schema(example = json!(null), min_items = 1, max_items = 1000)]
    charges: Option<Vec<ChargeRequest>>,
}

/// Result of a charge.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChargeResponse {
    /// Your id of the request.
    #[schema(example = "req_8f3a")]
    request_id: String,
    /// Id of the paying account; left out if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>, example = 42)]
    user_id: Option<AccountId>,
    /// Price in tokens.
    #[schema(example = 300)]
    tokens: i64,
    /// Balance after the charge, in tokens; left out if the charge failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1200)]
    token_balance: Option<i64>,
    /// `charged` or `already_charged`. In a list also `insufficient`, `unknown` or `conflict`; nothing was charged
    /// then.
    #[schema(inline, example = "charged")]
    status: ChargeStatusView,
}

/// Outcome of a charge.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChargeStatusView {
    Charged,
    AlreadyCharged,
    Insufficient,
    Unknown,
    Conflict,
}

impl From<ChargeStatus> for ChargeStatusView {
    fn from(status: ChargeStatus) -> Self {
        match status {
            ChargeStatus::Charged => Self::Charged,
            ChargeStatus::AlreadyCharged => Self::AlreadyCharged,
            ChargeStatus::Insufficient => Self::Insufficient,
            ChargeStatus::Unknown => Self::Unknown,
            ChargeStatus::Conflict => Self::Conflict,
        }
    }
}

impl From<ChargeResult> for ChargeResponse {
    fn from(ChargeResult { charge, account, balance, status }: ChargeResult) -> Self {
        let (request_id, tokens) = (charge.id.as_str().to_owned(), charge.price.tokens());
        Self { request_id, user_id: account, tokens, token_balance: balance, status: status.into() }
    }
}

/// Results of a list of charges, in its order.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChargeListResponse {
    results: Vec<ChargeResponse>,
}

/// Charge tokens for requests.
///
/// Send one charge, or a list in `charges`; a list is answered with a list in `results`. In a list, a charge that fails
/// does not affect the others.
#[utoipa::path(
    post, path = "/usage", operation_id = "chargeTokens", tag = "Gateway", security(("service" = [])), request_body = UsageRequest,
    responses(
        (status = 200, description = "Charged now or before. For a list, `results` holds the result of each charge", body = ChargeResponse),
        responses::ServiceErrors,
        (status = 402, description = "The balance is too low. Nothing was charged"),
        (status = 404, description = "No such key or account. Nothing was charged"),
        (status = 409, description = "This `request_id` was already charged to another account or at another price"),
        (status = 422, description = "Invalid fields. Nothing was charged"),
    )
)]
pub(crate) async fn charge(
    State(web): State<WebState>,
    CallingService(service): CallingService,
    json::JsonListBody(body): json::JsonListBody<ChargeBody>,
) -> Result<Response> {
    match body {
        ChargeBody::One(charge) => {
            let result = web.domain.charge(&service, charge).await?;
            Ok(Json(ChargeResponse::from(result)).into_response())
        }
        ChargeBody::List(charges) => {
            let results = web.domain.charge_all(&service, charges).await?.into_iter().map(ChargeResponse::from);
            Ok(Json(ChargeListResponse { results: results.collect() }).into_response())
        }
    }
}

/// Charges of one request: a [`UsageRequest`], parsed.
pub(crate) enum ChargeBody {
    /// One charge.
    One(Charge),
    /// List of charges.
    List(Vec<Charge>),
}

impl FromFields for ChargeBody {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        if !fields.has("charges") {
            // Null is left out.
            fields.read::<Option<Charges>>("charges");
            return Charge::from_fields(fields).map(Self::One);
        }
        let single = ["key_id", "user_id", "tokens", "request_id"];
        if single.into_iter().any(|name| fields.has(name)) {
            fields.refuse("charges", "must stand alone, or be left out");
        }
        fields.skip(&single);
        let Charges(charges) = fields.read("charges")?;
        Some(Self::List(charges))
    }
}

/// List of 1 to [`MAX_CHARGES`] charges.
struct Charges(Vec<Charge>);

impl FromField for Charges {
    fn from_field(value: JsonValue, path: &str, errors: &mut FieldErrors) -> Option<Self> {
        if let JsonValue::List(charges) = &value
            && !(1..=MAX_CHARGES).contains(&charges.len())
        {
            errors.add(path, "must have 1 to 1000 charges");
            return None;
        }
        Vec::from_field(value, path, errors).map(Self)
    }
}

impl FromFields for Charge {
    fn from_fields(fields: &mut RequestFields<'_>) -> Option<Self> {
        let payer = payer(fields);
        let price = fields.parsed("tokens", |tokens: Option<i64>| ChargeAmount::parse(tokens.ok_or("is missing")?));
        let id = fields.parsed("request_id", |id: Option<String>| ChargeId::parse(&id.ok_or("is missing")?));
        Some(Self { payer: payer?, price: price?, id: id? })
    }
}

/// Payer of a charge: the account of a key, or an account.
fn payer(fields: &mut RequestFields<'_>) -> Option<Payer> {
    let (key, user) = (fields.read::<Option<i64>>("key_id"), fields.read::<Option<i64>>("user_id"));
    match (key?, user?) {
        (Some(key), None) => Some(Payer::Key(KeyId(key))),
        (None, Some(user)) => Some(Payer::User(AccountId(user))),
        (None, None) => {
            fields.refuse("key_id", "is missing; give key_id or user_id");
            None
        }
        (Some(_), Some(_)) => {
            fields.refuse("user_id", "must be left out if key_id is given");
            None
        }
    }
}

/// One change of the token balance.
#[derive(Serialize, ToSchema)]
pub(crate) struct LedgerEntryView {
    #[schema(example = 1042)]
    id: i64,
    /// Tokens added; negative for a charge.
    #[schema(example = -300)]
    tokens: i64,
    /// Balance after the change, in tokens.
    #[schema(example = 1200)]
    balance: i64,
    /// Reason: `welcome`, `allowance`, `charge`, `grant`, `purchase`, `refund`, or a text by the admin who granted the tokens.
    #[schema(example = "charge")]
    reason: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// Id of the charged request, from the service that charged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "req_8f3a")]
    request_id: Option<String>,
    /// Id of the API key that made the request.
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

/// Page of the ledger, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct LedgerResponse {
    entries: Vec<LedgerEntryView>,
    /// `after` of the next page; null on the last one.
    next: Option<String>,
}

/// List the changes of the token balance, newest first.
#[utoipa::path(
    get, path = "/usage", operation_id = "listLedgerEntries", tag = "Usage", security(("session" = []), ("app" = ["usage:read"])), params(PageQuery),
    responses(
        (status = 200, description = "Changes of the balance, newest first", body = LedgerResponse),
        responses::SessionErrors,
        responses::PageErrors,
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    CallerOrApp(caller, _): CallerOrApp<ReadUsage>,
    Query(page): Query<PageQuery>,
) -> Result<Json<LedgerResponse>> {
    let PageBounds { after, limit } = page.bounds();
    let part = web.domain.ledger(&caller, after, limit).await?;
    let next = part.resume_after().map(|entry| entry.id.to_string());
    Ok(Json(LedgerResponse { entries: part.items.into_iter().map(LedgerEntryView::from).collect(), next }))
}

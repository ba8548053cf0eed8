//! Purchases of the account holder: plans and packs of tokens, paid with Telegram Stars.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::billing::purchase::{Purchase, PurchaseId, PurchaseState};
use crate::model::time::Moment;
use crate::web::WebState;
use crate::web::api::query::{PageBounds, PageQuery};
use crate::web::extract::caller::Caller;
use crate::web::extract::query::Query;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// State of a purchase.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PurchaseStateView {
    Paid,
    Refunded,
}

/// One payment: a plan, its renewal, or a pack of tokens.
#[derive(Serialize, ToSchema)]
pub(crate) struct PurchaseView {
    #[schema(example = 12)]
    id: i64,
    /// Name of the plan or pack, as it was sold.
    #[schema(example = "VIP")]
    title: String,
    /// Price paid, in Telegram Stars.
    #[schema(example = 500)]
    stars: i64,
    /// Tokens of a pack; null for a plan.
    #[schema(example = json!(null))]
    tokens: Option<i64>,
    /// `paid` or `refunded`.
    #[schema(inline, example = "paid")]
    state: PurchaseStateView,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
}

impl From<Purchase> for PurchaseView {
    fn from(purchase: Purchase) -> Self {
        let state = match purchase.state {
            PurchaseState::Paid => PurchaseStateView::Paid,
            PurchaseState::Refunded => PurchaseStateView::Refunded,
        };
        let Purchase { id, title, stars, tokens, created_at, .. } = purchase;
        Self { id: id.0, title, stars, tokens, state, created_at }
    }
}

/// Page of purchases, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct PurchasesResponse {
    purchases: Vec<PurchaseView>,
    /// `after` of the next page; null on the last one.
    next: Option<String>,
}

/// List the purchases, newest first.
///
/// Plans and packs of tokens are bought in the bot or on the billing page. Each renewal is a purchase of its own.
#[utoipa::path(
    get, path = "/purchases", operation_id = "listPurchases", tag = "Usage", security(("session" = [])), params(PageQuery),
    responses(
        (status = 200, description = "Purchases, newest first", body = PurchasesResponse),
        responses::SessionErrors,
        responses::PageErrors,
    )
)]
pub(crate) async fn list(
    State(web): State<WebState>,
    Caller(caller): Caller,
    Query(page): Query<PageQuery>,
) -> Result<Json<PurchasesResponse>> {
    let PageBounds { after, limit } = page.bounds();
    let part = web.domain.purchases(&caller, after.map(PurchaseId), limit).await?;
    let next = part.resume_after().map(|purchase| purchase.id.to_string());
    Ok(Json(PurchasesResponse { purchases: part.items.into_iter().map(PurchaseView::from).collect(), next }))
}

//! Refunds of purchases by admins.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::domain::Refusal;
use crate::domain::billing::purchases::refunds::RefundStatus;
use crate::domain::error::PurchaseError;
use crate::model::billing::purchase::PaymentChargeId;
use crate::web::WebState;
use crate::web::api::purchases::PurchaseView;
use crate::web::extract::caller::ActingAdmin;
use crate::web::openapi::responses;
use crate::web::problem::Result;

/// Refund a purchase: Telegram returns the Stars, and what is left of the product is taken back.
///
/// A pack loses the smaller of its tokens and the balance; a plan ends immediately unless its thirty days are over. The
/// person is notified. Each payment is refunded once; repeating the request does no harm.
#[utoipa::path(
    post, path = "/admin/purchases/{charge}/refund", operation_id = "refundPurchase", tag = "Administration", security(("session" = [])),
    params(("charge" = String, Path, description = "Telegram's id of the payment (`telegram_payment_charge_id`), as in the receipt", example = "stxABC123")),
    responses(
        (status = 200, description = "The Stars were returned", body = PurchaseView),
        (status = 202, description = "Telegram has not taken the refund yet. It is repeated until it does; `state` is `paid` until then", body = PurchaseView),
        responses::AdminErrors,
        (status = 404, description = "No such purchase"),
        (status = 409, description = "The purchase was refunded before"),
    )
)]
pub(crate) async fn refund(
    State(web): State<WebState>,
    ActingAdmin(admin): ActingAdmin,
    charge: std::result::Result<Path<String>, PathRejection>,
) -> Result<(StatusCode, Json<PurchaseView>)> {
    let charge = charge.ok().and_then(|Path(text)| PaymentChargeId::parse(&text));
    let charge = charge.ok_or(Refusal::Purchase(PurchaseError::PurchaseNotFound))?;
    Ok(match web.domain.refund(&admin, &charge).await? {
        RefundStatus::Refunded(purchase) => (StatusCode::OK, Json(purchase.into())),
        RefundStatus::Queued(purchase) => (StatusCode::ACCEPTED, Json(purchase.into())),
    })
}

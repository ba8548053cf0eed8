//! `answerPreCheckoutQuery`, `refundStarPayment`, `editUserStarSubscription`, `getStarTransactions` and
//! `getMyStarBalance`. <https://core.telegram.org/bots/api#payments>

use serde_json::{Value, json};

use super::{ApiError, ApiResponse, State, params::Params};
use crate::stars::{self, BotDecision, StarTransaction};

/// Most transactions of one call.
const MAX_TRANSACTIONS: i64 = 100;

/// `answerPreCheckoutQuery`
pub(super) fn answer_pre_checkout_query(state: &mut State, params: &Params) -> ApiResponse {
    let id = params.text("pre_checkout_query_id").unwrap_or_default();
    let answer = if params.flag("ok") { Ok(()) } else { Err(params.required("error_message")?) };
    stars::answer_checkout(state, &id, answer)
}

/// `refundStarPayment`
pub(super) fn refund_star_payment(state: &mut State, params: &Params) -> ApiResponse {
    let person = user_id(params)?;
    let charge = params.required("telegram_payment_charge_id")?;
    stars::refund(state, person, &charge)?;
    Ok(true.into())
}

/// `editUserStarSubscription`
pub(super) fn edit_user_star_subscription(state: &mut State, params: &Params) -> ApiResponse {
    let person = user_id(params)?;
    let charge = params.text("telegram_payment_charge_id").unwrap_or_default();
    let decision = if params.flag("is_canceled") { BotDecision::Cancel } else { BotDecision::Permit };
    stars::edit_by_bot(state, person, &charge, decision)?;
    Ok(true.into())
}

/// `getStarTransactions`: oldest first. Numbers out of range are moved into it, as the server does.
pub(super) fn get_star_transactions(state: &mut State, params: &Params) -> ApiResponse {
    let offset = usize::try_from(params.integer("offset").unwrap_or(0).max(0)).unwrap_or(usize::MAX);
    let limit = params.integer("limit").unwrap_or(MAX_TRANSACTIONS).clamp(1, MAX_TRANSACTIONS);
    let limit = usize::try_from(limit).unwrap_or_default();
    let page: Vec<Value> = state.transactions().iter().skip(offset).take(limit).map(StarTransaction::to_api).collect();
    Ok(json!({ "transactions": page }))
}

/// `getMyStarBalance`
pub(super) fn get_my_star_balance(state: &mut State, _params: &Params) -> ApiResponse {
    Ok(json!({"amount": state.bot_stars()}))
}

fn user_id(params: &Params) -> Result<i64, ApiError> {
    let id = params.integer("user_id").filter(|id| *id > 0);
    id.ok_or_else(|| ApiError::bad("Invalid user_id specified"))
}

//! `createInvoiceLink` and `sendInvoice`, for Telegram Stars only. <https://core.telegram.org/bots/api#sendinvoice>
//!
//! Order and texts of the checks follow `get_input_message_invoice` in `Client.cpp` of `tdlib/telegram-bot-api` and, for
//! codes in capitals, Telegram's list of errors. The codes for a long title and description are not public; those here
//! are the sandbox's own.

use serde_json::Value;

use super::{ApiError, ApiResponse, State, params::Params, send};
use crate::{
    observe::PaymentMessage,
    stars::{CURRENCY, Invoice, SUBSCRIPTION_PERIOD_SECS, invoices::InvoiceChannel},
    state::message::{Author, ServiceContent, StoredMessage},
    text::entities::FormattedText,
};

/// Most Stars of a single payment. Measured with the real `createInvoiceLink`; Telegram documents no number.
const MAX_STARS: i64 = 100_000;
/// Most Stars of a subscription: `stars_subscription_amount_max` of Telegram's configuration.
const MAX_SUBSCRIPTION_STARS: i64 = 10_000;

/// `createInvoiceLink`
pub(super) fn create_link(state: &mut State, params: &Params) -> ApiResponse {
    let invoice = parse_invoice(params)?;
    Ok(state.add_invoice(invoice, InvoiceChannel::Link, String::new()).link.into())
}

/// `sendInvoice`. Without a keyboard the message has one Pay button.
pub(super) fn send_invoice(state: &mut State, params: &Params) -> ApiResponse {
    let chat = send::reachable_chat(state, params)?;
    let invoice = parse_invoice(params)?;
    if invoice.subscription_period.is_some() {
        return Err(ApiError::bad("SUBSCRIPTION_EXPORT_MISSING"));
    }
    let start_parameter = params.text("start_parameter").unwrap_or_default();
    let invoice = state.add_invoice(invoice, InvoiceChannel::Message, start_parameter);
    let value = state.api_invoice(&invoice.link);
    let Invoice { link, title, description, stars, .. } = invoice;
    let shown = PaymentMessage::Invoice { link, title, description, stars };
    let content = ServiceContent { field: "invoice", value, shown };
    let plain = StoredMessage::new(Author::Bot, state.now(), FormattedText::default());
    let button = serde_json::json!([[{"text": format!("Pay ⭐️{stars}"), "pay": true}]]);
    let message = StoredMessage { service: Some(content), keyboard: Some(button), ..plain };
    let id = send::post_message(state, chat, message, params)?;
    Ok(state.api_message(chat, id).unwrap_or_default())
}

fn parse_invoice(params: &Params) -> Result<Invoice, ApiError> {
    let (title, description) = (params.required("title")?, params.required("description")?);
    let (payload, currency) = (params.required("payload")?, params.required("currency")?);
    params.required("prices")?;
    let (label, stars) = parse_price(params.nested("prices", "prices")?)?;
    let subscription_period = params.integer("subscription_period").filter(|period| *period != 0);
    check_lengths(&title, &description, &payload)?;
    if currency != CURRENCY {
        return Err(ApiError::bad("PAYMENT_PROVIDER_INVALID"));
    }
    check_stars_only(params)?;
    check_amount(stars, subscription_period)?;
    Ok(Invoice { link: String::new(), title, description, payload, label, stars, subscription_period })
}

/// The only price. Stars allow no breakdown.
fn parse_price(prices: Option<Value>) -> Result<(String, i64), ApiError> {
    let Some(Value::Array(prices)) = prices else { return Err(ApiError::bad("Expected an Array of labeled prices")) };
    let parsed = prices.iter().map(parse_labeled_price).collect::<Result<Vec<_>, _>>()?;
    let mut parsed = parsed.into_iter();
    match (parsed.next(), parsed.next()) {
        (None, _) => Err(ApiError::bad("There must be at least one price")),
        (Some(price), None) => Ok(price),
        (Some(_), Some(_)) => Err(ApiError::bad("STARS_INVOICE_INVALID")),
    }
}

fn parse_labeled_price(price: &Value) -> Result<(String, i64), ApiError> {
    let unparsed = |reason: &str| ApiError::bad(format!("can't parse labeled price: {reason}"));
    let Value::Object(fields) = price else { return Err(unparsed("LabeledPrice must be an Object")) };
    let label = fields.get("label").ok_or_else(|| unparsed("Can't find field \"label\""))?;
    let label = label.as_str().ok_or_else(|| unparsed("Field \"label\" must be of type String"))?;
    if label.is_empty() {
        return Err(unparsed("LabeledPrice label must be non-empty"));
    }
    let amount = fields.get("amount").ok_or_else(|| unparsed("Can't find field \"amount\""))?;
    let amount = amount.as_i64().or_else(|| amount.as_str()?.parse().ok());
    let amount = amount.ok_or_else(|| unparsed("Field \"amount\" must be a valid Number"))?;
    Ok((label.to_owned(), amount))
}

fn check_lengths(title: &str, description: &str, payload: &str) -> Result<(), ApiError> {
    if title.chars().count() > 32 {
        return Err(ApiError::bad("INVOICE_TITLE_INVALID"));
    }
    if description.chars().count() > 255 {
        return Err(ApiError::bad("INVOICE_DESCRIPTION_INVALID"));
    }
    if payload.len() > 128 { Err(ApiError::bad("INVOICE_PAYLOAD_INVALID")) } else { Ok(()) }
}

/// Refuses what only payments by a provider may have: its token, tips, and questions about the person.
fn check_stars_only(params: &Params) -> Result<(), ApiError> {
    let flags = [
        "need_name",
        "need_phone_number",
        "need_email",
        "need_shipping_address",
        "send_phone_number_to_provider",
        "send_email_to_provider",
        "is_flexible",
    ];
    let has_token = params.text("provider_token").is_some_and(|token| !token.is_empty());
    let has_tips = params.integer("max_tip_amount").is_some_and(|tip| tip != 0)
        || params
            .nested("suggested_tip_amounts", "suggested_tip_amounts")?
            .is_some_and(|tips| tips != Value::Array(Vec::new()));
    if has_token || has_tips || flags.iter().any(|flag| params.flag(flag)) {
        return Err(ApiError::bad("STARS_INVOICE_INVALID"));
    }
    Ok(())
}

fn check_amount(stars: i64, subscription_period: Option<i64>) -> Result<(), ApiError> {
    if stars <= 0 {
        return Err(ApiError::bad("Total price must be positive"));
    }
    match subscription_period {
        Some(period) if period != SUBSCRIPTION_PERIOD_SECS => Err(ApiError::bad("SUBSCRIPTION_PERIOD_INVALID")),
        Some(_) if stars > MAX_SUBSCRIPTION_STARS => Err(ApiError::bad("SUBSCRIPTION_AMOUNT_INVALID")),
        None if stars > MAX_STARS => Err(ApiError::bad("CURRENCY_TOTAL_AMOUNT_INVALID")),
        _ => Ok(()),
    }
}

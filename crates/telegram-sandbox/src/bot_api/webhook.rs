//! `setWebhook`, `deleteWebhook` and `getWebhookInfo`. <https://core.telegram.org/bots/api#setwebhook>

use serde_json::{Value, json};
use url::Url;

use super::{ApiError, ApiResponse, State, params::Params};
use crate::{http::loopback, state::updates::Webhook};

/// `setWebhook`; an empty `url` removes the webhook.
pub(super) fn set_webhook(state: &mut State, params: &Params) -> ApiResponse {
    let url = params.text("url").unwrap_or_default();
    if url.is_empty() {
        return delete_webhook(state, params);
    }
    check_address(&url)?;
    let secret = params.text("secret_token").filter(|secret| !secret.is_empty());
    if let Some(secret) = &secret {
        check_secret(secret)?;
    }
    store_allowed_updates(state, params)?;
    let max_connections = params.integer("max_connections").unwrap_or(40).clamp(1, 100);
    let max_connections = usize::try_from(max_connections).unwrap_or(40);
    drop_pending_if_requested(state, params);
    state.updates.webhook = Some(Webhook { url, secret, max_connections });
    state.updates.last_error = None;
    Ok(true.into())
}

/// `deleteWebhook`
pub(super) fn delete_webhook(state: &mut State, params: &Params) -> ApiResponse {
    drop_pending_if_requested(state, params);
    state.updates.webhook = None;
    state.updates.last_error = None;
    Ok(true.into())
}

/// `getWebhookInfo`
pub(super) fn webhook_info(state: &mut State, _params: &Params) -> ApiResponse {
    let updates = &state.updates;
    let url = updates.webhook.as_ref().map_or("", |webhook| &webhook.url);
    let mut info = json!({"url": url, "has_custom_certificate": false, "pending_update_count": updates.count()});
    if let Value::Object(fields) = &mut info {
        if let Some(webhook) = &updates.webhook {
            fields.insert("max_connections".into(), webhook.max_connections.into());
        }
        if let Some((date, message)) = &updates.last_error {
            fields.insert("last_error_date".into(), (*date).into());
            fields.insert("last_error_message".into(), message.as_str().into());
        }
        if let Some(kinds) = &updates.allowed {
            fields.insert("allowed_updates".into(), json!(kinds));
        }
    }
    Ok(info)
}

/// Stores `allowed_updates` if given. An empty list restores Telegram's default; an absent one changes nothing.
pub(super) fn store_allowed_updates(state: &mut State, params: &Params) -> Result<(), ApiError> {
    let Some(kinds) = params.nested("allowed_updates", "allowed updates")? else { return Ok(()) };
    let kinds: Vec<String> =
        serde_json::from_value(kinds).map_err(|_| ApiError::bad("allowed_updates must be an Array of String"))?;
    state.updates.allowed = (!kinds.is_empty()).then_some(kinds);
    Ok(())
}

fn drop_pending_if_requested(state: &mut State, params: &Params) {
    if params.flag("drop_pending_updates") {
        state.updates.drop_pending();
    }
}

/// Accepts loopback addresses only. `http` is allowed there, as with a local Bot API server.
fn check_address(url: &str) -> Result<(), ApiError> {
    let parsed = Url::parse(url).map_err(|_| ApiError::bad("bad webhook: Invalid URL"))?;
    if loopback::is_loopback(&parsed) && matches!(parsed.scheme(), "http" | "https") {
        return Ok(());
    }
    Err(ApiError::bad(match parsed.scheme() {
        "https" => "bad webhook: the sandbox delivers to loopback addresses only",
        _ => "bad webhook: An HTTPS URL must be provided for webhook",
    }))
}

fn check_secret(secret: &str) -> Result<(), ApiError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if secret.len() > 256 {
        return Err(ApiError::bad("secret token is too long"));
    }
    if secret.chars().all(allowed) { Ok(()) } else { Err(ApiError::bad("secret token contains unallowed characters")) }
}

//! `setWebhook` and its kin. <https://core.telegram.org/bots/api#setwebhook>

use serde_json::{Value, json};
use url::Url;

use super::{Answer, Refusal, World, params::Params};
use crate::{loopback, updates::Webhook};

/// `setWebhook`; an empty `url` removes the webhook.
pub(super) fn set(world: &mut World, params: &Params) -> Answer {
    let url = params.text("url").unwrap_or_default();
    if url.is_empty() {
        return delete(world, params);
    }
    check_address(&url)?;
    let secret = params.text("secret_token").filter(|secret| !secret.is_empty());
    if let Some(secret) = &secret {
        check_secret(secret)?;
    }
    remember_allowed(world, params)?;
    let max_connections = params.integer("max_connections").unwrap_or(40).clamp(1, 100);
    let max_connections = usize::try_from(max_connections).unwrap_or(40);
    drop_if_asked(world, params);
    world.updates.webhook = Some(Webhook { url, secret, max_connections });
    world.updates.last_error = None;
    Ok(true.into())
}

/// `deleteWebhook`
pub(super) fn delete(world: &mut World, params: &Params) -> Answer {
    drop_if_asked(world, params);
    world.updates.webhook = None;
    world.updates.last_error = None;
    Ok(true.into())
}

/// `getWebhookInfo`
pub(super) fn info(world: &mut World, _params: &Params) -> Answer {
    let updates = &world.updates;
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

/// Remembers `allowed_updates` when given: an empty list is Telegram's default, none keeps what was.
pub(super) fn remember_allowed(world: &mut World, params: &Params) -> Result<(), Refusal> {
    let Some(kinds) = params.nested("allowed_updates", "allowed updates")? else { return Ok(()) };
    let kinds: Vec<String> =
        serde_json::from_value(kinds).map_err(|_| Refusal::bad("allowed_updates must be an Array of String"))?;
    world.updates.allowed = (!kinds.is_empty()).then_some(kinds);
    Ok(())
}

fn drop_if_asked(world: &mut World, params: &Params) {
    if params.flag("drop_pending_updates") {
        world.updates.drop_pending();
    }
}

/// Loopback only, `http` allowed there as a local Bot API server does.
fn check_address(url: &str) -> Result<(), Refusal> {
    let parsed = Url::parse(url).map_err(|_| Refusal::bad("bad webhook: Invalid URL"))?;
    if loopback::is_loopback(&parsed) && matches!(parsed.scheme(), "http" | "https") {
        return Ok(());
    }
    Err(Refusal::bad(match parsed.scheme() {
        "https" => "bad webhook: the sandbox delivers to loopback addresses only",
        _ => "bad webhook: An HTTPS URL must be provided for webhook",
    }))
}

fn check_secret(secret: &str) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if secret.len() > 256 {
        return Err(Refusal::bad("secret token is too long"));
    }
    if secret.chars().all(allowed) { Ok(()) } else { Err(Refusal::bad("secret token contains unallowed characters")) }
}

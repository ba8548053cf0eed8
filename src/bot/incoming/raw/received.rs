//! An update without its secrets. Updates from Telegram and those from the store are handled in this one form.

use serde_json::{Value, json};

use crate::bot::incoming::raw::fields;
use crate::bot::incoming::raw::secrets::{mask, mistyped_keys, pasted_keys};
use crate::bot::incoming::raw::unknown::unknown_parts;
use crate::model::api_key::KeyDigest;
use crate::telemetry;

/// Field of ours in a stored update: SHA-256 of each API key that the message contained, in hex.
const PASTED_KEYS: &str = "neuralbox_pasted_keys";
/// Field of ours in a stored update: number of texts that were meant to be an API key.
const MISTYPED_KEYS: &str = "neuralbox_mistyped_keys";
/// Fields of a tapped message that are used. The rest repeats what the bot wrote, perhaps a secret.
const TAPPED_FIELDS: [&str; 6] =
    ["message_id", "date", "chat", "message_thread_id", "is_topic_message", "has_protected_content"];
/// Messages within a message; none is used.
const QUOTED_MESSAGES: [&str; 2] = ["reply_to_message", "pinned_message"];

/// An update of which nothing is secret.
#[derive(Clone, Debug)]
pub(in crate::bot) struct ReceivedUpdate {
    /// Telegram's `update_id`.
    pub(in crate::bot) update_id: i64,
    /// JSON with masked secrets.
    body: Value,
    /// API keys that the message contained.
    keys: Vec<KeyDigest>,
    /// Number of texts that were meant to be an API key.
    mistyped: usize,
}

impl ReceivedUpdate {
    /// Reads an update from Telegram and masks its secrets. Returns `None` without an `update_id`.
    pub(in crate::bot) fn from_telegram(mut body: Value) -> Option<Self> {
        let update_id = fields::integer(&body, "/update_id").filter(|id| u32::try_from(*id).is_ok())?;
        let messages = || ["message", "edited_message"].into_iter();
        let keys: Vec<_> = messages().filter_map(|kind| body.get(kind)).flat_map(pasted_keys).collect();
        let mistyped = messages().filter_map(|kind| body.get(kind)).map(mistyped_keys).sum();
        let update = body.as_object_mut()?;
        for message in messages() {
            if let Some(message) = update.get_mut(message).and_then(Value::as_object_mut) {
                // Only that a message was quoted or pinned counts. Its content is not the sender's.
                for quoted in QUOTED_MESSAGES {
                    message.entry(quoted).and_modify(|quoted| *quoted = json!({}));
                }
            }
        }
        if let Some(tapped) =
            update.get_mut("callback_query").and_then(|query| query.get_mut("message")?.as_object_mut())
        {
            tapped.retain(|name, _| TAPPED_FIELDS.contains(&name.as_str()));
        }
        mask(&mut body);
        Some(Self { update_id, body, keys, mistyped })
    }

    /// Reads a stored update.
    pub(in crate::bot) fn from_store(text: &str) -> Option<Self> {
        let mut body: Value = serde_json::from_str(text).ok()?;
        let update_id = fields::integer(&body, "/update_id")?;
        let stored = body.as_object_mut()?.remove(PASTED_KEYS).unwrap_or_default();
        let key = |digest: &Value| KeyDigest::from_bytes(&hex::decode(digest.as_str()?).ok()?);
        let keys = stored.as_array().into_iter().flatten().filter_map(key).collect();
        let mistyped = body.as_object_mut()?.remove(MISTYPED_KEYS).and_then(|count| count.as_u64());
        let mistyped = mistyped.and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
        Some(Self { update_id, body, keys, mistyped })
    }

    /// Returns the form that is stored.
    pub(in crate::bot) fn to_stored(&self) -> String {
        let mut body = self.body.clone();
        if let (Some(fields), false) = (body.as_object_mut(), self.keys.is_empty()) {
            let digests: Vec<_> = self.keys.iter().map(|key| hex::encode(key.as_bytes())).collect();
            fields.insert(PASTED_KEYS.to_owned(), json!(digests));
        }
        if let (Some(fields), 1..) = (body.as_object_mut(), self.mistyped) {
            fields.insert(MISTYPED_KEYS.to_owned(), json!(self.mistyped));
        }
        body.to_string()
    }

    /// Payload of this kind, such as `message`.
    pub(in crate::bot) fn payload(&self, kind: &str) -> Option<&Value> {
        self.body.get(kind)
    }

    /// API keys that the message contained.
    pub(in crate::bot) fn keys(&self) -> &[KeyDigest] {
        &self.keys
    }

    /// Number of texts in the message that were meant to be an API key.
    pub(in crate::bot) const fn mistyped_keys(&self) -> usize {
        self.mistyped
    }

    /// Logs and counts the parts that are skipped because this version cannot read them.
    pub(in crate::bot) fn report_unknown_parts(&self) {
        for part in unknown_parts(&self.body) {
            telemetry::metrics::bot_unknown_parts_total(part.place);
            tracing::info!(
                update_id = self.update_id,
                place = part.place,
                kind = part.kind,
                "update: unknown part skipped"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::api_key::PlainKey;
    use crate::model::crypto::rng::SystemRng;

    #[test]
    fn nothing_secret_is_stored_and_nothing_needed_is_lost() {
        let key = PlainKey::new(&SystemRng);
        let link = format!("https://a.example/web/sign-in/link?token={}", "E".repeat(43));
        let message = json!({"message_id": 1, "text": format!("oh {} {link}", key.reveal()), "reply_to_message": {"text": key.reveal()}});
        let tapped = json!({"message_id": 2, "chat": {"id": 1}, "text": key.reveal(), "message_thread_id": 7, "is_topic_message": true, "has_protected_content": true,
            "reply_markup": {"inline_keyboard": [[{"text": "Open", "url": link}]]}});
        for update in [
            json!({"update_id": 5, "message": message}),
            json!({"update_id": 5, "callback_query": {"id": "1", "message": tapped}}),
        ] {
            let stored = ReceivedUpdate::from_telegram(update).expect("an update").to_stored();
            assert!(!stored.contains(key.reveal()) && !stored.contains(&"E".repeat(43)), "{stored}");
            let read = ReceivedUpdate::from_store(&stored).expect("it reads");
            assert_eq!(read.to_stored(), stored);
            let is_message = read.payload("message").is_some();
            assert_eq!(read.keys(), if is_message { vec![key.digest()] } else { Vec::new() });
            assert_eq!(
                fields::integer(&read.body, "/callback_query/message/message_thread_id"),
                (!is_message).then_some(7)
            );
            assert_eq!(fields::flag(&read.body, "/callback_query/message/has_protected_content"), !is_message);
        }
        for wrong in [json!({}), json!([]), json!({"update_id": -1}), json!({"update_id": "1"})] {
            assert!(ReceivedUpdate::from_telegram(wrong).is_none());
        }
    }
}

//! Telegram's signatures. Signs odd payloads that no real login widget or Mini App sends.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;
use telegram_sandbox::sign_widget;

use super::TOKEN;

/// Builds a widget object from these fields and their `hash`.
pub fn widget(fields: Value) -> Map<String, Value> {
    let Value::Object(mut fields) = fields else { panic!("not an object: {fields}") };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let texts: BTreeMap<String, String> = fields.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    fields.insert("hash".to_owned(), sign_widget(TOKEN, &texts).into());
    fields
}

/// Builds `initData` from these fields and their `hash`.
pub fn init_data(fields: &[(&str, &str)]) -> String {
    let sorted: BTreeMap<_, _> = fields.iter().copied().collect();
    let lines: Vec<_> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let hash = hmac(&hmac(b"WebAppData", TOKEN), &lines.join("\n"));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields).append_pair("hash", &hex::encode(hash)).finish()
}

fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC accepts a key of any length");
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

//! Login Widget signatures.
//!
//! `hash = hex(HMAC-SHA256(key = SHA-256(token), message = "key=value" lines sorted by key))`,
//! <https://core.telegram.org/widgets/login-legacy#checking-authorization>.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{Sandbox, state::people::Person};

/// Signs login fields with the bot's token: 64 lower-case hex digits. Useful for tests with unusual fields.
#[must_use]
pub fn sign_widget(token: &str, fields: &BTreeMap<String, String>) -> String {
    let lines: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let key = Sha256::digest(token.as_bytes());
    Hmac::<Sha256>::new_from_slice(&key).map_or_else(
        |_any_length_is_a_key| String::new(),
        |mac| hex::encode(mac.chain_update(lines.join("\n")).finalize().into_bytes()),
    )
}

impl Sandbox {
    /// The object the Login Widget passes to a website for this person. `id` and `auth_date` are numbers, absent names
    /// are omitted, and `hash` signs the rest.
    #[must_use]
    pub fn widget_login(&self, person: &Person, auth_date: i64) -> Map<String, Value> {
        let token = self.read(|state| state.settings.token.clone());
        widget_login(&token, person, auth_date)
    }
}

/// Signed login object of this person.
pub(crate) fn widget_login(token: &str, person: &Person, auth_date: i64) -> Map<String, Value> {
    let mut login = Map::new();
    login.insert("id".into(), person.id.into());
    login.insert("first_name".into(), person.first_name.as_str().into());
    for (name, value) in [("last_name", &person.last_name), ("username", &person.username)] {
        if let Some(value) = value {
            login.insert(name.into(), value.as_str().into());
        }
    }
    login.insert("auth_date".into(), auth_date.into());
    let hash = sign_widget(token, &field_texts(&login));
    login.insert("hash".into(), hash.into());
    login
}

/// Adds the signed fields to the query of a URL, like the widget's redirect mode and a `login_url` button.
pub(crate) fn add_login_to_url(url: &str, login: &Map<String, Value>) -> String {
    let Ok(mut parsed) = url::Url::parse(url) else { return url.to_owned() };
    parsed.query_pairs_mut().extend_pairs(field_texts(login));
    parsed.into()
}

fn field_texts(fields: &Map<String, Value>) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    fields.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

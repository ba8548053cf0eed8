//! Telegram Login Widget payload, verified as <https://core.telegram.org/widgets/login-legacy> describes.
//!
//! Every received field counts except `hash`, known or not: sorted, `key=value`, one a line, signed with HMAC-SHA256
//! under the SHA-256 of the bot token. Input that could make two payloads read alike is rejected first: duplicate
//! names, nulls, line feeds in values.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::accounts::account::TelegramId;
use crate::model::accounts::identity::TelegramProfile;
use crate::model::time::Moment;

/// Tolerance for an `auth_date` ahead of our clock.
pub const MAX_FUTURE_SECS: i64 = 60;

/// Error in one field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Name or path of the field.
    pub field: String,
    /// Completes the sentence "field …": "must be …".
    pub message: String,
}

impl FieldError {
    /// Creates an error; `message` completes the sentence "field …".
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Reason a body is not a valid payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayloadError {
    /// The body is not JSON.
    Malformed(String),
    /// The body is JSON, but fields are wrong or missing.
    Fields(Vec<FieldError>),
}

impl PayloadError {
    fn of(field: &str, message: &str) -> Self {
        Self::Fields(vec![FieldError::new(field, message)])
    }
}

/// Payload that claims to come from Telegram. Call [`LoginWidgetPayload::is_signed_by`] before use.
#[derive(Clone, Debug)]
pub struct LoginWidgetPayload {
    /// Person who signs in.
    pub profile: TelegramProfile,
    /// Time at which Telegram signed it.
    pub auth_date: Moment,
    check_string: String,
    hash: Option<[u8; 32]>,
}

/// Reason the time of a signed payload is unacceptable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadAgeError {
    /// Signed longer ago than allowed.
    Stale,
    /// Signed more than [`MAX_FUTURE_SECS`] in the future.
    Future,
}

impl LoginWidgetPayload {
    /// Reads the object that the widget's callback posts.
    pub fn from_json(body: &[u8]) -> Result<Self, PayloadError> {
        let Members(members) = serde_json::from_slice(body).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => PayloadError::of("body", "must be an object"),
            _ => PayloadError::Malformed(format!(
                "the body is not valid JSON at line {}, column {}",
                error.line(),
                error.column()
            )),
        })?;
        let mut errors = Vec::new();
        let mut fields = Vec::with_capacity(members.len());
        for (name, value) in members {
            match as_received(&value) {
                Ok(text) => fields.push((name, text)),
                Err(message) => errors.push(FieldError::new(displayable(&name), message)),
            }
        }
        if errors.is_empty() { Self::from_fields(fields) } else { Err(PayloadError::Fields(errors)) }
    }

    /// Reads the query fields of redirect mode, decoded once, without our own.
    pub fn from_fields(mut fields: Vec<(String, String)>) -> Result<Self, PayloadError> {
        fields.sort_unstable();
        let mut errors = form_errors(&fields);
        let find = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let mut need = |name: &str, message: &str, value: Option<i64>| {
            if value.is_none() {
                errors.push(FieldError::new(name, if find(name).is_some() { message } else { "is missing" }));
            }
            value
        };
        let id = need("id", "must be a positive whole number", find("id").and_then(whole_number).filter(|id| *id > 0));
        let auth_date =
            need("auth_date", "must be Unix time in whole seconds", find("auth_date").and_then(whole_number));
        if find("hash").is_none() {
            errors.push(FieldError::new("hash", "is missing"));
        }
        let (Some(id), Some(auth_date), true) = (id.and_then(TelegramId::new), auth_date, errors.is_empty()) else {
            return Err(PayloadError::Fields(errors));
        };
        Ok(Self {
            profile: TelegramProfile::new(id, find("first_name"), find("last_name"), find("username")),
            auth_date: Moment(auth_date),
            check_string: check_string(fields.iter().filter(|(name, _)| name != "hash")),
            hash: find("hash").and_then(|hash| hex::decode(hash).ok()?.try_into().ok()),
        })
    }

    /// True if the bot token signed every field. Compares in constant time.
    #[must_use]
    pub fn is_signed_by(&self, key: &LoginWidgetKey) -> bool {
        let mut mac = key.0.clone();
        mac.update(self.check_string.as_bytes());
        self.hash.is_some_and(|hash| mac.verify_slice(&hash).is_ok())
    }

    /// Returns the signature, which identifies the payload and so prevents its reuse.
    #[must_use]
    pub fn signature(&self) -> Option<[u8; 32]> {
        self.hash
    }

    /// Checks that it was signed at most `max_age` seconds ago and at most [`MAX_FUTURE_SECS`] in the future.
    pub fn is_timely(&self, now: Moment, max_age: i64) -> Result<(), PayloadAgeError> {
        timely(self.auth_date, now, max_age)
    }
}

/// HMAC key for the widget: SHA-256 of the bot token.
#[derive(Clone)]
pub struct LoginWidgetKey(Hmac<Sha256>);

impl LoginWidgetKey {
    /// Derives the key. The token is trimmed: a line feed in a settings file would break every sign-in.
    #[must_use]
    pub fn of_token(token: &str) -> Option<Self> {
        Hmac::new_from_slice(&Sha256::digest(token.trim().as_bytes())).ok().map(Self)
    }
}

/// Checks the time rule that the widget and Mini Apps share.
pub(crate) fn timely(auth_date: Moment, now: Moment, max_age: i64) -> Result<(), PayloadAgeError> {
    if now.since(auth_date) > max_age {
        Err(PayloadAgeError::Stale)
    } else if auth_date.since(now) > MAX_FUTURE_SECS {
        Err(PayloadAgeError::Future)
    } else {
        Ok(())
    }
}

/// Joins fields as `key=value`, one a line, in the given order.
pub(crate) fn check_string<'a>(fields: impl Iterator<Item = &'a (String, String)>) -> String {
    fields.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n")
}

/// Returns errors that no genuine payload has: invalid or duplicate names, control characters. `fields` must be sorted.
pub(crate) fn form_errors(fields: &[(String, String)]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (name, value) in fields {
        if name.is_empty() || name.len() > 64 || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            errors.push(FieldError::new(displayable(name), "is no field name of Telegram's"));
        } else if value.chars().any(char::is_control) {
            errors.push(FieldError::new(name, "must not contain control characters"));
        }
    }
    for (field, next) in fields.iter().zip(fields.iter().skip(1)) {
        if field.0 == next.0 {
            errors.push(FieldError::new(displayable(&field.0), "must be there once"));
        }
    }
    errors
}

/// Parses a decimal number as Telegram writes it: no plus sign, leading zeros or spaces.
fn whole_number(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|number| number.to_string() == text)
}

/// Returns the value of a field as Telegram signed it: a string unchanged, a number in decimal.
fn as_received(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(_) => Err("must be a whole number of at most 64 bits"),
        Value::Null => Err("must not be null: leave the field out"),
        Value::Array(_) | Value::Object(_) => Err("must be text or a whole number"),
    }
}

/// Escapes and truncates a field name for an error text.
fn displayable(name: &str) -> String {
    name.escape_debug().take(64).collect()
}

/// Members of a JSON object in order, duplicates included, so that they can be rejected.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(Each)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOKEN: &str = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11";

    /// Public test vector (aiogram, `tests/test_utils/test_auth_widget.py`), with ids as strings.
    const VECTOR: &str = r#"{"id":"42","first_name":"John","last_name":"Smith","username":"username",
        "photo_url":"https://t.me/i/userpic/320/picname.jpg","auth_date":"1565810688",
        "hash":"c303db2b5a06fe41d23a9b14f7c545cfc11dcc7473c07c9c5034ae60062461ce"}"#;

    fn signed(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut fields: Vec<_> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        fields.sort();
        let mut mac = LoginWidgetKey::of_token(TOKEN).expect("any token will do").0;
        mac.update(check_string(fields.iter()).as_bytes());
        fields.push(("hash".to_owned(), hex::encode(mac.finalize().into_bytes())));
        fields
    }

    fn faults(body: &str) -> String {
        match LoginWidgetPayload::from_json(body.as_bytes()) {
            Err(PayloadError::Fields(faults)) => {
                faults.iter().map(|f| format!("{}: {}", f.field, f.message)).collect::<Vec<_>>().join("; ")
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_public_vector() {
        let login = LoginWidgetPayload::from_json(VECTOR.as_bytes()).expect("a widget object");
        assert!(login.is_signed_by(&LoginWidgetKey::of_token(TOKEN).expect("token")));
        assert!(login.is_signed_by(&LoginWidgetKey::of_token(&format!(" {TOKEN}\n")).expect("token")));
        assert!(!login.is_signed_by(&LoginWidgetKey::of_token("123456:other").expect("token")));
        assert_eq!((login.profile.id.get(), login.profile.name.as_str()), (42, "John Smith"));
    }

    #[test]
    fn a_signed_field_we_do_not_know_counts() {
        let fields = signed(&[("id", "42"), ("auth_date", "1"), ("is_premium", "true")]);
        let key = LoginWidgetKey::of_token(TOKEN).expect("token");
        assert!(LoginWidgetPayload::from_fields(fields.clone()).expect("fine").is_signed_by(&key));
        let without = fields.into_iter().filter(|(name, _)| name != "is_premium").collect();
        assert!(!LoginWidgetPayload::from_fields(without).expect("fine").is_signed_by(&key));
    }

    #[test]
    fn what_is_not_a_widget_object_is_named() {
        assert_eq!(faults("[]"), "body: must be an object");
        assert_eq!(faults("{}"), "id: is missing; auth_date: is missing; hash: is missing");
        let with = |field: &str| faults(&format!(r#"{{"auth_date":1,"hash":"00",{field}}}"#));
        assert_eq!(with(r#""id":null"#), "id: must not be null: leave the field out");
        assert_eq!(with(r#""id":1.5"#), "id: must be a whole number of at most 64 bits");
        assert_eq!(with(r#""id":99999999999999999999999"#), "id: must be a whole number of at most 64 bits");
        for bad in ["-1", "0", "\"007\"", "\"+7\"", "\" 7\"", "\"\"", "\"9223372036854775808\"", "true"] {
            assert_eq!(with(&format!(r#""id":{bad}"#)), "id: must be a positive whole number", "{bad}");
        }
        assert_eq!(with(r#""id":1,"id":1"#), "id: must be there once");
        assert_eq!(with(r#""id":1,"first_name":{"a":1}"#), "first_name: must be text or a whole number");
        assert_eq!(
            with(r#""id":1,"first_name":"a\nb"#.to_owned().as_str().trim_end()),
            "Err(Malformed(\"the body is not valid JSON at line 1, column 53\"))"
        );
        assert_eq!(with(r#""id":1,"first_name":"a\nlast_name=b""#), "first_name: must not contain control characters");
        assert_eq!(with(r#""id":1,"a=b":"c""#), "a=b: is no field name of Telegram's");
        assert!(faults(r#"{"id":1"#).starts_with("Err(Malformed"));
        assert!(faults(&format!("{}1{}", "[".repeat(500), "]".repeat(500))).contains("must be an object"));
    }

    #[test]
    fn time_limits_are_inclusive() {
        assert_eq!(timely(Moment(1000), Moment(1300), 300), Ok(()));
        assert_eq!(timely(Moment(1000), Moment(1301), 300), Err(PayloadAgeError::Stale));
        assert_eq!(timely(Moment(1060), Moment(1000), 300), Ok(()));
        assert_eq!(timely(Moment(1061), Moment(1000), 300), Err(PayloadAgeError::Future));
        assert_eq!(timely(Moment(i64::MIN), Moment(1000), 300), Err(PayloadAgeError::Stale));
    }

    proptest! {
        #[test]
        fn no_bytes_upset_it(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = LoginWidgetPayload::from_json(&body);
        }

        /// A payload that Telegram signed is accepted, and rejected once any value changes.
        #[test]
        fn signed_means_signed(id in 1_i64..(1 << 52), first in "\\PC{0,20}", last in "\\PC{1,20}", other in "\\PC{0,20}") {
            let key = LoginWidgetKey::of_token(TOKEN).expect("token");
            let fields = signed(&[("id", &id.to_string()), ("auth_date", "1"), ("first_name", &first), ("last_name", &last)]);
            prop_assert!(LoginWidgetPayload::from_fields(fields.clone()).expect("fine").is_signed_by(&key));
            let changed: Vec<_> = fields.into_iter()
                .map(|(k, v)| if k == "last_name" { (k, other.clone()) } else { (k, v) }).collect();
            prop_assert_eq!(LoginWidgetPayload::from_fields(changed).expect("fine").is_signed_by(&key), other == last);
        }
    }
}

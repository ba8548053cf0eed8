//! Public test vectors of the login widget and of Mini Apps, from the test suites of independent libraries.
//!
//! `vectors/telegram.json` names the source of each. All are years old, so freshness is not checked.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test reports a failure by panicking")]

use std::collections::BTreeMap;

use ed25519_dalek::VerifyingKey;
use hmac::{Hmac, KeyInit, Mac};
use neuralbox_auth::model::sign_in::init_data::{MiniAppInitData, MiniAppKey};
use neuralbox_auth::model::sign_in::login_widget::{LoginWidgetKey, LoginWidgetPayload};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

const VECTORS: &str = include_str!("vectors/telegram.json");

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Vector {
    /// A login widget object, signed with HMAC under the SHA-256 of the token.
    LoginWidget { bot_token: String, payload: Value, expected: Expected, note: String },
    /// Mini App data, signed with HMAC under a key derived from the token and `WebAppData`.
    InitDataHmac { bot_token: String, payload: String, expected: Expected, note: String },
    /// Mini App data, signed with Telegram's Ed25519 key.
    InitDataEd25519 { bot_id: i64, public_key_hex: String, payload: String, expected: Expected, note: String },
    /// Derivation of the Mini App key only.
    InitDataHmacPrimitive { bot_token: String, payload: String, secret_key_hex: String, computed_hash: String },
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Expected {
    Valid,
    Invalid,
}

#[test]
fn every_public_vector_is_judged_as_its_authors_say() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).expect("valid JSON");
    let mut seen = BTreeMap::new();
    for vector in &vectors {
        *seen.entry(check(vector)).or_insert(0) += 1;
    }
    let seen: Vec<_> = seen.into_iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
    insta::assert_snapshot!(seen.join("\n"), @r"
    init data, Ed25519, invalid: 6
    init data, Ed25519, valid: 5
    init data, HMAC, invalid: 13
    init data, HMAC, valid: 5
    init data, key: 1
    login widget, invalid: 5
    login widget, valid: 5
    ");
}

/// Asserts the expected outcome of a vector and returns its kind.
fn check(vector: &Vector) -> String {
    let (kind, expected, is_good, note) = match vector {
        Vector::LoginWidget { bot_token, payload, expected, note } => {
            let key = LoginWidgetKey::of_token(bot_token).expect("any token yields a key");
            let login = LoginWidgetPayload::from_json(payload.to_string().as_bytes());
            ("login widget", expected, login.is_ok_and(|login| login.is_signed_by(&key)), note)
        }
        Vector::InitDataHmac { bot_token, payload, expected, note } => {
            let key = MiniAppKey::of_token(bot_token).expect("any token yields a key");
            (
                "init data, HMAC",
                expected,
                MiniAppInitData::parse(payload).is_ok_and(|data| data.is_signed_by(&key)),
                note,
            )
        }
        Vector::InitDataEd25519 { bot_id, public_key_hex, payload, expected, note } => {
            let key: [u8; 32] = hex::decode(public_key_hex).unwrap().try_into().expect("32 bytes");
            let key = VerifyingKey::from_bytes(&key).expect("a valid public key");
            let data = MiniAppInitData::parse(payload);
            ("init data, Ed25519", expected, data.is_ok_and(|data| data.is_signed_by_telegram(*bot_id, &key)), note)
        }
        Vector::InitDataHmacPrimitive { bot_token, payload, secret_key_hex, computed_hash } => {
            let secret = hex::decode(secret_key_hex).expect("a hexadecimal secret");
            assert_eq!(&hmac(&secret, payload), computed_hash);
            // A signature under the derived key must count as one under the token.
            let data = MiniAppInitData::parse(&format!("abc=1&hash={}", hmac(&secret, "abc=1"))).expect("a payload");
            assert!(data.is_signed_by(&MiniAppKey::of_token(bot_token).expect("any token yields a key")));
            return "init data, key".to_owned();
        }
    };
    let judged = if is_good { Expected::Valid } else { Expected::Invalid };
    assert_eq!(judged, *expected, "{note}: {vector:?}");
    format!("{kind}, {}", if is_good { "valid" } else { "invalid" })
}

fn hmac(key: &[u8], message: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| panic!("HMAC accepts a key of any length"));
    hex::encode(mac.chain_update(message).finalize().into_bytes())
}

/// Secret scanners rely on the published pattern and examples.
#[test]
fn the_published_key_format_is_ours() {
    use neuralbox_auth::model::api_key::PlainKey;
    let page = include_str!("../docs/key-format.md");
    assert!(page.contains("`nb_[0-9A-Za-z]{45}`"));
    let shown: Vec<_> = PlainKey::find_in(page).collect();
    assert_eq!(shown.len(), 2, "the page shows a worked example and a second key");
    for key in &shown {
        let line = format!("`{}` `{}`", key.reveal(), &key.reveal()[42..]);
        assert!(page.contains(&line), "{line}");
    }
    for wrong in page.lines().filter_map(|line| line.strip_prefix("- no key: `")) {
        let wrong = wrong.split('`').next().unwrap();
        assert!(wrong.starts_with("nb_") && PlainKey::parse(wrong).is_none(), "{wrong}");
    }
}

//! Secrets in an update: API keys and live sign-in links. They are masked before anything is stored.

use serde_json::Value;

use crate::model::api_key::{KeyDigest, PlainKey};
use crate::model::sign_in::one_time_token::OneTimeToken;

/// Parts of a message that its sender did not write into it. A reply to the message that shows a key is no paste.
const NOT_WRITTEN: [&str; 7] =
    ["from", "chat", "sender_chat", "sender_business_bot", "via_bot", "reply_to_message", "pinned_message"];
/// Parameters that carry a one-time token in our links.
const TOKEN_PARAMETERS: [&str; 2] = ["token=", "link="];
/// Paths of our links. The host may be written in any way.
const LINK_PATHS: [&str; 2] = ["/web/", "/auth/"];
/// Length of a one-time token.
const TOKEN_CHARS: usize = 43;
/// Mask of one character. One UTF-16 unit, like the characters of a secret, so that entities keep their places.
const MASK: &str = "x";

/// Digests of the API keys in a message, wherever they are: text, caption, quote, buttons, poll, file name.
pub(super) fn pasted_keys(message: &Value) -> Vec<KeyDigest> {
    let mut keys = Vec::new();
    let written = message.as_object().into_iter().flatten().filter(|(name, _)| !NOT_WRITTEN.contains(&name.as_str()));
    for (_, part) in written {
        each_text(part, &mut |text| keys.extend(PlainKey::find_in(text).map(|key| key.digest())));
    }
    keys
}

/// Number of texts in a message that were meant to be an API key.
pub(super) fn mistyped_keys(message: &Value) -> usize {
    let mut count = 0;
    let written = message.as_object().into_iter().flatten().filter(|(name, _)| !NOT_WRITTEN.contains(&name.as_str()));
    for (_, part) in written {
        each_text(part, &mut |text| count += PlainKey::mistyped_in(text).count());
    }
    count
}

/// Masks every secret in the value.
pub(super) fn mask(value: &mut Value) {
    match value {
        Value::String(text) => {
            let masked = masked(text);
            if masked != *text {
                *text = masked;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(fields) => fields.values_mut().for_each(mask),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn each_text(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| each_text(field, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn masked(text: &str) -> String {
    let mut masked = text.to_owned();
    for key in PlainKey::find_in(text) {
        masked = masked.replace(key.reveal(), &MASK.repeat(key.reveal().len()));
    }
    for mistyped in PlainKey::mistyped_in(text) {
        masked = masked.replace(mistyped, &MASK.repeat(mistyped.len()));
    }
    for token in link_tokens(text) {
        masked = masked.replace(token, &MASK.repeat(token.len()));
    }
    masked
}

/// One-time tokens of our links in the text.
fn link_tokens(text: &str) -> impl Iterator<Item = &str> {
    let places = TOKEN_PARAMETERS.into_iter().flat_map(move |name| text.match_indices(name));
    places.filter_map(move |(at, name)| {
        let before = text.get(..at)?.rsplit(char::is_whitespace).next()?;
        let rest = text.get(at + name.len()..)?;
        let token = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next()?;
        let is_ours = LINK_PATHS.iter().any(|path| before.contains(path));
        (is_ours && token.len() == TOKEN_CHARS && OneTimeToken::parse(token).is_some()).then_some(token)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::crypto::rng::SystemRng;

    #[test]
    fn a_key_is_found_in_every_part_that_its_sender_wrote() {
        let key = PlainKey::new(&SystemRng).reveal().to_owned();
        for part in [
            json!({"text": format!("my key is {key}!")}),
            json!({"caption": key}),
            json!({"quote": {"text": key, "position": 0}}),
            json!({"reply_markup": {"inline_keyboard": [[{"text": key, "url": "https://a.example"}]]}}),
            json!({"reply_markup": {"inline_keyboard": [[{"text": "x", "url": format!("https://a.example/?key={key}")}]]}}),
            json!({"poll": {"question": key, "options": []}}),
            json!({"poll": {"question": "?", "options": [{"text": "a"}, {"text": key}]}}),
            json!({"document": {"file_name": format!("{key}.txt"), "file_id": "x"}}),
            json!({"entities": [{"type": "text_link", "url": format!("https://a.example/{key}"), "offset": 0, "length": 1}]}),
            json!({"part_of_tomorrow": [{"deep": {"deeper": key}}]}),
        ] {
            assert_eq!(pasted_keys(&part).len(), 1, "{part}");
            let mut stored = part.clone();
            mask(&mut stored);
            assert!(!stored.to_string().contains(&key), "{stored}");
        }
        for part in [json!({"reply_to_message": {"text": key}}), json!({"from": {"first_name": key}})] {
            assert_eq!(pasted_keys(&part).len(), 0, "{part}");
        }
    }

    #[test]
    fn most_of_a_key_is_found_and_masked_too() {
        let key = PlainKey::new(&SystemRng).reveal().to_owned();
        let mut message =
            json!({"text": format!("my key is {}", &key[..47]), "reply_to_message": {"text": &key[..40]}});
        assert_eq!((pasted_keys(&message).len(), mistyped_keys(&message)), (0, 1));
        mask(&mut message);
        assert!(!message.to_string().contains(&key[..20]), "{message}");
    }

    #[test]
    fn a_live_link_of_ours_is_masked_and_no_other() {
        let token = "A".repeat(TOKEN_CHARS);
        for link in [
            format!("https://auth.example/api/v2/auth/telegram/callback?link={token}"),
            format!("http://localhost:8080/web/sign-in/link?token={token}&next=%2Fweb"),
            format!("see https://auth.example/web/email/verify?lang=ru&token={token}."),
        ] {
            let hidden = masked(&link);
            assert!(!hidden.contains(&token) && hidden.len() == link.len(), "{hidden}");
        }
        for other in [format!("https://shop.example/?token={token}"), "/web/?token=short".to_owned(), token.clone()] {
            assert_eq!(masked(&other), other);
        }
    }
}

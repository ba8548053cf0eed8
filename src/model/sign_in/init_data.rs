//! Mini App `initData`, verified as <https://core.telegram.org/bots/webapps> describes.
//!
//! - With our bot's token: HMAC-SHA256 under a key of its own, so that a widget payload is not valid `initData`, nor
//!   the reverse.
//! - For other bots, whose tokens we lack: Ed25519 under Telegram's public key.

use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::model::sign_in::login_widget::{FieldError, PayloadError, check_string, form_errors};

const SIGNATURE_ENCODING: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Telegram's Ed25519 public key, for services without the bot token.
const TELEGRAM_PUBLIC_KEY: [u8; 32] = [
    0xe7, 0xbf, 0x03, 0xa2, 0xfa, 0x46, 0x02, 0xaf, 0x45, 0x80, 0x70, 0x3d, 0x88, 0xdd, 0xa5, 0xbb, 0x59, 0xf3, 0x2e,
    0xd8, 0xb0, 0x2a, 0x56, 0xc1, 0x87, 0xfe, 0x7d, 0x34, 0xca, 0xed, 0x24, 0x2d,
];

/// Returns the public key with which Telegram signs `initData`.
#[must_use]
pub fn telegram_public_key() -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&TELEGRAM_PUBLIC_KEY).ok()
}

/// `initData` as received, decoded once. Verify the signature before use.
#[derive(Clone, Debug)]
pub struct MiniAppInitData {
    fields: Vec<(String, String)>,
}

impl MiniAppInitData {
    /// Parses the query string that the Mini App received.
    pub fn parse(text: &str) -> Result<Self, PayloadError> {
        let decoded = url::form_urlencoded::parse(text.as_bytes());
        let mut fields: Vec<_> = decoded.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        fields.sort_unstable();
        let errors = form_errors(&fields);
        if !errors.is_empty() {
            return Err(PayloadError::Fields(errors));
        }
        if fields.is_empty() {
            return Err(PayloadError::Fields(vec![FieldError::new("init_data", "must not be empty")]));
        }
        Ok(Self { fields })
    }

    /// True if the bot token signed every field.
    #[must_use]
    pub fn is_signed_by(&self, key: &MiniAppKey) -> bool {
        let mut mac = key.0.clone();
        mac.update(check_string(self.fields.iter().filter(|(name, _)| name != "hash")).as_bytes());
        let hash = self.get("hash").and_then(|hash| hex::decode(hash).ok());
        hash.is_some_and(|hash| mac.verify_slice(&hash).is_ok())
    }

    /// True if Telegram's own key signed every field for that bot.
    #[must_use]
    pub fn is_signed_by_telegram(&self, bot_id: i64, key: &VerifyingKey) -> bool {
        let fields = self.fields.iter().filter(|(name, _)| name != "hash" && name != "signature");
        let message = format!("{bot_id}:WebAppData\n{}", check_string(fields));
        let signature = self.telegram_signature().map(|bytes| Signature::from_bytes(&bytes));
        signature.is_some_and(|signature| key.verify_strict(message.as_bytes(), &signature).is_ok())
    }

    /// Returns the bytes of Telegram's own signature, if present.
    #[must_use]
    pub fn telegram_signature(&self) -> Option<[u8; 64]> {
        let bytes = self.get("signature").and_then(|text| SIGNATURE_ENCODING.decode(text).ok())?;
        bytes.try_into().ok()
    }

    /// Returns the value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// HMAC key for `initData`: HMAC-SHA256 of the bot token under `WebAppData`.
#[derive(Clone)]
pub struct MiniAppKey(Hmac<Sha256>);

impl MiniAppKey {
    /// Derives the key. The token is trimmed, as for the login widget.
    #[must_use]
    pub fn of_token(token: &str) -> Option<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"WebAppData").ok()?;
        mac.update(token.trim().as_bytes());
        Hmac::new_from_slice(&mac.finalize().into_bytes()).ok().map(Self)
    }
}

//! Envelope of Bot API responses (<https://core.telegram.org/bots/api#making-requests>).

use serde::Deserialize;

/// Envelope of every Bot API response.
#[derive(Deserialize)]
pub(super) struct ApiEnvelope<T> {
    pub(super) ok: bool,
    pub(super) result: Option<T>,
    pub(super) error_code: Option<u16>,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    pub(super) parameters: ResponseParameters,
}

/// Parameters of an error: the seconds to wait, or the id of the chat that replaced this one.
#[derive(Default, Deserialize)]
pub(super) struct ResponseParameters {
    pub(super) retry_after: Option<u64>,
    pub(super) migrate_to_chat_id: Option<i64>,
}

/// Sent message, reduced to its id.
#[derive(Deserialize)]
pub(super) struct MessageIdOnly<N> {
    pub(super) message_id: N,
}

//! Classification of Telegram's answers by what to do next.
//!
//! teloxide 0.17 drops the error code and knows only some of the server's texts. The rest is classified by the
//! beginning of the text, as written in the source of the Bot API server (`Client.cpp`).

use std::fmt;
use std::time::Duration;

use teloxide::{ApiError, RequestError};

use crate::gateway::telegram::envelope::ResponseParameters;
use crate::model::notices::reachability::UnreachableReason;

/// Reason a call failed, as far as it matters for what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TelegramError {
    /// Nothing to change: the message already has this content, or the tap is too old.
    Unchanged,
    /// The message no longer exists. A deletion has succeeded with it, and an edit needs a new message.
    Gone,
    /// The person is unreachable: they blocked the bot, left, or never wrote to it.
    Unreachable(UnreachableReason),
    /// Telegram asks for a wait (429, `retry_after`).
    Wait(Duration),
    /// The call was not carried out. A retry may succeed.
    Temporary(String),
    /// The outcome of the call is unknown.
    Uncertain(String),
    /// The group became a supergroup with this chat id.
    Moved(i64),
    /// Another instance or a webhook already receives this bot's updates (409).
    Conflict(String),
    /// Telegram rejects the bot token (401).
    Unauthorized,
    /// The call is invalid. A retry fails again.
    Refused(String),
}

impl TelegramError {
    /// Turns `Unchanged` into success.
    pub(super) fn pass_unchanged(self) -> Result<(), Self> {
        if self == Self::Unchanged { Ok(()) } else { Err(self) }
    }

    /// Turns `Gone` into success, for deletions.
    pub(super) fn pass_gone(self) -> Result<(), Self> {
        if self == Self::Gone { Ok(()) } else { Err(self) }
    }

    /// True if the call was certainly not carried out.
    #[must_use]
    pub const fn is_certain(&self) -> bool {
        !matches!(self, Self::Uncertain(_))
    }
}

/// For the log and for readiness. teloxide removes the token from network errors.
impl fmt::Display for TelegramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unchanged => f.write_str("nothing to change"),
            Self::Gone => f.write_str("the message no longer exists"),
            Self::Unreachable(reason) => write!(f, "the person {}", reason.as_str()),
            Self::Wait(length) => write!(f, "Telegram asks for a wait of {} s", length.as_secs()),
            Self::Temporary(what) => write!(f, "Telegram is unreachable or failing: {what}"),
            Self::Uncertain(what) => write!(f, "no usable answer from Telegram: {what}"),
            Self::Moved(chat) => write!(f, "the chat moved to {chat}"),
            Self::Conflict(what) => write!(f, "another receiver takes this bot's updates: {what}"),
            Self::Unauthorized => f.write_str("Telegram refuses the bot token"),
            Self::Refused(what) => write!(f, "Telegram refuses the call: {what}"),
        }
    }
}

impl TelegramError {
    /// Classifies a call that got no response. Leaves out the URL, which contains the token.
    pub(super) fn of_network(error: &reqwest::Error) -> Self {
        if error.is_connect() || error.is_builder() {
            Self::Temporary("no connection".to_owned())
        } else if error.is_timeout() {
            Self::Uncertain("timed out".to_owned())
        } else {
            Self::Uncertain("connection lost".to_owned())
        }
    }

    /// Classifies an error response by its code, its text and its parameters.
    pub(super) fn of_answer(code: u16, description: &str, parameters: &ResponseParameters) -> Self {
        if let Some(chat) = parameters.migrate_to_chat_id {
            return Self::Moved(chat);
        }
        match (code, parameters.retry_after) {
            (_, Some(seconds)) => Self::Wait(Duration::from_secs(seconds)),
            (429, None) => Self::Wait(Duration::from_secs(1)),
            (500.., None) => Self::Uncertain(format!("{code} {description}")),
            (..500, None) => {
                // teloxide knows most of the server's texts and accepts any other.
                let error: Result<ApiError, _> =
                    serde_json::from_value(serde_json::Value::String(description.to_owned()));
                error.map_or_else(|_| of_text(description), |error| of_api(&error))
            }
        }
    }
}

impl From<RequestError> for TelegramError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Api(error) => of_api(&error),
            RequestError::MigrateToChatId(chat) => Self::Moved(chat.0),
            RequestError::RetryAfter(wait) => Self::Wait(wait.duration()),
            RequestError::Network(error) => Self::of_network(&error),
            // Most likely a proxy's HTML page. The proxy may have forwarded the message.
            RequestError::InvalidJson { .. } => Self::Uncertain("the response is not JSON".to_owned()),
            RequestError::Io(error) => Self::Temporary(error.to_string()),
        }
    }
}

/// Classifies an error response whose code is known. The code decides before the text.
pub(super) fn of_answer(code: u16, text: &str, parameters: &ResponseParameters) -> TelegramError {
    match (code, parameters.migrate_to_chat_id) {
        (_, Some(chat)) => TelegramError::Moved(chat),
        (401 | 404, _) => TelegramError::Unauthorized,
        (403, _) => TelegramError::Unreachable(UnreachableReason::from_description(text)),
        (429, _) => TelegramError::Wait(Duration::from_secs(parameters.retry_after.unwrap_or(1))),
        (500.., _) => TelegramError::Uncertain(text.to_owned()),
        _ => of_text(text),
    }
}

fn of_api(error: &ApiError) -> TelegramError {
    match error {
        ApiError::BotBlocked
        | ApiError::UserDeactivated
        | ApiError::ChatNotFound
        | ApiError::CantInitiateConversation
        | ApiError::CantTalkWithBots
        | ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup => {
            TelegramError::Unreachable(UnreachableReason::from_description(&error.to_string()))
        }
        ApiError::MessageNotModified | ApiError::InvalidQueryId => TelegramError::Unchanged,
        ApiError::MessageToEditNotFound | ApiError::MessageToDeleteNotFound | ApiError::MessageIdInvalid => {
            TelegramError::Gone
        }
        ApiError::InvalidToken => TelegramError::Unauthorized,
        ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates => TelegramError::Conflict(error.to_string()),
        other => of_text(&other.to_string()),
    }
}

/// Texts about a message that no longer exists.
const GONE_TEXTS: [&str; 4] =
    ["message to edit not found", "message to delete not found", "message not found", "MESSAGE_ID_INVALID"];

/// Classifies texts that teloxide does not know.
fn of_text(text: &str) -> TelegramError {
    let text = text.trim_start_matches("Unknown error: ").trim_matches('"');
    let has = |part: &str| text.contains(part);
    if text.starts_with("Unauthorized") {
        TelegramError::Unauthorized
    } else if text.starts_with("Conflict") {
        TelegramError::Conflict(text.to_owned())
    } else if has("query is too old") || has("message is not modified") || has("MESSAGE_NOT_MODIFIED") {
        TelegramError::Unchanged
    } else if GONE_TEXTS.iter().any(|gone| has(gone)) {
        TelegramError::Gone
    } else if text.starts_with("Forbidden") || has("chat not found") || has("PEER_ID_INVALID") {
        TelegramError::Unreachable(UnreachableReason::from_description(text))
    } else if text.starts_with("Too Many Requests") {
        TelegramError::Wait(Duration::from_secs(1))
    } else if text.starts_with("Internal Server Error") || text.starts_with("Bad Gateway") {
        TelegramError::Uncertain(text.to_owned())
    } else {
        TelegramError::Refused(without_quoted(text))
    }
}

/// Removes what Telegram quotes from our call, such as the URL of a button, because it may be secret.
fn without_quoted(text: &str) -> String {
    match (text.find('\''), text.rfind('\'')) {
        (Some(start), Some(end)) if start < end => {
            let (before, after) = (text.get(..=start).unwrap_or_default(), text.get(end..).unwrap_or_default());
            format!("{before}…{after}")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_own_words() {
        let class =
            |text: &str| of_api(&serde_json::from_value(serde_json::json!(text)).expect("any text is an error"));
        for gone in [
            "Forbidden: bot was blocked by the user",
            "Forbidden: user is deactivated",
            "Forbidden: bot can't initiate conversation with a user",
            "Forbidden: bot was kicked from the group chat",
            "Forbidden: bot can't send messages to bots",
            "Bad Request: chat not found",
            "Bad Request: private chat not found",
            "Bad Request: PEER_ID_INVALID",
        ] {
            assert!(matches!(class(gone), TelegramError::Unreachable(_)), "{gone}");
        }
        for nothing in [
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
            "Bad Request: MESSAGE_NOT_MODIFIED",
        ] {
            assert_eq!(class(nothing), TelegramError::Unchanged, "{nothing}");
        }
        for gone in [
            "Bad Request: message to edit not found",
            "Bad Request: message to delete not found",
            "Bad Request: message not found",
            "Bad Request: MESSAGE_ID_INVALID",
        ] {
            assert_eq!(class(gone), TelegramError::Gone, "{gone}");
        }
        assert_eq!(class("Unauthorized"), TelegramError::Unauthorized);
        assert!(matches!(
            class(
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            ),
            TelegramError::Conflict(_)
        ));
        assert_eq!(
            class(
                "Bad Request: inline keyboard button URL 'http://localhost/?token=secret' is invalid: Wrong HTTP URL"
            ),
            TelegramError::Refused("Bad Request: inline keyboard button URL '…' is invalid: Wrong HTTP URL".to_owned())
        );
        let number = |code, wait| {
            TelegramError::of_answer(
                code,
                "any words",
                &ResponseParameters { retry_after: wait, migrate_to_chat_id: None },
            )
        };
        assert_eq!(number(429, Some(7)), TelegramError::Wait(Duration::from_secs(7)));
        assert_eq!(number(429, None), TelegramError::Wait(Duration::from_secs(1)));
        assert_eq!(number(502, None), TelegramError::Uncertain("502 any words".to_owned()));
        assert_eq!(number(400, None), TelegramError::Refused("any words".to_owned()));
        for wrong in ["Bad Request: BUTTON_DATA_INVALID", "Bad Request: message can't be deleted for everyone"] {
            assert!(matches!(class(wrong), TelegramError::Refused(_)), "{wrong}");
        }
    }
}

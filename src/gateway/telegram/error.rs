//! What an answer of Telegram means for what to do next.
//!
//! teloxide 0.17 drops the error code and knows only some of the server's texts, so the rest is told by how the text
//! begins; the texts are those of the Bot API server's source (`Client.cpp`).

use std::fmt;
use std::time::Duration;

use teloxide::{ApiError, RequestError};

/// Why a call did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is nothing to change: the message says that already, is gone, or the tap is too old.
    Unchanged,
    /// The person cannot be reached: they blocked the bot, left, or never wrote to it.
    Unreachable,
    /// Telegram asks to wait.
    Wait(Duration),
    /// The call was not carried out; later it may be.
    Temporary(String),
    /// It is not known whether the call was carried out.
    Uncertain(String),
    /// The chat has another number now.
    Moved(i64),
    /// Another instance reads this bot's updates, or a webhook does.
    Conflict(String),
    /// The bot's token is no good.
    Unauthorized,
    /// The call was wrong, and will be every time.
    Refused(String),
}

impl Trouble {
    /// Lets "there is nothing to change" pass as success.
    pub(super) fn pass_unchanged(self) -> Result<(), Self> {
        if self == Self::Unchanged { Ok(()) } else { Err(self) }
    }

    /// Whether the call was certainly not carried out.
    #[must_use]
    pub const fn is_certain(&self) -> bool {
        !matches!(self, Self::Uncertain(_))
    }
}

/// For the log and for readiness; teloxide takes the token out of network errors.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unchanged => f.write_str("nothing to change"),
            Self::Unreachable => f.write_str("the person cannot be reached"),
            Self::Wait(length) => write!(f, "Telegram asks to wait {} s", length.as_secs()),
            Self::Temporary(what) => write!(f, "Telegram is unreachable or failing: {what}"),
            Self::Uncertain(what) => write!(f, "no answer from Telegram: {what}"),
            Self::Moved(chat) => write!(f, "the chat moved to {chat}"),
            Self::Conflict(what) => write!(f, "someone else takes this bot's updates: {what}"),
            Self::Unauthorized => f.write_str("Telegram refuses the bot token"),
            Self::Refused(what) => write!(f, "Telegram refuses the call: {what}"),
        }
    }
}

impl Trouble {
    /// No answer came. Says nothing of the address, in which the token stands.
    pub(super) fn of_network(fault: &reqwest::Error) -> Self {
        if fault.is_connect() || fault.is_builder() {
            Self::Temporary("no connection".to_owned())
        } else if fault.is_timeout() {
            Self::Uncertain("timed out".to_owned())
        } else {
            Self::Uncertain("connection lost".to_owned())
        }
    }

    /// The server's refusal: its number, its words, and its `retry_after` and `migrate_to_chat_id`.
    pub(super) fn of_answer(code: u16, description: &str, (wait, moved): (Option<u64>, Option<i64>)) -> Self {
        if let Some(chat) = moved {
            return Self::Moved(chat);
        }
        match (code, wait) {
            (_, Some(seconds)) => Self::Wait(Duration::from_secs(seconds)),
            (429, None) => Self::Wait(Duration::from_secs(1)),
            (500.., None) => Self::Uncertain(format!("{code} {description}")),
            (..500, None) => {
                // teloxide knows most of the server's texts, and takes any other.
                let known: Result<ApiError, _> =
                    serde_json::from_value(serde_json::Value::String(description.to_owned()));
                known.map_or_else(|_| of_text(description), |error| of_api(&error))
            }
        }
    }
}

impl From<RequestError> for Trouble {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Api(error) => of_api(&error),
            RequestError::MigrateToChatId(chat) => Self::Moved(chat.0),
            RequestError::RetryAfter(wait) => Self::Wait(wait.duration()),
            RequestError::Network(fault) => Self::of_network(&fault),
            // A proxy's HTML page, most likely: whoever wrote it, the message may be on its way.
            RequestError::InvalidJson { .. } => Self::Uncertain("the answer is not JSON".to_owned()),
            RequestError::Io(fault) => Self::Temporary(fault.to_string()),
        }
    }
}

/// What an answer means that was read by ourselves: the code says more than the text.
pub(super) fn of_answer(code: u16, text: &str, retry_after: Option<u64>, moved_to: Option<i64>) -> Trouble {
    match (code, moved_to) {
        (_, Some(chat)) => Trouble::Moved(chat),
        (401 | 404, _) => Trouble::Unauthorized,
        (403, _) => Trouble::Unreachable,
        (429, _) => Trouble::Wait(Duration::from_secs(retry_after.unwrap_or(1))),
        (500.., _) => Trouble::Uncertain(text.to_owned()),
        _ if ["message to delete not found", "MESSAGE_ID_INVALID"].iter().any(|gone| text.contains(gone)) => {
            Trouble::Unchanged
        }
        _ => of_text(text),
    }
}

fn of_api(error: &ApiError) -> Trouble {
    match error {
        ApiError::BotBlocked
        | ApiError::UserDeactivated
        | ApiError::ChatNotFound
        | ApiError::CantInitiateConversation
        | ApiError::CantTalkWithBots
        | ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup => Trouble::Unreachable,
        ApiError::MessageNotModified
        | ApiError::MessageToEditNotFound
        | ApiError::MessageToDeleteNotFound
        | ApiError::MessageIdInvalid
        | ApiError::InvalidQueryId => Trouble::Unchanged,
        ApiError::InvalidToken => Trouble::Unauthorized,
        ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates => Trouble::Conflict(error.to_string()),
        other => of_text(&other.to_string()),
    }
}

/// The texts that teloxide does not know.
fn of_text(text: &str) -> Trouble {
    let text = text.trim_start_matches("Unknown error: ").trim_matches('"');
    let has = |part: &str| text.contains(part);
    if text.starts_with("Unauthorized") {
        Trouble::Unauthorized
    } else if text.starts_with("Conflict") {
        Trouble::Conflict(text.to_owned())
    } else if has("query is too old") || has("message is not modified") {
        Trouble::Unchanged
    } else if text.starts_with("Forbidden") || has("chat not found") || has("PEER_ID_INVALID") {
        Trouble::Unreachable
    } else if text.starts_with("Too Many Requests") {
        Trouble::Wait(Duration::from_secs(1))
    } else if text.starts_with("Internal Server Error") || text.starts_with("Bad Gateway") {
        Trouble::Uncertain(text.to_owned())
    } else {
        Trouble::Refused(without_quoted(text))
    }
}

/// What Telegram quotes of our call, such as the address of a button, may be secret: it is left out.
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
            assert_eq!(class(gone), Trouble::Unreachable, "{gone}");
        }
        for nothing in [
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
            "Bad Request: message to delete not found",
        ] {
            assert_eq!(class(nothing), Trouble::Unchanged, "{nothing}");
        }
        assert_eq!(class("Unauthorized"), Trouble::Unauthorized);
        assert!(matches!(
            class(
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            ),
            Trouble::Conflict(_)
        ));
        assert_eq!(
            class(
                "Bad Request: inline keyboard button URL 'http://localhost/?token=secret' is invalid: Wrong HTTP URL"
            ),
            Trouble::Refused("Bad Request: inline keyboard button URL '…' is invalid: Wrong HTTP URL".to_owned())
        );
        let number = |code, wait| Trouble::of_answer(code, "any words", (wait, None));
        assert_eq!(number(429, Some(7)), Trouble::Wait(Duration::from_secs(7)));
        assert_eq!(number(429, None), Trouble::Wait(Duration::from_secs(1)));
        assert_eq!(number(502, None), Trouble::Uncertain("502 any words".to_owned()));
        assert_eq!(number(400, None), Trouble::Refused("any words".to_owned()));
        for wrong in ["Bad Request: BUTTON_DATA_INVALID", "Bad Request: message can't be deleted for everyone"] {
            assert!(matches!(class(wrong), Trouble::Refused(_)), "{wrong}");
        }
    }
}

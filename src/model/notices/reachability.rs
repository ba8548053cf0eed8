//! Reachability of a person in chat.

/// State of a person's private chat with the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reachability {
    /// The bot may write to the person.
    Reachable,
    /// The person blocked the bot or never wrote to it.
    Unreachable,
}

/// Reason a person cannot be messaged, as far as Telegram reveals it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreachableReason {
    /// The person blocked the bot.
    Blocked,
    /// The Telegram account was deleted.
    Deactivated,
    /// The person never started the bot, or the chat no longer exists.
    NeverStarted,
    /// Any other.
    Other,
}

impl UnreachableReason {
    /// Reads Telegram's text about a refused message.
    #[must_use]
    pub fn from_description(text: &str) -> Self {
        let has = |part: &str| text.contains(part);
        if has("blocked by the user") {
            Self::Blocked
        } else if has("user is deactivated") || has("USER_DEACTIVATED") {
            Self::Deactivated
        } else if has("initiate conversation") || has("chat not found") || has("PEER_ID_INVALID") {
            Self::NeverStarted
        } else {
            Self::Other
        }
    }

    /// Text about the person, as stored with a result and shown to admins.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked the bot",
            Self::Deactivated => "deleted their Telegram account",
            Self::NeverStarted => "never started the bot",
            Self::Other => "is unreachable",
        }
    }

    /// Reads the stored text; a longer one begins with it.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        let known = [Self::Blocked, Self::Deactivated, Self::NeverStarted];
        known.into_iter().find(|reason| text.starts_with(reason.as_str())).unwrap_or(Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_telegram_have_a_reason_that_is_stored_and_read() {
        for (text, reason) in [
            ("Forbidden: bot was blocked by the user", UnreachableReason::Blocked),
            ("Forbidden: user is deactivated", UnreachableReason::Deactivated),
            ("Forbidden: bot can't initiate conversation with a user", UnreachableReason::NeverStarted),
            ("Bad Request: chat not found", UnreachableReason::NeverStarted),
            ("Bad Request: PEER_ID_INVALID", UnreachableReason::NeverStarted),
            ("Forbidden: a reason of tomorrow", UnreachableReason::Other),
        ] {
            assert_eq!(UnreachableReason::from_description(text), reason, "{text}");
            assert_eq!(UnreachableReason::from_stored(reason.as_str()), reason);
        }
        assert_eq!(
            UnreachableReason::from_stored("blocked the bot before the message was sent"),
            UnreachableReason::Blocked
        );
    }
}

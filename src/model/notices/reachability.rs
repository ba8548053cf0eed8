//! Reachability of a person in chat.

/// State of a person's private chat with the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reachability {
    /// The bot may write to the person.
    Reachable,
    /// The person blocked the bot or never wrote to it.
    Unreachable,
}

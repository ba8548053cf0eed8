//! Actor of an account activity.

use crate::model::accounts::account::TelegramId;
use crate::model::session::{RequestSource, SessionId};

/// Actor of an event, with the source of the request where it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActivityActor {
    /// The person, in an existing session.
    Session(SessionId),
    /// The person, in the session that this event started.
    Begun(SessionId, RequestSource),
    /// An anonymous visitor.
    Visitor(RequestSource),
    /// The person, through the bot.
    Chat,
    /// An admin.
    Admin(TelegramId),
    /// The operator, on the command line.
    Operator,
    /// GitHub secret scanning.
    GitHub,
    /// An app that the person let in, by its access token.
    App,
    /// The clock: a deadline passed.
    Clock,
}

impl ActivityActor {
    /// Returns the stored form. Omits which admin it was; the admin audit log records that.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Session(_) | Self::Begun(..) => "person",
            Self::Visitor(_) => "visitor",
            Self::Chat => "bot",
            Self::Admin(_) => "admin",
            Self::Operator => "operator",
            Self::GitHub => "github",
            Self::App => "app",
            Self::Clock => "system",
        }
    }
}

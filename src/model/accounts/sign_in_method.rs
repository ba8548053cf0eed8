//! Sign-in methods, as the activity records them.

use serde::{Deserialize, Serialize};

/// Method of a sign-in, successful or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// Telegram Login Widget.
    Widget,
    /// Telegram Mini App.
    MiniApp,
    /// Confirmation in the bot by number matching.
    Bot,
    /// One-time sign-in link from the chat.
    Link,
    /// Email address and password.
    Email,
    /// Google, by OpenID Connect.
    Google,
    /// "Log in with Telegram", by OpenID Connect.
    TelegramLogin,
}

impl SignInMethod {
    /// Returns the kind of the identity that the method proves.
    #[must_use]
    pub const fn identity_kind(self) -> &'static str {
        match self {
            Self::Widget | Self::MiniApp | Self::Bot | Self::Link | Self::TelegramLogin => "telegram",
            Self::Email => "email",
            Self::Google => "google",
        }
    }

    /// Returns the suffix of the method in Fluent ids.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Widget => "widget",
            Self::MiniApp => "miniapp",
            Self::Bot => "bot",
            Self::Link => "link",
            Self::Email => "email",
            Self::Google => "google",
            Self::TelegramLogin => "telegram",
        }
    }
}

//! Identities: the proofs of a person that sign in to an account.

use sqlx::FromRow;

use crate::model::accounts::account::TelegramId;
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// Identity linked to an account.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Identity {
    /// Provider: `telegram`, `email` or `google`.
    pub kind: String,
    /// Id at that provider: Telegram id, address, or Google `sub`.
    pub subject: String,
    /// Name at that provider: `@ivan`, or the address.
    pub label: Option<String>,
    /// Time at which a password reset disabled it; `None` while it may sign in.
    pub disabled_at: Option<Moment>,
}

impl Identity {
    /// Returns the identity `subject` at a provider, displayed as `label`.
    #[must_use]
    pub fn new(kind: &str, subject: String, label: Option<String>) -> Self {
        Self { kind: kind.to_owned(), subject, label, disabled_at: None }
    }

    /// Returns the name for display: `@ivan`, an address, or else the id.
    #[must_use]
    pub fn display_name(&self) -> String {
        match (&self.label, self.kind.as_str()) {
            (Some(name), "telegram") => format!("@{name}"),
            (Some(label), _) => label.clone(),
            (None, _) => self.subject.clone(),
        }
    }
}

/// Telegram user, as a login widget, a Mini App or an update describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelegramProfile {
    /// The only stable identifier: names and usernames change.
    pub id: TelegramId,
    /// First and last name joined; never empty.
    pub name: String,
    /// Username without the `@`.
    pub username: Option<String>,
    /// Language of the person's Telegram app, if known and supported.
    pub telegram_language: Option<Language>,
}

impl TelegramProfile {
    /// Limit of a name: Telegram's 64 + 64 characters and a space.
    const MAX_NAME_CHARS: usize = 129;

    /// Returns the code of the language of the person's Telegram app.
    #[must_use]
    pub fn language_code(&self) -> Option<&'static str> {
        self.telegram_language.map(Language::code)
    }

    /// Joins the names without control characters, because Postgres stores no NUL. Falls back to the username, then to
    /// the id.
    #[must_use]
    pub fn new(id: TelegramId, first: Option<&str>, last: Option<&str>, username: Option<&str>) -> Self {
        let plain = |part: &str| part.replace(char::is_control, "").trim().to_owned();
        let is_present = |part: &String| !part.is_empty();
        let username = username.map(plain).filter(is_present);
        let joined = [first, last].into_iter().flatten().map(plain).filter(is_present).collect::<Vec<_>>().join(" ");
        let mut name: String = joined.chars().take(Self::MAX_NAME_CHARS).collect();
        if name.is_empty() {
            name = username.clone().unwrap_or_else(|| format!("Telegram {id}"));
        }
        Self { id, name, username, telegram_language: None }
    }
}

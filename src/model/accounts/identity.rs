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
}

impl Identity {
    /// Returns the identity `subject` at a provider, displayed as `label`.
    #[must_use]
    pub fn new(kind: &str, subject: String, label: Option<String>) -> Self {
        Self { kind: kind.to_owned(), subject, label }
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

/// Key of an identity: provider and id there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdentityKey {
    /// Provider: `telegram`, `email` or `google`.
    pub kind: String,
    /// Id at that provider.
    pub subject: String,
}

impl IdentityKey {
    /// Key of the identity `subject` at a provider.
    #[must_use]
    pub fn new(kind: &str, subject: &str) -> Self {
        Self { kind: kind.to_owned(), subject: subject.to_owned() }
    }

    /// Key of a Telegram user.
    #[must_use]
    pub fn telegram(id: TelegramId) -> Self {
        Self { kind: "telegram".to_owned(), subject: id.to_string() }
    }

    /// Returns the Telegram user; `None` for other kinds.
    #[must_use]
    pub fn telegram_id(&self) -> Option<TelegramId> {
        (self.kind == "telegram").then(|| self.subject.parse().ok().and_then(TelegramId::new)).flatten()
    }
}

/// Time for which an identity added beside an older one is young, in seconds: seven days. A young identity cannot remove
/// an older one, so that a thief who adds one with a stolen session does not keep the account.
pub const YOUNG_IDENTITY_SECS: i64 = 7 * 86_400;

/// Identity with its age.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct DatedIdentity {
    /// The identity.
    #[sqlx(flatten)]
    pub identity: Identity,
    /// When it was added to the account.
    pub created_at: Moment,
    /// True if it was added beside another one, false for what the account began with.
    pub is_added: bool,
}

impl DatedIdentity {
    /// True if the identity is the one with this key.
    #[must_use]
    pub fn is(&self, key: &IdentityKey) -> bool {
        self.identity.kind == key.kind && self.identity.subject == key.subject
    }

    /// Returns the key of the identity.
    #[must_use]
    pub fn key(&self) -> IdentityKey {
        IdentityKey::new(&self.identity.kind, &self.identity.subject)
    }

    /// True if the identity was added beside an older one less than [`YOUNG_IDENTITY_SECS`] ago.
    #[must_use]
    pub fn is_young(&self, now: Moment) -> bool {
        self.is_added && now.since(self.created_at) < YOUNG_IDENTITY_SECS
    }

    /// True if the account had this identity before the other one. Within a second, what it began with comes first.
    #[must_use]
    pub fn is_older_than(&self, other: &Self) -> bool {
        (self.created_at, self.is_added) < (other.created_at, other.is_added)
    }

    /// Returns the address of the identity, if it has one: an email address, or the one of a Google account.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        let Identity { kind, subject, label } = &self.identity;
        let address = match kind.as_str() {
            "email" => Some(label.as_ref().unwrap_or(subject)),
            "google" => label.as_ref(),
            _ => None,
        };
        address.map(String::as_str).filter(|address| address.contains('@'))
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

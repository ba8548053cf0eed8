//! Identities: the proofs of a person that sign in to an account.

use sqlx::FromRow;

use crate::model::accounts::account::TelegramId;
use crate::model::text::display_name;
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
    /// Order in which the account received it; 0 for what the account began with.
    pub added_order: i64,
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
        self.is_added() && now.since(self.created_at) < YOUNG_IDENTITY_SECS
    }

    /// True if it was added beside another one, false for what the account began with.
    #[must_use]
    pub const fn is_added(&self) -> bool {
        self.added_order > 0
    }

    /// True if the account had this identity before the other one.
    #[must_use]
    pub const fn is_older_than(&self, other: &Self) -> bool {
        self.added_order < other.added_order
    }

    /// Returns the address of the identity, if it has one: an email address, or the one of a Google account.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        let Identity { kind, subject, label, .. } = &self.identity;
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

    /// Joins the names that have a visible character, without control characters, because Postgres stores no NUL. Falls
    /// back to the username, then to the id.
    #[must_use]
    pub fn new(id: TelegramId, first: Option<&str>, last: Option<&str>, username: Option<&str>) -> Self {
        let cleaned = |part: &str| display_name::cleaned(part, Self::MAX_NAME_CHARS);
        let username = username.and_then(cleaned);
        let names: Vec<String> = [first, last].into_iter().flatten().filter_map(cleaned).collect();
        let name = cleaned(&names.join(" ")).or_else(|| username.clone()).unwrap_or_else(|| format!("Telegram {id}"));
        Self { id, name, username, telegram_language: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_something_to_see() {
        let name = |first, last, username| {
            TelegramProfile::new(TelegramId::new(7).expect("an id"), first, last, username).name
        };
        assert_eq!(name(Some("Ivan"), Some("Petrov"), Some("ivan")), "Ivan Petrov");
        assert_eq!(name(Some("\u{2800}"), Some("Petrov"), None), "Petrov");
        assert_eq!(name(Some("cafe\u{301}"), None, None), "café");
        for blank in ["", "\u{2800}", "\u{3164}", "\u{115f}", "\u{301}", "\u{200d}", "\u{202e}", "\u{0}"] {
            assert_eq!(name(Some(blank), Some(blank), Some("ivan")), "ivan", "{blank:?}");
            assert_eq!(name(Some(blank), None, None), "Telegram 7", "{blank:?}");
        }
        assert_eq!(name(Some("\u{202e}Ivan"), None, None), "Ivan");
        assert_eq!(name(Some(&"ж".repeat(200)), Some("x"), None), "ж".repeat(129));
    }
}

//! Accounts and the identities that sign in to them.

use std::fmt;

use serde::Serialize;
use sqlx::FromRow;

use crate::model::billing::plan::{Plan, Plans};
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// Account number: `42`, shown to people as `#42`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct AccountId(pub i64);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Telegram user id: positive, at most 52 significant bits (Bot API), more than 32 in practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct TelegramId(i64);

impl TelegramId {
    /// Returns `None` unless the id is positive: negative ids belong to groups and channels.
    #[must_use]
    pub const fn new(id: i64) -> Option<Self> {
        if id > 0 { Some(Self(id)) } else { None }
    }

    /// Returns the number. It is also the chat id of the person's private chat with the bot.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for TelegramId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Account as stored.
#[derive(Clone, Debug, FromRow)]
pub struct Account {
    /// Primary key; shown to people as `#42`.
    pub id: AccountId,
    /// Display name: from Telegram or the identity provider until the person chooses one.
    pub name: String,
    /// Language the person chose, as an ISO 639-1 code.
    pub language: Option<String>,
    /// Plan last assigned. [`Account::plan`] returns the plan in effect.
    pub plan: String,
    /// End of that plan; `None` if it has no end date.
    pub plan_until: Option<Moment>,
    /// Remaining tokens: the sum of the ledger.
    pub token_balance: i64,
    /// Time of the ban; `None` unless banned.
    pub banned_at: Option<Moment>,
    /// Time of the first sign-in.
    pub created_at: Moment,
    /// Scheduled time of deletion. The person can cancel until then. Some statements do not read it.
    #[sqlx(default, rename = "deletion_due_at")]
    pub leaving_at: Option<Moment>,
    /// Time since which only the number remains: merged into another account, or deleted. Some statements do not read
    /// it.
    #[sqlx(default, rename = "deleted_at")]
    pub gone_at: Option<Moment>,
}

impl Account {
    /// Returns the plan in effect at `now`. An ended or unknown plan falls back to the base plan.
    #[must_use]
    pub fn plan<'a>(&self, plans: &'a Plans, now: Moment) -> &'a Plan {
        let ended = self.plan_until.is_some_and(|until| until <= now);
        plans.get(&self.plan).filter(|_| !ended).unwrap_or_else(|| plans.base())
    }

    /// Returns the language the person chose, if it is still supported.
    #[must_use]
    pub fn chosen_language(&self) -> Option<Language> {
        self.language.as_deref().and_then(Language::from_tag)
    }
}

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
    /// Returns the name for display: `@ivan`, an address, or else the id.
    #[must_use]
    pub fn shown(&self) -> String {
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
    pub speaks: Option<Language>,
}

impl TelegramProfile {
    /// Limit of a name: Telegram's 64 + 64 characters and a space.
    const MAX_NAME_CHARS: usize = 129;

    /// Returns the code of the language of the person's Telegram app.
    #[must_use]
    pub fn speaks(&self) -> Option<&'static str> {
        self.speaks.map(Language::code)
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
        Self { id, name, username, speaks: None }
    }
}

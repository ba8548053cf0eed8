//! A person's account, and the ways into it.

use std::fmt;

use serde::Serialize;
use sqlx::FromRow;

use crate::model::billing::plan::{Plan, Plans};
use crate::model::text::language::Language;
use crate::model::time::Moment;

/// The number of an account: `42`, shown to people as `#42`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct AccountId(pub i64);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A Telegram user's id: positive, at most 52 significant bits as Telegram says, more than 32 in practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct TelegramId(i64);

impl TelegramId {
    /// Takes a positive id.
    #[must_use]
    pub const fn new(id: i64) -> Option<Self> {
        if id > 0 { Some(Self(id)) } else { None }
    }

    /// The id as a number, which is also the id of the person's private chat with the bot.
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

/// An account as stored.
#[derive(Clone, Debug, FromRow)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// What the person is called: from Telegram until they choose a name themselves.
    pub name: String,
    /// The language the person chose, as an ISO 639-1 code.
    pub language: Option<String>,
    /// The plan it was given; ask [`Account::plan`] which one counts.
    pub plan: String,
    /// When that plan ends.
    pub plan_until: Option<Moment>,
    /// Tokens left: the sum of the ledger.
    pub token_balance: i64,
    /// Since when it may not be used.
    pub banned_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
    /// When it is to be deleted: its person asked for that, and may still keep it. Not read by every statement.
    #[sqlx(default, rename = "deletion_due_at")]
    pub leaving_at: Option<Moment>,
    /// Since when it is nothing but a number: merged into another one, or deleted. Not read by every statement.
    #[sqlx(default, rename = "deleted_at")]
    pub gone_at: Option<Moment>,
}

impl Account {
    /// The plan that counts at `now`: an ended or unknown plan falls back to the base plan.
    #[must_use]
    pub fn plan<'a>(&self, plans: &'a Plans, now: Moment) -> &'a Plan {
        let ended = self.plan_until.is_some_and(|until| until <= now);
        plans.get(&self.plan).filter(|_| !ended).unwrap_or_else(|| plans.base())
    }

    /// The language the person chose, if they did.
    #[must_use]
    pub fn chosen_language(&self) -> Option<Language> {
        self.language.as_deref().and_then(Language::from_tag)
    }
}

/// A way into an account.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Identity {
    /// `telegram`, `email` or `google`.
    pub kind: String,
    /// The id within that kind: a Telegram id, an address, a Google `sub`.
    pub subject: String,
    /// How the person is known there: `@ivan`, the address.
    pub label: Option<String>,
}

impl Identity {
    /// How people read it: `@ivan`, an address, or the number there.
    #[must_use]
    pub fn shown(&self) -> String {
        match (&self.label, self.kind.as_str()) {
            (Some(name), "telegram") => format!("@{name}"),
            (Some(label), _) => label.clone(),
            (None, _) => self.subject.clone(),
        }
    }
}

/// Who someone is on Telegram, as a widget, a Mini App or an update says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelegramProfile {
    /// The only thing that identifies them.
    pub id: TelegramId,
    /// First and last name in one; never empty.
    pub name: String,
    /// Without the `@`.
    pub username: Option<String>,
    /// What their Telegram speaks, if that was said and we speak it.
    pub speaks: Option<Language>,
}

impl TelegramProfile {
    /// The longest name we keep, in characters: Telegram's 64 + 64 and a space.
    const MAX_NAME_CHARS: usize = 129;

    /// The code of the language that their Telegram speaks.
    #[must_use]
    pub fn speaks(&self) -> Option<&'static str> {
        self.speaks.map(Language::code)
    }

    /// Joins the names, without control characters (Postgres stores no NUL); a person without any is called by their
    /// username or number.
    #[must_use]
    pub fn new(id: TelegramId, first: Option<&str>, last: Option<&str>, username: Option<&str>) -> Self {
        let plain = |part: &str| part.replace(char::is_control, "").trim().to_owned();
        let there = |part: &String| !part.is_empty();
        let username = username.map(plain).filter(there);
        let joined = [first, last].into_iter().flatten().map(plain).filter(there).collect::<Vec<_>>().join(" ");
        let mut name: String = joined.chars().take(Self::MAX_NAME_CHARS).collect();
        if name.is_empty() {
            name = username.clone().unwrap_or_else(|| format!("Telegram {id}"));
        }
        Self { id, name, username, speaks: None }
    }
}

//! Accounts, and the ids of accounts and of Telegram users.

use std::fmt;

use serde::Serialize;
use sqlx::FromRow;

use crate::model::billing::plan::{Plan, Plans};
use crate::model::text::dates::UtcOffset;
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
    /// Part of the balance that was given: the sign-up grant and allowances. Spent first; a merge does not move it. Some
    /// statements do not read it.
    #[sqlx(default)]
    pub free_tokens: i64,
    /// Calendar month of the last allowance, such as `2026-11`. Some statements do not read it.
    #[sqlx(default)]
    pub allowance_month: Option<String>,
    /// Tokens paid for that month.
    #[sqlx(default)]
    pub allowance_tokens: i64,
    /// Time of the ban; `None` unless banned.
    pub banned_at: Option<Moment>,
    /// Time of the first sign-in.
    pub created_at: Moment,
    /// Scheduled time of deletion. The person can cancel until then. Some statements do not read it.
    #[sqlx(default)]
    pub deletion_due_at: Option<Moment>,
    /// Time since which only the number remains: merged into another account, or deleted. Some statements do not read
    /// it.
    #[sqlx(default)]
    pub deleted_at: Option<Moment>,
    /// UTC offset of the person's clock, in minutes, set with the quiet hours. Some statements do not read it.
    #[sqlx(default)]
    pub utc_offset_minutes: i64,
}

impl Account {
    /// Returns the plan in effect at `now`. An ended or unknown plan falls back to the base plan.
    #[must_use]
    pub fn plan<'a>(&self, plans: &'a Plans, now: Moment) -> &'a Plan {
        let ended = self.plan_until.is_some_and(|until| until <= now);
        plans.get(&self.plan).filter(|_| !ended).unwrap_or_else(|| plans.base())
    }

    /// True if this month's allowance was not examined yet, as far as the account was read.
    #[must_use]
    pub fn lacks_allowance(&self, now: Moment) -> bool {
        self.allowance_month.as_ref().is_some_and(|month| *month < now.month())
    }

    /// Tokens that were bought or granted by an admin. They move in a merge.
    #[must_use]
    pub const fn own_tokens(&self) -> i64 {
        self.token_balance - self.free_tokens
    }

    /// Returns the clock by which dates are written for the person.
    #[must_use]
    pub const fn utc_offset(&self) -> UtcOffset {
        UtcOffset(self.utc_offset_minutes)
    }

    /// Returns the language the person chose, if it is still supported.
    #[must_use]
    pub fn chosen_language(&self) -> Option<Language> {
        self.language.as_deref().and_then(Language::from_tag)
    }
}

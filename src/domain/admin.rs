//! What admins may do to other people's accounts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::Domain;
use crate::domain::error::{Refusal, Result};
use crate::model::account::{Account, AccountId, TelegramId};
use crate::model::chance;
use crate::store::accounts::{PostTokens, Posted, SetPlan};

/// Proof that someone may act on other people's accounts.
#[derive(Clone, Copy, Debug)]
pub struct Admin {
    who: Option<TelegramId>,
}

impl Admin {
    /// Whoever can run the program on the database may do everything: `neuralbox-auth admin …`.
    #[must_use]
    pub const fn operator() -> Self {
        Self { who: None }
    }
}

/// Whom an admin means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonRef {
    /// A Telegram id.
    Telegram(TelegramId),
    /// An account's number, `#42`.
    Account(AccountId),
    /// A Telegram name, `@name`.
    Username(String),
}

impl PersonRef {
    /// Reads `1001`, `#42` or `@name`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(number) = text.strip_prefix('#') {
            return number.parse().ok().map(|id| Self::Account(AccountId(id)));
        }
        if let Some(name) = text.strip_prefix('@') {
            let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            return plain.then(|| Self::Username(name.to_owned()));
        }
        text.parse().ok().and_then(TelegramId::new).map(Self::Telegram)
    }
}

impl Domain {
    /// Proves that a Telegram user is an admin.
    pub fn admin(&self, person: TelegramId) -> Result<Admin> {
        if self.parts.rules.admins.contains(&person) {
            Ok(Admin { who: Some(person) })
        } else {
            Err(Refusal::NotAdmin.into())
        }
    }

    /// Finds a person.
    pub async fn find_person(&self, _admin: &Admin, person: &PersonRef) -> Result<Account> {
        let found = match person {
            PersonRef::Telegram(id) => self.parts.store.account_of_telegram(*id).await?,
            PersonRef::Account(id) => self.parts.store.account(*id).await?,
            PersonRef::Username(name) => self.parts.store.account_of_username(name).await?,
        };
        Ok(found.ok_or(Refusal::NoSuchPerson)?)
    }

    /// Gives a person a plan, for some days or for good. It counts from the next request on, and what it gives this month
    /// beyond the old one is there at once.
    pub async fn set_plan(&self, admin: &Admin, person: &PersonRef, plan: &str, days: Option<u32>) -> Result<Account> {
        let plan = self.plans().get(plan).ok_or(Refusal::NoSuchPlan)?.id.clone();
        let account = self.find_person(admin, person).await?.id;
        let until = days.map(|days| self.now().plus(i64::from(days) * 86_400));
        let changed = self
            .change(account, SetPlan { account, plan, until, dues: self.dues() })
            .await?
            .ok_or(Refusal::NoSuchPerson)?;
        tracing::info!(%account, plan = changed.plan, by = ?admin.who, "plan changed");
        Ok(changed)
    }

    /// Gives a person tokens.
    pub async fn grant(&self, admin: &Admin, person: &PersonRef, tokens: u32, reason: &str) -> Result<Account> {
        let account = self.find_person(admin, person).await?.id;
        let once_key = format!("grant:{}", URL_SAFE_NO_PAD.encode(chance::bytes::<16>(self.chance())));
        let reason = if reason.trim().is_empty() { "grant" } else { reason.trim() }.to_owned();
        let grant = PostTokens { account, tokens: i64::from(tokens), reason, once_key, now: self.now() };
        match self.change(account, grant).await? {
            Posted::Done(_) | Posted::Before(_) => {
                tracing::info!(%account, tokens, by = ?admin.who, "tokens granted");
                Ok(self.parts.store.account(account).await?.ok_or(Refusal::NoSuchPerson)?)
            }
            Posted::Short => Err(Refusal::NoSuchPerson.into()),
        }
    }
}

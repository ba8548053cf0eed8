//! Access of admins, and how they refer to people.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Refusal, Result};
use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::admin_action::AdminAction;

/// Proof that the caller may act on other people's accounts.
#[derive(Clone, Copy, Debug)]
pub struct Admin {
    who: Option<TelegramId>,
}

impl Admin {
    /// Grants admin rights to the operator: access to the database already allows everything (`neuralbox-auth admin
    /// …`).
    #[must_use]
    pub const fn operator() -> Self {
        Self { who: None }
    }

    /// Returns the admin's Telegram id; `None` for the operator.
    pub(in crate::domain) const fn who(&self) -> Option<TelegramId> {
        self.who
    }
}

/// Reference to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonRef {
    /// Telegram id.
    Telegram(TelegramId),
    /// Account id, `#42`.
    Account(AccountId),
    /// Telegram username, `@name`.
    Username(String),
    /// Email address they sign in with.
    Email(String),
}

impl PersonRef {
    /// Parses `1001`, `#42`, `@name` or `name@example.org`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(number) = text.strip_prefix('#') {
            return number.parse().ok().map(|id| Self::Account(AccountId(id)));
        }
        if let Some(name) = text.strip_prefix('@') {
            let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            return plain.then(|| Self::Username(name.to_owned()));
        }
        if let Some((name, host)) = text.split_once('@') {
            let plain = !name.is_empty() && !host.is_empty() && !text.contains(char::is_whitespace);
            return plain.then(|| Self::Email(text.to_owned()));
        }
        text.parse().ok().and_then(TelegramId::new).map(Self::Telegram)
    }
}

impl Domain {
    /// Authenticates a Telegram user as an admin.
    pub fn admin(&self, person: TelegramId) -> Result<Admin> {
        if self.inner.settings.admins.contains(&person) {
            Ok(Admin { who: Some(person) })
        } else {
            Err(Refusal::NotAdmin.into())
        }
    }

    /// Authenticates a signed-in person as an admin by the Telegram identities of their account.
    pub async fn admin_of(&self, caller: &SignedIn) -> Result<Admin> {
        let identities = self.inner.store.identities(caller.account().id).await?;
        let telegram = identities
            .iter()
            .filter(|identity| identity.kind == "telegram" && identity.disabled_at.is_none())
            .filter_map(|identity| identity.subject.parse().ok());
        let admin = telegram.filter_map(TelegramId::new).find_map(|id| self.admin(id).ok());
        Ok(admin.ok_or(Refusal::NotAdmin)?)
    }

    /// Returns the Telegram ids of all admins.
    #[must_use]
    pub fn admins(&self) -> &[TelegramId] {
        &self.inner.settings.admins
    }

    /// Finds the account of a person.
    pub async fn find_person(&self, _admin: &Admin, person: &PersonRef) -> Result<Account> {
        let account = match person {
            PersonRef::Telegram(id) => self.inner.store.account_of_telegram(*id).await?,
            PersonRef::Account(id) => self.inner.store.account(*id).await?,
            PersonRef::Username(name) => self.inner.store.account_of_username(name).await?,
            PersonRef::Email(address) => self.inner.store.account_of_email(address).await?,
        };
        Ok(account.ok_or(Refusal::PersonNotFound)?)
    }

    /// Gives a person a plan, for a number of days or without end. It takes effect with the next request. If its
    /// monthly allowance is larger, the difference is added immediately.
    pub async fn set_plan(&self, admin: &Admin, person: &PersonRef, plan: &str, days: Option<u32>) -> Result<Account> {
        self.perform_action(admin, person, AdminAction::Plan { plan: plan.to_owned(), days }).await
    }

    /// Adds tokens to a person's balance.
    pub async fn grant(&self, admin: &Admin, person: &PersonRef, tokens: u32, reason: &str) -> Result<Account> {
        self.perform_action(admin, person, AdminAction::Grant { tokens, reason: reason.to_owned() }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_named_in_four_ways() {
        let parse = PersonRef::parse;
        assert_eq!(parse("1001"), TelegramId::new(1001).map(PersonRef::Telegram));
        assert_eq!(parse("#42"), Some(PersonRef::Account(AccountId(42))));
        assert_eq!(parse("@Ivan_1"), Some(PersonRef::Username("Ivan_1".to_owned())));
        assert_eq!(parse("Ivan@Example.org"), Some(PersonRef::Email("Ivan@Example.org".to_owned())));
        for nobody in ["", "#", "@", "-5", "0", "Ivan", "@a b", "a@", "@a@b", "a@b c", "#x"] {
            assert_eq!(parse(nobody), None, "{nobody}");
        }
    }
}

//! What admins may do to other people's accounts.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Refusal, Result};
use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::admin_action::AdminAction;

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

    /// Their Telegram id; none for the operator.
    pub(in crate::domain) const fn who(&self) -> Option<TelegramId> {
        self.who
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
    /// An e-mail address they sign in with.
    Email(String),
}

impl PersonRef {
    /// Reads `1001`, `#42`, `@name` or `name@example.org`.
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
    /// Proves that a Telegram user is an admin.
    pub fn admin(&self, person: TelegramId) -> Result<Admin> {
        if self.inner.settings.admins.contains(&person) {
            Ok(Admin { who: Some(person) })
        } else {
            Err(Refusal::NotAdmin.into())
        }
    }

    /// Proves that whoever is signed in is an admin: one of the Telegram accounts they sign in with is.
    pub async fn admin_of(&self, caller: &SignedIn) -> Result<Admin> {
        let ways = self.inner.store.identities(caller.account().id).await?;
        let telegram = ways.iter().filter(|way| way.kind == "telegram").filter_map(|way| way.subject.parse().ok());
        let admin = telegram.filter_map(TelegramId::new).find_map(|id| self.admin(id).ok());
        Ok(admin.ok_or(Refusal::NotAdmin)?)
    }

    /// The admins there are.
    #[must_use]
    pub fn admins(&self) -> &[TelegramId] {
        &self.inner.settings.admins
    }

    /// Finds a person.
    pub async fn find_person(&self, _admin: &Admin, person: &PersonRef) -> Result<Account> {
        let found = match person {
            PersonRef::Telegram(id) => self.inner.store.account_of_telegram(*id).await?,
            PersonRef::Account(id) => self.inner.store.account(*id).await?,
            PersonRef::Username(name) => self.inner.store.account_of_username(name).await?,
            PersonRef::Email(address) => self.inner.store.account_of_email(address).await?,
        };
        Ok(found.ok_or(Refusal::PersonNotFound)?)
    }

    /// Gives a person a plan, for some days or for good. It counts from the next request on, and what it gives this month
    /// beyond the old one is there at once.
    pub async fn set_plan(&self, admin: &Admin, person: &PersonRef, plan: &str, days: Option<u32>) -> Result<Account> {
        self.act(admin, person, AdminAction::Plan { plan: plan.to_owned(), days }).await
    }

    /// Gives a person tokens.
    pub async fn grant(&self, admin: &Admin, person: &PersonRef, tokens: u32, reason: &str) -> Result<Account> {
        self.act(admin, person, AdminAction::Grant { tokens, reason: reason.to_owned() }).await
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

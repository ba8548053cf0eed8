//! Access of admins: who is one, what each role may do, and how admins refer to people.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Refusal, Result};
use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::admin_action::role::AdminRole;
use crate::model::text::name_search::NameQuery;

/// Kind of act that an admin's role allows or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminAct {
    /// Find people and see their accounts, with what admins did to them.
    People,
    /// Change plans.
    Plans,
    /// Grant tokens, or take them back.
    Tokens,
    /// Ban, and lift bans.
    Bans,
    /// Write to one person.
    Messages,
    /// Refund purchases.
    Refunds,
    /// See statistics.
    Stats,
    /// Write, send, watch and stop broadcasts.
    Broadcasts,
    /// Register and change clients of the OAuth provider, and rotate its signing keys.
    Clients,
}

impl AdminAct {
    /// All acts.
    pub const ALL: [Self; 9] = [
        Self::People,
        Self::Plans,
        Self::Tokens,
        Self::Bans,
        Self::Messages,
        Self::Refunds,
        Self::Stats,
        Self::Broadcasts,
        Self::Clients,
    ];

    /// Returns true if the role allows the act.
    #[must_use]
    pub const fn is_allowed(self, role: AdminRole) -> bool {
        match self {
            Self::People | Self::Plans | Self::Tokens | Self::Bans | Self::Messages | Self::Refunds | Self::Stats => {
                matches!(role, AdminRole::Owner | AdminRole::Support)
            }
            Self::Broadcasts => matches!(role, AdminRole::Owner | AdminRole::Announcer),
            Self::Clients => matches!(role, AdminRole::Owner),
        }
    }
}

/// Proof that the caller is an admin. Each operation still checks that the role allows it.
#[derive(Clone, Copy, Debug)]
pub struct Admin {
    who: Option<TelegramId>,
    role: AdminRole,
    source: AdminSource,
}

/// Place from which an admin acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain) enum AdminSource {
    /// In chat, where the outcome is seen.
    Chat,
    /// In a session, over HTTP.
    Session,
    /// At the command line.
    CommandLine,
}

impl Admin {
    /// Grants admin rights to the operator: access to the database already allows everything (`neuralbox-auth admin
    /// …`).
    #[must_use]
    pub const fn operator() -> Self {
        Self { who: None, role: AdminRole::Owner, source: AdminSource::CommandLine }
    }

    /// True if the admin's role allows the act.
    #[must_use]
    pub const fn may(&self, act: AdminAct) -> bool {
        act.is_allowed(self.role)
    }

    /// Refuses an act that the admin's role does not allow.
    pub fn require(&self, act: AdminAct) -> Result<()> {
        if self.may(act) { Ok(()) } else { Err(Refusal::RoleNotAllowed(self.role).into()) }
    }

    /// Returns the admin's Telegram id; `None` for the operator.
    pub(in crate::domain) const fn who(&self) -> Option<TelegramId> {
        self.who
    }

    /// Returns the place from which the admin acts.
    pub(in crate::domain) const fn source(&self) -> AdminSource {
        self.source
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
    /// Part of their name.
    Name(NameQuery),
}

impl PersonRef {
    /// Parses `1001`, `#42`, `@name`, `name@example.org` or a part of a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
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
        match text.parse() {
            Ok(id) => TelegramId::new(id).map(Self::Telegram),
            Err(_) => NameQuery::parse(text).map(Self::Name),
        }
    }
}

impl Domain {
    /// Authenticates a Telegram user as an admin.
    pub fn admin(&self, person: TelegramId) -> Result<Admin> {
        let role = self.inner.settings.admins.role(person).ok_or(Refusal::NotAdmin)?;
        Ok(Admin { who: Some(person), role, source: AdminSource::Chat })
    }

    /// Authenticates a Telegram user as an admin whose role allows the act.
    pub fn admin_for(&self, person: TelegramId, act: AdminAct) -> Result<Admin> {
        let admin = self.admin(person)?;
        admin.require(act).map(|()| admin)
    }

    /// Authenticates a signed-in person as an admin. The session must have been begun by the admin's own Telegram
    /// account: a person who got into it by another method is no admin.
    pub async fn admin_of(&self, caller: &SignedIn) -> Result<Admin> {
        let admin = caller.identity.telegram_id().and_then(|id| self.admin(id).ok());
        if let Some(admin @ Admin { who: Some(who), .. }) = admin
            && self.inner.store.identity_owner("telegram", &who.to_string()).await? == Some(caller.account().id)
        {
            let source = if caller.session().is_some() { AdminSource::Session } else { AdminSource::Chat };
            return Ok(Admin { source, ..admin });
        }
        let has_admin = self.is_admin(caller.account().id).await?;
        Err(if has_admin { Refusal::TelegramSignInRequired } else { Refusal::NotAdmin }.into())
    }

    /// Returns the Telegram ids of all admins.
    #[must_use]
    pub fn admins(&self) -> &[TelegramId] {
        self.inner.settings.admins.ids()
    }

    /// Returns the Telegram ids of the admins whose role allows the act.
    #[must_use]
    pub fn admins_for(&self, act: AdminAct) -> Vec<TelegramId> {
        let admins = self.inner.settings.admins.iter();
        admins.filter(|admin| act.is_allowed(admin.role)).map(|admin| admin.id).collect()
    }

    /// Finds the account of a person. A part of a name must be that of one person only.
    pub async fn find_person(&self, admin: &Admin, person: &PersonRef) -> Result<Account> {
        admin.require(AdminAct::People)?;
        let account = match person {
            PersonRef::Telegram(id) => self.inner.store.account_of_telegram(*id).await?,
            PersonRef::Account(id) => self.inner.store.account(*id).await?,
            PersonRef::Username(name) => self.inner.store.account_of_username(name).await?,
            PersonRef::Email(address) => self.inner.store.account_of_email(address).await?,
            PersonRef::Name(query) => self.only_person_named(admin, query).await?,
        };
        Ok(account.ok_or(Refusal::PersonNotFound)?)
    }

    /// Returns true if an admin signs in to this account.
    pub(in crate::domain) async fn is_admin(&self, account: AccountId) -> Result<bool> {
        let identities = self.inner.store.identities(account).await?;
        let telegram = identities
            .iter()
            .filter(|identity| identity.kind == "telegram")
            .filter_map(|identity| identity.subject.parse().ok());
        Ok(telegram.filter_map(TelegramId::new).any(|id| self.admin(id).is_ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_named_in_five_ways() {
        let parse = PersonRef::parse;
        assert_eq!(parse("1001"), TelegramId::new(1001).map(PersonRef::Telegram));
        assert_eq!(parse("#42"), Some(PersonRef::Account(AccountId(42))));
        assert_eq!(parse("@Ivan_1"), Some(PersonRef::Username("Ivan_1".to_owned())));
        assert_eq!(parse("Ivan@Example.org"), Some(PersonRef::Email("Ivan@Example.org".to_owned())));
        assert_eq!(parse("Иван П"), NameQuery::parse("иван п").map(PersonRef::Name));
        for nobody in ["", "#", "@", "-5", "0", "i", "@a b", "a@", "@a@b", "a@b c", "#x"] {
            assert_eq!(parse(nobody), None, "{nobody}");
        }
    }

    #[test]
    fn each_role_may_do_its_own() {
        let may = |role: AdminRole| AdminAct::ALL.into_iter().filter(|act| act.is_allowed(role)).collect::<Vec<_>>();
        assert_eq!(may(AdminRole::Owner), AdminAct::ALL);
        assert_eq!(may(AdminRole::Announcer), [AdminAct::Broadcasts]);
        let of_support = may(AdminRole::Support);
        let of_others = [AdminAct::Broadcasts, AdminAct::Clients];
        assert!(!of_others.iter().any(|act| of_support.contains(act)) && of_support.len() == AdminAct::ALL.len() - 2);
    }
}

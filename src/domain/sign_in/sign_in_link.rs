//! Signing in by a link from the chat: it opens the pages signed in, once, within two minutes.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{NoSignIn, Result};
use crate::domain::sign_in::telegram_login::{NewSession, outcome_of};
use crate::model::accounts::account::{Account, AccountId};
use crate::model::session::{Origin, RefreshSecret};
use crate::model::sign_in::login_widget::SignedLogin;
use crate::model::sign_in::one_time_token::{LIFETIME, OneTimeToken};
use crate::store::sign_in::sign_in_link::{AddLink, SpendLink};
use crate::telemetry;

impl Domain {
    /// Makes what signs a browser in as the caller, once.
    pub async fn make_sign_in_link(&self, caller: &SignedIn) -> Result<OneTimeToken> {
        let token = OneTimeToken::new(self.chance());
        let expires_at = self.now().plus(LIFETIME);
        self.parts.store.write(AddLink { digest: token.digest(), account: caller.account.id, expires_at }).await?;
        Ok(token)
    }

    /// Whom a link signs in. Looking spends nothing: programs look at links too.
    pub async fn sign_in_link(&self, token: &str) -> Result<Account> {
        let token = OneTimeToken::parse(token).ok_or(NoSignIn::Unknown)?;
        let link = self.parts.store.sign_in_link(&token.digest()).await?.ok_or(NoSignIn::Unknown)?;
        if link.used_at.is_some() {
            return Err(NoSignIn::Used.into());
        }
        if link.expires_at <= self.now() {
            return Err(NoSignIn::Expired.into());
        }
        Ok(link.account)
    }

    /// Makes sure that whoever opened a link in Telegram is whom it was made for: Telegram has signed who opened it. Spends
    /// nothing.
    pub async fn check_who_opened_link(&self, token: &str, login: SignedLogin) -> Result<()> {
        let opened_by = self.check_widget(login)?.profile.id;
        let account = self.sign_in_link(token).await?.id;
        let owner = self.parts.store.owner_of_way("telegram", &opened_by.to_string()).await?;
        if owner == Some(account) { Ok(()) } else { Err(NoSignIn::Unknown.into()) }
    }

    /// Spends a link for a session of `account`, which is whom the person was shown.
    pub async fn sign_in_by_link(&self, token: &str, account: AccountId, origin: Origin) -> Result<NewSession> {
        let outcome = self.admit_link(token, account, origin).await;
        telemetry::signed_in("link", outcome_of(&outcome));
        outcome
    }

    async fn admit_link(&self, token: &str, account: AccountId, origin: Origin) -> Result<NewSession> {
        let digest = OneTimeToken::parse(token).ok_or(NoSignIn::Unknown)?.digest();
        let secret = RefreshSecret::new(self.chance());
        let spend = SpendLink { digest, account, origin, secret, now: self.now() };
        match self.parts.store.write(spend).await? {
            Some(begun) => self.new_session(begun, secret),
            // Why not: it was used, its time is over, or it is another person's.
            None => Err(self.sign_in_link(token).await.err().unwrap_or_else(|| NoSignIn::Unknown.into())),
        }
    }
}

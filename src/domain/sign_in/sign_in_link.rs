//! Sign-in links from the chat. A link opens the website signed in, once, within two minutes.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Result, SignInRequestError};
use crate::domain::rate_limits::write_limits::WriteCost;
use crate::domain::sessions::session_start::{NewSession, outcome_of};
use crate::domain::sign_in::telegram_login::TelegramProof;
use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::identity::TelegramProfile;
use crate::model::session::RequestSource;
use crate::model::sign_in::login_widget::LoginWidgetPayload;
use crate::model::sign_in::one_time_token::{ONE_TIME_SECS, OneTimeToken};
use crate::store::bot_state::secret_messages::{AddSecretMessage, SecretMessage};
use crate::store::sign_in::sign_in_link::{AddSignInLink, RecordLinkMessage, SpendLoginPayload, SpendSignInLink};
use crate::telemetry;

impl Domain {
    /// Creates the token of a link that signs a browser in as the caller.
    pub async fn make_sign_in_link(&self, caller: &SignedIn) -> Result<OneTimeToken> {
        self.admit_chat_write(caller, WriteCost::Ordinary).await?;
        let token = OneTimeToken::new(self.rng());
        let expires_at = self.now().plus(ONE_TIME_SECS);
        let (digest, account, telegram_subject) = (token.digest(), caller.account.id, caller.identity.subject.clone());
        self.inner.store.write(AddSignInLink { digest, account, telegram_subject, expires_at }).await?;
        Ok(token)
    }

    /// Records the chat message that shows a link. It is deleted when the link expires, or becomes the result when the
    /// link is used.
    pub async fn record_link_message(&self, token: &OneTimeToken, chat_id: i64, message_id: i64) -> Result<()> {
        let now = self.now();
        let message = SecretMessage { chat_id, message_id, sent_at: now };
        let deletion = AddSecretMessage { message, due_at: now.plus(ONE_TIME_SECS) };
        Ok(self.inner.store.write(RecordLinkMessage { digest: token.digest(), deletion }).await?)
    }

    /// Returns the account a link signs in. Spends nothing, because programs open links too.
    pub async fn sign_in_link(&self, token: &str) -> Result<Account> {
        let token = OneTimeToken::parse(token).ok_or(SignInRequestError::Unknown)?;
        let link = self.inner.store.sign_in_link(&token.digest()).await?.ok_or(SignInRequestError::Unknown)?;
        if link.used_at.is_some() {
            return Err(SignInRequestError::Used.into());
        }
        if link.expires_at <= self.now() {
            return Err(SignInRequestError::Expired.into());
        }
        Ok(link.account)
    }

    /// Checks that the person opening a link in Telegram is the one it was made for, by Telegram's signature. Spends the
    /// signed payload, because it is in the address and would sign in at other calls too; the link stays unspent. A
    /// payload that was spent before is accepted: it only narrows down who may open the link.
    pub async fn check_who_opened_link(&self, token: &str, login: LoginWidgetPayload) -> Result<()> {
        let TelegramProof { profile: TelegramProfile { id: opened_by, .. }, signature } = self.check_widget(login)?;
        self.inner.store.write(SpendLoginPayload { proof: signature }).await?;
        let account = self.sign_in_link(token).await?.id;
        let owner = self.inner.store.identity_owner("telegram", &opened_by.to_string()).await?;
        if owner == Some(account) { Ok(()) } else { Err(SignInRequestError::Unknown.into()) }
    }

    /// Exchanges a link for a session of `account`, the one shown to the person.
    pub async fn sign_in_by_link(&self, token: &str, account: AccountId, source: RequestSource) -> Result<NewSession> {
        let network = source.network.clone();
        let outcome = self.check_link(token, account, source).await;
        telemetry::metrics::sign_ins_total("link", outcome_of(&outcome));
        self.count_refusal(outcome, &network).await
    }

    async fn check_link(&self, token: &str, account: AccountId, source: RequestSource) -> Result<NewSession> {
        // A link that signs nobody in costs no write.
        if self.sign_in_link(token).await?.id != account {
            return Err(SignInRequestError::Unknown.into());
        }
        let digest = OneTimeToken::parse(token).ok_or(SignInRequestError::Unknown)?.digest();
        let secret = self.inner.refresh_chain.first(self.rng());
        let spend = SpendSignInLink { digest, account, source, secret, now: self.now() };
        match self.inner.store.write(spend).await? {
            Some(begun) => self.new_session(begun, secret),
            // Reports the reason: used, expired, or made for another account.
            None => Err(self.sign_in_link(token).await.err().unwrap_or_else(|| SignInRequestError::Unknown.into())),
        }
    }
}

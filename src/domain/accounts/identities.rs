//! Identities: the sign-in methods of an account. Each is added with its own proof, and any but the last can be
//! unlinked.

use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{CredentialError, EmailTokenError, IdentityError, Refusal, Result, SignInRequestError};
use crate::domain::sign_in::bot_sign_in::{
    BotSignInPrompt, BotSignInState, ConfirmationPoll, StartedBotSignIn, standing,
};
use crate::domain::sign_in::email_tokens::VerifiedEmail;
use crate::domain::sign_in::telegram_login::TelegramProof;
use crate::domain::{Domain, Error};
use crate::model::accounts::identity::{Identity, IdentityKey};
use crate::model::network::Network;
use crate::model::session::RequestSource;
use crate::model::sign_in::init_data::MiniAppInitData;
use crate::model::sign_in::login_widget::LoginWidgetPayload;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::sign_in::upstream_oidc::{UpstreamCode, UpstreamProvider};
use crate::store::accounts::identities::{LinkIdentity, LinkOutcome, ProofReplayKey, UnlinkIdentity, UnlinkOutcome};
use crate::store::accounts::identity_disabling::ConfirmIdentity;
use crate::store::sign_in::bot_sign_in::{BotSignInRow, SpendTelegramLink};

/// Identity whose holder has just proven to control it. Only this floor creates one.
#[derive(Clone, Debug)]
pub(in crate::domain) struct IdentityProof {
    identity: Identity,
    telegram_language: Option<String>,
    replay_key: ProofReplayKey,
}

impl IdentityProof {
    /// Proof of an identity that has no language of Telegram.
    pub(in crate::domain) fn new(identity: Identity, replay_key: ProofReplayKey) -> Self {
        Self { identity, telegram_language: None, replay_key }
    }
}

impl From<TelegramProof> for IdentityProof {
    fn from(TelegramProof { profile, signature }: TelegramProof) -> Self {
        let telegram_language = profile.language_code().map(ToOwned::to_owned);
        let identity = Identity::new("telegram", profile.id.to_string(), profile.username);
        Self { identity, telegram_language, replay_key: ProofReplayKey::Signature(signature) }
    }
}

/// Result of linking an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkResult {
    /// The identity belongs to the caller's account, now or already before.
    Done,
    /// The identity belongs to another account that can be merged; carries the id of the offer.
    Offered(i64),
}

impl Domain {
    /// Returns the identities of the caller's account, oldest first.
    pub async fn identities(&self, caller: &SignedIn) -> Result<Vec<Identity>> {
        Ok(self.inner.store.identities(caller.account.id).await?)
    }

    /// Links the Telegram account of a login widget payload.
    pub async fn link_by_widget(&self, caller: &SignedIn, login: LoginWidgetPayload) -> Result<LinkResult> {
        self.require_recent_sign_in(caller)?;
        let proof = self.check_widget(login)?;
        self.link(caller, proof.into()).await
    }

    /// Links the Telegram account of a Mini App's `initData`.
    pub async fn link_by_mini_app(&self, caller: &SignedIn, data: &MiniAppInitData) -> Result<LinkResult> {
        self.require_recent_sign_in(caller)?;
        let proof = self.check_mini_app(data)?;
        self.link(caller, proof.into()).await
    }

    /// Links the account an upstream provider asserts: a Google account, or a Telegram account of "Log in with
    /// Telegram".
    pub async fn link_by_provider(
        &self,
        caller: &SignedIn,
        provider: UpstreamProvider,
        code: &UpstreamCode,
    ) -> Result<LinkResult> {
        self.require_recent_sign_in(caller)?;
        let signature = self.proof(provider, code);
        let proof = match provider {
            UpstreamProvider::Google => {
                let profile = self.google_profile(code).await?;
                let identity = Identity::new("google", profile.subject, profile.email);
                IdentityProof::new(identity, ProofReplayKey::Signature(signature))
            }
            UpstreamProvider::Telegram => {
                TelegramProof { profile: self.telegram_profile(code).await?, signature }.into()
            }
        };
        self.link(caller, proof).await
    }

    /// Links the email address of a mailed link. Viewing the link spent nothing; this does.
    pub async fn link_by_email(&self, caller: &SignedIn, token: &str) -> Result<LinkResult> {
        self.require_recent_sign_in(caller)?;
        let VerifiedEmail { email, digest } = self.verified_address(caller, token).await?;
        let proof = IdentityProof::new(
            Identity::new("email", email.subject(), Some(email.as_str().to_owned())),
            ProofReplayKey::Mail(digest),
        );
        match self.link(caller, proof).await {
            Err(Error::Refused(Refusal::InvalidCredential(CredentialError::LoginUsed))) => {
                Err(EmailTokenError::Used.into())
            }
            outcome => outcome,
        }
    }

    /// Starts a number match in the bot that links a Telegram account to the caller's account.
    pub async fn start_telegram_link(
        &self,
        caller: &SignedIn,
        source: RequestSource,
        network: Network,
    ) -> Result<StartedBotSignIn> {
        self.require_recent_sign_in(caller)?;
        self.start_bot_request(source, network, Some(caller.account.id)).await
    }

    /// Returns the state of that request. The person who answered has an account already, by writing to the bot;
    /// approval therefore leads to a merge offer.
    pub async fn poll_telegram_link(&self, caller: &SignedIn, token: &str) -> Result<ConfirmationPoll<LinkResult>> {
        self.require_recent_sign_in(caller)?;
        let digest = OneTimeToken::parse(token).ok_or(SignInRequestError::Unknown)?.digest();
        let request = self.inner.store.request_of_browser(&digest).await?;
        let own = request
            .filter(|request| request.link_account_id == Some(caller.account.id))
            .ok_or(SignInRequestError::Unknown)?;
        let now = self.now();
        match standing(&own, now)? {
            BotSignInState::Waiting => {
                let BotSignInRow { code, match_number: number, expires_at, .. } = own;
                Ok(ConfirmationPoll::Waiting(BotSignInPrompt { code, number, seconds: expires_at.since(now) }))
            }
            BotSignInState::Approved => {
                let spend = SpendTelegramLink { id: own.id, link_to: caller.account.id, now };
                let subject = self.inner.store.write(spend).await?.ok_or(SignInRequestError::Used)?;
                let identity = self.inner.store.identity(&IdentityKey::new("telegram", &subject)).await?;
                let identity = identity.filter(|identity| identity.disabled_at.is_none());
                let identity = identity.ok_or(SignInRequestError::Unknown)?;
                let proof = IdentityProof::new(identity, ProofReplayKey::Spent);
                Ok(ConfirmationPoll::Confirmed(self.link(caller, proof).await?))
            }
        }
    }

    /// Links a proven identity. One that belongs to another account is not taken from it; a merge is offered instead.
    pub(in crate::domain) async fn link(&self, caller: &SignedIn, proof: IdentityProof) -> Result<LinkResult> {
        let IdentityProof { identity, telegram_language, replay_key } = proof;
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        let outcome =
            self.inner.store.write(LinkIdentity { account, identity, telegram_language, replay_key, by, now }).await?;
        self.inner.notices.notify_one();
        self.inner.mails.notify_one();
        match outcome {
            LinkOutcome::Done | LinkOutcome::Before => Ok(LinkResult::Done),
            LinkOutcome::Offered(id) => Ok(LinkResult::Offered(id)),
            LinkOutcome::TooNew => Err(IdentityError::TooNew.into()),
            LinkOutcome::OtherClosed => Err(IdentityError::OtherAccountClosed.into()),
            LinkOutcome::Disabled => Err(IdentityError::Disabled.into()),
            LinkOutcome::Used => Err(CredentialError::LoginUsed.into()),
            LinkOutcome::Gone => Err(CredentialError::SessionEnded.into()),
        }
    }

    /// Unlinks an identity of the caller's account, but never the last one.
    pub async fn unlink(&self, caller: &SignedIn, kind: &str, subject: &str) -> Result<Identity> {
        self.require_recent_sign_in(caller)?;
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        let (identity, remover) = (IdentityKey::new(kind, subject), caller.identity.clone());
        let unlink = UnlinkIdentity { account, identity, remover, by, now };
        let outcome = self.inner.store.write(unlink).await?;
        self.inner.notices.notify_one();
        self.inner.mails.notify_one();
        match outcome {
            UnlinkOutcome::Done(identity) => Ok(identity),
            UnlinkOutcome::Missing => Err(IdentityError::NotFound.into()),
            UnlinkOutcome::Last => Err(IdentityError::Last.into()),
            UnlinkOutcome::TooNew => Err(IdentityError::TooNew.into()),
            UnlinkOutcome::Protected => Err(IdentityError::Protected.into()),
        }
    }

    /// Enables an identity that a password reset disabled. Every session is younger than the reset, which ended all others.
    pub async fn confirm_identity(&self, caller: &SignedIn, kind: &str, subject: &str) -> Result<()> {
        self.require_recent_sign_in(caller)?;
        let (account, by, now) = (caller.account.id, caller.by(), self.now());
        let confirm = ConfirmIdentity { account, kind: kind.to_owned(), subject: subject.to_owned(), by, now };
        if self.inner.store.write(confirm).await? { Ok(()) } else { Err(IdentityError::NotFound.into()) }
    }
}

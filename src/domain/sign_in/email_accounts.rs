//! E-mail accounts: registering, confirming the address, signing in.

use crate::domain::Domain;
use crate::domain::accounts::profile::person_name;
use crate::domain::error::{CredentialError, EmailTokenError, Refusal, Result};
use crate::domain::sign_in::email_tokens::MailRequester;
use crate::domain::sign_in::telegram_login::{NewSession, outcome_of};
use crate::domain::{Error, Fault};
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::SignInMethod;
use crate::model::mail::MailKind;
use crate::model::network::Network;
use crate::model::session::{RefreshSecret, RequestSource};
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::login_widget::FieldError;
use crate::model::sign_in::password::Password;
use crate::store::sign_in::email_accounts::{AddRegistration, ConfirmOutcome, ConfirmRegistration, PurgeRegistrations};
use crate::store::sign_in::passwords::{PasswordRow, RehashPassword, StartPasswordSession};
use crate::telemetry;

/// How often a sign-in looks at a password anew that was changed while it was compared.
const MAX_REREADS: usize = 3;

/// What somebody registers with, as they typed it.
#[derive(Clone, Copy)]
pub struct NewRegistration<'a> {
    /// The address.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
    /// What they want to be called.
    pub name: &'a str,
}

/// Somebody who signs in with an address and a password.
#[derive(Clone, Copy)]
pub struct PasswordAttempt<'a> {
    /// The address as they typed it.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
    /// What their browser holds, if it does, of an earlier time: [`PasswordSession::device`].
    pub device: Option<&'a str>,
    /// The network they come from, for whoever counts.
    pub network: Network,
}

/// Whoever gave the right password.
#[derive(Debug)]
pub struct PasswordSession {
    /// Their session.
    pub session: NewSession,
    /// What their browser is to hold, so that guesses elsewhere do not count against it.
    pub device: String,
}

impl Domain {
    /// Registers an address: its owner gets a mail, and the account is made when they confirm it. The outcome is the same when
    /// the address has an account already; then the mail says so.
    pub async fn register(&self, ask: NewRegistration<'_>, asker: MailRequester) -> Result<Email> {
        self.accepts_email()?;
        let (email, name, password) = read(ask)?;
        self.inner.attempt_limits.mail(&email.subject(), asker.network, self.inner.env.clock.millis())?;
        let hash = self.hash(password).await?;
        let asked = self.asked(asker);
        self.inner.store.write(AddRegistration { email: email.clone(), name, hash, asked }).await?;
        self.inner.mails.notify_one();
        Ok(email)
    }

    /// Confirms an address by the link that was sent there, once: the account is made. Returns the address.
    pub async fn confirm_address(&self, token: &str) -> Result<String> {
        let (_, digest) = self.email_token(token, MailKind::Register).await?;
        match self.inner.store.write(ConfirmRegistration { digest, welcome: self.welcome() }).await? {
            ConfirmOutcome::Made(_, address) => Ok(address),
            ConfirmOutcome::Taken | ConfirmOutcome::NoLink => Err(EmailTokenError::Used.into()),
        }
    }

    /// Signs in whoever knows the password of an address. Whether there is such an address is to be seen neither from the answer
    /// nor from how long it takes.
    pub async fn sign_in_by_password(
        &self,
        attempt: PasswordAttempt<'_>,
        origin: RequestSource,
    ) -> Result<PasswordSession> {
        self.accepts_email()?;
        let outcome = self.check_password(attempt, origin).await;
        telemetry::signed_in("email", outcome_of(&outcome));
        outcome
    }

    async fn check_password(&self, attempt: PasswordAttempt<'_>, origin: RequestSource) -> Result<PasswordSession> {
        let email = Email::parse(attempt.email).map_err(|what| Refusal::field("email", what))?;
        let address = email.subject();
        let device = attempt.device.and_then(|mark| self.inner.device_cookies.known(mark, &address));
        let millis = self.inner.env.clock.millis();
        let taken = self.inner.attempt_limits.password(&address, attempt.network, device, millis)?;
        let outcome = self.start_password_session(&address, &Password::typed(attempt.password), origin).await;
        // What broke on our side, or was too busy, was no guess.
        if !matches!(outcome, Err(Error::Refused(Refusal::InvalidCredential(_)))) {
            self.inner.attempt_limits.give_back(&taken);
        }
        let session = outcome?;
        Ok(PasswordSession { session, device: self.inner.device_cookies.mark(&address, self.rng()) })
    }

    async fn start_password_session(
        &self,
        address: &str,
        password: &Password,
        origin: RequestSource,
    ) -> Result<NewSession> {
        for _ in 0..MAX_REREADS {
            let keeper = self.inner.store.password_row(address).await?;
            let wrong = keeper.clone();
            let kept = keeper.as_ref().and_then(|keeper| keeper.hash.as_deref());
            let matched = self.compare(kept, password.clone()).await?;
            let (Some(PasswordRow { account, hash: Some(hash) }), Some(matched)) = (keeper, matched) else {
                telemetry::password("wrong");
                if let Some(PasswordRow { account, .. }) = &wrong {
                    self.record_failed_password(account.id, &origin);
                }
                return Err(CredentialError::WrongPassword.into());
            };
            telemetry::password("right");
            let secret = RefreshSecret::new(self.rng());
            let begin = StartPasswordSession {
                account: account.id,
                hash: hash.clone(),
                origin: origin.clone(),
                secret,
                now: self.now(),
            };
            // None: the password was changed while it was compared. Perhaps to the same one, with another salt.
            if let Some(begun) = self.inner.store.write(begin).await? {
                self.inner.notices.notify_one();
                self.rehash_password(RehashPassword { account: account.id, old: hash, new: matched }, password).await;
                return self.new_session(begun, secret);
            }
        }
        Err(Error::Failed(Fault::new("a password was changed again and again while it was compared")))
    }

    /// Writes a wrong password down for the account's owner. Nobody waits for it: how long an answer takes must not say whether
    /// there is such an address.
    fn record_failed_password(&self, account: AccountId, origin: &RequestSource) {
        let (domain, origin) = (self.clone(), origin.clone());
        tokio::spawn(async move {
            domain.record_sign_in_failure(account, (SignInMethod::Email, "wrong_password"), &origin).await
        });
    }

    /// Keeps a password by more work, if it was kept by less than is right now. What stands in the way is no reason to keep its
    /// owner out: it is tried again the next time.
    async fn rehash_password(&self, rehash: RehashPassword, password: &Password) {
        if !rehash.new.is_cheap() {
            return;
        }
        let done = async {
            let new = self.hash(password.clone()).await?;
            Ok::<_, Error>(self.inner.store.write(RehashPassword { new, ..rehash }).await?)
        };
        if let Err(fault) = done.await {
            tracing::warn!(?fault, "a password could not be kept by more work; tried again at the next sign-in");
        }
    }

    /// Forgets registrations and links whose time is over.
    pub(in crate::domain) async fn purge_registrations(&self) -> Result<u64> {
        Ok(self.inner.store.write(PurgeRegistrations { now: self.now() }).await?)
    }
}

/// Everything that is wrong with a registration, at once.
fn read(ask: NewRegistration<'_>) -> Result<(Email, String, Password)> {
    let mut faults = Vec::new();
    let email = Email::parse(ask.email).map_err(|what| faults.push(FieldError::new("email", what))).ok();
    let name = match person_name(ask.name) {
        Err(Error::Refused(Refusal::Invalid(more))) => {
            faults.extend(more);
            None
        }
        name => Some(name?),
    };
    let password = Password::choose(ask.password, ask.name, email.as_ref());
    let password = password.map_err(|why| faults.push(FieldError::new("password", why.message()))).ok();
    match (email, name, password) {
        (Some(email), Some(name), Some(password)) => Ok((email, name, password)),
        _ => Err(Refusal::Invalid(faults).into()),
    }
}

/// Without the password.
impl std::fmt::Debug for NewRegistration<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a registration")
    }
}

/// Without the password.
impl std::fmt::Debug for PasswordAttempt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a sign-in")
    }
}

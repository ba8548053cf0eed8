//! Email accounts: registration, address verification and sign-in.

use crate::domain::Domain;
use crate::domain::accounts::profile::person_name;
use crate::domain::accounts::sign_in_failures::FailureOwner;
use crate::domain::error::{CredentialError, EmailTokenError, IdentityError, Refusal, Result};
use crate::domain::sessions::session_start::{NewSession, outcome_of};
use crate::domain::sign_in::email_tokens::MailRequester;
use crate::domain::sign_in::passwords;
use crate::domain::{Error, Fault};
use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::activity::SignInMethod;
use crate::model::mail::MailKind;
use crate::model::network::Network;
use crate::model::session::RequestSource;
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::login_widget::FieldError;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::sign_in::password::{Password, PasswordHash};
use crate::store::sign_in::email_accounts::{AddRegistration, ConfirmOutcome, ConfirmRegistration};
use crate::store::sign_in::passwords::{PasswordRow, RehashPassword, StartPasswordSession};
use crate::telemetry;

/// Re-reads of a password that was changed while it was compared.
const MAX_REREADS: usize = 3;

/// Registration form as typed.
#[derive(Clone, Copy)]
pub struct NewRegistration<'a> {
    /// Email address.
    pub email: &'a str,
    /// Password, in plain text.
    pub password: &'a str,
    /// Display name.
    pub name: &'a str,
}

/// Registration whose mail is about to be sent.
#[derive(Debug)]
pub struct PendingRegistration {
    /// Normalized address.
    pub email: Email,
    /// Secret for the browser that registered: with it, the address is confirmed without the password.
    pub browser: OneTimeToken,
}

/// Confirmation of an address by a mailed link.
#[derive(Clone, Copy)]
pub struct AddressConfirmation<'a> {
    /// Token of the link.
    pub token: &'a str,
    /// Password chosen by the person, in plain text; not needed in the browser that registered.
    pub password: Option<&'a str>,
    /// Secrets of the browser: [`PendingRegistration::browser`]. One that belongs to the registration suffices.
    pub browser: &'a [&'a str],
}

/// Sign-in form, with the browser and network it came from.
#[derive(Clone, Copy)]
pub struct PasswordAttempt<'a> {
    /// Email address as typed.
    pub email: &'a str,
    /// Password, in plain text.
    pub password: &'a str,
    /// Device cookies from earlier sign-ins: [`PasswordSession::device`]. One that belongs to the address suffices.
    pub devices: &'a [&'a str],
    /// Network the attempt is counted for.
    pub network: Network,
}

/// Result of a sign-in with the right password.
#[derive(Debug)]
pub struct PasswordSession {
    /// Session of the person.
    pub session: NewSession,
    /// Device cookie for the browser: guesses from elsewhere do not count against it.
    pub device: String,
}

impl Domain {
    /// Registers an address: its owner gets a mail, and the account is created when they verify it. The outcome is the
    /// same if the address already has an account; the mail then says so.
    pub async fn register(
        &self,
        registration: NewRegistration<'_>,
        requester: MailRequester,
    ) -> Result<PendingRegistration> {
        self.accepts_email()?;
        let ValidRegistration { email, name, password } = ValidRegistration::parse(registration)?;
        self.take_mail_attempt(&email.subject(), requester.network).await?;
        let hash = self.hash(password, requester.network).await?;
        let (browser, request) = (OneTimeToken::new(self.rng()), self.mail_request(requester));
        let browser_digest = browser.digest();
        let registration = AddRegistration { email: email.clone(), name, hash, browser_digest, request };
        self.inner.store.write(registration).await?;
        self.inner.mails.notify_one();
        Ok(PendingRegistration { email, browser })
    }

    /// Verifies an address by the link mailed to it, once, and creates the account. Returns the address.
    ///
    /// Opening a mail proves the address and nothing else: a stranger may have registered it. So the person who opens the
    /// link chooses the password, unless this is the browser that registered.
    pub async fn confirm_address(&self, confirmation: AddressConfirmation<'_>, network: Network) -> Result<String> {
        let AddressConfirmation { token, password, browser } = confirmation;
        let link = self.email_token(token, MailKind::Register).await?;
        let password = match password {
            Some(password) => {
                let email = Email::parse(&link.row.address).ok();
                let name = link.row.name.as_deref().unwrap_or_default();
                Some(self.hash(passwords::chosen(password, name, email.as_ref())?, network).await?)
            }
            None if link.is_of_browser(browser) => None,
            None => return Err(Refusal::field("password", "is missing").into()),
        };
        let confirm = ConfirmRegistration { digest: link.digest, password, welcome: self.welcome() };
        match self.inner.store.write(confirm).await? {
            ConfirmOutcome::Made(_, address) => Ok(address),
            ConfirmOutcome::Taken | ConfirmOutcome::NoLink => Err(EmailTokenError::Used.into()),
        }
    }

    /// Signs in with an address and a password. Neither the answer nor its duration reveals whether the address has an
    /// account.
    pub async fn sign_in_by_password(
        &self,
        attempt: PasswordAttempt<'_>,
        source: RequestSource,
    ) -> Result<PasswordSession> {
        self.accepts_email()?;
        let outcome = self.check_password(attempt, source).await;
        telemetry::metrics::sign_ins_total("email", outcome_of(&outcome));
        outcome
    }

    async fn check_password(&self, attempt: PasswordAttempt<'_>, source: RequestSource) -> Result<PasswordSession> {
        let email = Email::parse(attempt.email).map_err(|what| Refusal::field("email", what))?;
        let address = email.subject();
        let device = attempt.devices.iter().find_map(|mark| self.inner.device_cookies.known(mark, &address));
        let millis = self.inner.env.clock.millis();
        let permit = self.inner.attempt_limits.password(&address, attempt.network, device, millis)?;
        let permit = self.share_attempts(permit).await?;
        let outcome = self.start_password_session(&address, attempt, source).await;
        // A failure on our side or an overload was no guess.
        if !matches!(outcome, Err(Error::Refused(Refusal::InvalidCredential(_)))) {
            self.return_attempts(&permit).await;
        }
        let session = outcome?;
        Ok(PasswordSession { session, device: self.inner.device_cookies.mark(&address, self.rng()) })
    }

    async fn start_password_session(
        &self,
        address: &str,
        attempt: PasswordAttempt<'_>,
        source: RequestSource,
    ) -> Result<NewSession> {
        let password = &Password::typed(attempt.password);
        for _ in 0..MAX_REREADS {
            let row = self.inner.store.password_row(address).await?;
            let (account, hash, matched) = match self.right_password(row, password, attempt.network).await? {
                PasswordCheck::Right(account, hash, matched) => (account, hash, matched),
                PasswordCheck::Wrong(account) => {
                    telemetry::metrics::password_operations_total("wrong");
                    if let Some(account) = account {
                        // In memory only: the duration of the answer must not reveal whether the address exists.
                        self.record_sign_in_failure(account, SignInMethod::Email, "wrong_password", &source);
                    }
                    return Err(CredentialError::WrongPassword.into());
                }
            };
            telemetry::metrics::password_operations_total("right");
            self.flush_failures_before_sign_in(FailureOwner::Account(account.id)).await;
            let secret = self.inner.refresh_chain.first(self.rng());
            let begin = StartPasswordSession {
                account: account.id,
                address: address.to_owned(),
                hash: hash.clone(),
                source: source.clone(),
                secret,
                now: self.now(),
            };
            // `None`: the password was changed while it was compared, possibly to the same one with another salt.
            if let Some(begun) = self.inner.store.write(begin).await? {
                self.inner.notices.notify_one();
                let rehash = RehashPassword { account: account.id, old: hash, new: matched };
                self.rehash_password(rehash, password, attempt.network).await;
                return self.new_session(begun, secret);
            }
        }
        Err(Error::Failed(Fault::new("a password kept changing while it was compared")))
    }

    /// Compares a password with that of an account. A right one counts, at a pace of its own.
    async fn right_password(
        &self,
        row: Option<PasswordRow>,
        password: &Password,
        network: Network,
    ) -> Result<PasswordCheck> {
        let (limits, millis) = (&self.inner.attempt_limits, self.inner.env.clock.millis());
        let permit = row.as_ref().map(|row| limits.right_password(row.account.id.0, millis)).transpose()?;
        let stored = row.as_ref().and_then(|row| row.phc.as_deref());
        let matched = self.compare(stored, password.clone(), network).await;
        if let (Some(permit), Ok(None) | Err(_)) = (&permit, &matched) {
            limits.release(permit);
        }
        match (row, matched?) {
            (Some(PasswordRow { disabled: true, .. }), Some(_)) => Err(IdentityError::Disabled.into()),
            (Some(PasswordRow { account, phc: Some(hash), .. }), Some(matched)) => {
                Ok(PasswordCheck::Right(Box::new(account), hash, matched))
            }
            (row, _) => Ok(PasswordCheck::Wrong(row.map(|row| row.account.id))),
        }
    }

    /// Rehashes a password that was hashed with weaker parameters than today's. A failure must not keep the owner out;
    /// the next sign-in tries again.
    async fn rehash_password(&self, rehash: RehashPassword, password: &Password, network: Network) {
        if !rehash.new.is_cheap() {
            return;
        }
        let done = async {
            let new = self.hash(password.clone(), network).await?;
            Ok::<_, Error>(self.inner.store.write(RehashPassword { new, ..rehash }).await?)
        };
        if let Err(fault) = done.await {
            tracing::warn!(error = ?fault, "password hash: rehash failed, will be retried at the next sign-in");
        }
    }
}

/// Outcome of comparing a password.
enum PasswordCheck {
    /// Account, and its stored hash as read and as parsed.
    Right(Box<Account>, String, PasswordHash),
    /// The account whose password it is not; `None` if the address has none.
    Wrong(Option<AccountId>),
}

/// Registration whose fields are valid.
struct ValidRegistration {
    email: Email,
    name: String,
    password: Password,
}

impl ValidRegistration {
    /// Validates a registration and reports all invalid fields together.
    fn parse(registration: NewRegistration<'_>) -> Result<Self> {
        let mut faults = Vec::new();
        let email = Email::parse(registration.email).map_err(|what| faults.push(FieldError::new("email", what))).ok();
        let name = match person_name(registration.name) {
            Err(Error::Refused(Refusal::Invalid(more))) => {
                faults.extend(more);
                None
            }
            name => Some(name?),
        };
        let password = Password::choose(registration.password, registration.name, email.as_ref());
        let password = password.map_err(|why| faults.push(FieldError::new("password", why.message()))).ok();
        match (email, name, password) {
            (Some(email), Some(name), Some(password)) => Ok(Self { email, name, password }),
            _ => Err(Refusal::Invalid(faults).into()),
        }
    }
}

/// Omits the password.
impl std::fmt::Debug for NewRegistration<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a registration")
    }
}

/// Omits the password and the secrets.
impl std::fmt::Debug for AddressConfirmation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a confirmation")
    }
}

/// Omits the password.
impl std::fmt::Debug for PasswordAttempt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a sign-in")
    }
}

//! E-mail accounts: registering, confirming the address, signing in.

use crate::domain::Domain;
use crate::domain::accounts::profile::person_name;
use crate::domain::error::{BadToken, NoMailLink, Refusal, Result};
use crate::domain::sign_in::email_tokens::Asker;
use crate::domain::sign_in::telegram_login::{NewSession, outcome_of};
use crate::domain::{Error, Fault};
use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::Door;
use crate::model::mail::Errand;
use crate::model::network::Network;
use crate::model::session::{Origin, RefreshSecret};
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::login_widget::FieldFault;
use crate::model::sign_in::password::Password;
use crate::store::sign_in::email_accounts::{Confirm, Confirmed, ForgetRegistrations, Register};
use crate::store::sign_in::passwords::{BeginByPassword, Keeper, Rehash};
use crate::telemetry;

/// How often a sign-in looks at a password anew that was changed while it was compared.
const LOOKS: usize = 3;

/// What somebody registers with, as they typed it.
#[derive(Clone, Copy)]
pub struct Registration<'a> {
    /// The address.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
    /// What they want to be called.
    pub name: &'a str,
}

/// Somebody who signs in with an address and a password.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// The address as they typed it.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
    /// What their browser holds, if it does, of an earlier time: [`SignedInByPassword::device`].
    pub device: Option<&'a str>,
    /// The network they come from, for whoever counts.
    pub network: Network,
}

/// Whoever gave the right password.
#[derive(Debug)]
pub struct SignedInByPassword {
    /// Their session.
    pub session: NewSession,
    /// What their browser is to hold, so that guesses elsewhere do not count against it.
    pub device: String,
}

impl Domain {
    /// Registers an address: its owner gets a mail, and the account is made when they confirm it. The outcome is the same when
    /// the address has an account already; then the mail says so.
    pub async fn register(&self, ask: Registration<'_>, asker: Asker) -> Result<Email> {
        self.takes_mails()?;
        let (email, name, password) = read(ask)?;
        self.parts.tries.mail(&email.subject(), asker.network, self.parts.nature.clock.millis())?;
        let hash = self.hash(password).await?;
        let asked = self.asked(asker);
        self.parts.store.write(Register { email: email.clone(), name, hash, asked }).await?;
        self.parts.mails.notify_one();
        Ok(email)
    }

    /// Confirms an address by the link that was sent there, once: the account is made. Returns the address.
    pub async fn confirm_address(&self, token: &str) -> Result<String> {
        let (_, digest) = self.mail_link(token, Errand::Register).await?;
        match self.parts.store.write(Confirm { digest, welcome: self.welcome() }).await? {
            Confirmed::Made(_, address) => Ok(address),
            Confirmed::Taken | Confirmed::NoLink => Err(NoMailLink::Used.into()),
        }
    }

    /// Signs in whoever knows the password of an address. Whether there is such an address is to be seen neither from the answer
    /// nor from how long it takes.
    pub async fn sign_in_by_password(&self, attempt: Attempt<'_>, origin: Origin) -> Result<SignedInByPassword> {
        self.takes_mails()?;
        let outcome = self.admit_password(attempt, origin).await;
        telemetry::signed_in("email", outcome_of(&outcome));
        outcome
    }

    async fn admit_password(&self, attempt: Attempt<'_>, origin: Origin) -> Result<SignedInByPassword> {
        let email = Email::parse(attempt.email).map_err(|what| Refusal::field("email", what))?;
        let address = email.subject();
        let device = attempt.device.and_then(|mark| self.parts.devices.known(mark, &address));
        let millis = self.parts.nature.clock.millis();
        let taken = self.parts.tries.password(&address, attempt.network, device, millis)?;
        let outcome = self.begin_by_password(&address, &Password::typed(attempt.password), origin).await;
        // What broke on our side, or was too busy, was no guess.
        if !matches!(outcome, Err(Error::Refused(Refusal::InvalidToken(_)))) {
            self.parts.tries.give_back(&taken);
        }
        let session = outcome?;
        Ok(SignedInByPassword { session, device: self.parts.devices.mark(&address, self.chance()) })
    }

    async fn begin_by_password(&self, address: &str, password: &Password, origin: Origin) -> Result<NewSession> {
        for _ in 0..LOOKS {
            let keeper = self.parts.store.keeper(address).await?;
            let wrong = keeper.clone();
            let kept = keeper.as_ref().and_then(|keeper| keeper.hash.as_deref());
            let matched = self.compare(kept, password.clone()).await?;
            let (Some(Keeper { account, hash: Some(hash) }), Some(matched)) = (keeper, matched) else {
                telemetry::password("wrong");
                if let Some(Keeper { account, .. }) = &wrong {
                    self.note_guess(account.id, &origin);
                }
                return Err(BadToken::WrongPassword.into());
            };
            telemetry::password("right");
            let secret = RefreshSecret::new(self.chance());
            let begin = BeginByPassword {
                account: account.id,
                hash: hash.clone(),
                origin: origin.clone(),
                secret,
                now: self.now(),
            };
            // None: the password was changed while it was compared. Perhaps to the same one, with another salt.
            if let Some(begun) = self.parts.store.write(begin).await? {
                self.parts.notices.notify_one();
                self.strengthen(Rehash { account: account.id, old: hash, new: matched }, password).await;
                return self.new_session(begun, secret);
            }
        }
        Err(Error::Failed(Fault::new("a password was changed again and again while it was compared")))
    }

    /// Writes a wrong password down for the account's owner. Nobody waits for it: how long an answer takes must not say whether
    /// there is such an address.
    fn note_guess(&self, account: AccountId, origin: &Origin) {
        let (domain, origin) = (self.clone(), origin.clone());
        tokio::spawn(async move { domain.note_failure(account, (Door::Email, "wrong_password"), &origin).await });
    }

    /// Keeps a password by more work, if it was kept by less than is right now. What stands in the way is no reason to keep its
    /// owner out: it is tried again the next time.
    async fn strengthen(&self, rehash: Rehash, password: &Password) {
        if !rehash.new.is_cheap() {
            return;
        }
        let done = async {
            let new = self.hash(password.clone()).await?;
            Ok::<_, Error>(self.parts.store.write(Rehash { new, ..rehash }).await?)
        };
        if let Err(fault) = done.await {
            tracing::warn!(?fault, "a password could not be kept by more work; tried again at the next sign-in");
        }
    }

    /// Forgets registrations and links whose time is over.
    pub(in crate::domain) async fn forget_registrations(&self) -> Result<u64> {
        Ok(self.parts.store.write(ForgetRegistrations { now: self.now() }).await?)
    }
}

/// Everything that is wrong with a registration, at once.
fn read(ask: Registration<'_>) -> Result<(Email, String, Password)> {
    let mut faults = Vec::new();
    let email = Email::parse(ask.email).map_err(|what| faults.push(FieldFault::new("email", what))).ok();
    let name = match person_name(ask.name) {
        Err(Error::Refused(Refusal::Invalid(more))) => {
            faults.extend(more);
            None
        }
        name => Some(name?),
    };
    let password = Password::choose(ask.password, ask.name, email.as_ref());
    let password = password.map_err(|why| faults.push(FieldFault::new("password", why.message()))).ok();
    match (email, name, password) {
        (Some(email), Some(name), Some(password)) => Ok((email, name, password)),
        _ => Err(Refusal::Invalid(faults).into()),
    }
}

/// Without the password.
impl std::fmt::Debug for Registration<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a registration")
    }
}

/// Without the password.
impl std::fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a sign-in")
    }
}

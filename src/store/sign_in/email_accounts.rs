//! Email accounts: a registration becomes an account once its address is verified.

use crate::model::accounts::account::AccountId;
use crate::model::mail::MailKind;
use crate::model::sign_in::email_address::Email;
use crate::model::sign_in::password::PasswordHash;
use crate::store::accounts::account_creation::SignUpGrant;
use crate::store::engine::db::BindValue;
use crate::store::mail_queue::{MailRequest, NewMail};
use crate::store::sign_in::email_tokens::{SpentEmailToken, spend};
use crate::store::{Tx, Write};

/// Stores a registration and queues its mail. An existing account of the address is found only when the mail is sent.
/// So the response reveals nothing about it, not even by its timing.
#[derive(Clone, Debug)]
pub struct AddRegistration {
    /// Address to verify.
    pub email: Email,
    /// Name chosen by the person.
    pub name: String,
    /// Hash of the chosen password.
    pub hash: PasswordHash,
    /// SHA-256 of the secret of the browser that registered.
    pub browser_digest: Vec<u8>,
    /// Source, language and time of the request.
    pub request: MailRequest,
}

impl Write for AddRegistration {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into email_registration
                     (address, label, name, password_hash, language, device, network, created_at, browser_digest)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                   returning id";
        let MailRequest { source, language, now } = &self.request;
        let (address, label, hash) = (self.email.subject(), self.email.as_str(), self.hash.reveal());
        let code = language.code();
        let (device, network, browser) = (&source.device, &source.network, &self.browser_digest);
        let values: [&dyn BindValue; 9] = [&address, &label, &self.name, &hash, &code, device, network, now, browser];
        let (registration,): (i64,) = tx.one(sql, &values).await?;
        let registration = Some(registration);
        NewMail { kind: MailKind::Register, recipient: label, registration, account: None, request: &self.request }
            .add(tx)
            .await
    }
}

/// Creates the account of a registration once its address is verified. A token confirms its own registration only, and
/// ends the others of the address.
#[derive(Clone, Debug)]
pub struct ConfirmRegistration {
    /// SHA-256 of the token from the link.
    pub digest: Vec<u8>,
    /// Password chosen by the person who opened the link; `None` for that of the registration.
    pub password: Option<PasswordHash>,
    /// Plan and tokens of the new account.
    pub welcome: SignUpGrant,
}

/// Outcome of a [`ConfirmRegistration`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfirmOutcome {
    /// The new account, and its address as typed.
    Made(AccountId, String),
    /// The address already has an account: from another registration, or through Google.
    Taken,
    /// The link is unknown, used or expired.
    NoLink,
}

#[derive(sqlx::FromRow)]
struct RegistrationRow {
    address: String,
    label: String,
    name: String,
    password_hash: String,
    language: String,
}

impl Write for ConfirmRegistration {
    type Out = ConfirmOutcome;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<ConfirmOutcome> {
        let Some(SpentEmailToken { registration_id: Some(id), .. }) =
            spend(&self.digest, MailKind::Register, self.welcome.now, tx).await?
        else {
            return Ok(ConfirmOutcome::NoLink);
        };
        let sql = "select address, label, name, password_hash, language from email_registration where id = $1";
        let Some(pending): Option<RegistrationRow> = tx.first(sql, &[&id]).await? else {
            return Ok(ConfirmOutcome::NoLink);
        };
        let sql = "select account_id from identity
                   where (kind = 'email' and subject = $1) or (kind = 'google' and lower(label) = $1)
                   limit 1";
        let taken: Option<(AccountId,)> = tx.first(sql, &[&pending.address]).await?;
        if taken.is_some() {
            return Ok(ConfirmOutcome::Taken);
        }
        let account = self.make(&pending, tx).await?;
        self.settle_others(&pending.address, tx).await?;
        Ok(ConfirmOutcome::Made(account, pending.label))
    }
}

impl ConfirmRegistration {
    /// Creates the account. If another instance creates it concurrently, the unique key of the identity fails: the
    /// writer retries and finds it.
    async fn make(&self, pending: &RegistrationRow, tx: &mut Tx) -> sqlx::Result<AccountId> {
        let account = self.welcome.make(&pending.name, tx).await?.id;
        let sql = "update account set name_chosen = 1 = 1, language = $2 where id = $1";
        tx.run(sql, &[&account, &pending.language]).await?;
        let now = &self.welcome.now;
        let sql =
            "insert into identity (kind, subject, account_id, label, created_at) values ('email', $1, $2, $3, $4)";
        tx.run(sql, &[&pending.address, &account, &pending.label, now]).await?;
        let sql = "insert into password (account_id, phc, changed_at) values ($1, $2, $3)";
        let hash = self.password.as_ref().map_or_else(|| pending.password_hash.clone(), PasswordHash::reveal);
        tx.run(sql, &[&account, &hash, now]).await?;
        Ok(account)
    }

    /// Settles other registrations of the address. Their rows remain for a while, so that a late click gets an
    /// explanation.
    async fn settle_others(&self, address: &str, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update email_token set used_at = $2 where address = $1 and kind = 'verify_registration' and used_at is null";
        tx.run(sql, &[&address, &self.welcome.now]).await?;
        tx.run("update email_registration set password_hash = '' where address = $1", &[&address]).await.map(drop)
    }
}

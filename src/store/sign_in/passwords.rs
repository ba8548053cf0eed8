//! Passwords: stored hashes, password sign-in, change and reset.

use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent, SignInMethod};
use crate::model::mail::MailKind;
use crate::model::notices::notice::Notice;
use crate::model::oauth::grant::GrantEnd;
use crate::model::session::{RefreshSecret, RequestSource, SessionId};
use crate::model::sign_in::password::PasswordHash;
use crate::model::time::Moment;
use crate::store::accounts::accounts::account_columns;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::accounts::identity_disabling::{ResetByEmail, end_open_proofs};
use crate::store::mail_queue::{MailRequest, NewMail};
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::oauth::grant_ends;
use crate::store::sign_in::email_tokens::{SpentEmailToken, spend};
use crate::store::sign_in::telegram_login::{IdentitySubject, NewSessionRow, SessionOutcome, start_session};
use crate::store::{Result, Store, Tx, Write, WriteLane};

/// An account with an email address, and its password hash.
#[derive(Clone, Debug, FromRow)]
pub struct PasswordRow {
    /// The account itself.
    #[sqlx(flatten)]
    pub account: Account,
    /// Password hash; `None` if no password was set.
    pub phc: Option<String>,
    /// True if a password reset disabled the address.
    pub disabled: bool,
}

impl Store {
    /// Returns the account of an address in lower case.
    pub async fn password_row(&self, address: &str) -> Result<Option<PasswordRow>> {
        let sql = concat!(
            "select ",
            account_columns!(),
            ", p.phc, i.disabled_at is not null as disabled
              from identity i join account a on a.id = i.account_id left join password p on p.account_id = a.id
              where i.kind = 'email' and i.subject = $1"
        );
        Ok(self.db.first(sql, &[&address]).await?)
    }

    /// Returns the password hash of an account.
    pub async fn password(&self, account: AccountId) -> Result<Option<String>> {
        let sql = "select phc from password where account_id = $1";
        Ok(self.db.first::<(String,)>(sql, &[&account]).await?.map(|(hash,)| hash))
    }
}

/// Starts a session after a correct password, unless the password was changed in the meantime.
#[derive(Clone, Debug)]
pub struct StartPasswordSession {
    /// The account concerned.
    pub account: AccountId,
    /// The address that signs in, in lower case.
    pub address: String,
    /// The hash that the password was checked against.
    pub hash: String,
    /// Device and network of the request.
    pub source: RequestSource,
    /// First secret of the session's refresh chain.
    pub secret: RefreshSecret,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the session; `None` if the password was changed in the meantime.
impl Write for StartPasswordSession {
    type Out = Option<SessionOutcome>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<SessionOutcome>> {
        let sql = "update password set used_at = $3 where account_id = $1 and phc = $2";
        if tx.run(sql, &[&self.account, &self.hash, &self.now]).await? == 0 {
            return Ok(None);
        }
        let Self { account, address, source, secret, now, .. } = self;
        let (method, subject) = (SignInMethod::Email, IdentitySubject::Text(address));
        let opening = NewSessionRow { account: *account, method, subject, source, secret, now: *now };
        start_session(opening, tx).await.map(Some)
    }
}

/// Replaces a password hash by one with the current parameters.
#[derive(Clone, Debug)]
pub struct RehashPassword {
    /// The account concerned.
    pub account: AccountId,
    /// The hash to replace.
    pub old: String,
    /// Hash of the same password with current parameters.
    pub new: PasswordHash,
}

/// Output: true if the password was unchanged.
impl Write for RehashPassword {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update password set phc = $3 where account_id = $1 and phc = $2";
        Ok(tx.run(sql, &[&self.account, &self.old, &self.new.reveal()]).await? == 1)
    }
}

/// Changes a password and ends the other sessions of the account.
#[derive(Clone, Debug)]
pub struct WriteNewPassword {
    /// The account concerned.
    pub account: AccountId,
    /// Hash of the old password, for the guard.
    pub old: String,
    /// Hash of the new password.
    pub new: PasswordHash,
    /// The session that remains.
    pub but: SessionId,
    /// Source, language and time of the request.
    pub request: MailRequest,
}

/// Output: true if the old password was still set.
impl Write for WriteNewPassword {
    type Out = bool;

    const LANE: WriteLane = WriteLane::Reserved;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update password set phc = $3, changed_at = $4, used_at = $4 where account_id = $1 and phc = $2";
        let values: [&dyn crate::store::engine::db::BindValue; 4] =
            [&self.account, &self.old, &self.new.reveal(), &self.request.now];
        if tx.run(sql, &values).await? == 0 {
            return Ok(false);
        }
        after_change(self.account, self.but, &self.request, tx).await?;
        Ok(true)
    }
}

/// Sets a new password by a mailed link. Ends all sessions of the account and disables its younger identities.
#[derive(Clone, Debug)]
pub struct WriteResetPassword {
    /// SHA-256 of the token from the link.
    pub digest: Vec<u8>,
    /// Hash of the new password.
    pub new: PasswordHash,
    /// Source, language and time of the request.
    pub request: MailRequest,
}

/// Output: the address the link was sent to, in lower case; `None` if the link is no longer valid.
impl Write for WriteResetPassword {
    type Out = Option<String>;

    const LANE: WriteLane = WriteLane::Reserved;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<String>> {
        let spent = spend(&self.digest, MailKind::Forgot, self.request.now, tx).await?;
        let Some(SpentEmailToken { address, account_id: Some(account), .. }) = spent else { return Ok(None) };
        let (by, now) = (ActivityActor::Visitor(self.request.source.clone()), self.request.now);
        let reset = ResetByEmail { account, address: &address, by, now };
        // The address may have been unlinked or disabled since the mail was sent.
        if !reset.claim_address(tx).await? {
            return Ok(None);
        }
        reset.disable_younger(tx).await?;
        // The person who chose it reads the address: it counts as used.
        let sql = "insert into password (account_id, phc, changed_at, used_at) values ($1, $2, $3, $3)
                   on conflict (account_id) do update
                   set phc = excluded.phc, changed_at = excluded.changed_at, used_at = excluded.used_at";
        tx.run(sql, &[&account, &self.new.reveal(), &now]).await?;
        after_change(account, SessionId(0), &self.request, tx).await?;
        Ok(Some(address))
    }
}

/// Applies the consequences of a new password: ends all other sessions, all apps and every open proof, and queues a mail to every
/// address of the owner.
async fn after_change(account: AccountId, but: SessionId, request: &MailRequest, tx: &mut Tx) -> sqlx::Result<()> {
    // A reset by link happens outside any session.
    let by =
        if but == SessionId(0) { ActivityActor::Visitor(request.source.clone()) } else { ActivityActor::Session(but) };
    activity::add(&[AddActivity { account, event: ActivityEvent::PasswordChanged, by, now: request.now }], tx).await?;
    let sql = "update session set ended_at = $3 where account_id = $1 and id <> $2 and ended_at is null";
    tx.run(sql, &[&account, &but, &request.now]).await?;
    grant_ends::end_of_account(account, GrantEnd::Password, request.now, tx).await?;
    end_open_proofs(account, request.now, tx).await?;
    let RequestSource { device, network } = request.source.clone();
    let notice = Notice::PasswordChanged { device, network };
    let idempotency_key = format!("password_changed:{account}:{}", request.now.0);
    notice_queue::add(&[AddNotice { account, notice, idempotency_key, now: request.now }], tx).await?;
    let sql = "select min(coalesce(label, subject)) as address from identity
               where account_id = $1 and disabled_at is null and kind in ('email', 'google') and coalesce(label, subject) like '%@%'
               group by lower(coalesce(label, subject))
               order by address";
    let addresses: Vec<(String,)> = tx.all(sql, &[&account]).await?;
    for (address,) in addresses {
        let account = Some(account);
        NewMail { kind: MailKind::Changed, recipient: &address, registration: None, account, request }.add(tx).await?;
    }
    Ok(())
}

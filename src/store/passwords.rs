//! Passwords: what is kept of them, and what happens when one is used or changed.

use sqlx::FromRow;

use crate::model::account::{Account, AccountId};
use crate::model::event::{By, Door, Event};
use crate::model::mail::Errand;
use crate::model::password::PasswordHash;
use crate::model::session::{Origin, RefreshSecret, SessionId};
use crate::model::time::Moment;
use crate::store::accounts::account_columns;
use crate::store::events::{self, AddEvent};
use crate::store::mail_links::{Spent, spend};
use crate::store::mails::{self, Asked};
use crate::store::sign_in::{Begun, Opening, begin_one};
use crate::store::{Result, Store, Tx, Write};

/// An account that has an e-mail address, and what is kept of its password.
#[derive(Clone, Debug, FromRow)]
pub struct Keeper {
    /// The account.
    #[sqlx(flatten)]
    pub account: Account,
    /// The password's digest; none if no password was set.
    #[sqlx(rename = "phc")]
    pub hash: Option<String>,
}

impl Store {
    /// The account that an address signs in to; the address in lower case.
    pub async fn keeper(&self, address: &str) -> Result<Option<Keeper>> {
        let sql = concat!(
            "select ",
            account_columns!(),
            ", p.phc
              from identity i join account a on a.id = i.account_id left join password p on p.account_id = a.id
              where i.kind = 'email' and i.subject = $1"
        );
        Ok(self.db.first(sql, &[&address]).await?)
    }

    /// What is kept of an account's password.
    pub async fn password(&self, account: AccountId) -> Result<Option<String>> {
        let sql = "select phc from password where account_id = $1";
        Ok(self.db.first::<(String,)>(sql, &[&account]).await?.map(|(hash,)| hash))
    }
}

/// Begins a session for whoever knew a password, if it is still the one.
#[derive(Clone, Debug)]
pub struct BeginByPassword {
    /// Whose.
    pub account: AccountId,
    /// What was kept of the password that they knew.
    pub hash: String,
    /// Where from.
    pub origin: Origin,
    /// The first secret of the session's line.
    pub secret: RefreshSecret,
    /// When this is.
    pub now: Moment,
}

/// The session; none when the password was changed meanwhile.
impl Write for BeginByPassword {
    type Out = Option<Begun>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Begun>> {
        let sql = "update password set used_at = $3 where account_id = $1 and phc = $2";
        if tx.run(sql, &[&self.account, &self.hash, &self.now]).await? == 0 {
            return Ok(None);
        }
        let Self { account, origin, secret, now, .. } = self;
        let opening = Opening { account: *account, door: Door::Email, origin, secret, now: *now };
        begin_one(opening, tx).await.map(Some)
    }
}

/// Keeps a password's digest anew, by what is the right amount of work now.
#[derive(Clone, Debug)]
pub struct Rehash {
    /// Whose.
    pub account: AccountId,
    /// What is kept of it.
    pub old: String,
    /// What is to be kept.
    pub new: PasswordHash,
}

/// Whether it was still the same password.
impl Write for Rehash {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update password set phc = $3 where account_id = $1 and phc = $2";
        Ok(tx.run(sql, &[&self.account, &self.old, &self.new.reveal()]).await? == 1)
    }
}

/// Changes a password; the account's other sessions end.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// Whose.
    pub account: AccountId,
    /// What was kept of the old one.
    pub old: String,
    /// What is to be kept of the new one.
    pub new: PasswordHash,
    /// The session that goes on.
    pub but: SessionId,
    /// Who asks.
    pub asked: Asked,
}

/// Whether the old one was still the one.
impl Write for ChangePassword {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update password set phc = $3, changed_at = $4, used_at = $4 where account_id = $1 and phc = $2";
        let values: [&dyn crate::store::db::Value; 4] = [&self.account, &self.old, &self.new.reveal(), &self.asked.now];
        if tx.run(sql, &values).await? == 0 {
            return Ok(false);
        }
        after_change((self.account, self.but), &self.asked, tx).await?;
        Ok(true)
    }
}

/// Sets a new password by a link in a mail; every session of the account ends.
#[derive(Clone, Debug)]
pub struct ResetPassword {
    /// The SHA-256 of the link's token.
    pub digest: Vec<u8>,
    /// What is to be kept of the new one.
    pub new: PasswordHash,
    /// Who asks.
    pub asked: Asked,
}

/// The address that the link was sent to, in lower case; none when the link is not good any more.
impl Write for ResetPassword {
    type Out = Option<String>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<String>> {
        let spent = spend((&self.digest, Errand::Forgot), self.asked.now, tx).await?;
        let Some(Spent { address, account_id: Some(account), .. }) = spent else { return Ok(None) };
        // The address may have been taken away from the account since the mail was sent.
        let sql = "select 1 = 1 from identity where kind = 'email' and subject = $1 and account_id = $2";
        if tx.first::<(bool,)>(sql, &[&address, &account]).await?.is_none() {
            return Ok(None);
        }
        let sql = "insert into password (account_id, phc, changed_at) values ($1, $2, $3)
                   on conflict (account_id) do update set phc = excluded.phc, changed_at = excluded.changed_at";
        tx.run(sql, &[&account, &self.new.reveal(), &self.asked.now]).await?;
        after_change((account, SessionId(0)), &self.asked, tx).await?;
        Ok(Some(address))
    }
}

/// What follows from a new password: sessions but one end, links for another one are good no more, and the owner is told at every
/// address of theirs.
async fn after_change((account, but): (AccountId, SessionId), asked: &Asked, tx: &mut Tx) -> sqlx::Result<()> {
    // Whoever came by a link is in no session.
    let by = if but == SessionId(0) { By::Visitor(asked.origin.clone()) } else { By::Session(but) };
    events::keep(&[AddEvent { account, event: Event::PasswordChanged, by, now: asked.now }], tx).await?;
    let sql = "update session set ended_at = $3 where account_id = $1 and id <> $2 and ended_at is null";
    tx.run(sql, &[&account, &but, &asked.now]).await?;
    let sql =
        "update email_token set used_at = $2 where account_id = $1 and kind = 'reset_password' and used_at is null";
    tx.run(sql, &[&account, &asked.now]).await?;
    let sql = "select coalesce(label, subject) from identity where account_id = $1 and kind = 'email' order by subject";
    let addresses: Vec<(String,)> = tx.all(sql, &[&account]).await?;
    for (address,) in addresses {
        mails::keep((Errand::Changed, &address), (None, Some(account)), asked, tx).await?;
    }
    Ok(())
}

//! Accounts that are to be deleted: asked for, thought over for a week, done.

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::accounts::account_merge;
use crate::store::accounts::account_merge::NO_ALLOWANCE_MONTH;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Result, Store, Tx, Write};

/// How long before the end its person is reminded, in seconds.
const DELETION_REMINDER_SECS: i64 = 86_400;

impl Store {
    /// Accounts whose time is over, behind that one, in the order of their numbers. Who is banned stays: their ways in must not
    /// become free.
    pub async fn left(&self, after: AccountId, now: Moment, limit: i64) -> Result<Vec<AccountId>> {
        let sql = "select id from account
                   where deletion_due_at <= $1 and id > $2 and deleted_at is null and banned_at is null
                   order by id
                   limit $3";
        let left: Vec<(AccountId,)> = self.db.all(sql, &[&now, &after, &limit]).await?;
        Ok(left.into_iter().map(|(id,)| id).collect())
    }
}

/// Asks for an account to be deleted. Its keys are off and its sessions over from here on.
#[derive(Clone, Debug)]
pub struct ScheduleDeletion {
    /// Whose.
    pub account: AccountId,
    /// When it is to be done.
    pub at: Moment,
    /// Who asks.
    pub by: ActivityActor,
    /// When this is.
    pub now: Moment,
}

/// When it will be done: at the time that was asked for first. None if the account is gone.
impl Write for ScheduleDeletion {
    type Out = Option<Moment>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Moment>> {
        let Self { account, at, by, now } = self.clone();
        let sql = "update account set deletion_due_at = $2
                   where id = $1 and deletion_due_at is null and deleted_at is null";
        if tx.run(sql, &[&account, &at]).await? == 0 {
            let sql = "select deletion_due_at from account
                       where id = $1 and deletion_due_at is not null and deleted_at is null";
            return Ok(tx.first::<(Moment,)>(sql, &[&account]).await?.map(|(at,)| at));
        }
        // While the session is still open: where it is says from where this was asked for.
        let event = ActivityEvent::DeletionAsked { day: at.day() };
        activity::keep(&[AddActivity { account, event, by, now }], tx).await?;
        account_merge::end(tx, account, now).await?;
        let (notice, idempotency_key) =
            (Notice::Leaving { day: at.day() }, format!("deletion_scheduled:{account}:{}", at.0));
        notice_queue::keep(&[AddNotice { account, notice, idempotency_key, now }], tx).await?;
        record_change(tx, account, now).await?;
        Ok(Some(at))
    }
}

/// Keeps an account that was to be deleted: its keys work again.
#[derive(Clone, Debug)]
pub struct CancelDeletion {
    /// Whose.
    pub account: AccountId,
    /// Who asks.
    pub by: ActivityActor,
    /// When this is.
    pub now: Moment,
}

/// Whether it was to be deleted.
impl Write for CancelDeletion {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { account, by, now } = self.clone();
        let sql = "update account set deletion_due_at = null
                   where id = $1 and deletion_due_at is not null and deleted_at is null";
        if tx.run(sql, &[&account]).await? == 0 {
            return Ok(false);
        }
        activity::keep(&[AddActivity { account, event: ActivityEvent::DeletionCancelled, by, now }], tx).await?;
        record_change(tx, account, now).await?;
        Ok(true)
    }
}

/// Reminds whoever has a day left, once.
#[derive(Clone, Debug)]
pub struct RemindOfDeletion {
    /// When this is.
    pub now: Moment,
}

/// How many are reminded.
impl Write for RemindOfDeletion {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        let sql = "select a.id, a.deletion_due_at from account a
                   where a.deletion_due_at > $1 and a.deletion_due_at <= $2 and a.deleted_at is null
                     and not exists (select 1 from notice n
                                     where n.idempotency_key = 'deletion_soon:' || a.id || ':' || a.deletion_due_at)
                   order by a.id
                   limit 500";
        let soon: Vec<(AccountId, Moment)> = tx.all(sql, &[&self.now, &self.now.plus(DELETION_REMINDER_SECS)]).await?;
        let notice = |(account, at): (AccountId, Moment)| AddNotice {
            account,
            notice: Notice::Leaving { day: at.day() },
            idempotency_key: format!("deletion_soon:{account}:{}", at.0),
            now: self.now,
        };
        notice_queue::keep(&soon.into_iter().map(notice).collect::<Vec<_>>(), tx).await
    }
}

/// Deletes an account whose time is over. Its number stays, and its ledger, which then leads to nobody.
#[derive(Clone, Debug)]
pub struct DeleteAccount {
    /// Whose.
    pub account: AccountId,
    /// When this is.
    pub now: Moment,
}

/// Whether it was time.
impl Write for DeleteAccount {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { account, now } = self;
        // Takes the lock of the account's row; whoever kept it a moment ago keeps it.
        let sql = "update account set deleted_at = $2, deletion_due_at = null
                   where id = $1 and deletion_due_at <= $2 and deleted_at is null and banned_at is null
                   returning token_balance";
        let Some((balance,)) = tx.first::<(i64,)>(sql, &[account, now]).await? else { return Ok(false) };
        account_merge::end(tx, *account, *now).await?;
        for sql in [
            "delete from identity where account_id = $1",
            "delete from password where account_id = $1",
            "delete from mail where account_id = $1",
            "delete from email_token where account_id = $1",
            "delete from session where account_id = $1",
            "delete from api_key where account_id = $1",
            "delete from notice where account_id = $1",
            "delete from notice_opt_out where account_id = $1",
            "delete from quiet_hours where account_id = $1",
            "delete from account_activity where account_id = $1",
            "delete from sign_in_failure_count where account_id = $1",
            "delete from known_source where account_id = $1",
            "delete from merge_offer where account_id = $1 or other_id = $1",
            "delete from pending_admin_action where account_id = $1",
            // An admin's words may say who it was.
            "update ledger set reason = 'grant'
             where (account_id = $1 or account_id in (select id from account where merged_into = $1))
               and reason not in ('welcome', 'allowance', 'charge', 'merge', 'correction')",
        ] {
            tx.run(sql, &[account]).await?;
        }
        if balance != 0 {
            let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
                       values ($1, $2, 0, 'closed', $3, $4)";
            tx.run(sql, &[account, &-balance, &format!("closed:{account}"), now]).await?;
        }
        let sql = "update account set name = '', name_chosen = false, language = null, plan_until = null,
                     token_balance = 0, allowance_month = $2
                   where id = $1";
        tx.run(sql, &[account, &NO_ALLOWANCE_MONTH]).await?;
        record_change(tx, *account, *now).await?;
        Ok(true)
    }
}

//! Account deletion. Scheduled on request, cancellable for seven days, then carried out.

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::accounts::account_merge;
use crate::store::accounts::account_merge::NO_ALLOWANCE_MONTH;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::billing::purchases::subscriptions;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::notices::security_mail::SecurityMail;
use crate::store::{Result, Store, Tx, Write};

/// Time before the deletion at which its reminder is sent, in seconds.
const DELETION_REMINDER_SECS: i64 = 86_400;

impl Store {
    /// Accounts whose deletion is due, with an id above `after`, in order of id. Banned accounts are excluded: their
    /// identities must not become available to a new account.
    pub async fn due_deletions(&self, after: AccountId, now: Moment, limit: i64) -> Result<Vec<AccountId>> {
        let sql = "select id from account
                   where deletion_due_at <= $1 and id > $2 and deleted_at is null and banned_at is null
                   order by id
                   limit $3";
        let due: Vec<(AccountId,)> = self.db.all(sql, &[&now, &after, &limit]).await?;
        Ok(due.into_iter().map(|(id,)| id).collect())
    }
}

/// Schedules the deletion of an account. Its keys stop working and its sessions end immediately.
#[derive(Clone, Debug)]
pub struct ScheduleDeletion {
    /// The account concerned.
    pub account: AccountId,
    /// Due time of the deletion.
    pub at: Moment,
    /// Actor recorded in the account activity.
    pub by: ActivityActor,
    /// Telegram user who asked for it in chat, and so needs no notice there.
    pub asked_in_chat: Option<TelegramId>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the due time, which a repeated request does not change. `None` if the account no longer exists.
impl Write for ScheduleDeletion {
    type Out = Option<Moment>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Moment>> {
        let Self { account, at, by, asked_in_chat, now } = self.clone();
        let sql = "update account set deletion_due_at = $2
                   where id = $1 and deletion_due_at is null and deleted_at is null";
        if tx.run(sql, &[&account, &at]).await? == 0 {
            let sql = "select deletion_due_at from account
                       where id = $1 and deletion_due_at is not null and deleted_at is null";
            return Ok(tx.first::<(Moment,)>(sql, &[&account]).await?.map(|(at,)| at));
        }
        // Recorded before the sessions end: the activity entry takes its device and network from an open session.
        let event = ActivityEvent::DeletionScheduled { day: at.day() };
        activity::add(&[AddActivity { account, event, by: by.clone(), now }], tx).await?;
        account_merge::end(tx, account, now).await?;
        let (notice, idempotency_key) =
            (Notice::DeletionScheduled { day: at.day() }, format!("deletion_scheduled:{account}:{}", at.0));
        SecurityMail { account, notice: &notice, by: &by, now }.add_to_all(tx).await?;
        notice_queue::add(&[AddNotice { account, notice, idempotency_key: idempotency_key.clone(), now }], tx).await?;
        if let Some(person) = asked_in_chat {
            notice_queue::withdraw(&idempotency_key, person, tx).await?;
        }
        record_change(tx, account, now).await?;
        Ok(Some(at))
    }
}

/// Cancels the deletion of an account. Its keys work again.
#[derive(Clone, Debug)]
pub struct CancelDeletion {
    /// The account concerned.
    pub account: AccountId,
    /// Actor recorded in the account activity.
    pub by: ActivityActor,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if a deletion was scheduled.
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
        activity::add(&[AddActivity { account, event: ActivityEvent::DeletionCancelled, by, now }], tx).await?;
        record_change(tx, account, now).await?;
        Ok(true)
    }
}

/// Adds one reminder for every account whose deletion is due within a day.
#[derive(Clone, Debug)]
pub struct RemindOfDeletion {
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the number of reminders added.
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
            notice: Notice::DeletionScheduled { day: at.day() },
            idempotency_key: format!("deletion_soon:{account}:{}", at.0),
            now: self.now,
        };
        notice_queue::add(&soon.into_iter().map(notice).collect::<Vec<_>>(), tx).await
    }
}

/// Deletes an account whose deletion is due. Its id and ledger remain, without anything that identifies the person.
#[derive(Clone, Debug)]
pub struct DeleteAccount {
    /// The account concerned.
    pub account: AccountId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if the account was deleted.
impl Write for DeleteAccount {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { account, now } = self;
        // Locks the account's row. A cancellation that committed just before wins.
        let sql = "update account set deleted_at = $2, deletion_due_at = null
                   where id = $1 and deletion_due_at <= $2 and deleted_at is null and banned_at is null
                   returning token_balance";
        let Some((balance,)) = tx.first::<(i64,)>(sql, &[account, now]).await? else { return Ok(false) };
        account_merge::end(tx, *account, *now).await?;
        delete_rows(*account, tx).await?;
        // Nobody pays for an account that no longer exists.
        subscriptions::keep_one(*account, None, *now, tx).await?;
        if balance != 0 {
            let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
                       values ($1, $2, 0, 'closed', $3, $4)";
            tx.run(sql, &[account, &-balance, &format!("closed:{account}"), now]).await?;
        }
        let sql = "update account set name = '', name_chosen = false, language = null, plan_until = null,
                     plan_stars = 0, plan_turn_at = null, token_balance = 0, free_tokens = 0, allowance_month = $2
                   where id = $1";
        tx.run(sql, &[account, &NO_ALLOWANCE_MONTH]).await?;
        record_change(tx, *account, *now).await?;
        Ok(true)
    }
}

/// Deletes what belongs to the account alone, and takes free text out of its ledger.
async fn delete_rows(account: AccountId, tx: &mut Tx) -> sqlx::Result<()> {
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
        "delete from identity_undo where account_id = $1",
        "delete from plan_period where account_id = $1",
        "delete from oauth_code where account_id = $1",
        "delete from oauth_grant where account_id = $1",
        "delete from oauth_consent where account_id = $1",
        // The free text of an admin may identify the person.
        "update ledger set reason = 'grant'
         where account_id = $1 and reason not in ('welcome', 'allowance', 'charge', 'merge', 'correction', 'purchase', 'refund')",
        "update ledger set reason = 'grant'
         where account_id in (select id from account where merged_into = $1)
           and reason not in ('welcome', 'allowance', 'charge', 'merge', 'correction', 'purchase', 'refund')",
    ] {
        tx.run(sql, &[&account]).await?;
    }
    Ok(())
}

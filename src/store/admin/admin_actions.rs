//! What admins do to other people's accounts: asked for, done once, and written down.

use sqlx::FromRow;

use crate::model::accounts::account::{Account, AccountId, TelegramId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::admin_action::{AdminAction, AdminActionId};
use crate::model::time::Moment;
use crate::store::accounts::accounts::{AddTokens, SetPlan};
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::billing::allowance::AllowanceTable;
use crate::store::{Result, Store, Tx, Write};

/// How long an act waits for its admin's yes, in seconds. Short: what is asked for is done in the world as it was shown.
pub const ACTION_LIFETIME_SECS: i64 = 600;

/// An act that was asked for.
#[derive(Clone, Debug, FromRow)]
pub struct PendingActionRow {
    /// To whose account.
    pub account_id: AccountId,
    /// What, as JSON.
    #[sqlx(rename = "action")]
    pub act: String,
    /// When it was asked for.
    pub created_at: Moment,
    /// When it was done or taken back.
    pub settled_at: Option<Moment>,
}

/// A line of the audit trail.
#[derive(Clone, Debug, FromRow)]
pub struct AuditEntry {
    /// When it was done.
    #[sqlx(rename = "created_at")]
    pub made_at: Moment,
    /// By which admin; by the operator at the command line if none.
    #[sqlx(rename = "admin_id")]
    pub admin: Option<TelegramId>,
    /// What, as JSON.
    #[sqlx(rename = "action")]
    pub act: String,
    /// What it changed, before.
    #[sqlx(rename = "before")]
    pub was: String,
    /// And after.
    #[sqlx(rename = "after")]
    pub became: String,
}

impl Store {
    /// What that admin asked for under that number.
    pub async fn pending_action(&self, id: AdminActionId, admin: TelegramId) -> Result<Option<PendingActionRow>> {
        let sql = "select account_id, action, created_at, settled_at from pending_admin_action
                   where id = $1 and admin_id = $2";
        Ok(self.db.first(sql, &[&id, &admin]).await?)
    }

    /// What was done to an account, the latest first.
    pub async fn audit_of(&self, account: AccountId, limit: i64) -> Result<Vec<AuditEntry>> {
        let sql = "select created_at, admin_id, action, before, after from audit_log
                   where account_id = $1 order by id desc limit $2";
        Ok(self.db.all(sql, &[&account, &limit]).await?)
    }
}

/// Remembers what an admin asked for. Asked by the same update again, it is the same act.
#[derive(Clone, Debug)]
pub struct AddPendingAction {
    /// Who asks.
    pub admin: TelegramId,
    /// To whose account.
    pub account: AccountId,
    /// What.
    pub act: AdminAction,
    /// What lets it be asked once.
    pub idempotency_key: String,
    /// When this is.
    pub now: Moment,
}

impl Write for AddPendingAction {
    type Out = AdminActionId;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<AdminActionId> {
        let sql = "insert into pending_admin_action (admin_id, account_id, action, idempotency_key, created_at)
                   values ($1, $2, $3, $4, $5)
                   on conflict (idempotency_key) do update set idempotency_key = excluded.idempotency_key
                   returning id";
        let (act, Self { admin, account, idempotency_key, now, .. }) = (self.act.to_json(), self);
        let (id,) = tx.one(sql, &[admin, account, &act, idempotency_key, now]).await?;
        Ok(id)
    }
}

/// Takes back what an admin asked for.
#[derive(Clone, Debug)]
pub struct DropPendingAction {
    /// Which.
    pub id: AdminActionId,
    /// Whose it is.
    pub admin: TelegramId,
    /// When this is.
    pub now: Moment,
}

/// Whether it was still waiting.
impl Write for DropPendingAction {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql =
            "update pending_admin_action set settled_at = $3 where id = $1 and admin_id = $2 and settled_at is null";
        Ok(tx.run(sql, &[&self.id, &self.admin, &self.now]).await? == 1)
    }
}

/// Where an act comes from.
#[derive(Clone, Debug)]
pub enum ActionSource {
    /// It waited for that admin's yes, which has come.
    Said(AdminActionId, TelegramId),
    /// It is to be done at once, under this once-only key.
    AtOnce(Option<TelegramId>, String),
}

/// Does what an admin wants, and writes it down: both or neither, and once.
#[derive(Clone, Debug)]
pub struct PerformAction {
    /// Where it comes from.
    pub order: ActionSource,
    /// To whose account.
    pub account: AccountId,
    /// What.
    pub act: AdminAction,
    /// What each plan gives.
    pub dues: AllowanceTable,
}

/// What became of a [`PerformAction`].
#[derive(Clone, Debug)]
pub enum PerformActionOutcome {
    /// It is done; the account before it and after it.
    Done(Box<Account>, Box<Account>),
    /// It was done or taken back before, or waited too long.
    Settled,
    /// There is no such account.
    NoPerson,
}

impl Write for PerformAction {
    type Out = PerformActionOutcome;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<PerformActionOutcome> {
        // Takes the lock of the account's row: what is written down as before is what was there.
        let sql = "update account set plan = plan where id = $1 and deleted_at is null
                   returning id, name, language, plan, plan_until, token_balance, banned_at, created_at";
        let Some(before) = tx.first::<Account>(sql, &[&self.account]).await? else {
            return Ok(PerformActionOutcome::NoPerson);
        };
        let Some((admin, idempotency_key)) = self.claim(tx).await? else { return Ok(PerformActionOutcome::Settled) };
        self.change(&idempotency_key, tx).await?;
        let after: Account = tx.one(sql, &[&self.account]).await?;
        let sql = "insert into audit_log (created_at, admin_id, account_id, action, before, after, idempotency_key)
                   values ($1, $2, $3, $4, $5, $6, $7)";
        let (act, was, became) = (self.act.to_json(), self.state(&before), self.state(&after));
        tx.run(sql, &[&self.dues.now, &admin, &self.account, &act, &was, &became, &idempotency_key]).await?;
        let by = admin.map_or(ActivityActor::Operator, ActivityActor::Admin);
        let (account, event, now) = (self.account, self.event(&after), self.dues.now);
        activity::keep(&[AddActivity { account, event, by, now }], tx).await?;
        Ok(PerformActionOutcome::Done(Box::new(before), Box::new(after)))
    }
}

impl PerformAction {
    /// Takes the act in hand, once; by whom, and its once-only key.
    async fn claim(&self, tx: &mut Tx) -> sqlx::Result<Option<(Option<TelegramId>, String)>> {
        match &self.order {
            ActionSource::Said(id, admin) => {
                let sql = "update pending_admin_action set settled_at = $3
                           where id = $1 and admin_id = $2 and settled_at is null and created_at > $4
                           returning account_id";
                let now = self.dues.now;
                let claimed: Option<(AccountId,)> =
                    tx.first(sql, &[id, admin, &now, &now.minus(ACTION_LIFETIME_SECS)]).await?;
                Ok(claimed.map(|_| (Some(*admin), format!("act:{id}"))))
            }
            ActionSource::AtOnce(admin, idempotency_key) => {
                let sql = "select 1 = 1 from audit_log where idempotency_key = $1";
                let done: Option<(bool,)> = tx.first(sql, &[idempotency_key]).await?;
                Ok(done.is_none().then(|| (*admin, idempotency_key.clone())))
            }
        }
    }

    async fn change(&self, idempotency_key: &str, tx: &mut Tx) -> sqlx::Result<()> {
        let (account, now) = (self.account, self.dues.now);
        match &self.act {
            AdminAction::Plan { plan, days } => {
                let until = days.map(|days| now.plus(i64::from(days) * 86_400));
                SetPlan { account, plan: plan.clone(), until, dues: self.dues.clone() }.run(tx).await.map(drop)
            }
            AdminAction::Grant { tokens, reason } => {
                let (tokens, reason, idempotency_key) =
                    (i64::from(*tokens), reason.clone(), format!("grant:{idempotency_key}"));
                AddTokens { account, tokens, reason, idempotency_key, now }.run(tx).await.map(drop)
            }
            AdminAction::Ban => {
                let sql = "update account set banned_at = $2 where id = $1 and banned_at is null";
                tx.run(sql, &[&account, &now]).await?;
                // So that an unban brings nobody back who was in when they should not have been.
                let sql = "update session set ended_at = $2 where account_id = $1 and ended_at is null";
                tx.run(sql, &[&account, &now]).await?;
                record_change(tx, account, now).await
            }
            AdminAction::Unban => {
                tx.run("update account set banned_at = null where id = $1", &[&account]).await?;
                record_change(tx, account, now).await
            }
        }
    }

    /// What the person of the account reads of it.
    fn event(&self, after: &Account) -> ActivityEvent {
        match &self.act {
            AdminAction::Plan { plan, .. } => {
                ActivityEvent::PlanGiven { plan: plan.clone(), until: after.plan_until.map(Moment::day) }
            }
            AdminAction::Grant { tokens, .. } => ActivityEvent::TokensGiven { tokens: i64::from(*tokens) },
            AdminAction::Ban => ActivityEvent::Banned,
            AdminAction::Unban => ActivityEvent::Unbanned,
        }
    }

    /// What of an account such an act changes.
    fn state(&self, account: &Account) -> String {
        match &self.act {
            AdminAction::Plan { .. } => match account.plan_until {
                Some(until) => format!("{} until {until}", account.plan),
                None => account.plan.clone(),
            },
            AdminAction::Grant { .. } => account.token_balance.to_string(),
            AdminAction::Ban | AdminAction::Unban => account.banned_at.map_or("open", |_| "banned").to_owned(),
        }
    }
}

/// Forgets acts that nobody said yes to in time, or that are done: the audit trail has those.
#[derive(Clone, Debug)]
pub struct PurgePendingActions {
    /// When this is.
    pub now: Moment,
}

impl Write for PurgePendingActions {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<u64> {
        // The newest stays: SQLite would give its number away again, and old buttons stay in chats for ever.
        let sql = "delete from pending_admin_action
                   where created_at < $1 and id < (select max(id) from pending_admin_action)";
        tx.run(sql, &[&self.now.minus(7 * 86_400)]).await
    }
}

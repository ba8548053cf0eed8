//! Admin actions on accounts. Requested in chat, confirmed, performed once, and recorded in the audit log.

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
use crate::store::{Result, Store, Tx, Write, WriteLane};

/// Time to confirm an action, in seconds. Short, because an admin decides by the state shown with the request.
pub const ACTION_LIFETIME_SECS: i64 = 600;

/// A requested action as stored.
#[derive(Clone, Debug, FromRow)]
pub struct PendingActionRow {
    /// The account it changes.
    pub account_id: AccountId,
    /// The action, as JSON.
    pub action: String,
    /// Time of the request.
    pub created_at: Moment,
    /// Time at which it was performed or cancelled.
    pub settled_at: Option<Moment>,
}

impl Store {
    /// Returns an action that this admin requested.
    pub async fn pending_action(&self, id: AdminActionId, admin: TelegramId) -> Result<Option<PendingActionRow>> {
        let sql = "select account_id, action, created_at, settled_at from pending_admin_action
                   where id = $1 and admin_id = $2";
        Ok(self.db.first(sql, &[&id, &admin]).await?)
    }
}

/// Stores a requested action. The update that requested it creates one action, even if it is delivered again.
#[derive(Clone, Debug)]
pub struct AddPendingAction {
    /// The admin who requested it, and the only one who can confirm it.
    pub admin: TelegramId,
    /// The account it changes.
    pub account: AccountId,
    /// The action.
    pub action: AdminAction,
    /// Identifies the update that requested the action.
    pub idempotency_key: String,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for AddPendingAction {
    type Out = AdminActionId;

    const LANE: WriteLane = WriteLane::Reserved;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<AdminActionId> {
        let sql = "insert into pending_admin_action (admin_id, account_id, action, idempotency_key, created_at)
                   values ($1, $2, $3, $4, $5)
                   on conflict (idempotency_key) do update set idempotency_key = excluded.idempotency_key
                   returning id";
        let (action, Self { admin, account, idempotency_key, now, .. }) = (self.action.to_json(), self);
        let (id,) = tx.one(sql, &[admin, account, &action, idempotency_key, now]).await?;
        Ok(id)
    }
}

/// Cancels a requested action.
#[derive(Clone, Debug)]
pub struct DropPendingAction {
    /// Id of the action.
    pub id: AdminActionId,
    /// The admin who requested it.
    pub admin: TelegramId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if the action was pending.
impl Write for DropPendingAction {
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql =
            "update pending_admin_action set settled_at = $3 where id = $1 and admin_id = $2 and settled_at is null";
        Ok(tx.run(sql, &[&self.id, &self.admin, &self.now]).await? == 1)
    }
}

/// Origin of an action.
#[derive(Clone, Debug)]
pub enum ActionSource {
    /// A request the admin has confirmed.
    Said(AdminActionId, TelegramId),
    /// An action performed immediately, with its idempotency key.
    AtOnce(Option<TelegramId>, String),
}

/// Performs an action and records it in the audit log: both or neither, and once.
#[derive(Clone, Debug)]
pub struct PerformAction {
    /// Origin of the action.
    pub source: ActionSource,
    /// The account it changes.
    pub account: AccountId,
    /// The action.
    pub action: AdminAction,
    /// Plans with their allowances, and the current time.
    pub allowances: AllowanceTable,
}

/// Outcome of a [`PerformAction`].
#[derive(Clone, Debug)]
pub enum PerformActionOutcome {
    /// Performed; the account before and after.
    Done(Box<Account>, Box<Account>),
    /// The action was performed or cancelled before, or has expired.
    Settled,
    /// The account does not exist.
    NoPerson,
}

impl Write for PerformAction {
    type Out = PerformActionOutcome;

    const LANE: WriteLane = WriteLane::Reserved;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<PerformActionOutcome> {
        // Locks the account's row, so that the state recorded as before is accurate.
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
        let (action, old, new) = (self.action.to_json(), self.state(&before), self.state(&after));
        tx.run(sql, &[&self.allowances.now, &admin, &self.account, &action, &old, &new, &idempotency_key]).await?;
        let by = admin.map_or(ActivityActor::Operator, ActivityActor::Admin);
        let (account, event, now) = (self.account, self.event(&after), self.allowances.now);
        activity::add(&[AddActivity { account, event, by, now }], tx).await?;
        Ok(PerformActionOutcome::Done(Box::new(before), Box::new(after)))
    }
}

impl PerformAction {
    /// Claims the action once. Returns the admin and the idempotency key.
    async fn claim(&self, tx: &mut Tx) -> sqlx::Result<Option<(Option<TelegramId>, String)>> {
        match &self.source {
            ActionSource::Said(id, admin) => {
                let sql = "update pending_admin_action set settled_at = $3
                           where id = $1 and admin_id = $2 and settled_at is null and created_at > $4
                           returning account_id";
                let now = self.allowances.now;
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
        let (account, now) = (self.account, self.allowances.now);
        match &self.action {
            AdminAction::Plan { plan, days } => {
                let until = days.map(|days| now.plus(i64::from(days) * 86_400));
                SetPlan { account, plan: plan.clone(), until, allowances: self.allowances.clone() }
                    .run(tx)
                    .await
                    .map(drop)
            }
            AdminAction::Grant { tokens, reason } => {
                let (tokens, reason, idempotency_key) =
                    (i64::from(*tokens), reason.clone(), format!("grant:{idempotency_key}"));
                AddTokens { account, tokens, reason, idempotency_key, now }.run(tx).await.map(drop)
            }
            AdminAction::Ban => {
                let sql = "update account set banned_at = $2 where id = $1 and banned_at is null";
                tx.run(sql, &[&account, &now]).await?;
                // An unban must not revive sessions from before the ban.
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

    /// Event in the account activity of the person.
    fn event(&self, after: &Account) -> ActivityEvent {
        match &self.action {
            AdminAction::Plan { plan, .. } => {
                ActivityEvent::PlanChanged { plan: plan.clone(), until: after.plan_until.map(Moment::day) }
            }
            AdminAction::Grant { tokens, .. } => ActivityEvent::TokensGranted { tokens: i64::from(*tokens) },
            AdminAction::Ban => ActivityEvent::Banned,
            AdminAction::Unban => ActivityEvent::Unbanned,
        }
    }

    /// State of the field that the action changes, for the audit log.
    fn state(&self, account: &Account) -> String {
        match &self.action {
            AdminAction::Plan { .. } => match account.plan_until {
                Some(until) => format!("{} until {until}", account.plan),
                None => account.plan.clone(),
            },
            AdminAction::Grant { .. } => account.token_balance.to_string(),
            AdminAction::Ban | AdminAction::Unban => account.banned_at.map_or("open", |_| "banned").to_owned(),
        }
    }
}

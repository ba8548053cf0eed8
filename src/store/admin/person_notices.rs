//! Notices to a person about what an admin did to their account. Written in the transaction of the action.

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::admin_action::plan_change::PlanChange;
use crate::model::admin_action::{AdminAction, PlanRecord};
use crate::model::notices::admin_action_notice::{AdminActionNotice, PlanChangeKind};
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::Tx;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;

/// Paused keys that a notice names.
const MAX_NAMED_KEYS: i64 = 10;

/// Keys that a plan without access to the API pauses.
#[derive(Clone, Debug, Default)]
pub(super) struct PausedKeys {
    /// Number of the keys.
    pub(super) count: i64,
    /// Names of the oldest ones.
    pub(super) names: Vec<String>,
}

impl PausedKeys {
    /// Reads the live keys of an account.
    pub(super) async fn of_account(account: AccountId, now: Moment, tx: &mut Tx) -> sqlx::Result<Self> {
        let sql = "select count(*) from api_key
                   where account_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)";
        let (count,) = tx.one(sql, &[&account, &now]).await?;
        let sql = "select name from api_key
                   where account_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)
                   order by id
                   limit $3";
        let names: Vec<(String,)> = tx.all(sql, &[&account, &now, &MAX_NAMED_KEYS]).await?;
        Ok(Self { count, names: names.into_iter().map(|(name,)| name).collect() })
    }
}

/// Change of a plan that is about to be made.
pub(super) struct PlannedChange {
    /// The change.
    pub(super) change: PlanChange,
    /// Keys that it pauses.
    pub(super) paused: PausedKeys,
    /// Title of the new plan.
    pub(super) title: String,
    /// All plans before and after, for an undo.
    pub(super) record: PlanRecord,
}

/// Notice to a person about an action.
pub(super) struct PersonNotice<'a> {
    pub(super) account: AccountId,
    /// Admin who acted. Nobody is notified of their own actions.
    pub(super) admin: Option<TelegramId>,
    pub(super) idempotency_key: &'a str,
    pub(super) now: Moment,
}

impl PersonNotice<'_> {
    /// Queues the notice about another plan.
    pub(super) async fn plan(&self, planned: PlannedChange, tx: &mut Tx) -> sqlx::Result<()> {
        let PlannedChange { change, paused, title, .. } = planned;
        let is_same = change.plan == change.plan_before && change.until == change.until_before;
        let waits = change.timeline.running().is_some_and(|running| running.plan != change.plan);
        if is_same || waits {
            return Ok(());
        }
        let kind = match &change.loss {
            Some(loss) if loss.is_smaller || loss.keys > 0 => PlanChangeKind::Smaller,
            Some(_) if change.plan == change.plan_before => PlanChangeKind::Shortened,
            // No loss, or a larger plan for a shorter time.
            None | Some(_) => PlanChangeKind::Given,
        };
        self.add(plan_notice(kind, title, change.until, paused), tx).await
    }

    /// Queues the notice about any other action.
    pub(super) async fn action(&self, action: &AdminAction, tx: &mut Tx) -> sqlx::Result<()> {
        match action {
            AdminAction::Grant { tokens, reason } => {
                let is_generic = matches!(reason.as_str(), "grant" | "correction");
                let reason = (!is_generic).then(|| reason.clone());
                self.add(AdminActionNotice::Tokens { tokens: *tokens, reason }, tx).await
            }
            AdminAction::Ban { reason } => self.add(AdminActionNotice::Banned { reason: reason.clone() }, tx).await,
            AdminAction::Unban => self.add(AdminActionNotice::Unbanned, tx).await,
            AdminAction::Message { html } => {
                let admin = self.admin.map(TelegramId::get);
                self.queue(AdminActionNotice::Message { html: html.clone(), admin }, tx).await
            }
            AdminAction::Plan { .. } | AdminAction::Undo { .. } => Ok(()),
        }
    }

    /// Queues a notice, unless the person is the admin who acted.
    pub(super) async fn add(&self, notice: AdminActionNotice, tx: &mut Tx) -> sqlx::Result<()> {
        if let Some(admin) = self.admin {
            let sql = "select 1 = 1 from identity where kind = 'telegram' and subject = $1 and account_id = $2";
            if tx.first::<(bool,)>(sql, &[&admin.to_string(), &self.account]).await?.is_some() {
                return Ok(());
            }
        }
        self.queue(notice, tx).await
    }

    async fn queue(&self, notice: AdminActionNotice, tx: &mut Tx) -> sqlx::Result<()> {
        let (account, now, idempotency_key) = (self.account, self.now, self.idempotency_key.to_owned());
        let notice = Notice::AdminAction { notice };
        notice_queue::add(&[AddNotice { account, notice, idempotency_key, now }], tx).await.map(drop)
    }
}

/// Notice about another plan.
pub(super) fn plan_notice(
    change: PlanChangeKind,
    plan: String,
    until: Option<Moment>,
    paused: PausedKeys,
) -> AdminActionNotice {
    let PausedKeys { count: keys, names } = paused;
    AdminActionNotice::Plan { change, plan, until: until.map(|until| until.0), keys, names }
}

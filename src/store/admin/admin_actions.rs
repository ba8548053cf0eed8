//! Requested admin actions, stored until their admin confirms or cancels them.

use sqlx::FromRow;

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::admin_action::{AdminAction, AdminActionId};
use crate::model::time::Moment;
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

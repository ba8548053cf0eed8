//! Audit log of admin actions on accounts. Entries are immutable and retained permanently.

use sqlx::FromRow;

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::admin_action::PlanRecord;
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx};

/// An entry of the audit log.
#[derive(Clone, Debug, FromRow)]
pub struct AuditEntry {
    /// Time of the action.
    pub created_at: Moment,
    /// Telegram id of the admin; `None` for the operator at the command line.
    pub admin_id: Option<TelegramId>,
    /// Present name of the admin's account; `None` without an account.
    pub admin_name: Option<String>,
    /// The action, as JSON.
    pub action: String,
    /// State of the changed field before the action.
    pub before: String,
    /// State of the changed field after the action.
    pub after: String,
}

impl Store {
    /// Returns the latest audit log entries of an account, newest first.
    pub async fn audit_of(&self, account: AccountId, limit: i64) -> Result<Vec<AuditEntry>> {
        let sql = "select l.created_at, l.admin_id, a.name as admin_name, l.action, l.before, l.after
                   from audit_log l
                   left join identity i on i.kind = 'telegram' and i.subject = cast(l.admin_id as text)
                   left join account a on a.id = i.account_id
                   where l.account_id = $1
                   order by l.id desc
                   limit $2";
        Ok(self.db.all(sql, &[&account, &limit]).await?)
    }
}

/// Entry to add to the audit log.
pub(super) struct NewAuditEntry<'a> {
    /// Telegram id of the admin; `None` for the operator.
    pub(super) admin: Option<TelegramId>,
    pub(super) account: AccountId,
    /// The action, as JSON.
    pub(super) action: &'a str,
    /// State of the changed field before the action.
    pub(super) before: &'a str,
    /// State of the changed field after the action.
    pub(super) after: &'a str,
    /// Change of the token balance, which an undo takes back.
    pub(super) tokens: i64,
    /// All plans before and after an action that gave one.
    pub(super) plans: Option<&'a PlanRecord>,
    /// Entry that this action undoes.
    pub(super) undo_of: Option<i64>,
}

impl NewAuditEntry<'_> {
    /// Adds the entry; returns its id.
    pub(super) async fn add(&self, idempotency_key: &str, now: Moment, tx: &mut Tx) -> sqlx::Result<i64> {
        let sql = "insert into audit_log
                     (created_at, admin_id, account_id, action, before, after, idempotency_key, tokens, undo_of, plans)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                   returning id";
        let Self { admin, account, action, before, after, tokens, plans, undo_of } = self;
        let plans = plans.map(serde_json::to_string).transpose().map_err(|fault| sqlx::Error::Encode(fault.into()))?;
        let (id,) = tx
            .one(sql, &[&now, admin, account, action, before, after, &idempotency_key, tokens, undo_of, &plans])
            .await?;
        Ok(id)
    }
}

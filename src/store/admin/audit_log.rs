//! Audit log of admin actions on accounts. Entries are immutable and retained permanently.

use sqlx::FromRow;

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::time::Moment;
use crate::store::{Result, Store};

/// An entry of the audit log.
#[derive(Clone, Debug, FromRow)]
pub struct AuditEntry {
    /// Time of the action.
    pub created_at: Moment,
    /// Telegram id of the admin; `None` for the operator at the command line.
    pub admin_id: Option<TelegramId>,
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
        let sql = "select created_at, admin_id, action, before, after from audit_log
                   where account_id = $1 order by id desc limit $2";
        Ok(self.db.all(sql, &[&account, &limit]).await?)
    }
}

//! Audit log of clients and signing keys.

use crate::model::accounts::account::TelegramId;
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx, Write};

/// An act of an admin on a client or on the signing keys.
#[derive(Clone, Debug)]
pub struct OAuthAudit {
    /// Id of the client; empty for signing keys.
    pub client: String,
    /// Telegram id of the admin; `None` for the operator.
    pub admin: Option<TelegramId>,
    /// Kind of the act.
    pub action: &'static str,
    /// Detail such as the grace period. Never a secret.
    pub detail: Option<String>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OAuthAuditRow {
    /// Id of the client; empty for signing keys.
    pub client_id: String,
    /// Time of the act.
    pub created_at: Moment,
    /// Telegram id of the admin; `None` for the operator.
    pub admin_id: Option<i64>,
    /// Kind of the act.
    pub action: String,
    /// Detail such as the grace period.
    pub detail: Option<String>,
}

impl Store {
    /// Returns the latest acts on a client, newest first; on the signing keys if the id is empty.
    pub async fn oauth_audit_log(&self, client: &str, limit: i64) -> Result<Vec<OAuthAuditRow>> {
        let sql = "select client_id, created_at, admin_id, action, detail from oauth_audit_log
                   where client_id = $1 order by id desc limit $2";
        Ok(self.db.all(sql, &[&client, &limit]).await?)
    }
}

/// A write together with its entry in the audit log: both or neither.
#[derive(Clone, Debug)]
pub struct Audited<W> {
    /// The write.
    pub work: W,
    /// The entry, added if the write took effect.
    pub audit: OAuthAudit,
}

/// Outcome of a write that may have had no effect.
pub trait Effective {
    /// True if the write took effect.
    fn is_effective(&self) -> bool;
}

impl Effective for bool {
    fn is_effective(&self) -> bool {
        *self
    }
}

impl<W: Write<Out: Effective>> Write for Audited<W> {
    type Out = W::Out;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<W::Out> {
        let outcome = self.work.run(tx).await?;
        if outcome.is_effective() {
            let OAuthAudit { client, admin, action, detail, now } = &self.audit;
            let sql = "insert into oauth_audit_log (client_id, created_at, admin_id, action, detail)
                       values ($1, $2, $3, $4, $5)";
            tx.run(sql, &[client, now, admin, action, detail]).await?;
        }
        Ok(outcome)
    }
}

//! Expiry of keys: its change by the owner, and notices before it.

use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::ActivityActor;
use crate::model::api_key::{ApiKey, KeyId};
use crate::model::notices::notice::Notice;
use crate::model::time::Moment;
use crate::store::accounts::activity::account_write;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::api_keys::keys::key_columns;
use crate::store::engine::db::Values;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::notices::security_mail::SecurityMail;
use crate::store::{Tx, Write};

const DAY_SECS: i64 = 86_400;
/// Days before the expiry at which the first notice is sent. A second one follows one day before.
const NOTICE_DAYS_BEFORE: i64 = 7;

account_write!(SetKeyExpiry);

/// Changes when a key expires.
#[derive(Clone, Debug)]
pub struct SetKeyExpiry {
    /// Owner of the key.
    pub account: AccountId,
    /// Id of the key.
    pub key: KeyId,
    /// New expiry; `None` for no expiry.
    pub expires_at: Option<Moment>,
    /// Maximum number of live keys of the account: an expired key counts again.
    pub limit: i64,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Outcome of a [`SetKeyExpiry`].
#[derive(Clone, Debug)]
pub enum SetKeyExpiryOutcome {
    /// The key with its new expiry.
    Done(ApiKey),
    /// The key has expired, and the account has reached its limit of live keys.
    TooMany,
    /// The account has no such key that is not revoked.
    Missing,
}

impl Write for SetKeyExpiry {
    type Out = SetKeyExpiryOutcome;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<SetKeyExpiryOutcome> {
        let Self { account, key, expires_at, limit, now } = self;
        // Locks the account's row, so that no other key is added concurrently.
        tx.run("update account set keys_created = keys_created where id = $1", &[account]).await?;
        let sql = "select expires_at is not null and expires_at <= $3 from api_key
                   where id = $2 and account_id = $1 and revoked_at is null";
        let Some((has_expired,)) = tx.first::<(bool,)>(sql, &[account, key, now]).await? else {
            return Ok(SetKeyExpiryOutcome::Missing);
        };
        let sql = "select count(*) from api_key
                   where account_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)";
        let (live,): (i64,) = tx.one(sql, &[account, now]).await?;
        if has_expired && live >= *limit {
            return Ok(SetKeyExpiryOutcome::TooMany);
        }
        let sql = concat!(
            "update api_key set expires_at = $3 where id = $2 and account_id = $1 and revoked_at is null returning ",
            key_columns!()
        );
        let changed = tx.first(sql, &[account, key, expires_at]).await?;
        record_change(tx, *account, *now).await?;
        Ok(changed.map_or(SetKeyExpiryOutcome::Missing, SetKeyExpiryOutcome::Done))
    }
}

/// Adds notices and mails for keys that expire within a week or a day: each step once.
#[derive(Clone, Debug)]
pub struct AddKeyExpiryNotices {
    /// Cursor: only keys with a higher id.
    pub after: KeyId,
    /// Maximum number of keys.
    pub limit: i64,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Result of an [`AddKeyExpiryNotices`].
#[derive(Clone, Copy, Debug)]
pub struct KeyExpiryReport {
    /// Number of notices added.
    pub added: u64,
    /// Last key examined; `None` when none are left.
    pub last: Option<KeyId>,
}

#[derive(FromRow)]
struct ExpiringKeyRow {
    id: KeyId,
    account_id: AccountId,
    name: String,
    masked: String,
    expires_at: Moment,
}

impl Write for AddKeyExpiryNotices {
    type Out = KeyExpiryReport;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<KeyExpiryReport> {
        let sql = "select k.id, k.account_id, k.name, k.masked, k.expires_at
                   from api_key k join account a on a.id = k.account_id
                   where k.expires_at > $1 and k.expires_at <= $2 and k.expires_at is not null and k.revoked_at is null
                     and k.id > $3 and a.banned_at is null and a.deletion_due_at is null
                     and not exists (select 1 from notice n
                                     where n.idempotency_key = 'key_expires:' || k.id || ':' || k.expires_at ||
                                       case when k.expires_at <= $4 then ':1' else ':7' end)
                   order by k.id
                   limit $5";
        let (to, tomorrow) = (self.now.plus(NOTICE_DAYS_BEFORE * DAY_SECS), self.now.plus(DAY_SECS));
        let values: Values<'_> = &[&self.now, &to, &self.after, &tomorrow, &self.limit];
        let expiring: Vec<ExpiringKeyRow> = tx.all(sql, values).await?;
        let notices: Vec<AddNotice> = expiring.iter().map(|row| self.warning(row)).collect();
        let added = notice_queue::add(&notices, tx).await?;
        for AddNotice { account, notice, now, .. } in &notices {
            let mail = SecurityMail { account: *account, notice, by: &ActivityActor::Clock, now: *now };
            mail.add_to_all(tx).await?;
        }
        Ok(KeyExpiryReport { added, last: expiring.last().map(|row| row.id) })
    }
}

impl AddKeyExpiryNotices {
    /// Notice for the current step.
    fn warning(&self, ExpiringKeyRow { id, account_id, name, masked, expires_at }: &ExpiringKeyRow) -> AddNotice {
        let left = expires_at.since(self.now);
        let (days, step) = ((left + DAY_SECS - 1) / DAY_SECS, if left <= DAY_SECS { "1" } else { "7" });
        let (name, masked) = (name.clone(), masked.clone());
        AddNotice {
            account: *account_id,
            notice: Notice::KeyExpires { key: id.0, name, masked, days, expires_at: expires_at.0 },
            idempotency_key: format!("key_expires:{id}:{}:{step}", expires_at.0),
            now: self.now,
        }
    }
}

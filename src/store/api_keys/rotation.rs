//! Rotation of an API key in the database: a new secret beside the previous one.

use crate::model::accounts::account::AccountId;
use crate::model::api_key::{ApiKey, KeyDigest, KeyId};
use crate::model::time::Moment;
use crate::store::accounts::activity::account_write;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::api_keys::keys::key_columns;
use crate::store::api_keys::replaced_secrets::ReplacedSecret;
use crate::store::{Tx, Write};

account_write!(RotateKey);

/// Rotates a key: sets a new secret, and the current one stays valid through its grace period.
#[derive(Clone, Debug)]
pub struct RotateKey {
    /// Owner of the key.
    pub account: AccountId,
    /// Id of the key.
    pub key: KeyId,
    /// Digest of the new secret.
    pub digest: KeyDigest,
    /// First and last characters of the new secret.
    pub masked: String,
    /// Grace period of the current secret, in seconds.
    pub grace: i64,
    /// Rotates only if the masked secret matches: the key may have been rotated since the person saw it.
    pub shown_masked: Option<String>,
    /// Identifies the request. A repetition issues another secret, whatever the current one is.
    pub idempotency_key: Option<String>,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the key, if the account had such a live key.
impl Write for RotateKey {
    type Out = Option<ApiKey>;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<ApiKey>> {
        let replaced = ReplacedSecret {
            account: self.account,
            key: self.key,
            shown_masked: self.shown_masked.as_deref(),
            idempotency_key: self.idempotency_key.as_deref(),
            now: self.now,
        };
        replaced.remember(tx).await?;
        // An unused secret keeps the grace period of the one before it: a lost answer must not end the secret in use.
        let sql = concat!(
            "update api_key
             set previous_digest = case when $5 = 0 then null
                                        when last_used_at is null and previous_expires_at > $6 then previous_digest
                                        else digest end,
               previous_expires_at = $6 + $5,
               previous_last_used_at = coalesce(last_used_at, previous_last_used_at),
               digest = $3, masked = $4, last_used_at = null, rotated_at = $6,
               rotation_idempotency_key = $8
             where id = $2 and account_id = $1 and revoked_at is null
               and (masked = coalesce($7, masked) or rotation_idempotency_key = $8)
             returning ",
            key_columns!()
        );
        let Self { account, key, digest, masked, grace, shown_masked, idempotency_key, now } = self;
        let digest = &digest.as_bytes();
        let rotated = tx.first(sql, &[account, key, digest, masked, grace, now, shown_masked, idempotency_key]).await?;
        if rotated.is_some() {
            record_change(tx, self.account, self.now).await?;
        }
        Ok(rotated)
    }
}

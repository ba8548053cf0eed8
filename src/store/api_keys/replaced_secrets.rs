//! Secrets that were replaced. They no longer work; the owner of a pasted one learns which key it belonged to.

use crate::model::accounts::account::AccountId;
use crate::model::api_key::{ApiKey, KeyDigest, KeyId};
use crate::model::time::Moment;
use crate::store::api_keys::keys::key_columns;
use crate::store::{Result, Store, Tx};

impl Store {
    /// Returns the key whose secret this was before a rotation.
    pub async fn key_of_replaced_secret(&self, digest: &KeyDigest) -> Result<Option<ApiKey>> {
        let sql = concat!(
            "select ",
            key_columns!(),
            " from api_key where id = (select r.key_id from replaced_secret r where r.digest = $1)"
        );
        Ok(self.db.first(sql, &[&digest.as_bytes()]).await?)
    }
}

/// A secret that is about to be replaced.
pub(super) struct ReplacedSecret<'a> {
    pub(super) account: AccountId,
    pub(super) key: KeyId,
    /// Remembered only if the masked secret matches, or if the request of the same idempotency key made it.
    pub(super) shown_masked: Option<&'a str>,
    pub(super) idempotency_key: Option<&'a str>,
    pub(super) now: Moment,
}

impl ReplacedSecret<'_> {
    /// Remembers the current secret of the key.
    pub(super) async fn remember(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "insert into replaced_secret (digest, key_id, replaced_at)
                   select digest, id, $5 from api_key
                   where id = $2 and account_id = $1 and revoked_at is null
                     and (masked = coalesce($3, masked) or rotation_idempotency_key = $4)
                   on conflict (digest) do nothing";
        let Self { account, key, shown_masked, idempotency_key, now } = self;
        tx.run(sql, &[account, key, shown_masked, idempotency_key, now]).await.map(drop)
    }
}

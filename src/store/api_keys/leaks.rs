//! Leaked keys: revocation of keys found in public.

use crate::model::api_key::ApiKey;
use crate::model::notices::notice::Notice;
use crate::store::accounts::activity::account_write;
use crate::store::api_keys::keys::RevokeKey;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Tx, Write, WriteLane};

/// Revokes a leaked key and adds a notice to its owner: both or neither.
#[derive(Clone, Debug)]
pub struct RevokeLeaked {
    /// The key and its owner.
    pub revoke: RevokeKey,
    /// URL of the finding, if it may be shown.
    pub found_at: Option<String>,
}

account_write!(RevokeLeaked.revoke);

/// Output: the key, if it was live.
impl Write for RevokeLeaked {
    type Out = Option<ApiKey>;

    const LANE: WriteLane = WriteLane::Reserved;

    fn order(&self) -> i64 {
        self.revoke.order()
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<ApiKey>> {
        let Some(key) = self.revoke.run(tx).await? else { return Ok(None) };
        let add = AddNotice {
            account: key.account_id,
            notice: Notice::KeyLeaked {
                name: key.name.clone(),
                masked: key.masked.clone(),
                found_at: self.found_at.clone(),
            },
            idempotency_key: format!("key_leaked:{}", key.id),
            now: self.revoke.now,
        };
        add.run(tx).await?;
        Ok(Some(key))
    }
}

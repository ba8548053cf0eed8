//! What an account's change means for whoever holds something of it in memory.

use crate::domain::Domain;
use crate::model::account::AccountId;

impl Domain {
    /// Tells the instances that what they hold of this account is old.
    #[expect(clippy::unused_async, reason = "telling other instances will take a while")]
    pub(super) async fn changed(&self, account: AccountId) {
        tracing::debug!(%account, "changed");
    }
}

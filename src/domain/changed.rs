//! The one place that hears of it when what an account is, has or may do was changed.

use crate::domain::Domain;
use crate::model::account::AccountId;

impl Domain {
    /// Tells the instances that what they hold of this account is old. Every verb that changes a balance, a plan or a key
    /// ends here, once an account, after its write is durable.
    #[expect(clippy::unused_async, reason = "no instance holds anything of an account yet")]
    pub(super) async fn changed(&self, _account: AccountId) {}
}

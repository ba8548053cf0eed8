//! Identities disabled by a password reset, until the owner confirms them; and the end of every proof that is still open.
//!
//! A stranger who had the account may have added an identity. A reset by email puts them out: identities that are younger
//! than its address sign nobody in until the owner confirms each of them.

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEvent};
use crate::model::accounts::identity::Identity;
use crate::model::time::Moment;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::accounts::identity_removal::end_pending_access;
use crate::store::{Tx, Write};

/// Time for which only a session begun by email may remove the address of a password reset: seven days.
pub const RESET_PROTECTION_SECS: i64 = 7 * 86_400;

/// A password reset by email.
pub(in crate::store) struct ResetByEmail<'a> {
    /// The account concerned.
    pub(in crate::store) account: AccountId,
    /// Address of the reset, in lower case.
    pub(in crate::store) address: &'a str,
    /// Actor recorded in the account activity.
    pub(in crate::store) by: ActivityActor,
    /// Current time, from the caller's clock.
    pub(in crate::store) now: Moment,
}

impl ResetByEmail<'_> {
    /// Marks the address, if it belongs to the account and is not disabled itself; false otherwise.
    pub(in crate::store) async fn claim_address(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let sql = "update identity set reset_at = $3
                   where kind = 'email' and subject = $1 and account_id = $2 and disabled_at is null";
        Ok(tx.run(sql, &[&self.address, &self.account, &self.now]).await? == 1)
    }

    /// Disables the identities that are younger than the address.
    pub(in crate::store) async fn disable_younger(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update identity set disabled_at = $3
                   where account_id = $1 and disabled_at is null
                     and exists (select 1 from identity a
                                 where a.kind = 'email' and a.subject = $2
                                   and (identity.added_order > a.added_order
                                        or (identity.added_order = a.added_order and identity.created_at > a.created_at)))
                   returning kind, subject, label, disabled_at";
        let Self { account, address, now, .. } = self;
        let disabled: Vec<Identity> = tx.all(sql, &[account, address, now]).await?;
        let event = |identity: &Identity| AddActivity {
            account: *account,
            event: ActivityEvent::IdentityDisabled { provider: identity.kind.clone(), label: identity.display_name() },
            by: self.by.clone(),
            now: *now,
        };
        activity::add(&disabled.iter().map(event).collect::<Vec<_>>(), tx).await
    }
}

/// Ends everything that could still sign somebody in to an account, or merge it with another: sign-in links, requests
/// to the bot, merge offers and mailed links. Sessions are the caller's.
pub(in crate::store) async fn end_open_proofs(account: AccountId, now: Moment, tx: &mut Tx) -> sqlx::Result<()> {
    end_pending_access(account, now, tx).await?;
    let sql = "update email_token set used_at = $2 where account_id = $1 and used_at is null";
    tx.run(sql, &[&account, &now]).await.map(drop)
}

/// Enables a disabled identity that its owner recognizes.
#[derive(Clone, Debug)]
pub struct ConfirmIdentity {
    /// The account concerned.
    pub account: AccountId,
    /// `telegram`, `email` or `google`.
    pub kind: String,
    /// Id within that kind.
    pub subject: String,
    /// Actor recorded in the account activity.
    pub by: ActivityActor,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if the account has this identity, which is enabled now.
impl Write for ConfirmIdentity {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { account, kind, subject, .. } = self;
        let sql = "update identity set disabled_at = null
                   where kind = $1 and subject = $2 and account_id = $3 and disabled_at is not null
                   returning kind, subject, label, disabled_at";
        let Some(identity): Option<Identity> = tx.first(sql, &[kind, subject, account]).await? else {
            let sql = "select 1 = 1 from identity where kind = $1 and subject = $2 and account_id = $3";
            return Ok(tx.first::<(bool,)>(sql, &[kind, subject, account]).await?.is_some());
        };
        let event = ActivityEvent::IdentityConfirmed { provider: kind.clone(), label: identity.display_name() };
        let by = self.by.clone();
        activity::add(&[AddActivity { account: *account, event, by, now: self.now }], tx).await?;
        Ok(true)
    }
}

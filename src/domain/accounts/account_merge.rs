//! Account merge: two accounts of one person become one. The person sees a preview and confirms it once.

use serde::Serialize;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{IdentityError, Refusal, Result};
use crate::model::accounts::account::{Account, AccountId};
use crate::model::accounts::identity::Identity;
use crate::model::session::{ABSOLUTE_LIFETIME_SECS, IDLE_LIFETIME_SECS};
use crate::model::time::Moment;
use crate::store::accounts::account_merge::{
    DropMergeOffer, MergeAccounts, MergeOfferRow, MergeOutcome, MergedPlan, better,
};

/// One of the two accounts, as shown in a preview.
#[derive(Clone, Debug)]
pub struct MergeSide {
    /// Stored account.
    pub account: Account,
    /// Identities that sign in to the account.
    pub identities: Vec<Identity>,
    /// Number of live keys.
    pub keys: i64,
    /// Number of open sessions.
    pub sessions: i64,
}

/// Effect of a merge, shown before it is accepted.
#[derive(Clone, Debug)]
pub struct MergePreview {
    /// Id of the offer.
    pub id: i64,
    /// Time until which the offer can be accepted.
    pub expires_at: Moment,
    /// The caller's account, which remains.
    pub stays: MergeSide,
    /// The account that becomes part of it.
    pub goes: MergeSide,
    /// Plan and balance after the merge.
    pub plan: MergedAccount,
}

/// Plan and balance of the merged account.
#[derive(Clone, Debug, Serialize)]
pub struct MergedAccount {
    /// Id of the plan.
    pub plan: String,
    /// Expiry of the plan; `None` for no expiry.
    pub plan_until: Option<Moment>,
    /// Balance of the account that stays, and the tokens that move to it.
    pub token_balance: i64,
    /// Free tokens of the other account, which do not move.
    pub forfeited_tokens: i64,
}

impl Domain {
    /// Returns the preview of an offer made to the caller.
    pub async fn merge_preview(&self, caller: &SignedIn, id: i64) -> Result<MergePreview> {
        let offer = self.pending_merge(caller, id).await?;
        let stays = self.side(caller.account.id).await?.ok_or(Refusal::MergeOfferExpired)?;
        let goes = self.side(offer.other_id).await?.ok_or(Refusal::MergeOfferExpired)?;
        let MergedPlan { id: plan, until: plan_until } =
            better(self.plans(), &stays.account, &goes.account, self.now());
        let token_balance = stays.account.token_balance + goes.account.own_tokens();
        let forfeited_tokens = goes.account.free_tokens;
        let plan = MergedAccount { plan, plan_until, token_balance, forfeited_tokens };
        Ok(MergePreview { id, expires_at: offer.expires_at, stays, goes, plan })
    }

    /// Accepts an offer: the other account becomes part of the caller's. Keys of both stay valid without interruption,
    /// and gateways see the merged account before this returns.
    pub async fn merge(&self, caller: &SignedIn, id: i64) -> Result<SignedIn> {
        self.require_recent_sign_in(caller)?;
        let offer = self.pending_merge(caller, id).await?;
        let account = caller.account.id;
        let merge = MergeAccounts { offer: id, account, by: caller.by(), allowances: self.allowance_table() };
        match self.write_and_invalidate_all(&[account, offer.other_id], merge).await? {
            MergeOutcome::Done(account, other) => {
                tracing::info!(account = %account.id, %other, "account merge: done");
                self.inner.notices.notify_one();
                self.inner.mails.notify_one();
                Ok(caller.with_account(*account))
            }
            MergeOutcome::Over => Err(Refusal::MergeOfferExpired.into()),
            MergeOutcome::Closed => Err(IdentityError::OtherAccountClosed.into()),
        }
    }

    /// Declines an offer. Succeeds if the offer has already ended.
    pub async fn cancel_merge(&self, caller: &SignedIn, id: i64) -> Result<()> {
        let account = caller.account.id;
        self.inner.store.merge_offer(id, account).await?.ok_or(Refusal::MergeOfferNotFound)?;
        self.inner.store.write(DropMergeOffer { id, account, now: self.now() }).await?;
        Ok(())
    }

    async fn pending_merge(&self, caller: &SignedIn, id: i64) -> Result<MergeOfferRow> {
        let offer = self.inner.store.merge_offer(id, caller.account.id).await?.ok_or(Refusal::MergeOfferNotFound)?;
        let is_open = offer.settled_at.is_none() && self.now() < offer.expires_at;
        if is_open { Ok(offer) } else { Err(Refusal::MergeOfferExpired.into()) }
    }

    async fn side(&self, id: AccountId) -> Result<Option<MergeSide>> {
        let (store, now) = (&self.inner.store, self.now());
        let Some(account) = store.account(id).await? else { return Ok(None) };
        let (begun, seen) = (now.minus(ABSOLUTE_LIFETIME_SECS), now.minus(IDLE_LIFETIME_SECS));
        let totals = store.account_totals(id, begun, seen).await?;
        let identities = store.identities(id).await?;
        Ok(Some(MergeSide { account, identities, keys: totals.keys, sessions: totals.sessions }))
    }
}

//! Making one account of two whose holder is the same person: shown first, asked once, done at once.

use serde::Serialize;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Refusal, Result};
use crate::model::accounts::account::{Account, AccountId, Identity};
use crate::model::session::{ABSOLUTE_LIFETIME_SECS, IDLE_LIFETIME_SECS};
use crate::model::time::Moment;
use crate::store::accounts::account_merge::{DropMergeOffer, MergeAccounts, MergeOfferRow, MergeOutcome, better};

/// An account as it is shown before it is merged.
#[derive(Clone, Debug)]
pub struct MergeSide {
    /// The account.
    pub account: Account,
    /// The ways into it.
    pub identities: Vec<Identity>,
    /// How many live keys it has.
    pub keys: i64,
    /// How many open sessions.
    pub sessions: i64,
}

/// Two accounts that can be merged.
#[derive(Clone, Debug)]
pub struct MergePreview {
    /// The number of the offer.
    pub id: i64,
    /// Until when it can be taken.
    pub expires_at: Moment,
    /// The caller's account, which stays.
    pub stays: MergeSide,
    /// The account that becomes part of it.
    pub goes: MergeSide,
    /// The plan that stays, and when it ends.
    pub plan: MergedAccount,
}

/// What the one account will have.
#[derive(Clone, Debug, Serialize)]
pub struct MergedAccount {
    /// The plan's id.
    pub plan: String,
    /// When it ends.
    pub plan_until: Option<Moment>,
    /// Tokens.
    pub token_balance: i64,
}

impl Domain {
    /// Shows an offer to whom it was made.
    pub async fn merge_preview(&self, caller: &SignedIn, id: i64) -> Result<MergePreview> {
        let offer = self.pending_merge(caller, id).await?;
        let stays = self.side(caller.account.id).await?.ok_or(Refusal::MergeOfferExpired)?;
        let goes = self.side(offer.other_id).await?.ok_or(Refusal::MergeOfferExpired)?;
        let (plan, plan_until) = better(self.plans(), (&stays.account, &goes.account), self.now());
        let token_balance = stays.account.token_balance + goes.account.token_balance;
        let plan = MergedAccount { plan, plan_until, token_balance };
        Ok(MergePreview { id, expires_at: offer.expires_at, stays, goes, plan })
    }

    /// The caller says yes: the other account becomes part of theirs. Keys of both work on without a pause, and gateways are told
    /// what they are told now before this returns.
    pub async fn merge(&self, caller: &SignedIn, id: i64) -> Result<SignedIn> {
        let offer = self.pending_merge(caller, id).await?;
        let account = caller.account.id;
        let merge = MergeAccounts { offer: id, account, by: caller.by(), dues: self.allowance_table() };
        match self.write_and_invalidate_all(&[account, offer.other_id], merge).await? {
            MergeOutcome::Done(account, other) => {
                tracing::info!(account = %account.id, %other, "two accounts were merged");
                self.inner.notices.notify_one();
                Ok(SignedIn { account: *account, session: caller.session })
            }
            MergeOutcome::Over => Err(Refusal::MergeOfferExpired.into()),
            MergeOutcome::Closed => Err(Refusal::OtherAccountClosed.into()),
        }
    }

    /// The caller says no. An offer that is over already is as good as turned down.
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
        let belongings =
            store.account_totals(id, (now.minus(ABSOLUTE_LIFETIME_SECS), now.minus(IDLE_LIFETIME_SECS))).await?;
        let identities = store.identities(id).await?;
        Ok(Some(MergeSide { account, identities, keys: belongings.keys, sessions: belongings.sessions }))
    }
}

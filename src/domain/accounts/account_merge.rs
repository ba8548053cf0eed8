//! Making one account of two whose holder is the same person: shown first, asked once, done at once.

use serde::Serialize;

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::error::{Refusal, Result};
use crate::model::accounts::account::{Account, AccountId, Identity};
use crate::model::session::{ABSOLUTE_LIMIT, IDLE_LIMIT};
use crate::model::time::Moment;
use crate::store::accounts::account_merge::{DropOffer, Merge, Merged, Offer, better};

/// An account as it is shown before it is merged.
#[derive(Clone, Debug)]
pub struct Side {
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
pub struct Merging {
    /// The number of the offer.
    pub id: i64,
    /// Until when it can be taken.
    pub expires_at: Moment,
    /// The caller's account, which stays.
    pub stays: Side,
    /// The account that becomes part of it.
    pub goes: Side,
    /// The plan that stays, and when it ends.
    pub plan: Outlook,
}

/// What the one account will have.
#[derive(Clone, Debug, Serialize)]
pub struct Outlook {
    /// The plan's id.
    pub plan: String,
    /// When it ends.
    pub plan_until: Option<Moment>,
    /// Tokens.
    pub token_balance: i64,
}

impl Domain {
    /// Shows an offer to whom it was made.
    pub async fn merging(&self, caller: &SignedIn, id: i64) -> Result<Merging> {
        let offer = self.open_offer(caller, id).await?;
        let stays = self.side(caller.account.id).await?.ok_or(Refusal::MergeOver)?;
        let goes = self.side(offer.other_id).await?.ok_or(Refusal::MergeOver)?;
        let (plan, plan_until) = better(self.plans(), (&stays.account, &goes.account), self.now());
        let token_balance = stays.account.token_balance + goes.account.token_balance;
        let plan = Outlook { plan, plan_until, token_balance };
        Ok(Merging { id, expires_at: offer.expires_at, stays, goes, plan })
    }

    /// The caller says yes: the other account becomes part of theirs. Keys of both work on without a pause, and gateways are told
    /// what they are told now before this returns.
    pub async fn merge(&self, caller: &SignedIn, id: i64) -> Result<SignedIn> {
        let offer = self.open_offer(caller, id).await?;
        let account = caller.account.id;
        let merge = Merge { offer: id, account, by: caller.by(), dues: self.dues() };
        match self.change_all(&[account, offer.other_id], merge).await? {
            Merged::Done(account, other) => {
                tracing::info!(account = %account.id, %other, "two accounts were merged");
                self.parts.notices.notify_one();
                Ok(SignedIn { account: *account, session: caller.session })
            }
            Merged::Over => Err(Refusal::MergeOver.into()),
            Merged::Closed => Err(Refusal::OtherClosed.into()),
        }
    }

    /// The caller says no. An offer that is over already is as good as turned down.
    pub async fn drop_merge(&self, caller: &SignedIn, id: i64) -> Result<()> {
        let account = caller.account.id;
        self.parts.store.merge_offer(id, account).await?.ok_or(Refusal::NoSuchMerge)?;
        self.parts.store.write(DropOffer { id, account, now: self.now() }).await?;
        Ok(())
    }

    async fn open_offer(&self, caller: &SignedIn, id: i64) -> Result<Offer> {
        let offer = self.parts.store.merge_offer(id, caller.account.id).await?.ok_or(Refusal::NoSuchMerge)?;
        let is_open = offer.settled_at.is_none() && self.now() < offer.expires_at;
        if is_open { Ok(offer) } else { Err(Refusal::MergeOver.into()) }
    }

    async fn side(&self, id: AccountId) -> Result<Option<Side>> {
        let (store, now) = (&self.parts.store, self.now());
        let Some(account) = store.account(id).await? else { return Ok(None) };
        let belongings = store.belongings(id, (now.minus(ABSOLUTE_LIMIT), now.minus(IDLE_LIMIT))).await?;
        let identities = store.identities(id).await?;
        Ok(Some(Side { account, identities, keys: belongings.keys, sessions: belongings.sessions }))
    }
}

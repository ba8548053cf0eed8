//! Subscriptions: plans that Telegram charges every thirty days.

use sqlx::FromRow;

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::billing::purchase::{OrderId, PaymentChargeId, stored_enum};
use crate::model::time::Moment;

/// Days for which a plan continues after a renewal failed.
pub const GRACE_DAYS: i64 = 3;

stored_enum! {
    /// State of a subscription.
    SubscriptionState {
        /// Telegram renews it.
        Active = "active",
        /// It ends with the paid period, because the person cancelled it.
        Cancelled = "cancelled",
        /// It ends with the paid period, but the person may resume it in Telegram's settings. A bot cannot do it for them.
        Resumable = "resumable",
        /// Telegram could not renew it.
        Failed = "failed",
        /// It is over, or another one replaced it.
        Ended = "ended",
    }
}

/// Subscription: a plan that Telegram charges every thirty days.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Subscription {
    /// Order of the subscription; every renewal carries its payload.
    pub order_id: OrderId,
    /// Account that has the plan.
    pub account_id: AccountId,
    /// Telegram user who pays.
    pub telegram_id: TelegramId,
    /// Id of the plan.
    pub plan: String,
    /// Title as sold.
    pub title: String,
    /// Price of thirty days as sold, in Stars.
    pub stars: i64,
    /// Id of the first payment. Telegram's calls about the subscription take it.
    pub charge_id: PaymentChargeId,
    /// State of the subscription.
    #[sqlx(try_from = "String")]
    pub state: SubscriptionState,
    /// Time of Telegram's next charge, or end of the last period.
    pub renews_at: Moment,
    /// End of the paid time, once a renewal is overdue and the plan continues without one.
    pub overdue_since: Option<Moment>,
}

impl Subscription {
    /// True if Telegram charges again.
    #[must_use]
    pub const fn is_renewing(&self) -> bool {
        matches!(self.state, SubscriptionState::Active)
    }

    /// Returns the time until which the plan continues without a renewal.
    #[must_use]
    pub fn grace_until(&self) -> Moment {
        self.overdue_since.unwrap_or(self.renews_at).plus(GRACE_DAYS * 86_400)
    }
}

/// Change of a subscription that a person made in Telegram (`BotSubscriptionUpdated`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionChange {
    /// The person cancelled it.
    Cancelled,
    /// The person resumed it.
    Resumed,
    /// Telegram could not charge the person.
    Failed,
}

impl SubscriptionChange {
    /// Reads Telegram's `state`.
    #[must_use]
    pub fn parse(state: &str) -> Option<Self> {
        match state {
            "canceled" => Some(Self::Cancelled),
            "active" => Some(Self::Resumed),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_read_as_they_are_stored() {
        for state in [SubscriptionState::Active, SubscriptionState::Cancelled, SubscriptionState::Failed] {
            assert_eq!(SubscriptionState::try_from(state.as_str().to_owned()), Ok(state));
        }
        assert!(SubscriptionState::try_from("lost".to_owned()).is_err());
        assert_eq!(SubscriptionChange::parse("canceled"), Some(SubscriptionChange::Cancelled));
    }
}

//! Delivery of what a payment bought: tokens, the first period of a plan, or another one.

use crate::model::accounts::account::AccountId;
use crate::model::billing::product::SUBSCRIPTION_SECS;
use crate::model::billing::purchase::{OrderId, ProductKind, Subscription, SubscriptionState};
use crate::model::billing::timeline::{PlanPeriod, PlanTimeline};
use crate::model::notices::notice::PurchaseNotice;
use crate::model::time::Moment;
use crate::store::accounts::accounts::{AddTokens, AddTokensOutcome};
use crate::store::billing::plan_periods;
use crate::store::billing::purchases::payments::RecordPayment;
use crate::store::billing::purchases::subscriptions;
use crate::store::{Tx, Write};

/// Reason of the ledger entry of a pack.
const PURCHASE_REASON: &str = "purchase";

/// What was sold, on the terms of the order.
pub(super) struct Sale {
    pub(super) order: OrderId,
    pub(super) account: AccountId,
    pub(super) kind: ProductKind,
    pub(super) product: String,
    pub(super) title: String,
    pub(super) stars: i64,
    pub(super) tokens: Option<i64>,
    /// The subscription that the payment renews.
    pub(super) subscription: Option<Subscription>,
}

/// A product that was delivered.
pub(super) struct Delivered {
    pub(super) period_until: Option<Moment>,
    /// Receipt for the person.
    pub(super) receipt: PurchaseNotice,
}

impl Sale {
    /// Delivers the product; `None` if the account or the plan no longer exists.
    pub(super) async fn deliver(&self, record: &RecordPayment, tx: &mut Tx) -> sqlx::Result<Option<Delivered>> {
        match (self.kind, &self.subscription) {
            (ProductKind::Pack, _) => self.deliver_pack(record, tx).await,
            (ProductKind::Plan, None) => self.deliver_plan(record, tx).await,
            (ProductKind::Plan, Some(subscription)) => self.renew(subscription, record, tx).await,
        }
    }

    async fn deliver_pack(&self, record: &RecordPayment, tx: &mut Tx) -> sqlx::Result<Option<Delivered>> {
        let (charge, now) = (record.payment.charge_id.to_string(), record.allowances.now);
        let tokens = self.tokens.unwrap_or_default();
        let idempotency_key = format!("purchase:{charge}");
        let reason = PURCHASE_REASON.to_owned();
        let added = AddTokens { account: self.account, tokens, reason, idempotency_key, now }.run(tx).await?;
        let balance = match added {
            AddTokensOutcome::Done(balance) | AddTokensOutcome::Before(balance) => balance,
            AddTokensOutcome::Short => return Ok(None),
        };
        let receipt =
            PurchaseNotice::PackBought { title: self.title.clone(), stars: self.stars, tokens, balance, charge };
        Ok(Some(Delivered { period_until: None, receipt }))
    }

    /// Begins a subscription. What is left of a lower paid plan becomes time of this one; other subscriptions end.
    async fn deliver_plan(&self, record: &RecordPayment, tx: &mut Tx) -> sqlx::Result<Option<Delivered>> {
        let (plans, now) = (&record.allowances.plans, record.allowances.now);
        let Some(mut timeline) = self.lock(record, tx).await? else { return Ok(None) };
        self.end_grace(&mut timeline, now, tx).await?;
        let credit = timeline.take_credit(&self.product, self.stars, plans, now);
        timeline.add(self.period(credit), plans, now);
        let until = self.save(&timeline, record, tx).await?;
        subscriptions::end_others(self.account, self.order.as_str(), now, tx).await?;
        let renews_at = record.payment.period_until.unwrap_or_else(|| now.plus(SUBSCRIPTION_SECS));
        let sql = "insert into subscription (order_id, account_id, telegram_id, plan, title, stars, charge_id, state,
                     renews_at)
                   values ($1, $2, $3, $4, $5, $6, $7, 'active', $8)";
        let (payer, charge) = (record.payment.payer, &record.payment.charge_id);
        let Self { order, account, product, title, stars, .. } = self;
        tx.run(sql, &[order, account, &payer, product, title, stars, charge, &renews_at]).await?;
        let (title, charge) = (title.clone(), charge.to_string());
        let receipt = PurchaseNotice::PlanBought { title, stars: *stars, until: until.0, charge };
        Ok(Some(Delivered { period_until: Some(until), receipt }))
    }

    /// Adds a period to a subscription, from the end of the one before.
    async fn renew(
        &self,
        subscription: &Subscription,
        record: &RecordPayment,
        tx: &mut Tx,
    ) -> sqlx::Result<Option<Delivered>> {
        let (plans, now) = (&record.allowances.plans, record.allowances.now);
        let Some(mut timeline) = self.lock(record, tx).await? else { return Ok(None) };
        self.end_grace(&mut timeline, now, tx).await?;
        timeline.add(self.period(0), plans, now);
        let until = self.save(&timeline, record, tx).await?;
        let state = self.renewed_state(subscription, record, tx).await?;
        let renews_at = record.payment.period_until.unwrap_or(until).max(subscription.renews_at);
        let sql = "update subscription set state = $2, renews_at = $3, overdue_since = null where order_id = $1";
        tx.run(sql, &[&self.order, &state.as_str(), &renews_at]).await?;
        let (title, charge) = (self.title.clone(), record.payment.charge_id.to_string());
        let receipt = PurchaseNotice::PlanRenewed { title, stars: self.stars, until: until.0, charge };
        Ok(Some(Delivered { period_until: Some(until), receipt }))
    }

    /// State of a subscription after a payment. One that another has replaced stays over, and is cancelled again. A
    /// second subscription on the same invoice is cancelled, too: the person paid for two periods, and renews once.
    async fn renewed_state(
        &self,
        subscription: &Subscription,
        record: &RecordPayment,
        tx: &mut Tx,
    ) -> sqlx::Result<SubscriptionState> {
        let (payment, now) = (&record.payment, record.allowances.now);
        if payment.begins_subscription && payment.charge_id != subscription.charge_id {
            subscriptions::cancel_at_telegram(payment.payer, &payment.charge_id, now, tx).await?;
            return Ok(subscription.state);
        }
        let sql =
            "select 1 = 1 from subscription where account_id = $1 and order_id <> $2 and state <> 'ended' limit 1";
        let is_replaced = tx.first::<(bool,)>(sql, &[&self.account, &self.order]).await?.is_some();
        if is_replaced {
            subscriptions::cancel_at_telegram(subscription.telegram_id, &subscription.charge_id, now, tx).await?;
            return Ok(SubscriptionState::Ended);
        }
        Ok(SubscriptionState::Active)
    }

    /// Locks the account and reads its plans; `None` if the account or the plan no longer exists.
    async fn lock(&self, record: &RecordPayment, tx: &mut Tx) -> sqlx::Result<Option<PlanTimeline>> {
        if record.allowances.plans.place(&self.product) == 0 {
            return Ok(None);
        }
        plan_periods::lock(self.account, &record.allowances, tx).await
    }

    /// Takes back the days of grace: they are no credit, and a late payment counts from the end of the paid time, or from
    /// now if that is later.
    async fn end_grace(&self, timeline: &mut PlanTimeline, now: Moment, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "select plan, overdue_since from subscription
                   where account_id = $1 and overdue_since is not null and state <> 'ended'";
        let overdue: Vec<(String, Moment)> = tx.all(sql, &[&self.account]).await?;
        for (plan, since) in overdue {
            timeline.move_paid_end(&plan, since.max(now));
        }
        Ok(())
    }

    /// Stores the plans. Returns the end of the paid time of this plan.
    async fn save(&self, timeline: &PlanTimeline, record: &RecordPayment, tx: &mut Tx) -> sqlx::Result<Moment> {
        plan_periods::save(self.account, timeline, &record.allowances, tx).await?;
        Ok(timeline.paid_until(&self.product, record.allowances.now))
    }

    fn period(&self, credit: i64) -> PlanPeriod {
        let secs = Some(SUBSCRIPTION_SECS.saturating_add(credit));
        PlanPeriod { plan: self.product.clone(), stars: self.stars, secs }
    }
}

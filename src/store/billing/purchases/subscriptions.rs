//! Subscriptions: plans that Telegram charges every thirty days.

use crate::model::accounts::account::{AccountId, TelegramId};
use crate::model::accounts::activity::{ActivityActor, ActivityEvent, PurchaseChange};
use crate::model::billing::purchase::{OrderId, PaymentChargeId, Subscription, SubscriptionChange, SubscriptionState};
use crate::model::billing::timeline::RunningPlan;
use crate::model::notices::notice::{Notice, PurchaseNotice};
use crate::model::time::Moment;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::billing::purchases::requests::{PaymentRequestKind, QueuePaymentRequest, RequestMaker};
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Result, Store, Tx, Write};

/// Columns of a [`Subscription`].
macro_rules! subscription_columns {
    () => {
        "order_id, account_id, telegram_id, plan, title, stars, charge_id, state, renews_at, overdue_since"
    };
}
pub(super) use subscription_columns;

impl Store {
    /// Returns the newest subscription of an account that is not over.
    pub async fn subscription(&self, account: AccountId) -> Result<Option<Subscription>> {
        let sql = concat!(
            "select ",
            subscription_columns!(),
            " from subscription where account_id = $1 and state <> 'ended' order by renews_at desc, order_id limit 1"
        );
        Ok(self.db.first(sql, &[&account]).await?)
    }
}

/// Records that Telegram ended the renewal of a subscription, or lets the person resume it, as they asked for.
#[derive(Clone, Debug)]
pub struct SetSubscriptionState {
    /// Order of the subscription.
    pub order: OrderId,
    /// State that Telegram confirmed.
    pub state: SubscriptionState,
    /// Actor recorded in the account activity.
    pub by: ActivityActor,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the subscription; `None` if it is over.
impl Write for SetSubscriptionState {
    type Out = Option<Subscription>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Subscription>> {
        let Self { order, state, by, now } = self;
        let changed = set_state(order, *state, tx).await?;
        let is_cancelled = *state == SubscriptionState::Cancelled;
        if let Some(subscription) = changed.as_ref().filter(|_| is_cancelled) {
            let event = event(PurchaseChange::RenewalCancelled, subscription);
            let added = AddActivity { account: subscription.account_id, event, by: by.clone(), now: *now };
            activity::add(&[added], tx).await?;
        }
        if changed.is_some() {
            return Ok(changed);
        }
        let sql =
            concat!("select ", subscription_columns!(), " from subscription where order_id = $1 and state <> 'ended'");
        tx.first(sql, &[order]).await
    }
}

/// Sets another state, unless the subscription is over. Returns the subscription if the state changed.
async fn set_state(order: &OrderId, state: SubscriptionState, tx: &mut Tx) -> sqlx::Result<Option<Subscription>> {
    let sql = concat!(
        "update subscription set state = $2 where order_id = $1 and state <> 'ended' and state <> $2 returning ",
        subscription_columns!()
    );
    tx.first(sql, &[order, &state.as_str()]).await
}

/// Records a change that the person made in Telegram, or that Telegram could not charge them.
#[derive(Clone, Debug)]
pub struct ChangeSubscription {
    /// Order of the subscription.
    pub order: OrderId,
    /// Telegram user of the change.
    pub payer: TelegramId,
    /// The change.
    pub change: SubscriptionChange,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: the subscription if its state changed.
impl Write for ChangeSubscription {
    type Out = Option<Subscription>;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Subscription>> {
        let Self { order, payer, change, now } = self;
        let sql = "select 1 = 1 from subscription where order_id = $1 and telegram_id = $2";
        if tx.first::<(bool,)>(sql, &[order, payer]).await?.is_none() {
            return Ok(None);
        }
        let (state, activity_change) = match change {
            SubscriptionChange::Cancelled => (SubscriptionState::Cancelled, PurchaseChange::RenewalCancelled),
            SubscriptionChange::Resumed => (SubscriptionState::Active, PurchaseChange::RenewalResumed),
            SubscriptionChange::Failed => (SubscriptionState::Failed, PurchaseChange::RenewalFailed),
        };
        let Some(subscription) = set_state(order, state, tx).await? else {
            self.refuse_resumption(tx).await?;
            return Ok(None);
        };
        let account = subscription.account_id;
        if *change == SubscriptionChange::Failed {
            add_failure(&subscription, *now, tx).await?;
        }
        let event = event(activity_change, &subscription);
        activity::add(&[AddActivity { account, event, by: ActivityActor::Chat, now: *now }], tx).await?;
        Ok(Some(subscription))
    }
}

impl ChangeSubscription {
    /// Cancels a subscription again that the person resumed in Telegram after another one replaced it.
    async fn refuse_resumption(&self, tx: &mut Tx) -> sqlx::Result<()> {
        if self.change != SubscriptionChange::Resumed {
            return Ok(());
        }
        let sql = "select charge_id from subscription where order_id = $1 and state = 'ended'";
        match tx.first::<(PaymentChargeId,)>(sql, &[&self.order]).await? {
            Some((charge,)) => cancel_at_telegram(self.payer, &charge, self.now, tx).await,
            None => Ok(()),
        }
    }
}

fn event(change: PurchaseChange, subscription: &Subscription) -> ActivityEvent {
    ActivityEvent::Purchase { change, title: subscription.title.clone(), stars: subscription.stars }
}

/// Notifies the person that a renewal failed: once per period.
async fn add_failure(subscription: &Subscription, now: Moment, tx: &mut Tx) -> sqlx::Result<()> {
    let (title, until) = (subscription.title.clone(), subscription.grace_until().0);
    let notice = Notice::Purchase(PurchaseNotice::RenewalFailed { title, until });
    let idempotency_key = format!("renewal_failed:{}:{}", subscription.order_id, subscription.renews_at.0);
    let added = AddNotice { account: subscription.account_id, notice, idempotency_key, now };
    notice_queue::add(&[added], tx).await.map(drop)
}

/// Keeps one subscription of an account: the one of the plan in effect. The others are over, and are cancelled at
/// Telegram if it would charge them again.
pub(in crate::store) async fn keep_one(
    account: AccountId,
    running: Option<&RunningPlan>,
    now: Moment,
    tx: &mut Tx,
) -> sqlx::Result<()> {
    let plan = running.filter(|running| running.is_paid()).map_or("", |running| running.plan.as_str());
    let sql = "select order_id from subscription where account_id = $1 and plan = $2 and state <> 'ended'
               order by renews_at desc, order_id limit 1";
    let kept: Option<(OrderId,)> = tx.first(sql, &[&account, &plan]).await?;
    let kept = kept.map_or_else(String::new, |(order,)| order.to_string());
    end_others(account, &kept, now, tx).await
}

/// Ends every subscription of an account but one.
pub(in crate::store) async fn end_others(account: AccountId, kept: &str, now: Moment, tx: &mut Tx) -> sqlx::Result<()> {
    let sql = "update subscription set state = 'ended'
               where account_id = $1 and order_id <> $2 and state in ('active', 'failed', 'resumable')
               returning telegram_id, charge_id";
    let renewing: Vec<(TelegramId, PaymentChargeId)> = tx.all(sql, &[&account, &kept]).await?;
    for (telegram_id, charge_id) in &renewing {
        cancel_at_telegram(*telegram_id, charge_id, now, tx).await?;
    }
    let sql = "update subscription set state = 'ended' where account_id = $1 and order_id <> $2 and state <> 'ended'";
    tx.run(sql, &[&account, &kept]).await.map(drop)
}

/// Queues the call that ends the renewal of a subscription.
pub(super) async fn cancel_at_telegram(
    telegram_id: TelegramId,
    charge_id: &PaymentChargeId,
    now: Moment,
    tx: &mut Tx,
) -> sqlx::Result<()> {
    let kind = PaymentRequestKind::Cancel;
    let maker = RequestMaker::Job;
    QueuePaymentRequest { kind, telegram_id, charge_id, admin_id: None, maker, now }.run(tx).await.map(drop)
}

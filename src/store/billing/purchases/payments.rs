//! Payments that Telegram reported. Each charge id is one purchase, delivered once, in the transaction that records it.

use crate::model::accounts::account::AccountId;
use crate::model::accounts::activity::{ActivityActor, ActivityEvent, PurchaseChange};
use crate::model::billing::purchase::{
    Order, OrderId, Payment, PaymentChargeId, ProductKind, Purchase, PurchaseId, STARS_CURRENCY, Subscription,
};
use crate::model::notices::notice::Notice;
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::billing::allowance::AllowanceTable;
use crate::store::billing::purchases::delivery::{Delivered, Sale};
use crate::store::billing::purchases::orders::order_columns;
use crate::store::billing::purchases::requests::{PaymentRequestKind, QueuePaymentRequest, RequestMaker};
use crate::store::billing::purchases::subscriptions::subscription_columns;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Result, Store, Tx, Write, WriteLane};

/// Columns of a [`Purchase`].
macro_rules! purchase_columns {
    () => {
        "id, charge_id, order_id, account_id, telegram_id, kind, product, title, stars, tokens, is_delivered,
         period_until, state, created_at, refunded_at"
    };
}
pub(super) use purchase_columns;

impl Store {
    /// Returns up to `limit` purchases of an account older than the purchase `before`, newest first.
    pub async fn purchases(&self, account: AccountId, before: Option<PurchaseId>, limit: i64) -> Result<Vec<Purchase>> {
        let sql = concat!(
            "select ",
            purchase_columns!(),
            " from purchase where account_id = $1 and id < $2 order by id desc limit $3"
        );
        let before = before.map_or(i64::MAX, |before| before.0);
        Ok(self.db.all(sql, &[&account, &before, &limit]).await?)
    }

    /// Returns up to `limit` purchases of everyone older than the purchase `before`, newest first.
    pub async fn all_purchases(&self, before: Option<PurchaseId>, limit: i64) -> Result<Vec<Purchase>> {
        let sql = concat!("select ", purchase_columns!(), " from purchase where id < $1 order by id desc limit $2");
        let before = before.map_or(i64::MAX, |before| before.0);
        Ok(self.db.all(sql, &[&before, &limit]).await?)
    }

    /// Returns a purchase by its number.
    pub async fn purchase_by_id(&self, id: PurchaseId) -> Result<Option<Purchase>> {
        let sql = concat!("select ", purchase_columns!(), " from purchase where id = $1");
        Ok(self.db.first(sql, &[&id]).await?)
    }

    /// Returns the purchase of a payment.
    pub async fn purchase(&self, charge: &PaymentChargeId) -> Result<Option<Purchase>> {
        let sql = concat!("select ", purchase_columns!(), " from purchase where charge_id = $1");
        Ok(self.db.first(sql, &[charge]).await?)
    }
}

/// Records a payment and delivers what it bought: both or neither, and once.
#[derive(Clone, Debug)]
pub struct RecordPayment {
    /// The payment.
    pub payment: Payment,
    /// Plans with their allowances, and the current time.
    pub allowances: AllowanceTable,
}

/// Outcome of a [`RecordPayment`].
#[derive(Clone, Debug)]
pub enum PaymentOutcome {
    /// The product was delivered now.
    Delivered(Purchase),
    /// The payment was recorded before.
    Known(Purchase),
    /// The product cannot be delivered: the account no longer exists, or the amount is another one. The Stars are given
    /// back.
    NotDelivered(Purchase),
    /// The payment is for no order of ours.
    Foreign,
}

impl Write for RecordPayment {
    type Out = PaymentOutcome;

    // Telegram has charged the person, so the payment is recorded even while everything else waits.
    const LANE: WriteLane = WriteLane::Reserved;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<PaymentOutcome> {
        let Some(Sale { account, .. }) = self.sale(tx).await? else { return Ok(PaymentOutcome::Foreign) };
        // A merge that is under way moves the order; it is over once its account can be locked.
        tx.run("update account set plan = plan where id = $1", &[&account]).await?;
        let Some(sale) = self.sale(tx).await? else { return Ok(PaymentOutcome::Foreign) };
        if !self.claim(&sale, tx).await? {
            return Ok(self.purchase(tx).await?.map_or(PaymentOutcome::Foreign, PaymentOutcome::Known));
        }
        let is_exact = self.payment.currency == STARS_CURRENCY && self.payment.amount == sale.stars;
        let delivered = if is_exact { sale.deliver(self, tx).await? } else { None };
        let is_delivered = delivered.is_some();
        match delivered {
            Some(delivered) => self.confirm(&sale, delivered, tx).await?,
            None => self.refund(tx).await?,
        }
        let purchase = self.purchase(tx).await?.ok_or(sqlx::Error::RowNotFound)?;
        Ok(if is_delivered { PaymentOutcome::Delivered(purchase) } else { PaymentOutcome::NotDelivered(purchase) })
    }
}

impl RecordPayment {
    /// Terms of the order that was paid: of a subscription for a renewal, else of the order itself.
    async fn sale(&self, tx: &mut Tx) -> sqlx::Result<Option<Sale>> {
        let Some(order) = OrderId::parse(&self.payment.payload) else { return Ok(None) };
        let sql = concat!("select ", subscription_columns!(), " from subscription where order_id = $1");
        if let Some(subscription) = tx.first::<Subscription>(sql, &[&order]).await? {
            return Ok(Some(Sale::of_subscription(subscription)));
        }
        let sql = concat!("select ", order_columns!(), " from purchase_order where id = $1");
        Ok(tx.first::<Order>(sql, &[&order]).await?.map(Sale::of_order))
    }

    /// Claims the payment. Returns false if it was recorded before.
    async fn claim(&self, sale: &Sale, tx: &mut Tx) -> sqlx::Result<bool> {
        let Payment { charge_id, payer, amount, paid_at, .. } = &self.payment;
        let Sale { order, account, kind, product, title, tokens, .. } = sale;
        let sql = "insert into purchase (charge_id, order_id, account_id, telegram_id, kind, product, title, stars,
                     tokens, is_delivered, state, created_at)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, false, 'paid', $10)
                   on conflict (charge_id) do nothing";
        let kind = kind.as_str();
        let claimed =
            tx.run(sql, &[charge_id, order, account, payer, &kind, product, title, amount, tokens, paid_at]).await?;
        Ok(claimed == 1)
    }

    /// Completes the purchase, and sends the person a receipt.
    async fn confirm(&self, sale: &Sale, delivered: Delivered, tx: &mut Tx) -> sqlx::Result<()> {
        let (charge, now) = (&self.payment.charge_id, self.allowances.now);
        let sql = "update purchase set is_delivered = true, period_until = $2 where charge_id = $1";
        tx.run(sql, &[charge, &delivered.period_until]).await?;
        let sql = "update purchase_order set state = 'paid' where id = $1";
        tx.run(sql, &[&sale.order]).await?;
        let account = sale.account;
        let (change, title) = (PurchaseChange::Bought, sale.title.clone());
        let event = ActivityEvent::Purchase { change, title, stars: sale.stars };
        activity::add(&[AddActivity { account, event, by: ActivityActor::Chat, now }], tx).await?;
        let idempotency_key = format!("purchase:{charge}");
        let notice = Notice::Purchase(delivered.receipt);
        notice_queue::add(&[AddNotice { account, notice, idempotency_key, now }], tx).await?;
        Ok(())
    }

    /// Queues the refund of a payment that bought nothing. Only Stars can be given back.
    async fn refund(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Payment { charge_id, payer, currency, .. } = &self.payment;
        if currency != STARS_CURRENCY {
            return Ok(());
        }
        let (kind, now) = (PaymentRequestKind::Refund, self.allowances.now);
        let maker = RequestMaker::Job;
        let request = QueuePaymentRequest { kind, telegram_id: *payer, charge_id, admin_id: None, maker, now };
        request.run(tx).await.map(drop)
    }

    async fn purchase(&self, tx: &mut Tx) -> sqlx::Result<Option<Purchase>> {
        let sql = concat!("select ", purchase_columns!(), " from purchase where charge_id = $1");
        tx.first(sql, &[&self.payment.charge_id]).await
    }
}

impl Sale {
    fn of_order(order: Order) -> Self {
        let Order { id, account_id, kind, product, title, stars, tokens, .. } = order;
        Self { order: id, account: account_id, kind, product, title, stars, tokens, subscription: None }
    }

    fn of_subscription(subscription: Subscription) -> Self {
        Self {
            order: subscription.order_id.clone(),
            account: subscription.account_id,
            kind: ProductKind::Plan,
            product: subscription.plan.clone(),
            title: subscription.title.clone(),
            stars: subscription.stars,
            tokens: None,
            subscription: Some(subscription),
        }
    }
}

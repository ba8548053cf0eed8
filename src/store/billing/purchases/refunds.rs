//! Refunds: what a payment bought is taken back, once.

use serde_json::json;

use crate::model::accounts::account::TelegramId;
use crate::model::accounts::activity::{ActivityActor, ActivityEvent, PurchaseChange};
use crate::model::billing::purchase::{PaymentChargeId, ProductKind, Purchase};
use crate::model::notices::notice::{Notice, PurchaseNotice};
use crate::store::accounts::activity;
use crate::store::accounts::activity::AddActivity;
use crate::store::api_keys::key_cache_sync::record_change;
use crate::store::billing::allowance::AllowanceTable;
use crate::store::billing::plan_periods;
use crate::store::billing::purchases::payments::purchase_columns;
use crate::store::billing::purchases::requests::{
    PaymentRequest, PaymentRequestKind, QueuePaymentRequest, RequestMaker,
};
use crate::store::billing::purchases::subscriptions;
use crate::store::notices::notice_queue;
use crate::store::notices::notice_queue::AddNotice;
use crate::store::{Tx, Write, WriteLane};

/// Queues the refund of a purchase at Telegram, and records in the audit log who asked for it.
#[derive(Clone, Debug)]
pub struct RequestRefund {
    /// The payment.
    pub charge: PaymentChargeId,
    /// The admin; `None` for the operator.
    pub admin: Option<TelegramId>,
    /// Who calls Telegram first.
    pub maker: RequestMaker,
    /// Plans with their allowances, and the current time.
    pub allowances: AllowanceTable,
}

/// Output: the request; `None` if the purchase was refunded before.
impl Write for RequestRefund {
    type Out = Option<PaymentRequest>;

    const LANE: WriteLane = WriteLane::Reserved;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<PaymentRequest>> {
        let Self { charge, admin, maker, allowances } = self;
        let sql = concat!(
            "update purchase set state = state where charge_id = $1 and state = 'paid' returning ",
            purchase_columns!()
        );
        let Some(purchase) = tx.first::<Purchase>(sql, &[charge]).await? else { return Ok(None) };
        let (kind, telegram_id, now) = (PaymentRequestKind::Refund, purchase.telegram_id, allowances.now);
        let maker = *maker;
        let request = QueuePaymentRequest { kind, telegram_id, charge_id: charge, admin_id: *admin, maker, now };
        let request = request.run(tx).await?;
        let sql = "insert into audit_log (created_at, admin_id, account_id, action, before, after, idempotency_key)
                   values ($1, $2, $3, $4, 'paid', 'refunded', $5)
                   on conflict (idempotency_key) do nothing";
        let action = json!({"action": "refund", "charge": charge, "title": purchase.title, "stars": purchase.stars});
        let once = format!("refund:{charge}");
        tx.run(sql, &[&now, admin, &purchase.account_id, &action.to_string(), &once]).await?;
        Ok(Some(request))
    }
}

/// Records that Telegram gave a payment back, and takes back what is left of the product.
#[derive(Clone, Debug)]
pub struct RecordRefund {
    /// The payment.
    pub charge: PaymentChargeId,
    /// Plans with their allowances, and the current time.
    pub allowances: AllowanceTable,
}

/// Output: the purchase if it was not refunded before.
impl Write for RecordRefund {
    type Out = Option<Purchase>;

    const LANE: WriteLane = WriteLane::Reserved;

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<Option<Purchase>> {
        let (charge, now) = (&self.charge, self.allowances.now);
        let sql = "delete from payment_request where kind = 'refund' and charge_id = $1";
        tx.run(sql, &[charge]).await?;
        let sql = concat!(
            "update purchase set state = 'refunded', refunded_at = $2 where charge_id = $1 and state = 'paid' returning ",
            purchase_columns!()
        );
        let Some(purchase) = tx.first::<Purchase>(sql, &[charge, &now]).await? else { return Ok(None) };
        let taken = match purchase.kind {
            _ if !purchase.is_delivered => 0,
            ProductKind::Pack => self.take_tokens(&purchase, tx).await?,
            ProductKind::Plan => self.end_plan(&purchase, tx).await?,
        };
        let sql = "update purchase_order set state = 'refunded' where id = $1 and state in ('checked', 'paid')";
        tx.run(sql, &[&purchase.order_id]).await?;
        self.notify(&purchase, taken, tx).await?;
        Ok(Some(purchase))
    }
}

impl RecordRefund {
    /// Takes back the smaller of pack and balance. Returns the number of tokens.
    async fn take_tokens(&self, purchase: &Purchase, tx: &mut Tx) -> sqlx::Result<i64> {
        let account = purchase.account_id;
        let sql = "update account set plan = plan where id = $1 and deleted_at is null returning token_balance";
        let Some((balance,)) = tx.first::<(i64,)>(sql, &[&account]).await? else { return Ok(0) };
        let taken = purchase.tokens.unwrap_or_default().min(balance).max(0);
        if taken == 0 {
            return Ok(0);
        }
        // Bought tokens go first; given ones only if the rest of the balance is smaller than the pack.
        let sql = "update account set token_balance = token_balance - $2,
                     free_tokens = case when free_tokens > token_balance - $2 then token_balance - $2
                                        else free_tokens end
                   where id = $1
                   returning token_balance";
        let (left,): (i64,) = tx.one(sql, &[&account, &taken]).await?;
        let sql = "insert into ledger (account_id, tokens, balance, reason, idempotency_key, created_at)
                   values ($1, $2, $3, 'refund', $4, $5)";
        let (once, now) = (format!("refund:{}", self.charge), self.allowances.now);
        tx.run(sql, &[&account, &-taken, &left, &once, &now]).await?;
        record_change(tx, account, now).await?;
        Ok(taken)
    }

    /// Ends the plan immediately, with its subscription. A period that is over leaves nothing to take back.
    async fn end_plan(&self, purchase: &Purchase, tx: &mut Tx) -> sqlx::Result<i64> {
        let (account, allowances, now) = (purchase.account_id, &self.allowances, self.allowances.now);
        if purchase.period_until.is_none_or(|until| until <= now) {
            return Ok(0);
        }
        let Some(mut timeline) = plan_periods::lock(account, allowances, tx).await? else { return Ok(0) };
        if timeline.end_paid(&purchase.product, &allowances.plans, now) {
            plan_periods::save(account, &timeline, allowances, tx).await?;
        }
        let sql = "update subscription set state = 'ended' where order_id = $1 and state <> 'ended'
                   returning telegram_id, charge_id";
        let ended: Option<(TelegramId, PaymentChargeId)> = tx.first(sql, &[&purchase.order_id]).await?;
        if let Some((telegram_id, charge)) = ended {
            subscriptions::cancel_at_telegram(telegram_id, &charge, now, tx).await?;
        }
        Ok(0)
    }

    async fn notify(&self, purchase: &Purchase, taken: i64, tx: &mut Tx) -> sqlx::Result<()> {
        let (account, now) = (purchase.account_id, self.allowances.now);
        let sql = "select 1 = 1 from account where id = $1 and deleted_at is null";
        if tx.first::<(bool,)>(sql, &[&account]).await?.is_none() {
            return Ok(());
        }
        let (title, stars) = (purchase.title.clone(), purchase.stars);
        let event = ActivityEvent::Purchase { change: PurchaseChange::Refunded, title: title.clone(), stars };
        activity::add(&[AddActivity { account, event, by: ActivityActor::Clock, now }], tx).await?;
        let notice = Notice::Purchase(PurchaseNotice::Refunded { title, stars, taken });
        let idempotency_key = format!("refund:{}", self.charge);
        notice_queue::add(&[AddNotice { account, notice, idempotency_key, now }], tx).await.map(drop)
    }
}

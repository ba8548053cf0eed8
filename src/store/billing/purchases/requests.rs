//! Payment requests: refunds and ends of subscriptions that Telegram still has to take. A lease queue.

use sqlx::FromRow;

use crate::model::accounts::account::TelegramId;
use crate::model::billing::purchase::PaymentChargeId;
use crate::model::time::Moment;
use crate::store::engine::lease_queue::{LeaseQueue, has_due, lease_due};
use crate::store::{Result, Store, Tx, Write};

/// Lease of a request, in seconds. Longer than the timeout of a call.
const REQUEST_LEASE_SECS: i64 = 60;

static PAYMENT_REQUESTS: LeaseQueue<PaymentRequest> = LeaseQueue::new(
    REQUEST_LEASE_SECS,
    has_due!("payment_request", "due_at"),
    lease_due!(
        "payment_request",
        "id",
        "due_at",
        "id, kind, telegram_id, charge_id, admin_id, created_at, attempts",
        "attempts = attempts + 1"
    ),
);

/// Call that Telegram has to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentRequestKind {
    /// Give a payment back.
    Refund,
    /// End the renewal of a subscription.
    Cancel,
}

impl PaymentRequestKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Cancel => "cancel",
        }
    }
}

impl TryFrom<String> for PaymentRequestKind {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        match text.as_str() {
            "refund" => Ok(Self::Refund),
            "cancel" => Ok(Self::Cancel),
            _ => Err(format!("no kind of payment request: {text}")),
        }
    }
}

/// A leased request.
#[derive(Clone, Debug, FromRow)]
pub struct PaymentRequest {
    /// Identifies the request when its result is recorded.
    pub id: i64,
    /// Call to make.
    #[sqlx(try_from = "String")]
    pub kind: PaymentRequestKind,
    /// Telegram user who paid.
    pub telegram_id: TelegramId,
    /// The payment; for a subscription its first one.
    pub charge_id: PaymentChargeId,
    /// The admin who asked for it.
    pub admin_id: Option<TelegramId>,
    /// Time of the request.
    pub created_at: Moment,
    /// Number of leases, including this one.
    pub attempts: i64,
}

impl Store {
    /// Leases due requests, the longest overdue first.
    pub async fn lease_payment_requests(&self, limit: i64, now: Moment) -> Result<Vec<PaymentRequest>> {
        self.lease(&PAYMENT_REQUESTS, limit, now.0).await
    }
}

/// Maker of the first attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestMaker {
    /// The job, on any instance.
    Job,
    /// The caller, immediately. The job makes it only if the caller is killed.
    Caller,
}

/// Queues a request, unless an equal one is queued.
#[derive(Clone, Debug)]
pub(in crate::store) struct QueuePaymentRequest<'a> {
    pub(in crate::store) kind: PaymentRequestKind,
    pub(in crate::store) telegram_id: TelegramId,
    pub(in crate::store) charge_id: &'a PaymentChargeId,
    pub(in crate::store) admin_id: Option<TelegramId>,
    pub(in crate::store) maker: RequestMaker,
    pub(in crate::store) now: Moment,
}

impl QueuePaymentRequest<'_> {
    /// Returns the request, queued now or before.
    pub(in crate::store) async fn run(&self, tx: &mut Tx) -> sqlx::Result<PaymentRequest> {
        let Self { kind, telegram_id, charge_id, admin_id, maker, now } = self;
        let sql = "insert into payment_request (kind, telegram_id, charge_id, admin_id, created_at, due_at)
                   values ($1, $2, $3, $4, $5, $6)
                   on conflict (kind, charge_id) do update set kind = excluded.kind
                   returning id, kind, telegram_id, charge_id, admin_id, created_at, attempts";
        let due_at = if *maker == RequestMaker::Job { *now } else { now.plus(REQUEST_LEASE_SECS) };
        tx.one(sql, &[&kind.as_str(), telegram_id, charge_id, admin_id, now, &due_at]).await
    }
}

/// Removes the request, because Telegram took it or never will. Ends a lease.
#[derive(Clone, Debug)]
pub struct DropPaymentRequest {
    /// Id of the request.
    pub id: i64,
}

impl Write for DropPaymentRequest {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        tx.run("delete from payment_request where id = $1", &[&self.id]).await.map(drop)
    }
}

/// Puts a request off until later.
#[derive(Clone, Debug)]
pub struct PostponePaymentRequest {
    /// Id of the request.
    pub id: i64,
    /// [`PaymentRequest::attempts`] of the lease: the result of an expired lease is ignored.
    pub attempt: i64,
    /// Time of the next attempt.
    pub due_at: Moment,
}

impl Write for PostponePaymentRequest {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update payment_request set due_at = $3 where id = $1 and attempts = $2";
        tx.run(sql, &[&self.id, &self.attempt, &self.due_at]).await.map(drop)
    }
}

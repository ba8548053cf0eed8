//! Orders: what people want to buy, at the price of that moment.

use crate::model::accounts::account::AccountId;
use crate::model::billing::purchase::{Order, OrderId, ProductKind};
use crate::model::time::Moment;
use crate::store::{Result, Store, Tx, Write};

/// Columns of an [`Order`].
macro_rules! order_columns {
    () => {
        "id, account_id, kind, product, title, stars, tokens, state, link, created_at, expires_at"
    };
}
pub(super) use order_columns;

/// Time for which a plan that passed the pre-checkout blocks the pre-checkout of the account's other plans, in seconds.
/// Telegram charges within moments.
const CHECKED_SECS: i64 = 60;

impl Store {
    /// Returns an order.
    pub async fn order(&self, id: &OrderId) -> Result<Option<Order>> {
        let sql = concat!("select ", order_columns!(), " from purchase_order where id = $1");
        Ok(self.db.first(sql, &[id]).await?)
    }

    /// Returns the newest order of an account for the same product on the same terms that has a link and may be paid at
    /// `now`.
    pub async fn open_order(&self, like: &Order, now: Moment) -> Result<Option<Order>> {
        let Order { account_id, kind, product, title, stars, tokens, .. } = like;
        let sql = concat!(
            "select ",
            order_columns!(),
            " from purchase_order
              where account_id = $1 and kind = $2 and product = $3 and title = $4 and stars = $5
                and coalesce(tokens, 0) = $6 and expires_at > $7 and link is not null
                and state in ('linked', 'checked', 'refused')
              order by created_at desc
              limit 1"
        );
        let tokens = tokens.unwrap_or(0);
        Ok(self.db.first(sql, &[account_id, &kind.as_str(), product, title, stars, &tokens, &now]).await?)
    }
}

/// Stores a new order.
#[derive(Clone, Debug)]
pub struct AddOrder {
    /// The order.
    pub order: Order,
}

impl Write for AddOrder {
    type Out = ();

    fn order(&self) -> i64 {
        self.order.account_id.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let Order { id, account_id, kind, product, title, stars, tokens, created_at, expires_at, .. } = &self.order;
        let sql = "insert into purchase_order (id, account_id, kind, product, title, stars, tokens, state, created_at,
                     expires_at)
                   values ($1, $2, $3, $4, $5, $6, $7, 'created', $8, $9)
                   on conflict (id) do nothing";
        let kind = kind.as_str();
        tx.run(sql, &[id, account_id, &kind, product, title, stars, tokens, created_at, expires_at]).await.map(drop)
    }
}

/// Stores the link of an order's invoice.
#[derive(Clone, Debug)]
pub struct SetOrderLink {
    /// Id of the order.
    pub id: OrderId,
    /// Address of the invoice.
    pub link: String,
}

impl Write for SetOrderLink {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update purchase_order set state = 'linked', link = $2 where id = $1 and state = 'created'";
        tx.run(sql, &[&self.id, &self.link]).await.map(drop)
    }
}

/// Records the answer to a pre-checkout.
#[derive(Clone, Debug)]
pub struct CheckOrder {
    /// Id of the order.
    pub id: OrderId,
    /// Account of the order.
    pub account: AccountId,
    /// Kind of its product.
    pub kind: ProductKind,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

/// Output: true if it may be paid now; false if it was paid or is over, or another plan of the account is being paid.
impl Write for CheckOrder {
    type Out = bool;

    fn order(&self) -> i64 {
        self.account.0
    }

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        let Self { id, account, kind, now } = self;
        // Serializes two checks of one account: the second one sees the first.
        tx.run("update account set plan = plan where id = $1", &[account]).await?;
        let sql = "update purchase_order set state = 'checked', checked_at = $4
                   where id = $1 and state in ('created', 'linked', 'checked', 'refused') and expires_at > $4
                     and ($3 <> 'plan'
                          or not exists (select 1 from purchase_order other
                                         where other.account_id = $2 and other.kind = 'plan' and other.id <> $1
                                           and other.state = 'checked' and other.checked_at > $5))";
        let recent = now.minus(CHECKED_SECS);
        Ok(tx.run(sql, &[id, account, &kind.as_str(), now, &recent]).await? == 1)
    }
}

/// Records that the pre-checkout refused an order, or that it came too late.
#[derive(Clone, Debug)]
pub struct RefuseOrder {
    /// Id of the order.
    pub id: OrderId,
    /// Current time, from the caller's clock.
    pub now: Moment,
}

impl Write for RefuseOrder {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> sqlx::Result<()> {
        let sql = "update purchase_order set state = case when expires_at > $2 then 'refused' else 'expired' end
                   where id = $1 and state in ('created', 'linked', 'checked', 'refused')";
        tx.run(sql, &[&self.id, &self.now]).await.map(drop)
    }
}

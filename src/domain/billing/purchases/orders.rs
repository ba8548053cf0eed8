//! Orders: a product at its present price, with an invoice of Telegram.

use crate::domain::Domain;
use crate::domain::accounts::profile::SignedIn;
use crate::domain::billing::purchases::offers::Offer;
use crate::domain::billing::purchases::telegram_refusal;
use crate::domain::error::{PurchaseError, Result};
use crate::domain::rate_limits::write_limits::WriteCost;
use crate::gateway::telegram::StarInvoice;
use crate::model::accounts::account::Account;
use crate::model::billing::product::{Product, ProductKey, SUBSCRIPTION_SECS};
use crate::model::billing::purchase::{Order, OrderId, OrderState, ProductKind};
use crate::store::billing::purchases::orders::{AddOrder, SetOrderLink};

/// Time for which an invoice can be paid, in seconds.
const ORDER_LIFETIME_SECS: i64 = 3600;
/// Remaining time below which an open order is not shown again, in seconds.
const MIN_REMAINING_SECS: i64 = 600;

/// Invoice that the person can pay.
#[derive(Clone, Debug)]
pub struct Invoice {
    /// The order.
    pub order: Order,
    /// Address that opens the payment in Telegram.
    pub link: String,
    /// Time in seconds that is added for what is left of a lower paid plan.
    pub credit_secs: i64,
}

impl Domain {
    /// Orders a product and returns its invoice. The same order again, at the same price, has the same invoice.
    pub async fn order(&self, caller: &SignedIn, product: &ProductKey) -> Result<Invoice> {
        self.admit_chat_write(caller, WriteCost::Ordinary).await?;
        let Offer { product, credit_secs, .. } = self.admitted_offer(&caller.account, product).await?;
        self.require_telegram(&caller.account).await?;
        let order = self.new_order(&caller.account, &product);
        let soon = self.now().plus(MIN_REMAINING_SECS);
        if let Some(order) = self.inner.store.open_order(&order, soon).await?
            && let Some(link) = order.link.clone()
        {
            return Ok(Invoice { order, link, credit_secs });
        }
        let telegram = self.telegram()?;
        self.inner.store.write(AddOrder { order: order.clone() }).await?;
        let link = telegram.invoice_link(&star_invoice(&order, &product)).await;
        let link = link.map_err(|error| telegram_refusal("createInvoiceLink", &error))?;
        self.inner.store.write(SetOrderLink { id: order.id.clone(), link: link.clone() }).await?;
        Ok(Invoice { order, link, credit_secs })
    }

    /// Returns the offer of a product, if the account may buy it now.
    pub(super) async fn admitted_offer(&self, account: &Account, product: &ProductKey) -> Result<Offer> {
        let product = self.plans().product(product).ok_or(PurchaseError::NotSold)?;
        let offer = self.offer(product, &self.holdings(account).await?);
        match offer.refusal {
            None => Ok(offer),
            Some(refusal) => Err(refusal.into()),
        }
    }

    /// Refuses an account without a Telegram identity: Telegram would refuse the payment of anyone else.
    async fn require_telegram(&self, account: &Account) -> Result<()> {
        let identities = self.inner.store.identities(account.id).await?;
        let has_telegram =
            identities.iter().any(|identity| identity.kind == "telegram" && identity.disabled_at.is_none());
        if has_telegram { Ok(()) } else { Err(PurchaseError::TelegramRequired.into()) }
    }

    fn new_order(&self, account: &Account, product: &Product) -> Order {
        let (now, kind) = (self.now(), kind_of(product));
        let (ProductKey::Plan(id) | ProductKey::Pack(id)) = product.key();
        Order {
            id: OrderId::new(self.rng()),
            account_id: account.id,
            kind,
            product: id,
            title: product.title().to_owned(),
            stars: i64::from(product.stars()),
            tokens: product.pack_tokens(),
            state: OrderState::Created,
            link: None,
            created_at: now,
            expires_at: now.plus(ORDER_LIFETIME_SECS),
        }
    }
}

pub(super) const fn kind_of(product: &Product) -> ProductKind {
    match product {
        Product::Plan(_) => ProductKind::Plan,
        Product::Pack(_) => ProductKind::Pack,
    }
}

/// Invoice of an order. Its description has no language: it shows numbers and the account.
fn star_invoice(order: &Order, product: &Product) -> StarInvoice {
    let (description, period_secs) = match product {
        Product::Plan(plan) => (format!("{} · 30 d · #{}", plan.title, order.account_id), Some(SUBSCRIPTION_SECS)),
        Product::Pack(pack) => (format!("{} · #{}", pack.title, order.account_id), None),
    };
    let (title, payload) = (order.title.clone(), order.id.to_string());
    StarInvoice { title, description, payload, stars: order.stars, period_secs }
}

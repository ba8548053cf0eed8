//! Invoices: what a person is asked to pay.

use serde::Serialize;
use serde_json::{Value, json};

use crate::state::State;

use super::CURRENCY;

/// Number of invoices stored; the oldest is dropped.
const MAX_INVOICES: usize = 10_000;

/// An invoice of the bot, created by `createInvoiceLink` or `sendInvoice`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invoice {
    /// Address at which it is paid: a page of the sandbox. In Telegram it is `https://t.me/$…`.
    pub link: String,
    /// Name of the product.
    pub title: String,
    /// Description of the product.
    pub description: String,
    /// The bot's own text. Telegram shows it to nobody.
    pub payload: String,
    /// Label of the price.
    pub label: String,
    /// Price in Stars.
    pub stars: i64,
    /// Seconds between two payments of a subscription; `None` for a single payment.
    pub subscription_period: Option<i64>,
}

/// An invoice with what the sandbox remembers about it.
#[derive(Clone)]
pub(super) struct StoredInvoice {
    pub(super) invoice: Invoice,
    /// `start_parameter` of `sendInvoice`.
    pub(super) start_parameter: String,
    /// True for the invoice of a message, which is paid once. A link can be paid by anyone, any number of times.
    pub(super) single_use: bool,
    /// True once paid.
    pub(super) paid: bool,
}

/// Way an invoice reaches people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvoiceChannel {
    /// `createInvoiceLink`
    Link,
    /// `sendInvoice`
    Message,
}

impl StoredInvoice {
    /// The Bot API's `Invoice`.
    fn to_api(&self) -> Value {
        json!({
            "title": self.invoice.title,
            "description": self.invoice.description,
            "start_parameter": self.start_parameter,
            "currency": CURRENCY,
            "total_amount": self.invoice.stars,
        })
    }
}

impl State {
    /// Stores an invoice and returns it with its link.
    pub(crate) fn add_invoice(
        &mut self,
        invoice: Invoice,
        channel: InvoiceChannel,
        start_parameter: String,
    ) -> Invoice {
        let slug: String = self.random_looking_id("invoice").chars().take(22).collect();
        let base = self.stars.base_url.as_deref().unwrap_or("http://localhost");
        let invoice = Invoice { link: format!("{base}/invoice/{slug}"), ..invoice };
        let single_use = channel == InvoiceChannel::Message;
        let stored = StoredInvoice { invoice: invoice.clone(), start_parameter, single_use, paid: false };
        self.stars.invoices.insert(slug.clone(), stored);
        self.stars.invoice_order.push_back(slug);
        if self.stars.invoice_order.len() > MAX_INVOICES
            && let Some(oldest) = self.stars.invoice_order.pop_front()
        {
            self.stars.invoices.remove(&oldest);
        }
        invoice
    }

    /// The Bot API's `Invoice` of a message.
    pub(crate) fn api_invoice(&self, link: &str) -> Value {
        self.stars.invoices.get(slug(link)).map(StoredInvoice::to_api).unwrap_or_default()
    }

    /// The invoice behind a link.
    pub(crate) fn find_invoice(&self, link: &str) -> Option<&Invoice> {
        self.stars.invoices.get(slug(link)).map(|stored| &stored.invoice)
    }

    /// The stored invoice behind a link.
    pub(super) fn stored_invoice(&self, link: &str) -> Option<&StoredInvoice> {
        self.stars.invoices.get(slug(link))
    }

    /// Marks the invoice of a message as paid.
    pub(super) fn mark_paid(&mut self, link: &str) {
        if let Some(stored) = self.stars.invoices.get_mut(slug(link)) {
            stored.paid = true;
        }
    }
}

/// Name of an invoice within its link: the last part of the path, or the text after `$` as in `https://t.me/$…`.
fn slug(link: &str) -> &str {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    path.rsplit(['/', '$']).next().unwrap_or_default()
}

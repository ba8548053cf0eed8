//! Buying in chat.

mod contact;
mod plans;
mod purchases;
mod refunds;
mod refusals;
mod renewal;
mod unsold;

use telegram_sandbox::{PaymentOutcome, Person, Sandbox, VisibleMessage};

use crate::support::App;
use crate::support::chat::last;

/// Plans file without a price.
pub const UNSOLD: (&str, &str) =
    ("NEURALBOX_PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/app/support/unsold_plans.toml"));
/// Contact of the operator.
pub const SUPPORT: (&str, &str) = ("NEURALBOX_SUPPORT", "@neuralbox_help");

/// Returns the link to the invoice on the bot's last message that has one: a receipt may come in between.
pub fn invoice_in(chat: &[VisibleMessage]) -> String {
    let buttons = chat.iter().rev().flat_map(|message| message.buttons.iter().flatten());
    let mut pay =
        buttons.filter(|button| button.label.starts_with("⭐ Pay") || button.label.starts_with("⭐ Оплатить"));
    let link = pay.find_map(|button| button.url().map(ToOwned::to_owned));
    link.unwrap_or_else(|| panic!("no invoice in {chat:#?}"))
}

/// Buys what the bot's last invoice offers, and waits for one more receipt that contains `receipt`.
pub async fn pay(app: &App, person: &Person, receipt: &str) -> VisibleMessage {
    let receipts = |sandbox: &Sandbox| {
        let chat = sandbox.chat(person.id).into_iter();
        chat.filter(|message| message.from_bot && message.html.contains(receipt)).collect::<Vec<_>>()
    };
    let before = receipts(&app.sandbox).len();
    let link = invoice_in(&app.sandbox.chat(person.id));
    let outcome = app.sandbox.pay(person, &link).await;
    assert!(matches!(outcome, PaymentOutcome::Paid { .. }), "{outcome:?}");
    app.settled().await;
    let comes = app.sandbox.wait_for(|sandbox| receipts(sandbox).into_iter().nth(before));
    comes.await.unwrap_or_else(|_| panic!("no receipt contains {receipt:?}: {:#?}", app.sandbox.chat(person.id)))
}

/// Labels of the buttons on the bot's last message.
pub fn labels(chat: &[VisibleMessage]) -> Vec<String> {
    last(chat).buttons.iter().flatten().map(|button| button.label.clone()).collect()
}

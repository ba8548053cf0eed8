//! Messages for admins about purchases of other people and their refunds.

use teloxide::types::InlineKeyboardButton;

use crate::domain::ListPage;
use crate::domain::billing::purchases::refunds::RefundStatus;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::billing::purchases::line;
use crate::messages::callback_data::{AdminCallback, BillingCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, plain};
use crate::model::accounts::account::{Account, AccountId};
use crate::model::billing::purchase::{ProductKind, Purchase, PurchaseState};
use crate::model::text::texts::TextArg;
use crate::model::text::texts::TextArg::{Count, Text};

/// Purchases that one message lists.
const MAX_LISTED_PURCHASES: usize = 10;

/// Purchases of a person, with a button for each that can be refunded.
pub(crate) fn purchases_of(localizer: &Localizer, account: &Account, page: &ListPage<Purchase>) -> OutgoingMessage {
    let values = [("name", Text(account.name.as_str())), ("number", Count(account.id.0))];
    let purchases = || page.items.iter().take(MAX_LISTED_PURCHASES);
    let lines: Vec<String> = purchases().map(|purchase| line(localizer, purchase)).collect();
    let html = if lines.is_empty() {
        localizer.html("bot-user-purchases-none", &values)
    } else {
        format!("{}\n\n{}", localizer.html("bot-user-purchases", &values), lines.join("\n"))
    };
    let refundable = purchases().filter(|purchase| purchase.state == PurchaseState::Paid);
    let refund = |purchase: &Purchase| {
        let day = localizer.day(purchase.created_at);
        let label = localizer.label("bot-button-refund", &[("title", Text(&purchase.title)), ("day", Text(&day))]);
        vec![button(label, &Callback::Billing(BillingCallback::AskRefund(purchase.id.0)))]
    };
    let buttons = refundable.map(refund).chain([vec![card_button(localizer, account.id)]]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Confirmation before a purchase is refunded. Says what the refund takes back.
pub(crate) fn ask(localizer: &Localizer, purchase: &Purchase) -> OutgoingMessage {
    let id = match purchase.kind {
        ProductKind::Plan => "bot-refund-ask-plan",
        ProductKind::Pack => "bot-refund-ask-pack",
    };
    let html = localizer.dated(id, &values(purchase), purchase.created_at);
    let yes =
        button(localizer.text("bot-button-refund-yes"), &Callback::Billing(BillingCallback::Refund(purchase.id.0)));
    let no = button(
        localizer.text("bot-button-no"),
        &Callback::Billing(BillingCallback::PurchasesOf(purchase.account_id.0)),
    );
    OutgoingMessage { keyboard: rows([vec![yes, no]]), ..plain(html) }
}

/// Result of a refund.
pub(crate) fn done(localizer: &Localizer, status: &RefundStatus) -> OutgoingMessage {
    let (id, purchase) = match status {
        RefundStatus::Refunded(purchase) => ("bot-refund-done", purchase),
        RefundStatus::Queued(purchase) => ("bot-refund-queued", purchase),
    };
    let html = localizer.html(id, &values(purchase));
    OutgoingMessage { keyboard: rows([back_to(localizer, purchase.account_id)]), ..plain(html) }
}

/// Reason why a refund is not possible, with the way back.
pub(crate) fn refused(localizer: &Localizer, reason: String, account: AccountId) -> OutgoingMessage {
    OutgoingMessage { keyboard: rows([back_to(localizer, account)]), ..plain(reason) }
}

/// Text about a command that was not understood or does not fit, with the way to the menu.
pub(crate) fn hint(localizer: &Localizer, text: &str) -> OutgoingMessage {
    OutgoingMessage { keyboard: rows([vec![back(localizer)]]), ..plain(localizer.text(text)) }
}

/// Button on the card of an account that lists its purchases.
pub(crate) fn purchases_button(localizer: &Localizer, account: AccountId) -> InlineKeyboardButton {
    button(localizer.text("bot-button-user-purchases"), &Callback::Billing(BillingCallback::PurchasesOf(account.0)))
}

fn back_to(localizer: &Localizer, account: AccountId) -> Vec<InlineKeyboardButton> {
    vec![purchases_button(localizer, account), card_button(localizer, account)]
}

fn card_button(localizer: &Localizer, account: AccountId) -> InlineKeyboardButton {
    button(localizer.text("bot-button-card"), &Callback::Admin(AdminCallback::User(account)))
}

fn values(purchase: &Purchase) -> [(&'static str, TextArg<'_>); 3] {
    [("title", Text(&purchase.title)), ("stars", Count(purchase.stars)), ("number", Count(purchase.account_id.0))]
}

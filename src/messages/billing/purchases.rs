//! Messages of a person's own purchases.

use crate::domain::ListPage;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::billing::contact::paysupport_button;
use crate::messages::billing::plans::plans_button;
use crate::messages::callback_data::{BillingCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::billing::purchase::{Purchase, PurchaseState};
use crate::model::text::texts::TextArg::{Count, Text};

/// Place of a page in the list of purchases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PagePlace {
    /// The page begins with the newest purchase.
    First,
    /// Newer purchases are on pages before.
    Later,
}

/// Page of a person's purchases, newest first.
pub(crate) fn purchases(localizer: &Localizer, page: &ListPage<Purchase>, place: PagePlace) -> OutgoingMessage {
    let lines: Vec<String> = page.items.iter().map(|purchase| line(localizer, purchase)).collect();
    let html = if lines.is_empty() {
        localizer.text("bot-purchases-none")
    } else {
        format!("{}\n\n{}", localizer.text("bot-purchases"), lines.join("\n"))
    };
    let to =
        |label: &str, before| button(localizer.text(label), &Callback::Billing(BillingCallback::Purchases(before)));
    let newest = (place == PagePlace::Later).then(|| to("bot-button-newest", None));
    let older = page.resume_after().map(|last| to("bot-button-older", Some(last.id.0)));
    let paging: Vec<_> = newest.into_iter().chain(older).collect();
    let paging = (!paging.is_empty()).then_some(paging);
    let buttons = paging.into_iter().chain([vec![paysupport_button(localizer)], vec![plans_button(localizer)]]);
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Line of a purchase: day, title, price, and whether it was refunded.
pub(crate) fn line(localizer: &Localizer, purchase: &Purchase) -> String {
    let id = match purchase.state {
        PurchaseState::Paid => "bot-purchase-line",
        PurchaseState::Refunded => "bot-purchase-line-refunded",
    };
    let values = [("title", Text(&purchase.title)), ("stars", Count(purchase.stars))];
    localizer.dated(id, &values, purchase.created_at)
}

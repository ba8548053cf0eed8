//! Messages that say whom to ask, and under which terms one buys. They are answered for everyone, suspended accounts
//! too.

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

use crate::domain::Domain;
use crate::domain::error::PlanUpgrade;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::callback_data::{BillingCallback, Callback};
use crate::messages::keyboard::{button, link, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, plain};
use crate::model::accounts::account::AccountId;
use crate::model::billing::support::SupportContact;
use crate::model::text::texts::TextArg::{Count, Text};

/// Reader of a message about whom to ask. Someone without an account gets no buttons: each would be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SupportReader {
    /// A person with this account.
    Account(AccountId),
    /// A person whose account cannot be used.
    Stranger,
}

/// Contact for questions.
pub(crate) fn support(localizer: &Localizer, domain: &Domain, reader: SupportReader) -> OutgoingMessage {
    let html = match (domain.support().map(ToString::to_string), reader) {
        (Some(contact), SupportReader::Account(id)) => {
            localizer.html("bot-support", &[("contact", Text(&contact)), ("number", Count(id.0))])
        }
        (None, SupportReader::Account(id)) => localizer.html("bot-support-none", &[("number", Count(id.0))]),
        (Some(contact), SupportReader::Stranger) => {
            localizer.html("bot-support-stranger", &[("contact", Text(&contact))])
        }
        (None, SupportReader::Stranger) => localizer.text("bot-support-stranger-none"),
    };
    let others = vec![paysupport_button(localizer), terms_button(localizer)];
    OutgoingMessage { keyboard: keyboard(localizer, domain, reader, others), ..plain(html) }
}

/// Help with a payment.
pub(crate) fn pay_support(localizer: &Localizer, domain: &Domain, reader: SupportReader) -> OutgoingMessage {
    let html = match domain.support().map(ToString::to_string) {
        Some(contact) => localizer.html("bot-paysupport", &[("contact", Text(&contact))]),
        None => localizer.text("bot-paysupport-none"),
    };
    let others = vec![purchases_button(localizer), terms_button(localizer)];
    OutgoingMessage { keyboard: keyboard(localizer, domain, reader, others), ..plain(html) }
}

/// Terms of use: the gist, and a link to the whole.
pub(crate) fn terms(localizer: &Localizer, domain: &Domain, reader: SupportReader) -> OutgoingMessage {
    let built_in = || format!("{}/web/terms", domain.public_url());
    let url = domain.terms_url().map_or_else(built_in, ToString::to_string);
    let id = if matches!(domain.plan_upgrade(), PlanUpgrade::Sold { .. }) { "bot-terms" } else { "bot-terms-unsold" };
    let html = localizer.html(id, &[("link", Text(&url))]);
    let read = link(localizer.text("bot-button-read-terms"), &url).map(|read| vec![read]);
    let others = vec![support_button(localizer), back(localizer)];
    let others = (reader != SupportReader::Stranger).then_some(others);
    OutgoingMessage { keyboard: rows(read.into_iter().chain(others)), ..plain(html) }
}

/// Link to the contact, and for people with an account the other buttons.
fn keyboard(
    localizer: &Localizer,
    domain: &Domain,
    reader: SupportReader,
    others: Vec<InlineKeyboardButton>,
) -> InlineKeyboardMarkup {
    let write = contact_button(localizer, domain).map(|write| vec![write]);
    let others = (reader != SupportReader::Stranger).then(|| [others, vec![back(localizer)]]);
    rows(write.into_iter().chain(others.into_iter().flatten()))
}

/// Button that opens the chat or page of the contact; `None` if there is no such link.
pub(crate) fn contact_button(localizer: &Localizer, domain: &Domain) -> Option<InlineKeyboardButton> {
    match domain.support()? {
        // Telegram takes no `mailto:` in buttons; the text has the address.
        SupportContact::Email(_) => None,
        contact => link(localizer.text("bot-button-support"), &contact.link()),
    }
}

/// Button that shows whom to ask.
pub(crate) fn support_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-support"), &Callback::Billing(BillingCallback::Support))
}

/// Button that lists the person's purchases.
pub(crate) fn purchases_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-purchases"), &Callback::Billing(BillingCallback::Purchases(None)))
}

/// Button that shows help with a payment.
pub(crate) fn paysupport_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-paysupport"), &Callback::Billing(BillingCallback::PaySupport))
}

fn terms_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-terms"), &Callback::Billing(BillingCallback::Terms))
}

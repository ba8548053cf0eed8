//! Messages of plans and packs. Plans are listed one below the other, because a phone has no room for a table. The card of
//! a product carries the link to its invoice.

use teloxide::types::InlineKeyboardButton;

use crate::domain::Domain;
use crate::domain::billing::purchases::offers::Offer;
use crate::domain::billing::purchases::orders::Invoice;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::billing::contact::{contact_button, purchases_button, support_button};
use crate::messages::billing::subscription::{SubscriptionView, renewal_button, status};
use crate::messages::billing::{offers, plan_facts};
use crate::messages::callback_data::{BillingCallback, Callback};
use crate::messages::keyboard::{button, link, rows};
use crate::messages::localizer::Localizer;
use crate::messages::{back, plain};
use crate::model::accounts::account::Account;
use crate::model::billing::plan::Plan;
use crate::model::billing::product::{Product, TokenPack};
use crate::model::text::texts::TextArg::{Count, Text};

/// Length of a day in seconds.
const DAY_SECS: i64 = 86_400;

/// Facts that the messages about plans show.
pub(crate) struct PlansView<'a> {
    /// Settings: plans, packs, contact.
    pub(crate) domain: &'a Domain,
    /// Account of the person.
    pub(crate) account: &'a Account,
    /// Every product that is sold, and why the person cannot buy it.
    pub(crate) offers: &'a [Offer],
    /// Subscription and what follows the present plan.
    pub(crate) subscription: &'a SubscriptionView,
}

/// List of plans with the person's own marked, buttons for what they can buy, and the renewal.
pub(crate) fn plans(localizer: &Localizer, view: &PlansView<'_>) -> OutgoingMessage {
    let own = view.domain.plan_of_account(view.account);
    let mut parts = vec![localizer.text("bot-plans")];
    parts.extend(view.domain.plans().iter().map(|plan| {
        let is_own = plan.id == own.id;
        let heading = if is_own { "bot-plan-own" } else { "bot-plan-other" };
        let facts = plan_facts::facts(localizer, view.domain.plans(), plan, heading);
        if is_own {
            format!("{facts}{}", status(localizer, view.domain, view.account, view.subscription))
        } else {
            facts
        }
    }));
    parts.extend(offers::assigned(localizer, view.domain));
    OutgoingMessage { keyboard: rows(list_buttons(localizer, view)), ..plain(parts.join("\n\n")) }
}

fn list_buttons(localizer: &Localizer, view: &PlansView<'_>) -> Vec<Vec<InlineKeyboardButton>> {
    let is_open_plan = |offer: &&Offer| offer.refusal.is_none() && matches!(offer.product, Product::Plan(_));
    let plans = view.offers.iter().filter(is_open_plan).map(|offer| vec![offers::offer(localizer, &offer.product)]);
    let mut buttons: Vec<_> = plans.collect();
    if !view.domain.plans().packs().is_empty() {
        buttons.push(vec![packs_button(localizer, "bot-button-packs")]);
    }
    buttons.extend(renewal_button(localizer, view.subscription).map(|renewal| vec![renewal]));
    if view.domain.are_products_sold() {
        buttons.push(vec![purchases_button(localizer), support_button(localizer)]);
    } else {
        buttons.extend(contact_button(localizer, view.domain).map(|contact| vec![contact]));
    }
    buttons.push(vec![back(localizer)]);
    buttons
}

/// Card of a plan, with the link to its invoice, or with the reason why it cannot be bought.
pub(crate) fn plan(
    localizer: &Localizer,
    view: &PlansView<'_>,
    plan: &Plan,
    invoice: PlanInvoice<'_>,
) -> OutgoingMessage {
    let own = view.domain.plan_of_account(view.account);
    let heading = if own.id == plan.id { "bot-plan-own" } else { "bot-plan-other" };
    let mut parts = vec![plan_facts::facts(localizer, view.domain.plans(), plan, heading)];
    if own.id == plan.id {
        parts.push(status(localizer, view.domain, view.account, view.subscription).trim_start().to_owned());
    }
    if !plan.api_access && plan.stars > 0 {
        parts.push(localizer.text("bot-plan-for-sites"));
    }
    let mut buttons = Vec::new();
    match invoice {
        PlanInvoice::Open(invoice) => {
            parts.push(localizer.html("bot-plan-price", &[("stars", Count(invoice.order.stars))]));
            parts.push(starts(localizer, own, plan, invoice));
            buttons.extend(pay_button(localizer, invoice).map(|pay| vec![pay]));
        }
        PlanInvoice::Refused(reason) => parts.push(reason),
        PlanInvoice::Failed(reason) => {
            parts.push(reason);
            let again = Callback::Billing(BillingCallback::Plan(plan.id.clone()));
            buttons.push(vec![button(localizer.text("bot-button-again"), &again)]);
        }
        PlanInvoice::NotSold => {
            parts.extend(offers::assigned(localizer, view.domain));
            buttons.extend(contact_button(localizer, view.domain).map(|contact| vec![contact]));
        }
    }
    if own.id == plan.id {
        buttons.extend(renewal_button(localizer, view.subscription).map(|renewal| vec![renewal]));
    }
    buttons.push(vec![plans_button(localizer)]);
    parts.retain(|part| !part.is_empty());
    OutgoingMessage { keyboard: rows(buttons), ..plain(parts.join("\n\n")) }
}

/// Way from the card of a plan to its invoice.
pub(crate) enum PlanInvoice<'a> {
    /// The plan can be bought with this invoice.
    Open(&'a Invoice),
    /// The rules do not allow it; the sentence says why.
    Refused(String),
    /// Telegram did not make an invoice; the sentence says so, and the person may try again.
    Failed(String),
    /// The plan has no price.
    NotSold,
}

/// Sentences about the start: immediately, with the credit of the present plan.
fn starts(localizer: &Localizer, own: &Plan, plan: &Plan, invoice: &Invoice) -> String {
    let starts = localizer.text(if plan.api_access { "bot-plan-starts" } else { "bot-plan-starts-no-keys" });
    let days = (invoice.credit_secs + DAY_SECS / 2) / DAY_SECS;
    if days == 0 {
        return starts;
    }
    let values = [("plan", Text(own.title.as_str())), ("next", Text(plan.title.as_str())), ("days", Count(days))];
    format!("{starts} {}", localizer.html("bot-plan-credit", &values))
}

/// List of the packs that are sold.
pub(crate) fn packs(localizer: &Localizer, domain: &Domain, account: &Account) -> OutgoingMessage {
    let html = localizer.html("bot-packs", &[("tokens", Count(account.token_balance))]);
    let offer = |pack: &TokenPack| vec![offers::offer(localizer, &Product::Pack(pack.clone()))];
    let packs = domain.plans().packs().iter().map(offer);
    OutgoingMessage { keyboard: rows(packs.chain([vec![plans_button(localizer)]])), ..plain(html) }
}

/// Card of a pack, with the link to its invoice, or with the reason why there is none.
pub(crate) fn pack(localizer: &Localizer, pack: &TokenPack, invoice: Result<&Invoice, String>) -> OutgoingMessage {
    let tokens = i64::try_from(pack.tokens).unwrap_or(i64::MAX);
    let values = [("title", Text(pack.title.as_str())), ("stars", Count(pack.stars.into())), ("tokens", Count(tokens))];
    let mut html = localizer.html("bot-pack", &values);
    let first = match invoice {
        Ok(invoice) => pay_button(localizer, invoice),
        Err(reason) => {
            html = format!("{html}\n\n{reason}");
            let again = Callback::Billing(BillingCallback::Pack(pack.id.clone()));
            Some(button(localizer.text("bot-button-again"), &again))
        }
    };
    let buttons = first.map(|first| vec![first]).into_iter();
    let last = vec![packs_button(localizer, "bot-button-packs-back")];
    OutgoingMessage { keyboard: rows(buttons.chain([last])), ..plain(html) }
}

/// Button that opens the invoice.
fn pay_button(localizer: &Localizer, invoice: &Invoice) -> Option<InlineKeyboardButton> {
    link(localizer.label("bot-button-pay", &[("stars", Count(invoice.order.stars))]), &invoice.link)
}

fn packs_button(localizer: &Localizer, label: &str) -> InlineKeyboardButton {
    button(localizer.text(label), &Callback::Billing(BillingCallback::Packs))
}

/// Button that leads back to the plans.
pub(crate) fn plans_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-plans-back"), &Callback::Plans)
}

//! Buttons that lead to an invoice in two taps: shown wherever a purchase would help. Without prices, the texts name the
//! person to ask instead.

use teloxide::types::InlineKeyboardButton;

use crate::domain::Domain;
use crate::domain::billing::plan_upgrade::PlanNeed;
use crate::domain::error::PlanUpgrade;
use crate::messages::billing::contact::contact_button;
use crate::messages::callback_data::{BillingCallback, Callback};
use crate::messages::keyboard::button;
use crate::messages::localizer::Localizer;
use crate::messages::plans_button;
use crate::model::accounts::account::Account;
use crate::model::billing::plan::Plans;
use crate::model::billing::product::Product;
use crate::model::notices::notice::Notice;
use crate::model::text::texts::TextArg::{Count, Text};

/// Offer that follows a refusal: a sentence about the next step, and its buttons. Both may be missing: nothing is offered
/// to a person whom nothing would help.
#[derive(Debug, Default)]
pub(crate) struct OfferLines {
    /// Sentence, in Telegram's HTML.
    pub(crate) html: Option<String>,
    /// Rows of buttons.
    pub(crate) rows: Vec<Vec<InlineKeyboardButton>>,
}

impl OfferLines {
    /// Appends the sentence to a text.
    pub(crate) fn below(&self, html: String) -> String {
        match &self.html {
            Some(line) => format!("{html}\n\n{line}"),
            None => html,
        }
    }
}

/// Offer that lifts a limit of the account's plan.
pub(crate) fn lifting(localizer: &Localizer, domain: &Domain, account: &Account, need: PlanNeed) -> OfferLines {
    let products = domain.products_for(account, need);
    if !products.is_empty() {
        let html = Some(localizer.text("bot-offers"));
        return OfferLines { html, rows: products.iter().map(|product| vec![offer(localizer, product)]).collect() };
    }
    if domain.are_products_sold() || !domain.may_be_lifted(account, need) {
        return OfferLines::default();
    }
    OfferLines {
        html: assigned(localizer, domain),
        rows: contact_button(localizer, domain).map(|contact| vec![contact]).into_iter().collect(),
    }
}

/// Buttons of the plans with API access that are sold.
pub(crate) fn with_api_access(localizer: &Localizer, plans: &Plans) -> Vec<Vec<InlineKeyboardButton>> {
    let has_access = |product: &Product| matches!(product, Product::Plan(plan) if plan.api_access);
    plans.products().filter(has_access).map(|product| vec![offer(localizer, &product)]).collect()
}

/// Sentence about the person who assigns plans; `None` if plans are sold.
pub(crate) fn assigned(localizer: &Localizer, domain: &Domain) -> Option<String> {
    match domain.plan_upgrade() {
        PlanUpgrade::Sold { .. } => None,
        PlanUpgrade::Assigned { contact: Some(contact), .. } => {
            Some(localizer.html("bot-plans-given-by", &[("contact", Text(&contact))]))
        }
        PlanUpgrade::Assigned { contact: None, .. } => Some(localizer.text("bot-plans-given")),
    }
}

/// Address in a notice about the plan: where a larger one is sold, or the contact that assigns plans.
pub(crate) fn upgrade_address(domain: &Domain) -> String {
    match domain.plan_upgrade() {
        PlanUpgrade::Sold { page } | PlanUpgrade::Assigned { page, contact: None } => page,
        PlanUpgrade::Assigned { contact: Some(contact), .. } => contact,
    }
}

/// Buttons of a notice about the plan, its rate limit or its tokens: what keeps the plan or lifts the limit, and the plans.
pub(crate) fn after_notice(localizer: &Localizer, domain: &Domain, notice: &Notice) -> Vec<Vec<InlineKeyboardButton>> {
    let helps = |product: &Product| match (notice, product) {
        (Notice::BalanceLow { .. }, Product::Pack(_)) => true,
        (Notice::RateLimited { limit, .. }, Product::Plan(sold)) => i64::from(sold.requests_per_minute) > *limit,
        (Notice::PlanEnds { plan, .. } | Notice::PlanEnded { plan, .. }, Product::Plan(sold)) => sold.title == *plan,
        _ => false,
    };
    let products = domain.plans().products().filter(helps);
    let offers = products.map(|product| vec![offer(localizer, &product)]);
    offers.chain([vec![plans_button(localizer)]]).collect()
}

/// Button that opens the card of a product, with its title and price.
pub(crate) fn offer(localizer: &Localizer, product: &Product) -> InlineKeyboardButton {
    let stars = ("stars", Count(product.stars().into()));
    match product {
        Product::Plan(plan) => button(
            localizer.label("bot-button-buy-plan", &[("title", Text(&plan.title)), stars]),
            &Callback::Billing(BillingCallback::Plan(plan.id.clone())),
        ),
        Product::Pack(pack) => button(
            localizer.label("bot-button-buy-pack", &[("tokens", Count(product.pack_tokens().unwrap_or(0))), stars]),
            &Callback::Billing(BillingCallback::Pack(pack.id.clone())),
        ),
    }
}

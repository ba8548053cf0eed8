//! Cards of the plans and rows of the packs, each with its way to the invoice.

use crate::domain::billing::purchases::offers::Offer;
use crate::model::billing::plan::Plan;
use crate::model::billing::product::{Product, ProductKey, TokenPack};
use crate::model::text::texts::TextArg::Count;
use crate::web::WebState;
use crate::web::pages::billing::checkout;
use crate::web::pages::billing::terms::ContactLink;
use crate::web::pages::layout::SignedInPage;
use crate::web::pages::localizer::PageLocalizer;
use crate::web::problem::Result;

/// Length of a day in seconds.
const DAY_SECS: i64 = 86_400;

/// Person who reads the prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web::pages) enum Buyer {
    /// Pays with the Telegram account of this account.
    WithTelegram,
    /// Has connected no Telegram.
    WithoutTelegram,
}

impl Buyer {
    /// Looks for a Telegram account among the sign-in methods.
    pub(in crate::web::pages) async fn of(web: &WebState, page: &SignedInPage) -> Result<Self> {
        let identities = web.domain.identities(&page.caller).await?;
        let has_telegram = identities.iter().any(|identity| identity.kind == "telegram");
        Ok(if has_telegram { Self::WithTelegram } else { Self::WithoutTelegram })
    }
}

/// Way to the invoice of a product.
pub(in crate::web::pages) enum BuyButton {
    /// A form that orders the product with this key.
    Form(String),
    /// A link to the bot.
    Link(String),
    /// The product cannot be bought now.
    None,
}

/// Plan in the comparison.
pub(in crate::web::pages) struct PlanCard {
    pub(in crate::web::pages) title: String,
    pub(in crate::web::pages) own: bool,
    /// `None` if the plan has no price.
    pub(in crate::web::pages) price: Option<String>,
    pub(in crate::web::pages) api_access: bool,
    pub(in crate::web::pages) points: Vec<String>,
    /// Days credited from the present plan, in words.
    pub(in crate::web::pages) credit: Option<String>,
    pub(in crate::web::pages) buy: BuyButton,
}

/// Pack of tokens.
pub(in crate::web::pages) struct PackRow {
    pub(in crate::web::pages) title: String,
    pub(in crate::web::pages) tokens: String,
    pub(in crate::web::pages) price: String,
    pub(in crate::web::pages) buy: BuyButton,
}

/// Sentence above the plans, if they cannot simply be bought.
pub(in crate::web::pages) enum SaleNotice {
    /// Telegram must be connected first.
    ConnectTelegram,
    /// The operator assigns the plans.
    Assigned(Option<ContactLink>),
}

impl SaleNotice {
    pub(in crate::web::pages) fn of(web: &WebState, buyer: Buyer) -> Option<Self> {
        if !web.domain.are_products_sold() {
            return Some(Self::Assigned(web.domain.support().map(ContactLink::of)));
        }
        (buyer == Buyer::WithoutTelegram).then_some(Self::ConnectTelegram)
    }
}

/// Cards of all plans, in file order.
pub(in crate::web::pages) fn plan_cards(
    web: &WebState,
    page: &SignedInPage,
    buyer: Buyer,
    offers: &[Offer],
) -> Vec<PlanCard> {
    let own = web.domain.plan_of_account(page.caller.account());
    let card = |plan: &Plan| {
        let key = ProductKey::Plan(plan.id.clone());
        let offer = offers.iter().find(|offer| offer.product.key() == key);
        let credit_days = offer.map_or(0, |offer| (offer.credit_secs + DAY_SECS / 2) / DAY_SECS);
        let credit = || page.localizer().values("page-plan-credit", &[("days", Count(credit_days))]);
        PlanCard {
            title: plan.title.clone(),
            own: plan.id == own.id,
            price: price(web, plan, page.localizer()),
            api_access: plan.api_access,
            points: points(plan, page.localizer()),
            credit: (credit_days > 0).then(credit),
            buy: offer.filter(|offer| offer.refusal.is_none()).map_or(BuyButton::None, |_| buy(web, buyer, &key)),
        }
    };
    web.domain.plans().iter().map(card).collect()
}

/// Rows of all packs, in file order.
pub(in crate::web::pages) fn pack_rows(web: &WebState, page: &SignedInPage, buyer: Buyer) -> Vec<PackRow> {
    let localizer = page.localizer();
    let row = |pack: &TokenPack| PackRow {
        title: pack.title.clone(),
        tokens: localizer.count("page-pack-tokens", pack.tokens),
        price: localizer.count("page-pack-stars", pack.stars),
        buy: buy(web, buyer, &Product::Pack(pack.clone()).key()),
    };
    web.domain.plans().packs().iter().map(row).collect()
}

fn buy(web: &WebState, buyer: Buyer, key: &ProductKey) -> BuyButton {
    match buyer {
        Buyer::WithTelegram => BuyButton::Form(key.to_string()),
        Buyer::WithoutTelegram => checkout::bot_link(web, key).map_or(BuyButton::None, BuyButton::Link),
    }
}

/// Price of a plan; `None` for one that can only be assigned.
fn price(web: &WebState, plan: &Plan, localizer: &PageLocalizer) -> Option<String> {
    match plan.stars {
        0 if plan.id == web.domain.plans().base().id => Some(localizer.text("page-plan-free")),
        0 => None,
        stars => Some(localizer.count("page-plan-stars", stars)),
    }
}

fn points(plan: &Plan, localizer: &PageLocalizer) -> Vec<String> {
    let mut points = vec![
        localizer.count("page-plan-tokens", plan.monthly_tokens),
        localizer.count("page-plan-requests", plan.requests_per_minute),
    ];
    if plan.api_access {
        points.push(localizer.count("page-plan-keys", plan.keys));
    } else if plan.stars > 0 {
        points.push(localizer.text("page-plan-for-sites"));
    }
    points
}

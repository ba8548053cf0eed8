//! Plans and packs in chat. Opening the card of a product makes its order, so that the card carries the link to the
//! invoice.

use crate::bot::context::Result;
use crate::bot::reply::{Reply, ReplyContext, refusal_text};
use crate::domain::billing::purchases::orders::Invoice;
use crate::domain::error::PurchaseError;
use crate::domain::{Domain, Error, Refusal};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::billing::plans;
use crate::messages::billing::plans::{PlanInvoice, PlansView};
use crate::messages::billing::subscription::SubscriptionView;
use crate::messages::localizer::Localizer;
use crate::model::billing::plan::Plan;
use crate::model::billing::product::ProductKey;

/// Lists the plans, marks the person's own, and offers what they can buy.
pub(crate) async fn list(domain: Domain, context: ReplyContext) -> Result<Reply> {
    Ok(Reply::Show(list_screen(&domain, &context).await?))
}

async fn list_screen(domain: &Domain, context: &ReplyContext) -> Result<OutgoingMessage> {
    let account = context.caller.account();
    let (offers, subscription) = (domain.offers(account).await?, subscription(domain, context).await?);
    let view = PlansView { domain, account, offers: &offers, subscription: &subscription };
    Ok(plans::plans(&context.localizer, &view))
}

/// Reads the subscription and the plans that follow the present one.
async fn subscription(domain: &Domain, context: &ReplyContext) -> Result<SubscriptionView> {
    let account = context.caller.account().id;
    let (subscription, timeline) = (domain.subscription(account).await?, domain.plan_timeline(account).await?);
    Ok(SubscriptionView { subscription, timeline })
}

/// Opens the card of a plan: the target of a button, and of a link `buy_PLAN`.
pub(crate) async fn open_plan(domain: Domain, context: ReplyContext, id: String) -> Result<Reply> {
    let Some(plan) = domain.plans().get(&id) else { return no_such_product(&domain, &context).await };
    let (account, localizer) = (context.caller.account(), &context.localizer);
    let subscription = subscription(&domain, &context).await?;
    let view = PlansView { domain: &domain, account, offers: &[], subscription: &subscription };
    let ordered = order_plan(&domain, &context, plan).await?;
    let invoice = match &ordered {
        None => PlanInvoice::NotSold,
        Some(Ok(invoice)) => PlanInvoice::Open(invoice),
        Some(Err(error)) => {
            let reason = sentence(localizer, *error);
            if is_passing(*error) { PlanInvoice::Failed(reason) } else { PlanInvoice::Refused(reason) }
        }
    };
    Ok(Reply::Show(plans::plan(localizer, &view, plan, invoice)))
}

/// Orders a plan. `None` if it has no price.
async fn order_plan(
    domain: &Domain,
    context: &ReplyContext,
    plan: &Plan,
) -> Result<Option<std::result::Result<Invoice, PurchaseError>>> {
    if plan.stars == 0 {
        return Ok(None);
    }
    Ok(Some(order(domain, context, &ProductKey::Plan(plan.id.clone())).await?))
}

/// Orders a product. A refusal of the purchase is a result, because the card says why.
async fn order(
    domain: &Domain,
    context: &ReplyContext,
    product: &ProductKey,
) -> Result<std::result::Result<Invoice, PurchaseError>> {
    match domain.order(&context.caller, product).await {
        Ok(invoice) => Ok(Ok(invoice)),
        Err(Error::Refused(Refusal::Purchase(error))) => Ok(Err(error)),
        Err(error) => Err(error),
    }
}

/// True if the same order may succeed later.
const fn is_passing(error: PurchaseError) -> bool {
    matches!(error, PurchaseError::TelegramUnavailable)
}

fn sentence(localizer: &Localizer, error: PurchaseError) -> String {
    refusal_text::sentence(localizer, &Refusal::Purchase(error))
}

/// Lists the packs of tokens.
pub(crate) async fn packs(domain: Domain, context: ReplyContext) -> Result<Reply> {
    if domain.plans().packs().is_empty() {
        return no_such_product(&domain, &context).await;
    }
    Ok(Reply::Show(plans::packs(&context.localizer, &domain, context.caller.account())))
}

/// Opens the card of a pack.
pub(crate) async fn open_pack(domain: Domain, context: ReplyContext, id: String) -> Result<Reply> {
    let Some(pack) = domain.plans().packs().iter().find(|pack| pack.id == id) else {
        return no_such_product(&domain, &context).await;
    };
    let ordered = order(&domain, &context, &ProductKey::Pack(id)).await?;
    let invoice = ordered.as_ref().map_err(|error| sentence(&context.localizer, *error));
    Ok(Reply::Show(plans::pack(&context.localizer, pack, invoice)))
}

/// Answers an old button whose product is gone: the present plans.
async fn no_such_product(domain: &Domain, context: &ReplyContext) -> Result<Reply> {
    let screen = list_screen(domain, context).await?;
    Ok(Reply::ShowAndSay(screen, context.localizer.text("bot-no-such-product")))
}

//! Refunds by admins: a button on the card of a person, and `/refund [user] CHARGE`. Each asks for confirmation once.

use crate::bot::accounts::profile;
use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::incoming::command::RefundArgs;
use crate::bot::reply::{Reply, refusal_text};
use crate::domain::admin::access::{Admin, AdminAct, PersonRef};
use crate::domain::error::PurchaseError;
use crate::domain::{Domain, Error, Refusal};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::billing::refunds;
use crate::messages::localizer::Localizer;
use crate::model::accounts::account::AccountId;
use crate::model::billing::purchase::{PaymentChargeId, Purchase, PurchaseId, PurchaseState};

/// Lists the purchases of an account.
pub(crate) async fn purchases_of(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    account: i64,
) -> Result<Reply> {
    let Ok(admin) = domain.admin_for(context.person, AdminAct::Refunds) else { return Ok(not_admin(&localizer)) };
    let account = domain.find_person(&admin, &PersonRef::Account(AccountId(account))).await?;
    let page = domain.purchases_of(&admin, account.id, None).await?;
    Ok(Reply::Show(refunds::purchases_of(&localizer, &account, &page)))
}

/// Asks for confirmation before the payment of a command is refunded.
pub(crate) async fn ask_by_charge(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    args: RefundArgs,
) -> Result<Reply> {
    let Ok(admin) = domain.admin_for(context.person, AdminAct::Refunds) else {
        return profile::unknown_command(localizer).await;
    };
    let parsed = match args {
        RefundArgs::Charge(person, charge) => PaymentChargeId::parse(&charge).map(|charge| (person, charge)),
        RefundArgs::Unclear => None,
    };
    let Some((person, charge)) = parsed else {
        return Ok(Reply::Send(refunds::hint(&localizer, "bot-refund-usage")));
    };
    let purchase = domain.purchase(&admin, &charge).await?;
    if let Some(person) = person
        && domain.find_person(&admin, &person).await?.id != purchase.account_id
    {
        return Ok(Reply::Send(refunds::hint(&localizer, "bot-refund-other")));
    }
    Ok(Reply::Send(question(&localizer, &purchase)))
}

/// Asks for confirmation before a purchase is refunded.
pub(crate) async fn ask(domain: Domain, context: UpdateContext, localizer: Localizer, id: i64) -> Result<Reply> {
    let Ok(admin) = domain.admin_for(context.person, AdminAct::Refunds) else { return Ok(not_admin(&localizer)) };
    let purchase = domain.purchase_by_id(&admin, PurchaseId(id)).await?;
    Ok(Reply::Show(question(&localizer, &purchase)))
}

/// Question whether to refund a purchase. One that was refunded before is refused without asking.
fn question(localizer: &Localizer, purchase: &Purchase) -> OutgoingMessage {
    if purchase.state == PurchaseState::Paid {
        return refunds::ask(localizer, purchase);
    }
    let reason = refusal_text::sentence(localizer, &Refusal::Purchase(PurchaseError::AlreadyRefunded));
    refunds::refused(localizer, reason, purchase.account_id)
}

/// Refunds a purchase. A second tap refunds nothing: the refusal says that it was refunded before.
pub(crate) async fn refund(domain: Domain, context: UpdateContext, localizer: Localizer, id: i64) -> Result<Reply> {
    let Ok(admin) = domain.admin_for(context.person, AdminAct::Refunds) else { return Ok(not_admin(&localizer)) };
    refund_as(&domain, &admin, &localizer, PurchaseId(id)).await
}

async fn refund_as(domain: &Domain, admin: &Admin, localizer: &Localizer, id: PurchaseId) -> Result<Reply> {
    let purchase = domain.purchase_by_id(admin, id).await?;
    match domain.refund(admin, &purchase.charge_id).await {
        Ok(status) => Ok(Reply::Show(refunds::done(localizer, &status))),
        Err(Error::Refused(refusal)) => {
            let reason = refusal_text::sentence(localizer, &refusal);
            Ok(Reply::Show(refunds::refused(localizer, reason, purchase.account_id)))
        }
        Err(error) => Err(error),
    }
}

/// Reply to a tap by someone who is no longer an admin, or who forged the button.
fn not_admin(localizer: &Localizer) -> Reply {
    Reply::Say(localizer.text("bot-not-possible"))
}

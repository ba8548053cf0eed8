//! What admins do in chat. To everyone else none of it exists; who asks is looked at again at every tap.

use crate::bot::accounts::profile;
use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::incoming::command::{GrantArgs, PlanArgs};
use crate::bot::reply::Reply;
use crate::domain::admin::access::{Admin, PersonRef};
use crate::domain::admin::admin_actions::ActionOutcome;
use crate::domain::{Domain, Error, Refusal};
use crate::messages;
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::accounts::account::AccountId;
use crate::model::admin_action::{AdminAction, AdminActionId};
use crate::model::text::texts::TextArg::Text;

/// Within how many seconds two taps are one: what came of it is being shown.
const DOUBLE_TAP_SECS: i64 = 5;

pub(crate) async fn user(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    who: Option<PersonRef>,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return profile::unknown_command(localizer).await };
    let Some(who) = who else { return Ok(Reply::Send(plain(localizer.text("bot-user-usage")))) };
    Ok(Reply::Send(messages::admin::card(&localizer, &domain.account_summary(&admin, &who).await?, &domain)))
}

pub(crate) async fn stats(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return profile::unknown_command(localizer).await };
    Ok(Reply::Send(messages::admin::stats(&localizer, &domain.stats(&admin).await?)))
}

pub(crate) async fn ask_plan(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    order: PlanArgs,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return profile::unknown_command(localizer).await };
    let plans: Vec<_> = domain.plans().iter().map(|plan| plan.id.as_str()).collect();
    let plans = plans.join(", ");
    let PlanArgs::Give(who, plan, days) = order else {
        return Ok(Reply::Send(plain(localizer.html("bot-plan-usage", &[("plans", Text(&plans))]))));
    };
    match ask(&domain, (&admin, &context), &localizer, (&who, AdminAction::Plan { plan: plan.clone(), days })).await {
        Err(Error::Refused(Refusal::PlanNotFound)) => {
            let values = [("plan", Text(plan.as_str())), ("plans", Text(&plans))];
            Ok(Reply::Send(plain(localizer.html("bot-plan-unknown", &values))))
        }
        asked => asked,
    }
}

pub(crate) async fn ask_grant(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    order: GrantArgs,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return profile::unknown_command(localizer).await };
    let GrantArgs::Give(who, tokens, reason) = order else {
        return Ok(Reply::Send(plain(localizer.text("bot-grant-usage"))));
    };
    ask(&domain, (&admin, &context), &localizer, (&who, AdminAction::Grant { tokens, reason })).await
}

/// Asks once before anything is done. The ask is stored, so that a tap carries nothing but its number.
async fn ask(
    domain: &Domain,
    (admin, context): (&Admin, &UpdateContext),
    localizer: &Localizer,
    (who, act): (&PersonRef, AdminAction),
) -> Result<Reply> {
    let asked = domain.request_action(admin, who, act, &format!("telegram:{}", context.update_id)).await?;
    Ok(Reply::Show(messages::admin::ask(localizer, &asked, domain)))
}

pub(crate) async fn card(domain: Domain, context: UpdateContext, localizer: Localizer, id: AccountId) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return Ok(nobody(&localizer)) };
    let card = domain.account_summary(&admin, &PersonRef::Account(id)).await?;
    Ok(Reply::Show(messages::admin::card(&localizer, &card, &domain)))
}

pub(crate) async fn choose_plan(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AccountId,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return Ok(nobody(&localizer)) };
    let card = domain.account_summary(&admin, &PersonRef::Account(id)).await?;
    Ok(Reply::Show(messages::admin::plans(&localizer, &card, &domain)))
}

pub(crate) async fn ask_chosen_plan(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    (id, plan, days): (AccountId, String, Option<u32>),
) -> Result<Reply> {
    ask_of(domain, context, localizer, (id, AdminAction::Plan { plan, days })).await
}

pub(crate) async fn ask_ban(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AccountId,
) -> Result<Reply> {
    ask_of(domain, context, localizer, (id, AdminAction::Ban)).await
}

pub(crate) async fn ask_unban(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AccountId,
) -> Result<Reply> {
    ask_of(domain, context, localizer, (id, AdminAction::Unban)).await
}

async fn ask_of(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    (id, act): (AccountId, AdminAction),
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return Ok(nobody(&localizer)) };
    ask(&domain, (&admin, &context), &localizer, (&PersonRef::Account(id), act)).await
}

pub(crate) async fn act(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AdminActionId,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return Ok(nobody(&localizer)) };
    Ok(match domain.confirm_action(&admin, id).await? {
        ActionOutcome::Done(acted) => Reply::Show(messages::admin::done(&localizer, &acted, &domain)),
        ActionOutcome::Before(_, ..DOUBLE_TAP_SECS) => Reply::Say(localizer.text("bot-action-already-answered")),
        // What came of it may never have been shown: here is how things stand.
        ActionOutcome::Before(id, _) => {
            let card = domain.account_summary(&admin, &PersonRef::Account(id)).await?;
            Reply::ShowAndSay(
                messages::admin::card(&localizer, &card, &domain),
                localizer.text("bot-action-already-answered"),
            )
        }
        ActionOutcome::TooLate => Reply::Show(plain(localizer.text("bot-action-expired"))),
    })
}

pub(crate) async fn cancel_action(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AdminActionId,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return Ok(nobody(&localizer)) };
    let was_waiting = domain.cancel_action(&admin, id).await?;
    if was_waiting {
        Ok(Reply::Show(plain(localizer.text("bot-action-cancelled"))))
    } else {
        Ok(Reply::Say(localizer.text("bot-action-already-answered")))
    }
}

/// The button of somebody who was an admin, or made it up.
fn nobody(localizer: &Localizer) -> Reply {
    Reply::Say(localizer.text("bot-not-possible"))
}

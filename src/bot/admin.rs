//! Admin commands and buttons: account cards, statistics, plans, grants and bans.
//!
//! Every command and every tap checks again that the sender is an admin. To anyone else the commands do not exist.

use crate::bot::accounts::profile;
use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::incoming::command::{GrantArgs, PlanArgs};
use crate::bot::reply::Reply;
use crate::domain::admin::access::{Admin, PersonRef};
use crate::domain::admin::admin_actions::{ActionOutcome, RequestedAction};
use crate::domain::{Domain, Error, Refusal};
use crate::messages;
use crate::messages::callback_data::PlanChoice;
use crate::messages::localizer::Localizer;
use crate::messages::with_menu;
use crate::model::accounts::account::AccountId;
use crate::model::admin_action::{AdminAction, AdminActionId};
use crate::model::text::texts::TextArg::Text;

/// Taps within this many seconds of a confirmation count as one: the result is already being shown.
const DOUBLE_TAP_SECS: i64 = 5;

pub(crate) async fn user(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    person: Option<PersonRef>,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return profile::unknown_command(localizer).await };
    let Some(person) = person else { return Ok(Reply::Send(with_menu(&localizer, localizer.text("bot-user-usage")))) };
    Ok(Reply::Send(messages::admin::card(&localizer, &domain.account_summary(&admin, &person).await?, &domain)))
}

pub(crate) async fn stats(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return profile::unknown_command(localizer).await };
    Ok(Reply::Send(messages::admin::stats(&localizer, &domain.stats(&admin).await?)))
}

pub(crate) async fn ask_plan(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    args: PlanArgs,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return profile::unknown_command(localizer).await };
    let plans: Vec<_> = domain.plans().iter().map(|plan| plan.id.as_str()).collect();
    let plans = plans.join(", ");
    let PlanArgs::Give(person, plan, days) = args else {
        return Ok(Reply::Send(with_menu(&localizer, localizer.html("bot-plan-usage", &[("plans", Text(&plans))]))));
    };
    let action = AdminAction::Plan { plan: plan.clone(), days };
    match ask(&domain, &admin, &localizer, requested(&context, person, action)).await {
        Err(Error::Refused(Refusal::PlanNotFound)) => {
            let values = [("plan", Text(plan.as_str())), ("plans", Text(&plans))];
            Ok(Reply::Send(with_menu(&localizer, localizer.html("bot-plan-unknown", &values))))
        }
        reply => reply,
    }
}

pub(crate) async fn ask_grant(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    args: GrantArgs,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return profile::unknown_command(localizer).await };
    let GrantArgs::Give(person, tokens, reason) = args else {
        return Ok(Reply::Send(with_menu(&localizer, localizer.text("bot-grant-usage"))));
    };
    let action = requested(&context, person, AdminAction::Grant { tokens, reason });
    ask(&domain, &admin, &localizer, action).await
}

/// Stores the requested action and asks for confirmation. The button carries only the action's number.
async fn ask(domain: &Domain, admin: &Admin, localizer: &Localizer, action: RequestedAction) -> Result<Reply> {
    let pending = domain.request_action(admin, action).await?;
    Ok(Reply::Show(messages::admin::ask(localizer, &pending, domain)))
}

/// Action that this update requests for a person.
fn requested(context: &UpdateContext, person: PersonRef, action: AdminAction) -> RequestedAction {
    RequestedAction { person, action, idempotency_key: context.idempotency_key() }
}

pub(crate) async fn card(domain: Domain, context: UpdateContext, localizer: Localizer, id: AccountId) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return Ok(not_admin(&localizer)) };
    let card = domain.account_summary(&admin, &PersonRef::Account(id)).await?;
    Ok(Reply::Show(messages::admin::card(&localizer, &card, &domain)))
}

pub(crate) async fn choose_plan(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AccountId,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return Ok(not_admin(&localizer)) };
    let card = domain.account_summary(&admin, &PersonRef::Account(id)).await?;
    Ok(Reply::Show(messages::admin::plans(&localizer, &card, &domain)))
}

pub(crate) async fn ask_chosen_plan(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    choice: PlanChoice,
) -> Result<Reply> {
    let PlanChoice { account, plan, days } = choice;
    let action = requested(&context, PersonRef::Account(account), AdminAction::Plan { plan, days });
    ask_if_admin(&domain, &context, &localizer, action).await
}

pub(crate) async fn ask_ban(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AccountId,
) -> Result<Reply> {
    let action = requested(&context, PersonRef::Account(id), AdminAction::Ban);
    ask_if_admin(&domain, &context, &localizer, action).await
}

pub(crate) async fn ask_unban(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AccountId,
) -> Result<Reply> {
    let action = requested(&context, PersonRef::Account(id), AdminAction::Unban);
    ask_if_admin(&domain, &context, &localizer, action).await
}

async fn ask_if_admin(
    domain: &Domain,
    context: &UpdateContext,
    localizer: &Localizer,
    action: RequestedAction,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return Ok(not_admin(localizer)) };
    ask(domain, &admin, localizer, action).await
}

pub(crate) async fn confirm_action(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AdminActionId,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return Ok(not_admin(&localizer)) };
    Ok(match domain.confirm_action(&admin, id).await? {
        ActionOutcome::Done(performed) => Reply::Show(messages::admin::done(&localizer, &performed, &domain)),
        ActionOutcome::Before(_, ..DOUBLE_TAP_SECS) => Reply::Say(localizer.text("bot-action-already-answered")),
        // The result may never have been shown, so show the current state.
        ActionOutcome::Before(id, _) => {
            let card = domain.account_summary(&admin, &PersonRef::Account(id)).await?;
            Reply::ShowAndSay(
                messages::admin::card(&localizer, &card, &domain),
                localizer.text("bot-action-already-answered"),
            )
        }
        ActionOutcome::TooLate => Reply::Show(with_menu(&localizer, localizer.text("bot-action-expired"))),
    })
}

pub(crate) async fn cancel_action(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AdminActionId,
) -> Result<Reply> {
    let Ok(admin) = domain.admin(context.person) else { return Ok(not_admin(&localizer)) };
    let was_waiting = domain.cancel_action(&admin, id).await?;
    if was_waiting {
        Ok(Reply::Show(with_menu(&localizer, localizer.text("bot-action-cancelled"))))
    } else {
        Ok(Reply::Say(localizer.text("bot-action-already-answered")))
    }
}

/// Reply to a tap by someone who is no longer an admin, or who forged the button.
fn not_admin(localizer: &Localizer) -> Reply {
    Reply::Say(localizer.text("bot-not-possible"))
}

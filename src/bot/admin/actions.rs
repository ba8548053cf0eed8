//! Actions on a person's account: each is asked for, confirmed and shown with its result.

use crate::bot::accounts::profile;
use crate::bot::admin::people::{PersonChoice, resolve};
use crate::bot::admin::questions::AdminQuestion;
use crate::bot::admin::{admin, not_admin};
use crate::bot::context::Result;
use crate::bot::incoming::UpdateContext;
use crate::bot::incoming::command::{BanArgs, GrantArgs, PlanArgs};
use crate::bot::reply::Reply;
use crate::domain::admin::access::{Admin, AdminAct, PersonRef};
use crate::domain::admin::admin_actions::{ActionOutcome, RequestedAction, RequestedPlan};
use crate::domain::admin::undo::UndoTarget;
use crate::domain::{Domain, Error, Refusal};
use crate::messages;
use crate::messages::admin::actions::WordsWanted;
use crate::messages::callback_data::PlanChoice;
use crate::messages::localizer::Localizer;
use crate::messages::with_menu;
use crate::model::accounts::account::AccountId;
use crate::model::admin_action::plan_change::{PlanTerm, TimeLeft};
use crate::model::admin_action::{AdminAction, AdminActionId};
use crate::model::text::telegram_html;
use crate::model::text::texts::TextArg::Text;

/// Taps within this many seconds of a confirmation count as one: the result is already being shown.
const DOUBLE_TAP_SECS: i64 = 5;

/// `/plan`
pub(crate) async fn ask_plan(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    args: PlanArgs,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Plans) else {
        return profile::unknown_command(localizer).await;
    };
    let plans: Vec<_> = domain.plans().iter().map(|plan| plan.id.as_str()).collect();
    let plans = plans.join(", ");
    let PlanArgs::Give(person, plan, days) = args else {
        return Ok(Reply::Send(with_menu(&localizer, localizer.html("bot-plan-usage", &[("plans", Text(&plans))]))));
    };
    let person = match resolve(&domain, &admin, &localizer, person).await? {
        PersonChoice::One(person) => person,
        PersonChoice::Several(screen) => return Ok(Reply::Send(screen)),
    };
    let term = PlanTerm { plan: plan.clone(), days };
    match ask_term(&domain, &admin, &localizer, planned(&context, person, term, TimeLeft::Kept)).await {
        Err(Error::Refused(Refusal::PlanNotFound)) => {
            let values = [("plan", Text(plan.as_str())), ("plans", Text(&plans))];
            Ok(Reply::Send(with_menu(&localizer, localizer.html("bot-plan-unknown", &values))))
        }
        reply => reply,
    }
}

/// `/grant`
pub(crate) async fn ask_grant(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    args: GrantArgs,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Tokens) else {
        return profile::unknown_command(localizer).await;
    };
    let GrantArgs::Give(person, tokens, reason) = args else {
        return Ok(Reply::Send(with_menu(&localizer, localizer.text("bot-grant-usage"))));
    };
    let action = requested(&context, person, AdminAction::Grant { tokens, reason });
    ask_named(&domain, &admin, &localizer, action).await
}

/// `/ban`
pub(crate) async fn ask_ban(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    args: BanArgs,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Bans) else {
        return profile::unknown_command(localizer).await;
    };
    let BanArgs { person: Some(person), reason } = args else {
        return Ok(Reply::Send(with_menu(&localizer, localizer.text("bot-ban-usage"))));
    };
    let action = requested(&context, person, AdminAction::Ban { reason });
    ask_named(&domain, &admin, &localizer, action).await
}

/// `/unban`
pub(crate) async fn ask_unban(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    person: Option<PersonRef>,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Bans) else {
        return profile::unknown_command(localizer).await;
    };
    let Some(person) = person else { return Ok(Reply::Send(with_menu(&localizer, localizer.text("bot-ban-usage")))) };
    ask_named(&domain, &admin, &localizer, requested(&context, person, AdminAction::Unban)).await
}

/// `/undo`: takes back the latest action.
pub(crate) async fn undo_latest(domain: Domain, context: UpdateContext, localizer: Localizer) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::People) else {
        return profile::unknown_command(localizer).await;
    };
    let performed = domain.undo_action(&admin, UndoTarget::Latest).await?;
    Ok(Reply::Send(messages::admin::actions::done(&localizer, &performed, &domain)))
}

/// Takes back the action whose result was tapped. If that is not possible, the result stays.
pub(crate) async fn undo(domain: Domain, context: UpdateContext, localizer: Localizer, entry: i64) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::People) else { return Ok(not_admin(&localizer)) };
    match domain.undo_action(&admin, UndoTarget::Entry(entry)).await {
        Ok(performed) => Ok(Reply::Show(messages::admin::actions::done(&localizer, &performed, &domain))),
        Err(Error::Refused(Refusal::AdminAction(why))) => {
            let text = messages::admin::refusals::sentence(&localizer, &why);
            Ok(Reply::Say(telegram_html::plain(&text).unwrap_or(text)))
        }
        Err(error) => Err(error),
    }
}

/// Asks about an action on a person who may be named by a part of their name.
async fn ask_named(domain: &Domain, admin: &Admin, localizer: &Localizer, action: RequestedAction) -> Result<Reply> {
    match resolve(domain, admin, localizer, action.person.clone()).await? {
        PersonChoice::One(person) => ask(domain, admin, localizer, RequestedAction { person, ..action }).await,
        PersonChoice::Several(screen) => Ok(Reply::Send(screen)),
    }
}

/// Stores the requested action and asks for confirmation. The button carries only the action's number.
pub(super) async fn ask(
    domain: &Domain,
    admin: &Admin,
    localizer: &Localizer,
    action: RequestedAction,
) -> Result<Reply> {
    let pending = domain.request_action(admin, action).await?;
    Ok(Reply::Show(messages::admin::actions::ask(localizer, &pending, domain)))
}

/// Like [`ask`], for a plan.
async fn ask_term(domain: &Domain, admin: &Admin, localizer: &Localizer, plan: RequestedPlan) -> Result<Reply> {
    let pending = domain.request_plan(admin, plan).await?;
    Ok(Reply::Show(messages::admin::actions::ask(localizer, &pending, domain)))
}

/// Action that this update requests for a person.
pub(super) fn requested(context: &UpdateContext, person: PersonRef, action: AdminAction) -> RequestedAction {
    RequestedAction { person, action, idempotency_key: context.idempotency_key() }
}

/// Plan that this update requests for a person.
fn planned(context: &UpdateContext, person: PersonRef, term: PlanTerm, left: TimeLeft) -> RequestedPlan {
    RequestedPlan { person, term, left, idempotency_key: context.idempotency_key() }
}

pub(crate) async fn choose_plan(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AccountId,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Plans) else { return Ok(not_admin(&localizer)) };
    let card = domain.account_summary(&admin, &PersonRef::Account(id)).await?;
    Ok(Reply::Show(messages::admin::plans::plans(&localizer, &card, &domain)))
}

pub(crate) async fn ask_chosen_plan(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    choice: PlanChoice,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Plans) else { return Ok(not_admin(&localizer)) };
    ask_term(&domain, &admin, &localizer, chosen(&context, choice, TimeLeft::Kept)).await
}

pub(crate) async fn ask_replacement(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    choice: PlanChoice,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Plans) else { return Ok(not_admin(&localizer)) };
    ask_term(&domain, &admin, &localizer, chosen(&context, choice, TimeLeft::Replaced)).await
}

fn chosen(context: &UpdateContext, choice: PlanChoice, left: TimeLeft) -> RequestedPlan {
    let PlanChoice { account, plan, days } = choice;
    planned(context, PersonRef::Account(account), PlanTerm { plan, days }, left)
}

/// Asks about a ban. The next message, if any, is its reason.
pub(crate) async fn ask_chosen_ban(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AccountId,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Bans) else { return Ok(not_admin(&localizer)) };
    let action = requested(&context, PersonRef::Account(id), AdminAction::Ban { reason: None });
    let question = ask(&domain, &admin, &localizer, action).await?;
    AdminQuestion::BanReason(id).ask(&domain, context.person).await?;
    Ok(question)
}

pub(crate) async fn ask_chosen_unban(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AccountId,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Bans) else { return Ok(not_admin(&localizer)) };
    ask(&domain, &admin, &localizer, requested(&context, PersonRef::Account(id), AdminAction::Unban)).await
}

pub(crate) async fn ask_tokens(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AccountId,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Tokens) else { return Ok(not_admin(&localizer)) };
    let account = domain.find_person(&admin, &PersonRef::Account(id)).await?;
    AdminQuestion::Tokens(id).ask(&domain, context.person).await?;
    Ok(Reply::Show(messages::admin::actions::ask_words(&localizer, &account, WordsWanted::Tokens)))
}

pub(crate) async fn ask_message(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AccountId,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::Messages) else { return Ok(not_admin(&localizer)) };
    match domain.message_recipient(&admin, &PersonRef::Account(id)).await {
        Ok(account) => {
            AdminQuestion::Message(id).ask(&domain, context.person).await?;
            Ok(Reply::Show(messages::admin::actions::ask_words(&localizer, &account, WordsWanted::Message)))
        }
        Err(Error::Refused(Refusal::AdminAction(why))) => {
            Ok(Reply::Show(messages::admin::refusals::refused(&localizer, id, &why)))
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn confirm_action(
    domain: Domain,
    context: UpdateContext,
    localizer: Localizer,
    id: AdminActionId,
) -> Result<Reply> {
    let Some(admin) = admin(&domain, &context, AdminAct::People) else { return Ok(not_admin(&localizer)) };
    Ok(match domain.confirm_action(&admin, id).await? {
        ActionOutcome::Done(performed) => Reply::Show(messages::admin::actions::done(&localizer, &performed, &domain)),
        ActionOutcome::Before(_, ..DOUBLE_TAP_SECS) => Reply::Say(localizer.text("bot-action-already-answered")),
        // The result may never have been shown, so show the current state.
        ActionOutcome::Before(id, _) => {
            let card = domain.account_summary(&admin, &PersonRef::Account(id)).await?;
            Reply::ShowAndSay(
                messages::admin::card::card(&localizer, &card, &domain),
                localizer.text("bot-action-already-answered"),
            )
        }
        ActionOutcome::Refused(account, why) => {
            Reply::Show(messages::admin::refusals::refused(&localizer, account, &why))
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
    let Some(admin) = admin(&domain, &context, AdminAct::People) else { return Ok(not_admin(&localizer)) };
    Ok(match domain.cancel_action(&admin, id).await? {
        Some(account) => Reply::Show(messages::admin::actions::cancelled(&localizer, account)),
        None => Reply::Say(localizer.text("bot-action-already-answered")),
    })
}

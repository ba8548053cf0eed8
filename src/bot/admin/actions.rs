//! Actions on a person's account: each is asked for, confirmed and shown with its result.

use crate::bot::admin::chat::AdminChat;
use crate::bot::admin::people::PersonChoice;
use crate::bot::admin::questions::AdminQuestion;
use crate::bot::context::Result;
use crate::bot::incoming::command::{BanArgs, GrantArgs, PlanArgs};
use crate::bot::reply::Reply;
use crate::domain::admin::access::PersonRef;
use crate::domain::admin::admin_actions::{ActionOutcome, PerformedAction, RequestedAction, RequestedPlan};
use crate::domain::admin::undo::UndoTarget;
use crate::domain::{Error, Refusal};
use crate::gateway::telegram::OutgoingMessage;
use crate::messages;
use crate::messages::admin::actions::TypedAnswer;
use crate::messages::callback_data::PlanChoice;
use crate::messages::with_menu;
use crate::model::accounts::account::AccountId;
use crate::model::admin_action::plan_change::{PlanTerm, TimeLeft};
use crate::model::admin_action::{AdminAction, AdminActionId};
use crate::model::text::telegram_html;
use crate::model::text::texts::TextArg::Text;

/// Taps within this many seconds of a confirmation count as one: the result is already being shown.
const DOUBLE_TAP_SECS: i64 = 5;

impl AdminChat {
    /// Action that this update requests for a person.
    pub(super) fn requested(&self, person: PersonRef, action: AdminAction) -> RequestedAction {
        RequestedAction { person, action, idempotency_key: self.context.idempotency_key() }
    }

    /// Plan that this update requests for a person.
    fn planned(&self, person: PersonRef, term: PlanTerm, left: TimeLeft) -> RequestedPlan {
        RequestedPlan { person, term, left, idempotency_key: self.context.idempotency_key() }
    }

    fn chosen(&self, PlanChoice { account, plan, days }: PlanChoice, left: TimeLeft) -> RequestedPlan {
        self.planned(PersonRef::Account(account), PlanTerm { plan, days }, left)
    }

    /// Stores the requested action and asks for confirmation. The button carries only the action's number.
    pub(super) async fn ask(&self, action: RequestedAction) -> Result<Reply> {
        let pending = self.domain.request_action(&self.admin, action).await?;
        Ok(Reply::Show(messages::admin::actions::ask(&self.localizer, &pending, &self.domain)))
    }

    /// Like [`Self::ask`], for a plan.
    async fn ask_term(&self, plan: RequestedPlan) -> Result<Reply> {
        let pending = self.domain.request_plan(&self.admin, plan).await?;
        Ok(Reply::Show(messages::admin::actions::ask(&self.localizer, &pending, &self.domain)))
    }

    /// Asks about an action on a person who may be named by a part of their name.
    async fn ask_named(&self, action: RequestedAction) -> Result<Reply> {
        match self.resolve(action.person.clone()).await? {
            PersonChoice::One(person) => self.ask(RequestedAction { person, ..action }).await,
            PersonChoice::Several(screen) => Ok(Reply::Send(screen)),
        }
    }

    fn done(&self, performed: &PerformedAction) -> OutgoingMessage {
        messages::admin::actions::done(&self.localizer, performed, &self.domain)
    }
}

/// `/plan`
pub(crate) async fn ask_plan(chat: AdminChat, args: PlanArgs) -> Result<Reply> {
    let AdminChat { domain, localizer, .. } = &chat;
    let plans: Vec<_> = domain.plans().iter().map(|plan| plan.id.as_str()).collect();
    let plans = plans.join(", ");
    let PlanArgs::Give(person, plan, days) = args else {
        return Ok(Reply::Send(with_menu(localizer, localizer.html("bot-plan-usage", &[("plans", Text(&plans))]))));
    };
    let person = match chat.resolve(person).await? {
        PersonChoice::One(person) => person,
        PersonChoice::Several(screen) => return Ok(Reply::Send(screen)),
    };
    let term = PlanTerm { plan: plan.clone(), days };
    match chat.ask_term(chat.planned(person, term, TimeLeft::Kept)).await {
        Err(Error::Refused(Refusal::PlanNotFound)) => {
            let values = [("plan", Text(plan.as_str())), ("plans", Text(&plans))];
            Ok(Reply::Send(with_menu(localizer, localizer.html("bot-plan-unknown", &values))))
        }
        reply => reply,
    }
}

/// `/grant`
pub(crate) async fn ask_grant(chat: AdminChat, args: GrantArgs) -> Result<Reply> {
    let GrantArgs::Give(person, tokens, reason) = args else { return Ok(chat.usage("bot-grant-usage")) };
    chat.ask_named(chat.requested(person, AdminAction::Grant { tokens, reason })).await
}

/// `/ban`
pub(crate) async fn ask_ban(chat: AdminChat, args: BanArgs) -> Result<Reply> {
    let BanArgs { person: Some(person), reason } = args else { return Ok(chat.usage("bot-ban-usage")) };
    chat.ask_named(chat.requested(person, AdminAction::Ban { reason })).await
}

/// `/unban`
pub(crate) async fn ask_unban(chat: AdminChat, person: Option<PersonRef>) -> Result<Reply> {
    let Some(person) = person else { return Ok(chat.usage("bot-ban-usage")) };
    chat.ask_named(chat.requested(person, AdminAction::Unban)).await
}

/// `/undo`: takes back the latest action.
pub(crate) async fn undo_latest(chat: AdminChat) -> Result<Reply> {
    let performed = chat.domain.undo_action(&chat.admin, UndoTarget::Latest).await?;
    Ok(Reply::Send(chat.done(&performed)))
}

/// Takes back the action whose result was tapped. If that is not possible, the result stays.
pub(crate) async fn undo(chat: AdminChat, entry: i64) -> Result<Reply> {
    match chat.domain.undo_action(&chat.admin, UndoTarget::Entry(entry)).await {
        Ok(performed) => Ok(Reply::Show(chat.done(&performed))),
        Err(Error::Refused(Refusal::AdminAction(why))) => {
            let text = messages::admin::refusals::sentence(&chat.localizer, &why);
            Ok(Reply::Say(telegram_html::plain(&text).unwrap_or(text)))
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn choose_plan(chat: AdminChat, id: AccountId) -> Result<Reply> {
    let AdminChat { domain, admin, localizer, .. } = &chat;
    let summary = domain.account_summary(admin, &PersonRef::Account(id)).await?;
    Ok(Reply::Show(messages::admin::plans::plans(localizer, &summary, domain)))
}

pub(crate) async fn ask_chosen_plan(chat: AdminChat, choice: PlanChoice) -> Result<Reply> {
    chat.ask_term(chat.chosen(choice, TimeLeft::Kept)).await
}

pub(crate) async fn ask_replacement(chat: AdminChat, choice: PlanChoice) -> Result<Reply> {
    chat.ask_term(chat.chosen(choice, TimeLeft::Replaced)).await
}

/// Asks about a ban. The next message, if any, is its reason.
pub(crate) async fn ask_chosen_ban(chat: AdminChat, id: AccountId) -> Result<Reply> {
    let question = chat.ask(chat.requested(PersonRef::Account(id), AdminAction::Ban { reason: None })).await?;
    AdminQuestion::BanReason(id).ask(&chat.domain, chat.context.person).await?;
    Ok(question)
}

pub(crate) async fn ask_chosen_unban(chat: AdminChat, id: AccountId) -> Result<Reply> {
    chat.ask(chat.requested(PersonRef::Account(id), AdminAction::Unban)).await
}

pub(crate) async fn ask_tokens(chat: AdminChat, id: AccountId) -> Result<Reply> {
    let AdminChat { domain, admin, context, localizer } = &chat;
    let account = domain.find_person(admin, &PersonRef::Account(id)).await?;
    AdminQuestion::Tokens(id).ask(domain, context.person).await?;
    Ok(Reply::Show(messages::admin::actions::ask_typed(localizer, &account, TypedAnswer::Tokens)))
}

pub(crate) async fn ask_message(chat: AdminChat, id: AccountId) -> Result<Reply> {
    let AdminChat { domain, admin, context, localizer } = &chat;
    match domain.message_recipient(admin, &PersonRef::Account(id)).await {
        Ok(account) => {
            AdminQuestion::Message(id).ask(domain, context.person).await?;
            Ok(Reply::Show(messages::admin::actions::ask_typed(localizer, &account, TypedAnswer::Message)))
        }
        Err(Error::Refused(Refusal::AdminAction(why))) => {
            Ok(Reply::Show(messages::admin::refusals::refused(localizer, id, &why)))
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn confirm_action(chat: AdminChat, id: AdminActionId) -> Result<Reply> {
    let AdminChat { domain, admin, localizer, .. } = &chat;
    Ok(match domain.confirm_action(admin, id).await? {
        ActionOutcome::Done(performed) => Reply::Show(chat.done(&performed)),
        ActionOutcome::Before(_, ..DOUBLE_TAP_SECS) => Reply::Say(localizer.text("bot-action-already-answered")),
        // The result may never have been shown, so show the current state.
        ActionOutcome::Before(id, _) => {
            Reply::ShowAndSay(chat.card(&PersonRef::Account(id)).await?, localizer.text("bot-action-already-answered"))
        }
        ActionOutcome::Refused(account, why) => {
            Reply::Show(messages::admin::refusals::refused(localizer, account, &why))
        }
        ActionOutcome::TooLate => Reply::Show(with_menu(localizer, localizer.text("bot-action-expired"))),
    })
}

pub(crate) async fn cancel_action(chat: AdminChat, id: AdminActionId) -> Result<Reply> {
    let AdminChat { domain, admin, localizer, .. } = &chat;
    Ok(match domain.cancel_action(admin, id).await? {
        Some(account) => Reply::Show(messages::admin::actions::cancelled(localizer, account)),
        None => Reply::Say(localizer.text("bot-action-already-answered")),
    })
}

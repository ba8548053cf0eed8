//! What admins do in chat. To everyone else none of it exists; who asks is looked at again at every tap.

use crate::bot::accounts::profile;
use crate::bot::context::Result;
use crate::bot::incoming::Turn;
use crate::bot::incoming::command::{GrantOrder, PlanOrder};
use crate::bot::reply::Reply;
use crate::domain::admin::access::{Admin, PersonRef};
use crate::domain::admin::admin_actions::Answered;
use crate::domain::{Domain, Error, Refusal};
use crate::messages;
use crate::messages::localizer::Speaker;
use crate::messages::plain;
use crate::model::accounts::account::AccountId;
use crate::model::admin_action::{Act, ActId};
use crate::model::text::texts::Value::Text;

/// Within how many seconds two taps are one: what came of it is being shown.
const DOUBLE_TAP: i64 = 5;

pub(crate) async fn user(domain: Domain, turn: Turn, speaker: Speaker, who: Option<PersonRef>) -> Result<Reply> {
    let Ok(admin) = domain.admin(turn.person) else { return profile::unknown_command(speaker).await };
    let Some(who) = who else { return Ok(Reply::Send(plain(speaker.say("bot-user-usage")))) };
    Ok(Reply::Send(messages::admin::card(&speaker, &domain.person_card(&admin, &who).await?, &domain)))
}

pub(crate) async fn stats(domain: Domain, turn: Turn, speaker: Speaker) -> Result<Reply> {
    let Ok(admin) = domain.admin(turn.person) else { return profile::unknown_command(speaker).await };
    Ok(Reply::Send(messages::admin::stats(&speaker, &domain.stats(&admin).await?)))
}

pub(crate) async fn ask_plan(domain: Domain, turn: Turn, speaker: Speaker, order: PlanOrder) -> Result<Reply> {
    let Ok(admin) = domain.admin(turn.person) else { return profile::unknown_command(speaker).await };
    let plans: Vec<_> = domain.plans().iter().map(|plan| plan.id.as_str()).collect();
    let plans = plans.join(", ");
    let PlanOrder::Give(who, plan, days) = order else {
        return Ok(Reply::Send(plain(speaker.html("bot-plan-usage", &[("plans", Text(&plans))]))));
    };
    match ask(&domain, (&admin, &turn), &speaker, (&who, Act::Plan { plan: plan.clone(), days })).await {
        Err(Error::Refused(Refusal::NoSuchPlan)) => {
            let values = [("plan", Text(plan.as_str())), ("plans", Text(&plans))];
            Ok(Reply::Send(plain(speaker.html("bot-plan-unknown", &values))))
        }
        asked => asked,
    }
}

pub(crate) async fn ask_grant(domain: Domain, turn: Turn, speaker: Speaker, order: GrantOrder) -> Result<Reply> {
    let Ok(admin) = domain.admin(turn.person) else { return profile::unknown_command(speaker).await };
    let GrantOrder::Give(who, tokens, reason) = order else {
        return Ok(Reply::Send(plain(speaker.say("bot-grant-usage"))));
    };
    ask(&domain, (&admin, &turn), &speaker, (&who, Act::Grant { tokens, reason })).await
}

/// Asks once before anything is done. The ask is stored, so that a tap carries nothing but its number.
async fn ask(
    domain: &Domain,
    (admin, turn): (&Admin, &Turn),
    speaker: &Speaker,
    (who, act): (&PersonRef, Act),
) -> Result<Reply> {
    let asked = domain.ask_act(admin, who, act, &format!("telegram:{}", turn.update_id)).await?;
    Ok(Reply::Show(messages::admin::ask(speaker, &asked, domain)))
}

pub(crate) async fn card(domain: Domain, turn: Turn, speaker: Speaker, id: AccountId) -> Result<Reply> {
    let Ok(admin) = domain.admin(turn.person) else { return Ok(nobody(&speaker)) };
    let card = domain.person_card(&admin, &PersonRef::Account(id)).await?;
    Ok(Reply::Show(messages::admin::card(&speaker, &card, &domain)))
}

pub(crate) async fn choose_plan(domain: Domain, turn: Turn, speaker: Speaker, id: AccountId) -> Result<Reply> {
    let Ok(admin) = domain.admin(turn.person) else { return Ok(nobody(&speaker)) };
    let card = domain.person_card(&admin, &PersonRef::Account(id)).await?;
    Ok(Reply::Show(messages::admin::plans(&speaker, &card, &domain)))
}

pub(crate) async fn ask_chosen_plan(
    domain: Domain,
    turn: Turn,
    speaker: Speaker,
    (id, plan, days): (AccountId, String, Option<u32>),
) -> Result<Reply> {
    ask_of(domain, turn, speaker, (id, Act::Plan { plan, days })).await
}

pub(crate) async fn ask_ban(domain: Domain, turn: Turn, speaker: Speaker, id: AccountId) -> Result<Reply> {
    ask_of(domain, turn, speaker, (id, Act::Ban)).await
}

pub(crate) async fn ask_unban(domain: Domain, turn: Turn, speaker: Speaker, id: AccountId) -> Result<Reply> {
    ask_of(domain, turn, speaker, (id, Act::Unban)).await
}

async fn ask_of(domain: Domain, turn: Turn, speaker: Speaker, (id, act): (AccountId, Act)) -> Result<Reply> {
    let Ok(admin) = domain.admin(turn.person) else { return Ok(nobody(&speaker)) };
    ask(&domain, (&admin, &turn), &speaker, (&PersonRef::Account(id), act)).await
}

pub(crate) async fn act(domain: Domain, turn: Turn, speaker: Speaker, id: ActId) -> Result<Reply> {
    let Ok(admin) = domain.admin(turn.person) else { return Ok(nobody(&speaker)) };
    Ok(match domain.perform_asked(&admin, id).await? {
        Answered::Done(acted) => Reply::Show(messages::admin::done(&speaker, &acted, &domain)),
        Answered::Before(_, ..DOUBLE_TAP) => Reply::Say(speaker.say("bot-act-before")),
        // What came of it may never have been shown: here is how things stand.
        Answered::Before(id, _) => {
            let card = domain.person_card(&admin, &PersonRef::Account(id)).await?;
            Reply::ShowAndSay(messages::admin::card(&speaker, &card, &domain), speaker.say("bot-act-before"))
        }
        Answered::TooLate => Reply::Show(plain(speaker.say("bot-act-too-late"))),
    })
}

pub(crate) async fn drop_act(domain: Domain, turn: Turn, speaker: Speaker, id: ActId) -> Result<Reply> {
    let Ok(admin) = domain.admin(turn.person) else { return Ok(nobody(&speaker)) };
    let was_waiting = domain.drop_asked(&admin, id).await?;
    if was_waiting {
        Ok(Reply::Show(plain(speaker.say("bot-act-dropped"))))
    } else {
        Ok(Reply::Say(speaker.say("bot-act-before")))
    }
}

/// The button of somebody who was an admin, or made it up.
fn nobody(speaker: &Speaker) -> Reply {
    Reply::Say(speaker.say("bot-not-possible"))
}

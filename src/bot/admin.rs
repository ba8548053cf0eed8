//! What admins do in chat.

use crate::bot::Result;
use crate::bot::ask::Turn;
use crate::bot::command::PlanOrder;
use crate::bot::reply::Reply;
use crate::bot::screens::plain;
use crate::bot::speaker::Speaker;
use crate::domain::{Domain, Error, Refusal};
use crate::model::texts::Value::{Count, Text};

pub(crate) async fn set_plan(domain: Domain, turn: Turn, speaker: Speaker, order: PlanOrder) -> Result<Reply> {
    // To everyone else the command does not exist.
    let Ok(admin) = domain.admin(turn.person) else { return super::account::unknown_command(speaker).await };
    let PlanOrder::Give(who, plan, days) = order else {
        let plans: Vec<_> = domain.plans().iter().map(|plan| plan.id.as_str()).collect();
        return Ok(Reply::Send(plain(speaker.html("bot-plan-usage", &[("plans", Text(&plans.join(", ")))]))));
    };
    let said = match domain.set_plan(&admin, &who, &plan, days).await {
        Ok(account) => {
            let title = &domain.plan_of(&account).title;
            let until = account.plan_until.map(crate::model::time::Moment::day);
            let id = if until.is_some() { "bot-plan-set-until" } else { "bot-plan-set" };
            let values = [
                ("name", Text(account.name.as_str())),
                ("number", Count(account.id.0)),
                ("plan", Text(title)),
                ("day", Text(until.as_deref().unwrap_or_default())),
            ];
            speaker.html(id, &values)
        }
        Err(Error::Refused(Refusal::NoSuchPlan)) => {
            let plans: Vec<_> = domain.plans().iter().map(|plan| plan.id.as_str()).collect();
            speaker.html("bot-plan-unknown", &[("plan", Text(&plan)), ("plans", Text(&plans.join(", ")))])
        }
        Err(error) => return Err(error),
    };
    Ok(Reply::Send(plain(said)))
}

//! What admins do in chat.

use crate::bot::Result;
use crate::bot::ask::Turn;
use crate::bot::reply::{Reply, plain};
use crate::bot::speaker::Speaker;
use crate::domain::admin::PersonRef;
use crate::domain::{Domain, Error, Refusal};
use crate::model::texts::Value::{Count, Text};

/// `/plan <user> <plan> [days]`, read as far as it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PlanOrder {
    /// All of it.
    Give(PersonRef, String, Option<u32>),
    /// Not all of it.
    Unclear,
}

impl PlanOrder {
    /// Reads what stands behind the command.
    pub(crate) fn parse(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let (who, plan, days) = (words.next().and_then(PersonRef::parse), words.next(), words.next());
        let days = days.map(str::parse).transpose();
        match (who, plan, days, words.next()) {
            (Some(who), Some(plan), Ok(days), None) => Self::Give(who, plan.to_lowercase(), days),
            _ => Self::Unclear,
        }
    }
}

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

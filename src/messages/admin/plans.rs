//! Choice of a plan for an account, and what it would change.

use crate::domain::Domain;
use crate::domain::admin::stats::AccountSummary;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::admin::{card_button, person, tap};
use crate::messages::callback_data::{AdminCallback, PlanChoice};
use crate::messages::keyboard::rows;
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::accounts::account::Account;
use crate::model::admin_action::AssignedPlan;
use crate::model::admin_action::plan_change::{PlanChange, PlanLoss};
use crate::model::billing::plan::Plan;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Days for which a button gives a plan.
const PLAN_DAYS: u32 = 30;
/// Plans that fit on a keyboard.
const MAX_PLANS: usize = 40;

/// Choice of a plan for an account.
pub(crate) fn plans(localizer: &Localizer, card: &AccountSummary, domain: &Domain) -> OutgoingMessage {
    let account = &card.account;
    let base = &domain.plans().base().id;
    let choice = |plan: &Plan| {
        let ask = |days| AdminCallback::AskPlan(PlanChoice { account: account.id, plan: plan.id.clone(), days });
        let title = [("plan", Text(plan.title.as_str()))];
        let for_good = tap(localizer.html("bot-button-plan-for-good", &title), ask(None));
        if plan.id == *base {
            return vec![for_good];
        }
        let values = [title[0], ("days", Count(i64::from(PLAN_DAYS)))];
        vec![tap(localizer.html("bot-button-plan-for-days", &values), ask(Some(PLAN_DAYS))), for_good]
    };
    let mut buttons: Vec<_> = domain.plans().iter().take(MAX_PLANS).map(choice).collect();
    buttons.push(vec![card_button(localizer, account.id)]);
    let now = present_plan(localizer, account, domain);
    let html = localizer.html("bot-user-plans", &[&person(account)[..], &[("plan", Text(&now))]].concat());
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Question before a change of the plan, with what the person would lose.
pub(super) fn question(localizer: &Localizer, account: &Account, change: &PlanChange, domain: &Domain) -> String {
    let title = title(domain, &change.plan);
    let end = end(localizer, change.until);
    if change.is_extension && change.loss.is_none() {
        let was = self::end(localizer, change.until_before);
        let values = [("plan", Text(title.as_str())), ("was", Text(&was)), ("day", Text(&end))];
        return localizer.html("bot-ask-plan-longer", &[&person(account)[..], &values].concat());
    }
    let now = present_plan(localizer, account, domain);
    let values = [("plan", Text(title.as_str())), ("now", Text(&now)), ("day", Text(&end))];
    let id = if change.until.is_some() { "bot-ask-plan-until" } else { "bot-ask-plan" };
    let question = localizer.html(id, &[&person(account)[..], &values].concat());
    let losses = change.loss.as_ref().map(|loss| losses(localizer, loss));
    [Some(question), losses].into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// What a person would lose, one line each.
pub(crate) fn losses(localizer: &Localizer, loss: &PlanLoss) -> String {
    let PlanLoss { plan_before, until_before, plan, until, days, is_smaller, keys } = loss;
    let mut lines = Vec::new();
    if *is_smaller {
        let values = [("plan", Text(plan.as_str())), ("old", Text(plan_before))];
        lines.push(localizer.html("bot-ask-plan-smaller", &values));
    }
    match days {
        Some(days) => {
            let (was, day) = (end(localizer, *until_before), end(localizer, *until));
            let values = [
                ("plan", Text(plan_before.as_str())),
                ("was", Text(&was)),
                ("day", Text(&day)),
                ("days", Count(*days)),
            ];
            let id = if *is_smaller { "bot-ask-plan-ends-now" } else { "bot-ask-plan-shorter" };
            lines.push(localizer.html(id, &values));
        }
        None if until_before.is_none() && (*is_smaller || until.is_some()) => {
            lines.push(localizer.html("bot-ask-plan-no-end", &[("plan", Text(plan_before))]));
        }
        None => {}
    }
    if *keys > 0 {
        lines.push(localizer.html("bot-ask-plan-keys", &[("keys", Count(*keys))]));
    }
    lines.join("\n")
}

/// Plan with its end: `VIP until 2026-12-23`.
pub(super) fn plan_with_end(localizer: &Localizer, domain: &Domain, state: &AssignedPlan) -> String {
    let title = title(domain, &state.plan);
    match state.end() {
        Some(until) => localizer
            .phrase("bot-plan-with-end", &[("plan", Text(title.as_str())), ("day", Text(&localizer.day(until)))]),
        None => title,
    }
}

/// Plan in effect with its end.
fn present_plan(localizer: &Localizer, account: &Account, domain: &Domain) -> String {
    let plan = domain.plan_of_account(account);
    let until = account.plan_until.filter(|_| plan.id == account.plan).map(|until| until.0);
    plan_with_end(localizer, domain, &AssignedPlan { plan: plan.id.clone(), until })
}

fn title(domain: &Domain, plan: &str) -> String {
    domain.plans().title(plan).to_owned()
}

fn end(localizer: &Localizer, until: Option<Moment>) -> String {
    until.map_or_else(|| localizer.text("bot-no-end-date"), |at| localizer.day(at))
}

//! Effect of giving an account a plan: its new end, and what the person would lose.
//!
//! The plan that an account has is extended from its end. Any other plan begins now. A plan without access to the API
//! pauses keys, and a plan that ends earlier, or a smaller one, takes time away: such a change is made only as an
//! explicit replacement.

use std::fmt;

use crate::model::accounts::account::Account;
use crate::model::billing::plan::{Plan, Plans};
use crate::model::time::Moment;

/// Seconds of a day.
const DAY_SECS: i64 = 86_400;

/// Plan to give, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanTerm {
    /// Id of the plan.
    pub plan: String,
    /// Number of days; `None` for no end date.
    pub days: Option<u32>,
}

/// Account whose plan would change.
#[derive(Clone, Copy)]
pub struct PlanHolder<'a> {
    /// The account.
    pub account: &'a Account,
    /// Number of its live keys.
    pub keys: i64,
    /// All configured plans.
    pub plans: &'a Plans,
    /// Current time.
    pub now: Moment,
}

/// Treatment of the time that is left of the same plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeLeft {
    /// The new time begins at its end.
    Kept,
    /// The new time begins now.
    Replaced,
}

/// Effect of giving a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanChange {
    /// Id of the plan in effect before.
    pub plan_before: String,
    /// End of that plan; `None` for no end date.
    pub until_before: Option<Moment>,
    /// Id of the new plan.
    pub plan: String,
    /// End of the new plan; `None` for no end date.
    pub until: Option<Moment>,
    /// True if the time that was left of the same plan counts on.
    pub is_extension: bool,
    /// What the person would lose; `None` if nothing.
    pub loss: Option<PlanLoss>,
}

/// What a person would lose by another plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanLoss {
    /// Title of the plan in effect before.
    pub plan_before: String,
    /// End of that plan; `None` for no end date.
    pub until_before: Option<Moment>,
    /// Title of the new plan.
    pub plan: String,
    /// End of the new plan; `None` for no end date.
    pub until: Option<Moment>,
    /// Days by which the present plan ends earlier, rounded up; `None` if it does not, or has no end date now.
    pub days: Option<i64>,
    /// True if the new plan is a smaller one.
    pub is_smaller: bool,
    /// Number of keys that would be paused.
    pub keys: i64,
}

/// Writes what would be lost, in English: `VIP would end on 2026-12-29 instead of 2027-01-28, 30 days earlier`.
impl fmt::Display for PlanLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plan_before, until_before, plan, until, days, is_smaller, keys } = self;
        let day = |at: &Option<Moment>| at.map_or_else(|| "never".to_owned(), Moment::day);
        if *is_smaller {
            write!(f, "{plan} is a smaller plan than {plan_before}")?;
        }
        let and = if *is_smaller { ", and " } else { "" };
        match days {
            Some(days) => {
                let end = if *is_smaller { "now".to_owned() } else { format!("on {}", day(until)) };
                let plural = if *days == 1 { "day" } else { "days" };
                let was = day(until_before);
                write!(f, "{and}{plan_before} would end {end} instead of {was}, {days} {plural} earlier")?;
            }
            None if until_before.is_none() && !*is_smaller && until.is_some() => {
                write!(f, "{plan_before} has no end date, and would end on {}", day(until))?;
            }
            None => {}
        }
        match keys {
            0 => Ok(()),
            1 => f.write_str("; 1 key would be paused"),
            keys => write!(f, "; {keys} keys would be paused"),
        }
    }
}

impl PlanChange {
    /// Computes the effect. Returns `None` if the plan is not configured.
    #[must_use]
    pub fn compute(holder: PlanHolder<'_>, term: &PlanTerm, left: TimeLeft) -> Option<Self> {
        let PlanHolder { account, plans, now, .. } = holder;
        let (before, plan) = (account.plan(plans, now), plans.get(&term.plan)?);
        let until_before = account.plan_until.filter(|_| before.id == account.plan);
        // The base plan is what remains after every other one, so it has no end.
        let days = term.days.filter(|_| plan.id != plans.base().id);
        let is_extension = left == TimeLeft::Kept && before.id == plan.id && until_before.is_some();
        let start = if is_extension { until_before.unwrap_or(now) } else { now };
        let until = days.map(|days| start.plus(i64::from(days) * DAY_SECS));
        let ends = PlanEnds { before: until_before, after: until };
        let loss = holder.loss(before, plan, ends);
        Some(Self { plan_before: before.id.clone(), until_before, plan: plan.id.clone(), until, is_extension, loss })
    }
}

/// Ends of two plans.
#[derive(Clone, Copy)]
struct PlanEnds {
    before: Option<Moment>,
    after: Option<Moment>,
}

impl PlanHolder<'_> {
    fn loss(&self, before: &Plan, plan: &Plan, ends: PlanEnds) -> Option<PlanLoss> {
        let is_base = before.id == self.plans.base().id;
        let is_smaller = self.plans.place(&plan.id) < self.plans.place(&before.id);
        // A smaller plan ends the present one now.
        let end = if is_smaller { Some(self.now) } else { ends.after };
        let lost_secs = ends.before.zip(end).map_or(0, |(was, end)| was.since(end).max(0));
        let loses_no_end = !is_base && ends.before.is_none() && end.is_some();
        let keys = if before.api_access && !plan.api_access { self.keys } else { 0 };
        let days = (!is_base && lost_secs > 0).then(|| lost_secs.saturating_add(DAY_SECS - 1) / DAY_SECS);
        let is_loss = is_smaller || days.is_some() || loses_no_end || keys > 0;
        is_loss.then(|| PlanLoss {
            plan_before: before.title.clone(),
            until_before: ends.before,
            plan: plan.title.clone(),
            until: ends.after,
            days,
            is_smaller,
            keys,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::accounts::account::AccountId;

    const NOW: Moment = Moment(1_795_435_200);

    fn account(plan: &str, until: Option<i64>) -> Account {
        Account {
            id: AccountId(1),
            name: "Ivan".to_owned(),
            language: None,
            plan: plan.to_owned(),
            plan_until: until.map(|days| NOW.plus(days * DAY_SECS)),
            token_balance: 0,
            free_tokens: 0,
            allowance_month: None,
            allowance_tokens: 0,
            banned_at: None,
            created_at: NOW,
            deletion_due_at: None,
            deleted_at: None,
        }
    }

    /// Days until the new end, and the loss as days, smaller, paused keys.
    fn given(
        has: (&str, Option<i64>),
        gets: (&str, Option<u32>),
        left: TimeLeft,
    ) -> (Option<i64>, Option<(Option<i64>, bool, i64)>) {
        let plans = Plans::parse(Plans::SHIPPED).expect("the shipped plans");
        let holder = PlanHolder { account: &account(has.0, has.1), keys: 5, plans: &plans, now: NOW };
        let term = PlanTerm { plan: gets.0.to_owned(), days: gets.1 };
        let change = PlanChange::compute(holder, &term, left).expect("a plan");
        let loss = change.loss.map(|loss| (loss.days, loss.is_smaller, loss.keys));
        (change.until.map(|until| until.since(NOW) / DAY_SECS), loss)
    }

    #[test]
    fn the_same_plan_is_extended_from_its_end() {
        let kept = TimeLeft::Kept;
        assert_eq!(given(("vip", Some(60)), ("vip", Some(30)), kept), (Some(90), None));
        assert_eq!(given(("vip", Some(60)), ("vip", None), kept), (None, None));
        assert_eq!(given(("free", None), ("vip", Some(30)), kept), (Some(30), None));
        assert_eq!(given(("vip", Some(-1)), ("vip", Some(30)), kept), (Some(30), None), "an ended plan begins now");
        assert_eq!(given(("vip", Some(20)), ("elite", Some(30)), kept), (Some(30), None));
        assert_eq!(given(("free", None), ("free", Some(30)), kept), (None, None), "the base plan has no end");
    }

    #[test]
    fn what_would_be_lost_is_named() {
        let kept = TimeLeft::Kept;
        assert_eq!(
            given(("vip", Some(60)), ("vip", Some(30)), TimeLeft::Replaced),
            (Some(30), Some((Some(30), false, 0)))
        );
        assert_eq!(given(("vip", None), ("vip", Some(30)), kept), (Some(30), Some((None, false, 0))));
        assert_eq!(given(("vip", Some(60)), ("elite", Some(7)), kept), (Some(7), Some((Some(53), false, 0))));
        assert_eq!(given(("vip", Some(60)), ("free", None), kept), (None, Some((Some(60), true, 5))));
        assert_eq!(given(("elite", None), ("vip", None), kept), (None, Some((None, true, 0))));
        assert_eq!(given(("vip", None), ("basic", None), kept), (None, Some((None, true, 5))));
    }
}

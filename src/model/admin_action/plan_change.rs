//! Effect of giving an account a plan: its new end, and what the person would lose.
//!
//! The plan that an account has is extended from its end. A better one takes effect now, and the time that is left of the
//! present one follows. A smaller plan, or less time, is given only as an explicit replacement. Paid time always stays.

use std::cmp::Ordering;
use std::fmt;

use crate::model::billing::plan::Plans;
use crate::model::billing::timeline::{PlanPeriod, PlanTimeline};
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
    /// Its plans, now and later.
    pub timeline: &'a PlanTimeline,
    /// Number of its live keys.
    pub keys: i64,
    /// All configured plans.
    pub plans: &'a Plans,
    /// Current time.
    pub now: Moment,
}

/// Treatment of the time that is left of plans that were given before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeLeft {
    /// It counts on.
    Kept,
    /// The new plan replaces it.
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
    /// True if the new time begins at the end of the same plan.
    pub is_extension: bool,
    /// What the person would lose; `None` if nothing.
    pub loss: Option<PlanLoss>,
    /// Plans of the account after the change.
    pub timeline: PlanTimeline,
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
        let PlanHolder { timeline: before, plans, now, .. } = holder;
        let plan = plans.get(&term.plan)?.id.clone();
        let plan_before = holder.plan_of(before);
        let until_before = holder.end_of(before, &plan_before);
        let has_end = until_before.is_some();
        let left = match plans.place(&plan).cmp(&plans.place(&plan_before)) {
            Ordering::Less => TimeLeft::Replaced,
            // Days after no end never begin.
            Ordering::Equal if !has_end && term.days.is_some() => TimeLeft::Replaced,
            Ordering::Equal | Ordering::Greater => left,
        };
        let secs = term.days.map(|days| i64::from(days) * DAY_SECS);
        let period = PlanPeriod { plan: plan.clone(), stars: 0, secs };
        let mut after = before.clone();
        match left {
            TimeLeft::Kept if plans.place(&plan) > 0 => after.add(period, plans, now),
            TimeLeft::Kept | TimeLeft::Replaced => after.give_instead(period, plans, now),
        }
        let is_extension = left == TimeLeft::Kept && plan == plan_before && has_end;
        let until = holder.end_of(&after, &plan);
        let loss = holder.loss(&after, &plan, until);
        Some(Self { plan_before, until_before, plan, until, is_extension, loss, timeline: after })
    }
}

impl PlanHolder<'_> {
    /// Id of the plan in effect.
    fn plan_of(&self, timeline: &PlanTimeline) -> String {
        timeline.running().map_or_else(|| self.plans.base().id.clone(), |running| running.plan.clone())
    }

    /// End of the time on a plan or better ones; `None` for no end. The base plan has none.
    fn end_of(&self, timeline: &PlanTimeline, plan: &str) -> Option<Moment> {
        let place = self.plans.place(plan);
        if place == 0 {
            return None;
        }
        let running = timeline.running().map(|running| PlanPeriod {
            plan: running.plan.clone(),
            stars: running.stars,
            secs: running.until.map(|until| until.since(self.now)),
        });
        let periods = running.into_iter().chain(timeline.waiting().iter().cloned());
        let covering = periods.filter(|period| self.plans.place(&period.plan) >= place);
        let secs: Option<Vec<i64>> = covering.map(|period| period.secs).collect();
        secs.map(|secs| self.now.plus(secs.into_iter().sum()))
    }

    fn loss(&self, after: &PlanTimeline, plan: &str, until: Option<Moment>) -> Option<PlanLoss> {
        let (plan_before, plan_after) = (self.plan_of(self.timeline), self.plan_of(after));
        let (end_before, end_after) = (self.end_of(self.timeline, &plan_before), self.end_of(after, &plan_before));
        let title = |id: &str| self.plans.title(id).to_owned();
        let has_api = |id: &str| self.plans.get(id).is_some_and(|plan| plan.api_access);
        let is_base = self.plans.place(&plan_before) == 0;
        let is_smaller = self.plans.place(&plan_after) < self.plans.place(&plan_before);
        let lost_secs = end_before.zip(end_after).map_or(0, |(was, end)| was.since(end).max(0));
        let loses_no_end = !is_base && end_before.is_none() && end_after.is_some();
        let keys = if has_api(&plan_before) && !has_api(&plan_after) { self.keys } else { 0 };
        let days = (!is_base && lost_secs > 0).then(|| lost_secs.saturating_add(DAY_SECS - 1) / DAY_SECS);
        let is_loss = is_smaller || days.is_some() || loses_no_end || keys > 0;
        is_loss.then(|| PlanLoss {
            plan_before: title(&plan_before),
            until_before: end_before,
            plan: title(plan),
            until,
            days,
            is_smaller,
            keys,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::billing::timeline::RunningPlan;

    const NOW: Moment = Moment(1_795_435_200);

    /// Plan in effect, the Stars it was sold for, and the days until its end.
    #[derive(Clone, Copy)]
    struct Has(&'static str, i64, Option<i64>);

    /// Days until the new end, and the loss as days, smaller, paused keys.
    type Effect = (Option<i64>, Option<(Option<i64>, bool, i64)>);

    fn given(has: Has, gets: (&str, Option<u32>), left: TimeLeft) -> Effect {
        let plans = Plans::parse(Plans::SHIPPED).expect("the shipped plans");
        let until = has.2.map(|days| NOW.plus(days * DAY_SECS));
        let running = RunningPlan { plan: has.0.to_owned(), stars: has.1, until };
        let timeline = PlanTimeline::new(running, Vec::new(), &plans, NOW);
        let holder = PlanHolder { timeline: &timeline, keys: 5, plans: &plans, now: NOW };
        let term = PlanTerm { plan: gets.0.to_owned(), days: gets.1 };
        let change = PlanChange::compute(holder, &term, left).expect("a plan");
        let loss = change.loss.map(|loss| (loss.days, loss.is_smaller, loss.keys));
        (change.until.map(|until| until.since(NOW) / DAY_SECS), loss)
    }

    #[test]
    fn time_that_is_left_counts_on() {
        let kept = TimeLeft::Kept;
        assert_eq!(given(Has("vip", 0, Some(60)), ("vip", Some(30)), kept), (Some(90), None));
        assert_eq!(given(Has("vip", 500, Some(60)), ("vip", Some(30)), kept), (Some(90), None), "after paid time, too");
        assert_eq!(given(Has("vip", 0, Some(60)), ("vip", None), kept), (None, None));
        assert_eq!(given(Has("vip", 0, None), ("vip", None), kept), (None, None));
        assert_eq!(given(Has("free", 0, None), ("vip", Some(30)), kept), (Some(30), None));
        assert_eq!(
            given(Has("vip", 0, Some(-1)), ("vip", Some(30)), kept),
            (Some(30), None),
            "an ended plan begins now"
        );
        assert_eq!(given(Has("vip", 0, Some(60)), ("elite", Some(7)), kept), (Some(7), None), "the rest follows");
        assert_eq!(given(Has("free", 0, None), ("free", Some(30)), kept), (None, None), "the base plan has no end");
        assert_eq!(given(Has("vip", 500, Some(60)), ("free", None), kept), (None, None), "paid time stays");
    }

    #[test]
    fn what_would_be_lost_is_named() {
        let (kept, replaced) = (TimeLeft::Kept, TimeLeft::Replaced);
        let shorter = Some((Some(30), false, 0));
        assert_eq!(given(Has("vip", 0, Some(60)), ("vip", Some(30)), replaced), (Some(30), shorter));
        assert_eq!(given(Has("vip", 0, None), ("vip", Some(30)), kept), (Some(30), Some((None, false, 0))));
        assert_eq!(given(Has("vip", 0, Some(60)), ("elite", Some(7)), replaced), (Some(7), Some((Some(53), false, 0))));
        assert_eq!(given(Has("vip", 0, Some(60)), ("free", None), kept), (None, Some((Some(60), true, 5))));
        assert_eq!(given(Has("elite", 0, None), ("vip", None), kept), (None, Some((None, true, 0))));
        assert_eq!(given(Has("vip", 0, None), ("basic", None), kept), (None, Some((None, true, 5))));
    }
}

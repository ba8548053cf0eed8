//! Timeline of an account's plans: the one in effect, and those that follow it.
//!
//! A plan is *paid* with Stars or *given* by an admin or a trial. The better plan takes effect, of two equal ones the
//! paid one. The other one waits, and its time does not pass meanwhile. So nobody loses days.

use crate::model::billing::plan::Plans;
use crate::model::time::Moment;

/// Plan for a time, not tied to a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanPeriod {
    /// Id of the plan.
    pub plan: String,
    /// Price of thirty days at which it was sold, in Stars; 0 if it was given.
    pub stars: i64,
    /// Length in seconds; `None` for no end.
    pub secs: Option<i64>,
}

/// Plan in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningPlan {
    /// Id of the plan.
    pub plan: String,
    /// Price of thirty days at which it was sold, in Stars; 0 if it was given.
    pub stars: i64,
    /// End of the plan; `None` for no end.
    pub until: Option<Moment>,
}

impl RunningPlan {
    /// True if the person paid for it.
    #[must_use]
    pub const fn is_paid(&self) -> bool {
        self.stars > 0
    }

    fn period(self, now: Moment) -> PlanPeriod {
        PlanPeriod { plan: self.plan, stars: self.stars, secs: self.until.map(|until| until.since(now).max(0)) }
    }
}

impl PlanPeriod {
    /// True if the person paid for it.
    #[must_use]
    pub const fn is_paid(&self) -> bool {
        self.stars > 0
    }

    /// Order in which periods take effect.
    fn rank(&self, plans: &Plans) -> (u16, bool) {
        (plans.place(&self.plan), self.is_paid())
    }
}

/// Plans of one account: the one in effect and those that wait. Without a plan in effect the base plan counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanTimeline {
    running: Option<RunningPlan>,
    waiting: Vec<PlanPeriod>,
}

impl PlanTimeline {
    /// Reads what is stored. A plan that is unknown, is the base plan or has ended does not count; the next one follows
    /// without a gap.
    #[must_use]
    pub fn new(stored: RunningPlan, waiting: Vec<PlanPeriod>, plans: &Plans, now: Moment) -> Self {
        let is_above = |plan: &str| plans.place(plan) > 0;
        let waiting = waiting.into_iter().filter(|period| is_above(&period.plan)).collect();
        let running = Some(stored).filter(|running| is_above(&running.plan));
        let mut timeline = Self { running, waiting };
        timeline.advance(plans, now);
        timeline
    }

    /// Returns the plan in effect.
    #[must_use]
    pub const fn running(&self) -> Option<&RunningPlan> {
        self.running.as_ref()
    }

    /// Returns the plans that wait, in no order.
    #[must_use]
    pub fn waiting(&self) -> &[PlanPeriod] {
        &self.waiting
    }

    /// Returns all time that the person paid for and that is left.
    #[must_use]
    pub fn paid_periods(&self, now: Moment) -> Vec<PlanPeriod> {
        let running = self.running.clone().map(|running| running.period(now));
        running.into_iter().chain(self.waiting.iter().cloned()).filter(PlanPeriod::is_paid).collect()
    }

    /// Returns the end of the paid time of a plan, as if it began now where it waits.
    #[must_use]
    pub fn paid_until(&self, plan: &str, now: Moment) -> Moment {
        let secs = self.paid_periods(now).into_iter().filter(|period| period.plan == plan);
        now.plus(secs.filter_map(|period| period.secs).sum())
    }

    /// Replaces plans that have ended by those that wait, each from the end of the one before.
    fn advance(&mut self, plans: &Plans, now: Moment) {
        while let Some(ended) = self.running.as_ref().and_then(|running| running.until).filter(|until| *until <= now) {
            self.running = self.take_best(plans).map(|next| next.starting(ended));
        }
        if self.running.is_none() {
            self.running = self.take_best(plans).map(|next| next.starting(now));
        }
    }

    fn take_best(&mut self, plans: &Plans) -> Option<PlanPeriod> {
        let best = (0..self.waiting.len()).max_by_key(|index| self.waiting.get(*index).map(|next| next.rank(plans)))?;
        Some(self.waiting.remove(best))
    }

    /// Adds a period. It extends an equal one; a better one takes effect immediately; any other waits.
    pub fn add(&mut self, period: PlanPeriod, plans: &Plans, now: Moment) {
        if period.secs.is_some_and(|secs| secs <= 0) {
            return;
        }
        match self.running.take() {
            None => self.running = Some(period.starting(now)),
            Some(mut running) if running.plan == period.plan && running.is_paid() == period.is_paid() => {
                running.until = running.until.zip(period.secs).map(|(until, secs)| until.plus(secs));
                running.stars = period.stars;
                self.running = Some(running);
            }
            Some(running) if period.rank(plans) > running.clone().period(now).rank(plans) => {
                self.wait(running.period(now));
                self.running = Some(period.starting(now));
            }
            Some(running) => {
                self.running = Some(running);
                self.wait(period);
            }
        }
    }

    /// Stores a period among those that wait. Equal ones are joined.
    fn wait(&mut self, period: PlanPeriod) {
        let equal = |other: &&mut PlanPeriod| other.plan == period.plan && other.is_paid() == period.is_paid();
        match self.waiting.iter_mut().find(equal) {
            Some(other) => {
                other.secs = other.secs.zip(period.secs).map(|(one, more)| one.saturating_add(more));
                other.stars = period.stars;
            }
            None if period.secs != Some(0) => self.waiting.push(period),
            None => {}
        }
    }

    /// Takes the paid time of plans below `plan` and returns it as time of a plan at that price: seconds left × old
    /// price ÷ new price. A plan in effect whose time is taken ends; call [`Self::add`] next.
    #[must_use]
    pub fn take_credit(&mut self, plan: &str, stars: i64, plans: &Plans, now: Moment) -> i64 {
        let place = plans.place(plan);
        let is_below = |period: &PlanPeriod| period.is_paid() && plans.place(&period.plan) < place;
        let ends = |running: &mut RunningPlan| running.is_paid() && plans.place(&running.plan) < place;
        if let Some(running) = self.running.take_if(ends) {
            self.waiting.push(running.period(now));
        }
        let (taken, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.waiting).into_iter().partition(is_below);
        self.waiting = waiting;
        let worth = |period: PlanPeriod| i128::from(period.secs.unwrap_or(0)) * i128::from(period.stars);
        let worth: i128 = taken.into_iter().map(worth).sum();
        i64::try_from(worth / i128::from(stars.max(1))).unwrap_or(i64::MAX)
    }

    /// Ends the paid time of a plan immediately. The next plan takes effect. Returns true if there was any.
    pub fn end_paid(&mut self, plan: &str, plans: &Plans, now: Moment) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|period| !(period.is_paid() && period.plan == plan));
        let is_running = self.running.as_ref().is_some_and(|running| running.is_paid() && running.plan == plan);
        if is_running {
            self.running = None;
            self.advance(plans, now);
        }
        is_running || self.waiting.len() < before
    }

    /// Sets the end of a paid plan in effect: the start of a late renewal, or the end of the grace.
    pub fn move_paid_end(&mut self, plan: &str, until: Moment) {
        if let Some(running) = self.running.as_mut().filter(|running| running.is_paid() && running.plan == plan) {
            running.until = Some(until);
        }
    }

    /// Replaces the given plan. Paid time stays: a given plan that is better takes effect now, any other one follows.
    pub fn give_instead(&mut self, period: PlanPeriod, plans: &Plans, now: Moment) {
        self.waiting.retain(PlanPeriod::is_paid);
        if self.running.as_ref().is_some_and(|running| !running.is_paid()) {
            self.running = None;
        }
        self.advance(plans, now);
        if plans.place(&period.plan) > 0 {
            self.add(period, plans, now);
        }
    }
}

impl PlanPeriod {
    fn starting(self, at: Moment) -> RunningPlan {
        RunningPlan { plan: self.plan, stars: self.stars, until: self.secs.map(|secs| at.plus(secs)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    const NOW: Moment = Moment(1_000_000_000);

    fn plans() -> Plans {
        Plans::parse(Plans::SHIPPED).expect("the shipped plans")
    }

    fn period(plan: &str, stars: i64, days: i64) -> PlanPeriod {
        PlanPeriod { plan: plan.to_owned(), stars, secs: Some(days * DAY) }
    }

    fn on(plan: &str, stars: i64, days: Option<i64>) -> PlanTimeline {
        let until = days.map(|days| NOW.plus(days * DAY));
        PlanTimeline::new(RunningPlan { plan: plan.to_owned(), stars, until }, Vec::new(), &plans(), NOW)
    }

    fn shown(timeline: &PlanTimeline) -> String {
        let days = |secs: Option<i64>| secs.map_or("no end".to_owned(), |secs| (secs / DAY).to_string());
        let line = |plan: &str, stars: i64, secs: Option<i64>| format!("{plan}/{stars}: {}", days(secs));
        let running = timeline.running().map(|it| line(&it.plan, it.stars, it.until.map(|until| until.since(NOW))));
        let waiting = timeline.waiting().iter().map(|it| line(&it.plan, it.stars, it.secs));
        running.into_iter().chain(waiting).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_better_plan_takes_effect_and_the_other_waits() {
        let mut timeline = on("vip", 0, Some(2));
        timeline.add(period("elite", 2500, 30), &plans(), NOW);
        assert_eq!(shown(&timeline), "elite/2500: 30, vip/0: 2");
        timeline.add(period("vip", 0, 5), &plans(), NOW);
        assert_eq!(shown(&timeline), "elite/2500: 30, vip/0: 7", "a gift follows");
        timeline.add(period("elite", 2500, 30), &plans(), NOW);
        assert_eq!(shown(&timeline), "elite/2500: 60, vip/0: 7", "a renewal extends");
        let mut vip = on("vip", 500, Some(10));
        vip.add(period("elite", 0, 3), &plans(), NOW);
        assert_eq!(shown(&vip), "elite/0: 3, vip/500: 10", "paid time does not pass either");
        vip.add(period("vip", 500, 30), &plans(), NOW);
        assert_eq!(shown(&vip), "elite/0: 3, vip/500: 40");
        let mut same = on("vip", 0, Some(10));
        same.add(period("vip", 500, 30), &plans(), NOW);
        assert_eq!(shown(&same), "vip/500: 30, vip/0: 10", "of equal plans the paid one");
        let mut endless = on("vip", 0, None);
        endless.add(period("elite", 2500, 30), &plans(), NOW);
        assert_eq!(shown(&endless), "elite/2500: 30, vip/0: no end");
        endless.add(period("vip", 0, 5), &plans(), NOW);
        assert_eq!(shown(&endless), "elite/2500: 30, vip/0: no end");
    }

    #[test]
    fn what_waits_follows_without_a_gap() {
        let stored = RunningPlan { plan: "elite".to_owned(), stars: 2500, until: Some(NOW.minus(DAY)) };
        let waiting = vec![period("vip", 0, 4), period("basic", 150, 9)];
        let timeline = PlanTimeline::new(stored.clone(), waiting.clone(), &plans(), NOW);
        assert_eq!(shown(&timeline), "vip/0: 3, basic/150: 9");
        let later = PlanTimeline::new(stored.clone(), waiting, &plans(), NOW.plus(5 * DAY));
        assert_eq!(later.running().map(|it| it.plan.as_str()), Some("basic"));
        assert_eq!(shown(&PlanTimeline::new(stored, Vec::new(), &plans(), NOW)), "");
        assert_eq!(shown(&on("free", 0, None)), "");
    }

    #[test]
    fn credit_is_days_left_times_old_price_by_new_price() {
        let mut timeline = on("vip", 500, Some(10));
        let credit = timeline.take_credit("elite", 2500, &plans(), NOW);
        assert_eq!((credit, shown(&timeline).as_str()), (2 * DAY, ""));
        let mut given = on("vip", 0, Some(10));
        assert_eq!(given.take_credit("elite", 2500, &plans(), NOW), 0, "given days are no credit");
        assert_eq!(shown(&given), "vip/0: 10");
        let mut waits = on("elite", 0, Some(3));
        waits.add(period("vip", 500, 20), &plans(), NOW);
        assert_eq!(waits.take_credit("elite", 2500, &plans(), NOW), 4 * DAY);
        assert_eq!(shown(&waits), "elite/0: 3");
        let mut same = on("elite", 2500, Some(10));
        assert_eq!(same.take_credit("elite", 2500, &plans(), NOW), 0, "a second payment extends instead");
    }

    #[test]
    fn a_refund_ends_what_was_paid_and_nothing_else() {
        let mut timeline = on("vip", 0, Some(2));
        timeline.add(period("elite", 2500, 30), &plans(), NOW);
        assert!(!timeline.end_paid("vip", &plans(), NOW));
        assert!(timeline.end_paid("elite", &plans(), NOW));
        assert_eq!(shown(&timeline), "vip/0: 2");
    }

    #[test]
    fn a_plan_given_instead_spares_paid_time() {
        let mut timeline = on("vip", 500, Some(10));
        timeline.give_instead(PlanPeriod { plan: "free".to_owned(), stars: 0, secs: None }, &plans(), NOW);
        assert_eq!(shown(&timeline), "vip/500: 10");
        timeline.give_instead(period("elite", 0, 3), &plans(), NOW);
        assert_eq!(shown(&timeline), "elite/0: 3, vip/500: 10");
        timeline.give_instead(PlanPeriod { plan: "vip".to_owned(), stars: 0, secs: None }, &plans(), NOW);
        assert_eq!(shown(&timeline), "vip/500: 10, vip/0: no end");
    }
}

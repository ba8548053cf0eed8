//! Card of the person's own plan: its state, its renewal, and what follows it.

use crate::model::billing::purchase::{Subscription, SubscriptionState};
use crate::model::billing::timeline::PlanPeriod;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::web::WebState;
use crate::web::pages::layout::SignedInPage;
use crate::web::pages::localizer::{PageLocalizer, Timestamp};
use crate::web::problem::Result;

/// Length of a day in seconds.
const DAY_SECS: i64 = 86_400;

/// Own plan, formatted.
pub(in crate::web::pages) struct OwnPlanCard {
    pub(in crate::web::pages) title: String,
    /// State of the plan with the time it speaks of; `None` if the plan has no end.
    pub(in crate::web::pages) state: Option<PlanState>,
    /// Plans that wait for its end.
    pub(in crate::web::pages) then: Vec<String>,
    pub(in crate::web::pages) renewal: RenewalButton,
}

/// Sentence about the plan, to be followed by a time.
pub(in crate::web::pages) struct PlanState {
    pub(in crate::web::pages) text: String,
    pub(in crate::web::pages) at: Timestamp,
}

/// What a person can do about the renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web::pages) enum RenewalButton {
    /// The renewal can be cancelled.
    On,
    /// The renewal can be resumed.
    Off,
    /// Nothing is renewed.
    None,
}

impl OwnPlanCard {
    /// Reads the plan, the subscription and what follows.
    pub(in crate::web::pages) async fn of(web: &WebState, page: &SignedInPage) -> Result<Self> {
        let (account, localizer) = (page.caller.account(), page.localizer());
        let plan = web.domain.plan_of_account(account);
        let subscription = web.domain.subscription(account.id).await?;
        let timeline = web.domain.plan_timeline(account.id).await?;
        let until = account.plan_until.filter(|_| plan.id == account.plan && plan.id != web.domain.plans().base().id);
        let of_plan = subscription.as_ref().filter(|subscription| subscription.plan == plan.id);
        let ends = |id: &str| until.map(|until| PlanState { text: localizer.text(id), at: localizer.when(until) });
        let state = match of_plan {
            Some(subscription) => state_of(subscription, localizer).or_else(|| match subscription.state {
                SubscriptionState::Cancelled | SubscriptionState::Resumable | SubscriptionState::Ended => {
                    ends("page-billing-off")
                }
                SubscriptionState::Active | SubscriptionState::Failed => ends("page-billing-overdue"),
            }),
            None => ends("page-billing-until"),
        };
        let then = |period: &PlanPeriod| then(web, localizer, period);
        Ok(Self {
            title: plan.title.clone(),
            state,
            then: timeline.waiting().iter().map(then).collect(),
            renewal: subscription.as_ref().map_or(RenewalButton::None, renewal),
        })
    }
}

/// State of a subscription that renews; `None` for any other.
fn state_of(subscription: &Subscription, localizer: &PageLocalizer) -> Option<PlanState> {
    let renews = subscription.is_renewing() && subscription.overdue_since.is_none();
    renews.then(|| PlanState {
        text: localizer.count("page-billing-renews", subscription.stars),
        at: localizer.when(subscription.renews_at),
    })
}

const fn renewal(subscription: &Subscription) -> RenewalButton {
    match subscription.state {
        SubscriptionState::Active | SubscriptionState::Failed => RenewalButton::On,
        SubscriptionState::Cancelled | SubscriptionState::Resumable => RenewalButton::Off,
        SubscriptionState::Ended => RenewalButton::None,
    }
}

fn then(web: &WebState, localizer: &PageLocalizer, period: &PlanPeriod) -> String {
    let title = web.domain.plans().title(&period.plan);
    match period.secs {
        Some(secs) => {
            let days = Count((secs + DAY_SECS - 1) / DAY_SECS);
            localizer.values("page-billing-then", &[("plan", Text(title)), ("days", days)])
        }
        None => localizer.values("page-billing-then-on", &[("plan", Text(title))]),
    }
}

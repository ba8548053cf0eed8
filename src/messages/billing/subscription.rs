//! Messages of the subscription: its state, cancelling and resuming its renewal.

use teloxide::types::InlineKeyboardButton;

use crate::domain::Domain;
use crate::gateway::telegram::OutgoingMessage;
use crate::messages::billing::plans::plans_button;
use crate::messages::callback_data::{BillingCallback, Callback};
use crate::messages::keyboard::{button, rows};
use crate::messages::localizer::Localizer;
use crate::messages::plain;
use crate::model::accounts::account::Account;
use crate::model::billing::purchase::{Subscription, SubscriptionState};
use crate::model::billing::timeline::PlanTimeline;
use crate::model::text::texts::TextArg::{Count, Text};
use crate::model::time::Moment;

/// Length of a day in seconds.
const DAY_SECS: i64 = 86_400;

/// Subscription of a person, and what follows the present plan.
#[derive(Clone, Debug)]
pub(crate) struct SubscriptionView {
    /// Present subscription, if there is one.
    pub(crate) subscription: Option<Subscription>,
    /// Plan in effect, and the plans that wait for its end.
    pub(crate) timeline: PlanTimeline,
}

/// Lines below the facts of the own plan: its end or renewal, and what follows. Each begins with a line break.
pub(crate) fn status(localizer: &Localizer, domain: &Domain, account: &Account, view: &SubscriptionView) -> String {
    let plan = domain.plan_of_account(account);
    let until = account.plan_until.filter(|_| account.plan == plan.id);
    let of_plan = view.subscription.as_ref().filter(|subscription| subscription.plan == plan.id);
    let mut lines = Vec::new();
    match (of_plan, until) {
        (Some(subscription), Some(until)) => lines.push(renewal(localizer, subscription, until)),
        (None, Some(until)) => lines.push(localizer.dated("bot-plan-until", &[], until)),
        (_, None) => {}
    }
    for waiting in view.timeline.waiting() {
        let title = domain.plans().title(&waiting.plan);
        lines.push(match waiting.secs {
            Some(secs) => {
                let days = Count((secs + DAY_SECS - 1) / DAY_SECS);
                localizer.html("bot-plan-then", &[("plan", Text(title)), ("days", days)])
            }
            None => localizer.html("bot-plan-then-on", &[("plan", Text(title))]),
        });
    }
    lines.iter().fold(String::new(), |text, line| text + "\n" + line)
}

fn renewal(localizer: &Localizer, subscription: &Subscription, until: Moment) -> String {
    match subscription.state {
        SubscriptionState::Active if subscription.overdue_since.is_some() => {
            localizer.dated("bot-plan-overdue", &[], until)
        }
        SubscriptionState::Active => {
            localizer.dated("bot-plan-renews", &[("stars", Count(subscription.stars))], subscription.renews_at)
        }
        SubscriptionState::Failed => localizer.dated("bot-plan-overdue", &[], until),
        SubscriptionState::Cancelled | SubscriptionState::Resumable | SubscriptionState::Ended => {
            localizer.dated("bot-plan-ends", &[], until)
        }
    }
}

/// Button that cancels or resumes the renewal; `None` if there is nothing to cancel or resume.
pub(crate) fn renewal_button(localizer: &Localizer, view: &SubscriptionView) -> Option<InlineKeyboardButton> {
    match view.subscription.as_ref()?.state {
        SubscriptionState::Active | SubscriptionState::Failed => Some(button(
            localizer.text("bot-button-cancel-renewal"),
            &Callback::Billing(BillingCallback::AskCancelRenewal),
        )),
        SubscriptionState::Cancelled | SubscriptionState::Resumable => Some(resume_button(localizer)),
        SubscriptionState::Ended => None,
    }
}

fn resume_button(localizer: &Localizer) -> InlineKeyboardButton {
    button(localizer.text("bot-button-resume-renewal"), &Callback::Billing(BillingCallback::ResumeRenewal))
}

/// Confirmation before the renewal is cancelled.
pub(crate) fn ask_cancel(localizer: &Localizer, domain: &Domain, subscription: &Subscription) -> OutgoingMessage {
    let base = domain.plans().base().title.as_str();
    let values = [("plan", Text(title(domain, subscription))), ("base", Text(base))];
    let yes =
        button(localizer.text("bot-button-cancel-renewal-yes"), &Callback::Billing(BillingCallback::CancelRenewal));
    let no = button(localizer.text("bot-button-cancel-renewal-no"), &Callback::Plans);
    OutgoingMessage {
        keyboard: rows([vec![yes], vec![no]]),
        ..plain(localizer.dated("bot-cancel-renewal-ask", &values, subscription.renews_at))
    }
}

/// Result of cancelling, after Telegram agreed.
pub(crate) fn cancelled(localizer: &Localizer, domain: &Domain, subscription: &Subscription) -> OutgoingMessage {
    let values = [("plan", Text(title(domain, subscription)))];
    let html = localizer.dated("bot-renewal-cancelled", &values, subscription.renews_at);
    let buttons = [vec![resume_button(localizer)], vec![plans_button(localizer)]];
    OutgoingMessage { keyboard: rows(buttons), ..plain(html) }
}

/// Result of resuming, after Telegram agreed. A renewal that the bot cancelled is switched on by the person: Telegram only
/// allows it again (`editUserStarSubscription`).
pub(crate) fn resumed(localizer: &Localizer, domain: &Domain, subscription: &Subscription) -> OutgoingMessage {
    let values = [("plan", Text(title(domain, subscription))), ("stars", Count(subscription.stars))];
    let id = if subscription.is_renewing() { "bot-renewal-resumed" } else { "bot-renewal-allowed" };
    let html = localizer.dated(id, &values, subscription.renews_at);
    OutgoingMessage { keyboard: rows([vec![plans_button(localizer)]]), ..plain(html) }
}

/// Refusal of cancelling or resuming: nothing has changed, and the person may try again.
pub(crate) fn refused(localizer: &Localizer, reason: String, again: BillingCallback) -> OutgoingMessage {
    let again = button(localizer.text("bot-button-again"), &Callback::Billing(again));
    OutgoingMessage { keyboard: rows([vec![again], vec![plans_button(localizer)]]), ..plain(reason) }
}

fn title<'a>(domain: &'a Domain, subscription: &'a Subscription) -> &'a str {
    domain.plans().title(&subscription.plan)
}

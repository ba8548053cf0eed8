//! Renewal of the subscription in chat. It is shown as changed only after Telegram agreed.

use crate::bot::billing::plans;
use crate::bot::context::Result;
use crate::bot::reply::{Reply, ReplyContext, refusal_text};
use crate::domain::{self, Domain, Error};
use crate::messages::billing::subscription;
use crate::messages::callback_data::BillingCallback;
use crate::messages::localizer::Localizer;
use crate::model::billing::purchase::{Subscription, SubscriptionState};

/// Asks for confirmation before the renewal is cancelled. Without a renewal it shows the plans.
pub(crate) async fn ask_cancel(domain: Domain, context: ReplyContext) -> Result<Reply> {
    let subscription = domain.subscription(context.caller.account().id).await?;
    let renewing = |state| matches!(state, SubscriptionState::Active | SubscriptionState::Failed);
    match subscription.filter(|subscription| renewing(subscription.state)) {
        Some(subscription) => Ok(Reply::Show(subscription::ask_cancel(&context.localizer, &domain, &subscription))),
        None => plans::list(domain, context).await,
    }
}

/// Cancels the renewal.
pub(crate) async fn cancel(domain: Domain, context: ReplyContext) -> Result<Reply> {
    let outcome = domain.cancel_subscription(&context.caller).await;
    let cancelled = |subscription: &Subscription| subscription::cancelled(&context.localizer, &domain, subscription);
    match settled(&context.localizer, outcome, BillingCallback::CancelRenewal)? {
        Ok(subscription) => Ok(Reply::Show(cancelled(&subscription))),
        Err(refused) => Ok(refused),
    }
}

/// Resumes the renewal.
pub(crate) async fn resume(domain: Domain, context: ReplyContext) -> Result<Reply> {
    let outcome = domain.resume_subscription(&context.caller).await;
    let resumed = |subscription: &Subscription| subscription::resumed(&context.localizer, &domain, subscription);
    match settled(&context.localizer, outcome, BillingCallback::ResumeRenewal)? {
        Ok(subscription) => Ok(Reply::Show(resumed(&subscription))),
        Err(refused) => Ok(refused),
    }
}

/// Outcome of a change: the subscription, or the reply that says why nothing has changed.
fn settled(
    localizer: &Localizer,
    outcome: domain::Result<Subscription>,
    again: BillingCallback,
) -> Result<std::result::Result<Subscription, Reply>> {
    match outcome {
        Ok(subscription) => Ok(Ok(subscription)),
        Err(Error::Refused(refusal)) => {
            let reason = refusal_text::sentence(localizer, &refusal);
            Ok(Err(Reply::Show(subscription::refused(localizer, reason, again))))
        }
        Err(error) => Err(error),
    }
}

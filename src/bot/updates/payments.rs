//! Payment updates. A pre-checkout query is answered immediately, ahead of every queue; payments are then recorded.

use std::sync::Arc;

use crate::bot::Bot;
use crate::bot::context::BotContext;
use crate::bot::incoming::UpdateContext;
use crate::bot::incoming::payments::{CheckoutQuestion, PaymentReport};
use crate::bot::updates::dispatcher::UpdateOutcome;
use crate::domain::billing::purchases::checkout::{Checkout, CheckoutRefusal};
use crate::domain::{Error, Refusal, Result};
use crate::gateway::telegram::TelegramError;
use crate::messages::billing::checkout;
use crate::messages::localizer::Localizer;

impl Bot {
    /// Answers a question before a payment in a task of its own: Telegram waits ten seconds, a chat may be slower. The
    /// question is not stored, because a later answer has no effect.
    pub(super) fn answer_checkout(&self, question: CheckoutQuestion) {
        let context = Arc::clone(&self.context);
        tokio::spawn(async move { context.answer_checkout(&question).await });
    }
}

impl BotContext {
    async fn answer_checkout(&self, question: &CheckoutQuestion) {
        let CheckoutQuestion { query, telegram_language } = question;
        let Checkout { answer, language } = self.domain.check_out(query).await;
        let localizer = Localizer::new(Arc::clone(&self.texts), language, *telegram_language);
        let words = answer.err().map(|refusal| localizer.text(words(refusal)));
        let answer = words.as_deref().map_or(Ok(()), Err);
        let Err(error) = self.telegram.answer_pre_checkout(&query.query_id, answer).await else { return };
        // Nothing was charged, and the person sees Telegram's own error.
        tracing::warn!(%error, "pre-checkout: answer not delivered");
        if error == TelegramError::Unchanged
            && let Err(error) = self.telegram.send(query.payer.get(), &checkout::too_late(&localizer, words)).await
        {
            tracing::warn!(%error, "pre-checkout: late answer not reported to the person");
        }
    }

    /// Records a report. It is handled again while the database is unavailable.
    pub(super) async fn record_report(&self, context: &UpdateContext, report: PaymentReport) -> UpdateOutcome {
        let recorded: Result<()> = match report {
            PaymentReport::Paid(payment) => self.domain.record_payment(payment).await.map(drop),
            PaymentReport::Refunded(charge) => self.domain.record_refund(&charge).await.map(drop),
            PaymentReport::Subscription { payload, change } => {
                self.domain.record_subscription_change(&payload, context.person, change).await.map(drop)
            }
        };
        match recorded {
            Ok(()) => UpdateOutcome::Done,
            Err(Error::Refused(Refusal::Busy)) => UpdateOutcome::Requeue,
            Err(Error::Failed(error)) if error.is_passing() || error.is_read_only() => {
                tracing::warn!(update_id = context.update_id, %error, "payment: not recorded, will be handled again");
                UpdateOutcome::Requeue
            }
            Err(error) => {
                // Reconciliation finds it again.
                tracing::error!(update_id = context.update_id, ?error, "payment: not recorded");
                UpdateOutcome::Done
            }
        }
    }
}

/// Text of a refusal before a payment.
const fn words(refusal: CheckoutRefusal) -> &'static str {
    match refusal {
        CheckoutRefusal::UnknownOrder => "bot-checkout-unknown",
        CheckoutRefusal::Expired => "bot-checkout-expired",
        CheckoutRefusal::AlreadyPaid => "bot-checkout-paid",
        CheckoutRefusal::PriceChanged => "bot-checkout-price",
        CheckoutRefusal::NotSold => "bot-checkout-not-sold",
        CheckoutRefusal::OtherPerson => "bot-checkout-other-person",
        CheckoutRefusal::Banned => "bot-checkout-banned",
        CheckoutRefusal::DeletionScheduled => "bot-checkout-deletion",
        CheckoutRefusal::BetterPlan => "bot-checkout-better-plan",
        CheckoutRefusal::AlreadySubscribed => "bot-checkout-subscribed",
        CheckoutRefusal::OtherPayment => "bot-checkout-other-payment",
        CheckoutRefusal::Unavailable => "bot-checkout-unavailable",
    }
}

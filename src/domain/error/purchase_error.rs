//! Reasons why something cannot be bought, cancelled or given back.

/// Reason why a purchase, a subscription or a trial does not allow an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurchaseError {
    /// No such product is sold.
    NotSold,
    /// The account has this plan without end, or a better one.
    BetterPlan,
    /// The account has a subscription to this plan.
    AlreadySubscribed,
    /// The account has no Telegram, which payments need.
    TelegramRequired,
    /// Telegram does not answer.
    TelegramUnavailable,
    /// Telegram does not agree.
    TelegramRefused,
    /// The account has no subscription that this could change.
    NoSubscription,
    /// No such purchase exists.
    PurchaseNotFound,
    /// The purchase was given back before.
    AlreadyRefunded,
    /// No trial is offered.
    TrialNotOffered,
    /// The person had the trial, or has an equal or better plan.
    TrialUsed,
}

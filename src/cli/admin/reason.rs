//! Arguments of the `admin` commands, and why a command had no effect.

use crate::domain;
use crate::domain::Domain;
use crate::domain::admin::access::PersonRef;
use crate::domain::error::{AdminActionError, BroadcastError, PurchaseError};
use crate::model::admin_action::token_amount::TokenAmount;

/// Message for the operator: why a command had no effect.
pub(in crate::cli) fn reason(domain: &Domain, error: &domain::Error) -> String {
    use domain::Refusal;
    let refusal = match error {
        domain::Error::Refused(refusal) => refusal,
        failed @ domain::Error::Failed(_) => return format!("{failed:?}"),
    };
    match refusal {
        Refusal::PersonNotFound => "no such user".to_owned(),
        Refusal::PlanNotFound => {
            let plans: Vec<_> = domain.plans().iter().map(|plan| plan.id.as_str()).collect();
            format!("no such plan; available plans: {}", plans.join(", "))
        }
        Refusal::Invalid(faults) => {
            faults.iter().map(|fault| format!("{} {}", fault.field, fault.message)).collect::<Vec<_>>().join("; ")
        }
        Refusal::AdminAction(why) => action_error(why),
        Refusal::Broadcast(why) => broadcast_error(*why),
        Refusal::ClientNotFound => "no such client".to_owned(),
        Refusal::Purchase(PurchaseError::PurchaseNotFound) => "no such purchase".to_owned(),
        Refusal::Purchase(PurchaseError::AlreadyRefunded) => "this purchase was refunded before".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Message for the operator: why a broadcast does not allow an operation.
fn broadcast_error(why: BroadcastError) -> String {
    match why {
        BroadcastError::NotFound => "no such broadcast".to_owned(),
        BroadcastError::State(state) => format!("the broadcast is {}, so this isn't possible now", state.as_str()),
        BroadcastError::Changed => "the broadcast has changed in the meantime; check it and retry".to_owned(),
        BroadcastError::RecipientsPurged => {
            "the list of recipients was deleted 90 days after the broadcast ended".to_owned()
        }
        BroadcastError::CountChanged { recipients: 0, .. } => "the broadcast has no recipients".to_owned(),
        BroadcastError::CountChanged { confirmed, recipients } => {
            format!("the broadcast now reaches {recipients} people, not {confirmed}; nothing was sent")
        }
    }
}

/// Message for the operator: why an action was not performed or not undone.
fn action_error(why: &AdminActionError) -> String {
    match why {
        AdminActionError::Loses(loss) => format!("{loss}; nothing was changed, add --replace to do it"),
        AdminActionError::Changed => "the account has changed in the meantime; check it and retry".to_owned(),
        AdminActionError::BalanceTooLow { balance } => format!("the balance is only {balance}; nothing was changed"),
        AdminActionError::Unreachable => "the bot can't write to this person".to_owned(),
        AdminActionError::NothingToUndo => "there is nothing to undo".to_owned(),
        AdminActionError::UndoExpired => "the latest action is more than an hour old".to_owned(),
        AdminActionError::AlreadyUndone => "the action was undone before".to_owned(),
        AdminActionError::ChangedSince => "what the action changed was changed again since".to_owned(),
        AdminActionError::TokensSpent { balance } => format!("the tokens are spent; the balance is {balance}"),
    }
}

/// Parses a reference to a person.
pub(in crate::cli) fn person(text: &str) -> Result<PersonRef, String> {
    let expected = "must be a Telegram id, #42, @username, an email address or part of a name";
    PersonRef::parse(text).ok_or_else(|| expected.to_owned())
}

/// Parses a number of tokens.
pub(super) fn tokens(text: &str) -> Result<i64, String> {
    TokenAmount::parse_whole(text).ok_or_else(|| "must be a number such as 5000, 5k or -200".to_owned())
}

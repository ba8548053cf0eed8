//! Catalog of all problems for `/docs`. The `type` of an error leads to its entry.
//!
//! The code that answers requests also builds the entries, so both always agree. A test counts the refusals and fails
//! when one is missing here.

use crate::domain::error::{
    AdminActionError, AuthorizationError, BroadcastError, CredentialError, EmailTokenError, IdentityError, PlanUpgrade,
    PurchaseError, SignInRequestError, UpstreamFailure,
};
use crate::domain::{Error, Fault, Refusal};
use crate::model::admin_action::plan_change::PlanLoss;
use crate::model::admin_action::role::AdminRole;
use crate::model::broadcasts::BroadcastState;
use crate::model::oauth::oauth_error::{OAuthError, OAuthErrorCode};
use crate::model::oauth::scope::Scope;
use crate::model::rate_limit::RateLimitStatus;
use crate::model::sign_in::login_widget::FieldError;
use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::model::time::Moment;
use crate::web::extract::json;
use crate::web::problem::Problem;

/// All problems, each code once, sorted by status, title and code.
pub(crate) fn every() -> Vec<Problem> {
    let refused = refusals().into_iter().map(Problem::from);
    let failed = Problem::from(Error::Failed(Fault::new("an example")));
    let ours = [
        failed,
        Problem::unavailable(),
        Problem::telegram_unavailable(),
        json::wrong_kind("Send JSON, with `Content-Type: application/json`."),
        json::too_large(json::MAX_BODY_BYTES),
        Problem::path_not_found(),
        Problem::method_not_allowed(),
    ];
    let mut every: Vec<Problem> = refused.chain(ours).collect();
    every.sort_by_key(|problem| (problem.status().as_u16(), problem.title(), problem.code()));
    every.dedup_by_key(|problem| problem.code());
    every
}

/// One example of every refusal, with plausible values.
fn refusals() -> Vec<Refusal> {
    let purchases = PURCHASE_ERRORS.into_iter().map(Refusal::Purchase).collect();
    let broadcasts = BROADCAST_ERRORS.into_iter().map(Refusal::Broadcast).collect();
    [requests(), accounts(), admin(), api_keys(), billing(), purchases, broadcasts, sign_in(), oauth()].concat()
}

fn requests() -> Vec<Refusal> {
    let quota = RateLimitStatus { policy: "vip".into(), limit: 600, remaining: 0, seconds: 7 };
    let others = [
        Refusal::NotAuthenticated,
        Refusal::ServiceCallsDisabled,
        Refusal::ReauthenticationRequired,
        Refusal::TelegramSignInRequired,
        Refusal::NotAdmin,
        Refusal::RateLimited(quota.clone()),
        Refusal::TooManyUnknownKeys(quota),
        Refusal::TooManyAttempts { seconds: 60 },
        Refusal::TooManyRefusals { seconds: 1 },
        Refusal::Malformed("the body is not valid JSON at line 1, column 8".to_owned()),
        Refusal::Invalid(vec![FieldError::new("name", "must not be empty")]),
        Refusal::ForeignOrigin,
        Refusal::AlreadyDone,
        Refusal::Busy,
    ];
    CREDENTIAL_ERRORS.into_iter().map(Refusal::InvalidCredential).chain(others).collect()
}

fn accounts() -> Vec<Refusal> {
    let others = [
        Refusal::Banned { contact: None },
        Refusal::DeletionScheduled,
        Refusal::PersonNotFound,
        Refusal::SessionNotFound,
        Refusal::MergeOfferNotFound,
        Refusal::MergeOfferExpired,
    ];
    others.into_iter().chain(IDENTITY_ERRORS.into_iter().map(Refusal::Identity)).collect()
}

fn admin() -> Vec<Refusal> {
    let loss = PlanLoss {
        plan_before: "VIP".to_owned(),
        until_before: Some(Moment(1_801_137_600)),
        plan: "VIP".to_owned(),
        until: Some(Moment(1_798_545_600)),
        days: Some(30),
        is_smaller: false,
        keys: 0,
    };
    let errors = [
        AdminActionError::Loses(Box::new(loss)),
        AdminActionError::Changed,
        AdminActionError::BalanceTooLow { balance: 120 },
        AdminActionError::Unreachable,
        AdminActionError::NothingToUndo,
        AdminActionError::UndoExpired,
        AdminActionError::AlreadyUndone,
        AdminActionError::ChangedSince,
        AdminActionError::TokensSpent { balance: 120 },
    ];
    errors.into_iter().map(Refusal::AdminAction).chain([Refusal::RoleNotAllowed(AdminRole::Support)]).collect()
}

fn api_keys() -> Vec<Refusal> {
    vec![
        Refusal::KeyNotFound,
        Refusal::KeyNameTaken("laptop".to_owned()),
        Refusal::TooManyKeys { limit: 5, upgrade: Some(PlanUpgrade::Sold { page: "/web/billing".to_owned() }) },
        Refusal::UntrustedLeakReport,
        Refusal::GitHubUnavailable { seconds: 60 },
    ]
}

fn billing() -> Vec<Refusal> {
    vec![
        Refusal::InsufficientPlan {
            plan: "Basic".to_owned(),
            plans: vec!["VIP".to_owned(), "Elite".to_owned()],
            upgrade: PlanUpgrade::Sold { page: "/web/billing".to_owned() },
        },
        Refusal::PlanNotFound,
        Refusal::InsufficientBalance { balance: 120, price: 300 },
        Refusal::PayerNotFound,
        Refusal::ChargeConflict { request_id: "req_8f3a".to_owned() },
    ]
}

fn sign_in() -> Vec<Refusal> {
    let upstream = [UpstreamProvider::Google, UpstreamProvider::Telegram]
        .into_iter()
        .flat_map(|provider| UPSTREAM_FAILURES.into_iter().map(move |why| Refusal::Upstream(provider, why)));
    let others = [
        Refusal::SignInRequest(SignInRequestError::Unknown),
        Refusal::SignInRequest(SignInRequestError::Expired),
        Refusal::SignInRequest(SignInRequestError::Refused),
        Refusal::SignInRequest(SignInRequestError::Used),
        Refusal::EmailDisabled,
        Refusal::EmailToken(EmailTokenError::Unknown),
        Refusal::EmailToken(EmailTokenError::Expired),
        Refusal::EmailToken(EmailTokenError::Used),
    ];
    others.into_iter().chain(upstream).collect()
}

fn oauth() -> Vec<Refusal> {
    let errors = [
        AuthorizationError::ClientUnknown,
        AuthorizationError::RedirectUriNotRegistered { redirect_uri: "https://app.example/callback".to_owned() },
        AuthorizationError::RequestExpired,
        AuthorizationError::OtherBrowser,
        AuthorizationError::ConsentStale,
        AuthorizationError::DeviceCodeUnknown,
        AuthorizationError::DeviceNumberWrong,
        AuthorizationError::DeviceTooManyTries { seconds: 600 },
        AuthorizationError::InsufficientScope { scope: Scope::KeysRead },
    ];
    let error = OAuthError { code: OAuthErrorCode::InvalidRequest, description: "A parameter is missing." };
    let others = [Refusal::OAuth(error), Refusal::ClientNotFound, Refusal::AppNotFound];
    errors.into_iter().map(Refusal::Authorization).chain(others).collect()
}

const UPSTREAM_FAILURES: [UpstreamFailure; 5] = [
    UpstreamFailure::Disabled,
    UpstreamFailure::Unavailable { seconds: 5 },
    UpstreamFailure::InvalidResponse,
    UpstreamFailure::CodeRefused,
    UpstreamFailure::InvalidIdToken,
];

/// All reasons why a broadcast does not allow an operation.
const BROADCAST_ERRORS: [BroadcastError; 5] = [
    BroadcastError::NotFound,
    BroadcastError::State(BroadcastState::Done),
    BroadcastError::Changed,
    BroadcastError::RecipientsPurged,
    BroadcastError::CountChanged { confirmed: 1200, recipients: 1201 },
];

const PURCHASE_ERRORS: [PurchaseError; 11] = [
    PurchaseError::NotSold,
    PurchaseError::BetterPlan,
    PurchaseError::AlreadySubscribed,
    PurchaseError::TelegramRequired,
    PurchaseError::TelegramUnavailable,
    PurchaseError::TelegramRefused,
    PurchaseError::NoSubscription,
    PurchaseError::PurchaseNotFound,
    PurchaseError::AlreadyRefunded,
    PurchaseError::TrialNotOffered,
    PurchaseError::TrialUsed,
];

const IDENTITY_ERRORS: [IdentityError; 9] = [
    IdentityError::NotFound,
    IdentityError::Last,
    IdentityError::TooNew,
    IdentityError::Disabled,
    IdentityError::Protected,
    IdentityError::AddressUnproven,
    IdentityError::OtherAccountClosed,
    IdentityError::UndoExpired,
    IdentityError::InUse,
];

const CREDENTIAL_ERRORS: [CredentialError; 13] = [
    CredentialError::Invalid,
    CredentialError::Expired,
    CredentialError::SessionEnded,
    CredentialError::LoginForged,
    CredentialError::LoginStale,
    CredentialError::LoginFuture,
    CredentialError::LoginUsed,
    CredentialError::RefreshReplayed,
    CredentialError::KeyUnknown,
    CredentialError::KeyRevoked,
    CredentialError::KeyExpired,
    CredentialError::NotService,
    CredentialError::WrongPassword,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A new refusal breaks this build: give it the next number, and add an example above.
    const REFUSAL_COUNT: usize = 41;

    fn number(refusal: &Refusal) -> usize {
        match refusal {
            Refusal::RoleNotAllowed(_) => 30,
            Refusal::AdminAction(_) => 31,
            Refusal::DeletionScheduled => 24,
            Refusal::Identity(_) => 35,
            Refusal::Purchase(_) => 32,
            Refusal::ReauthenticationRequired => 25,
            Refusal::MergeOfferNotFound => 26,
            Refusal::MergeOfferExpired => 27,
            Refusal::NotAuthenticated => 0,
            Refusal::InvalidCredential(_) => 1,
            Refusal::InsufficientPlan { .. } => 2,
            Refusal::RateLimited(_)
            | Refusal::TooManyUnknownKeys(_)
            | Refusal::TooManySignIns(_)
            | Refusal::TooManyAttempts { .. }
            | Refusal::TooManyRefusals { .. } => 3,
            Refusal::Banned { .. } => 4,
            Refusal::Malformed(_) => 5,
            Refusal::Invalid(_) => 6,
            Refusal::KeyNotFound => 7,
            Refusal::SessionNotFound => 8,
            Refusal::PersonNotFound => 9,
            Refusal::PlanNotFound => 10,
            Refusal::KeyNameTaken(_) => 11,
            Refusal::TooManyKeys { .. } => 12,
            Refusal::AlreadyDone => 13,
            Refusal::ForeignOrigin => 14,
            Refusal::NotAdmin => 15,
            Refusal::Busy => 16,
            Refusal::UntrustedLeakReport => 21,
            Refusal::GitHubUnavailable { .. } => 22,
            Refusal::SignInRequest(_) => 23,
            Refusal::Upstream(..) => 28,
            Refusal::Broadcast(_) => 29,
            Refusal::EmailDisabled => 33,
            Refusal::EmailToken(_) => 34,
            Refusal::TelegramSignInRequired => 36,
            Refusal::InsufficientBalance { .. } => 17,
            Refusal::PayerNotFound => 18,
            Refusal::ChargeConflict { .. } => 19,
            Refusal::ServiceCallsDisabled => 20,
            Refusal::OAuth(_) => 37,
            Refusal::Authorization(_) => 38,
            Refusal::ClientNotFound => 39,
            Refusal::AppNotFound => 40,
        }
    }

    /// Index of a failure, as [`number`] for refusals.
    fn upstream_index(why: UpstreamFailure) -> usize {
        match why {
            UpstreamFailure::Disabled => 0,
            UpstreamFailure::Unavailable { .. } => 1,
            UpstreamFailure::InvalidResponse => 2,
            UpstreamFailure::CodeRefused => 3,
            UpstreamFailure::InvalidIdToken => 4,
        }
    }

    /// Index of an identity error, as [`number`] for refusals.
    fn identity_index(why: IdentityError) -> usize {
        match why {
            IdentityError::NotFound => 0,
            IdentityError::Last => 1,
            IdentityError::TooNew => 2,
            IdentityError::Disabled => 3,
            IdentityError::Protected => 4,
            IdentityError::AddressUnproven => 5,
            IdentityError::OtherAccountClosed => 6,
            IdentityError::UndoExpired => 7,
            IdentityError::InUse => 8,
        }
    }

    /// Index of an admin action error, as [`number`] for refusals.
    fn admin_action_index(why: &AdminActionError) -> usize {
        match why {
            AdminActionError::Loses(_) => 0,
            AdminActionError::Changed => 1,
            AdminActionError::BalanceTooLow { .. } => 2,
            AdminActionError::Unreachable => 3,
            AdminActionError::NothingToUndo => 4,
            AdminActionError::UndoExpired => 5,
            AdminActionError::AlreadyUndone => 6,
            AdminActionError::ChangedSince => 7,
            AdminActionError::TokensSpent { .. } => 8,
        }
    }

    /// Index of a broadcast error, as [`number`] for refusals.
    fn broadcast_index(why: BroadcastError) -> usize {
        match why {
            BroadcastError::NotFound => 0,
            BroadcastError::State(_) => 1,
            BroadcastError::Changed => 2,
            BroadcastError::RecipientsPurged => 3,
            BroadcastError::CountChanged { .. } => 4,
        }
    }

    /// Index of a purchase error, as [`number`] for refusals.
    fn purchase_index(why: PurchaseError) -> usize {
        match why {
            PurchaseError::NotSold => 0,
            PurchaseError::BetterPlan => 1,
            PurchaseError::AlreadySubscribed => 2,
            PurchaseError::TelegramRequired => 3,
            PurchaseError::TelegramUnavailable => 4,
            PurchaseError::TelegramRefused => 5,
            PurchaseError::NoSubscription => 6,
            PurchaseError::PurchaseNotFound => 7,
            PurchaseError::AlreadyRefunded => 8,
            PurchaseError::TrialNotOffered => 9,
            PurchaseError::TrialUsed => 10,
        }
    }

    /// Index of a credential error, as [`number`] for refusals.
    fn credential_index(bad: CredentialError) -> usize {
        match bad {
            CredentialError::Invalid => 0,
            CredentialError::Expired => 1,
            CredentialError::SessionEnded => 2,
            CredentialError::LoginForged => 3,
            CredentialError::LoginStale => 4,
            CredentialError::LoginFuture => 5,
            CredentialError::LoginUsed => 6,
            CredentialError::RefreshReplayed => 7,
            CredentialError::KeyUnknown => 8,
            CredentialError::KeyRevoked => 9,
            CredentialError::KeyExpired => 10,
            CredentialError::NotService => 11,
            CredentialError::WrongPassword => 12,
        }
    }

    #[test]
    fn every_refusal_is_explained() {
        let seen: BTreeSet<_> = refusals().iter().map(number).collect();
        assert_eq!(seen, (0..REFUSAL_COUNT).collect());
        let seen: BTreeSet<_> = CREDENTIAL_ERRORS.into_iter().map(credential_index).collect();
        assert_eq!(seen, (0..CREDENTIAL_ERRORS.len()).collect());
        let seen: BTreeSet<_> = IDENTITY_ERRORS.into_iter().map(identity_index).collect();
        assert_eq!(seen, (0..IDENTITY_ERRORS.len()).collect());
        let seen: BTreeSet<_> = PURCHASE_ERRORS.into_iter().map(purchase_index).collect();
        assert_eq!(seen, (0..PURCHASE_ERRORS.len()).collect());
        let seen: BTreeSet<_> = BROADCAST_ERRORS.into_iter().map(broadcast_index).collect();
        assert_eq!(seen, (0..BROADCAST_ERRORS.len()).collect());
        let seen: BTreeSet<_> = UPSTREAM_FAILURES.into_iter().map(upstream_index).collect();
        assert_eq!(seen, (0..UPSTREAM_FAILURES.len()).collect());
        let admin_errors = admin();
        let seen: BTreeSet<_> = admin_errors
            .iter()
            .filter_map(
                |refusal| if let Refusal::AdminAction(why) = refusal { Some(admin_action_index(why)) } else { None },
            )
            .collect();
        assert_eq!(seen, (0..9).collect());
        let explained: BTreeSet<_> = every().iter().map(Problem::code).collect();
        for refusal in refusals() {
            assert!(explained.contains(Problem::from(refusal).code()));
        }
        assert_eq!(explained.len(), every().len(), "each code once");
    }
}

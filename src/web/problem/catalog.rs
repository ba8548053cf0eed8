//! Every problem there is, for the documentation: an error's `type` leads to its line there.
//!
//! The lines are made by the same code that answers, so that they cannot say something else. A test counts the refusals, and
//! fails when one is missing here.

use crate::domain::error::{BadToken, NoMailLink, NoSignIn, Outside};
use crate::domain::rate_limits::Quota;
use crate::domain::{Error, Fault, Refusal};
use crate::model::broadcasts::State;
use crate::model::sign_in::login_widget::FieldFault;
use crate::model::sign_in::upstream_oidc::Provider;
use crate::web::extract::json;
use crate::web::middleware;
use crate::web::problem::Problem;

/// Every problem, each code once, sorted by status and code.
pub(crate) fn every() -> Vec<Problem> {
    let refused = refusals().into_iter().map(Problem::from);
    let failed = Problem::from(Error::Failed(Fault::new("an example")));
    let ours = [
        failed,
        Problem::unavailable(),
        Problem::telegram_away(),
        json::wrong_kind("Send JSON, with `Content-Type: application/json`."),
        json::too_large(),
        middleware::nothing_here(),
        middleware::other_method(),
    ];
    let mut every: Vec<Problem> = refused.chain(ours).collect();
    every.sort_by_key(|problem| (problem.status().as_u16(), problem.title(), problem.code()));
    every.dedup_by_key(|problem| problem.code());
    every
}

/// One of each refusal, with values as they could be.
fn refusals() -> Vec<Refusal> {
    let quota = Quota { policy: "vip".into(), limit: 600, remaining: 0, seconds: 7 };
    let plan = "Basic".to_owned();
    let others = [
        Refusal::NotAuthenticated,
        Refusal::InsufficientPlan { plan, upgrade_at: "/web/billing".to_owned() },
        Refusal::RateLimited(quota.clone()),
        Refusal::TooManyUnknownKeys(quota),
        Refusal::Banned,
        Refusal::Malformed("EOF while parsing an object at line 1 column 8".to_owned()),
        Refusal::Invalid(vec![FieldFault::new("name", "must not be empty")]),
        Refusal::NoSuchKey,
        Refusal::NoSuchSession,
        Refusal::NoSuchPerson,
        Refusal::NoSuchPlan,
        Refusal::KeyNameTaken("laptop".to_owned()),
        Refusal::TooManyKeys { limit: 5 },
        Refusal::AlreadyDone,
        Refusal::ForeignOrigin,
        Refusal::NotAdmin,
        Refusal::NoSuchBroadcast,
        Refusal::BroadcastState(State::Done),
        Refusal::BroadcastChanged,
        Refusal::OtherRecipients { confirmed: 1200, recipients: 1201 },
        Refusal::NotFromGitHub,
        Refusal::GitHubAway { seconds: 60 },
        Refusal::InsufficientBalance { balance: 120, price: 300 },
        Refusal::NobodyToCharge,
        Refusal::ChargedOtherwise { request_id: "req_8f3a".to_owned() },
        Refusal::ServiceOff,
        Refusal::Leaving,
        Refusal::OtherClosed,
        Refusal::NoSuchWay,
        Refusal::LastWay,
        Refusal::SignInAgain,
        Refusal::NoSuchMerge,
        Refusal::MergeOver,
        Refusal::NoSignIn(NoSignIn::Unknown),
        Refusal::NoSignIn(NoSignIn::Expired),
        Refusal::NoSignIn(NoSignIn::Refused),
        Refusal::NoSignIn(NoSignIn::Used),
        Refusal::MailOff,
        Refusal::NoMailLink(NoMailLink::Unknown),
        Refusal::NoMailLink(NoMailLink::Expired),
        Refusal::NoMailLink(NoMailLink::Used),
        Refusal::TooManyTries { seconds: 60 },
        Refusal::Busy,
    ];
    let outside = [Provider::Google, Provider::Telegram]
        .into_iter()
        .flat_map(|provider| OUTSIDE.into_iter().map(move |why| Refusal::Outside(provider, why)));
    TOKENS.into_iter().map(Refusal::InvalidToken).chain(others).chain(outside).collect()
}

const OUTSIDE: [Outside; 5] =
    [Outside::Off, Outside::Away { seconds: 5 }, Outside::Nonsense, Outside::CodeRefused, Outside::Unproven];

const TOKENS: [BadToken; 13] = [
    BadToken::Invalid,
    BadToken::Expired,
    BadToken::SessionEnded,
    BadToken::LoginForged,
    BadToken::LoginStale,
    BadToken::LoginFuture,
    BadToken::LoginUsed,
    BadToken::RefreshReplayed,
    BadToken::KeyUnknown,
    BadToken::KeyRevoked,
    BadToken::KeyExpired,
    BadToken::NotService,
    BadToken::WrongPassword,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A new refusal breaks this build; give it the next number, and an example above.
    const REFUSALS: usize = 38;

    fn number(refusal: &Refusal) -> usize {
        match refusal {
            Refusal::Leaving => 24,
            Refusal::OtherClosed => 25,
            Refusal::NoSuchWay => 26,
            Refusal::LastWay => 27,
            Refusal::SignInAgain => 28,
            Refusal::NoSuchMerge => 29,
            Refusal::MergeOver => 30,
            Refusal::NotAuthenticated => 0,
            Refusal::InvalidToken(_) => 1,
            Refusal::InsufficientPlan { .. } => 2,
            Refusal::RateLimited(_)
            | Refusal::TooManyUnknownKeys(_)
            | Refusal::TooManySignIns(_)
            | Refusal::TooManyTries { .. } => 3,
            Refusal::Banned => 4,
            Refusal::Malformed(_) => 5,
            Refusal::Invalid(_) => 6,
            Refusal::NoSuchKey => 7,
            Refusal::NoSuchSession => 8,
            Refusal::NoSuchPerson => 9,
            Refusal::NoSuchPlan => 10,
            Refusal::KeyNameTaken(_) => 11,
            Refusal::TooManyKeys { .. } => 12,
            Refusal::AlreadyDone => 13,
            Refusal::ForeignOrigin => 14,
            Refusal::NotAdmin => 15,
            Refusal::Busy => 16,
            Refusal::NotFromGitHub => 21,
            Refusal::GitHubAway { .. } => 22,
            Refusal::NoSignIn(_) => 23,
            Refusal::Outside(..) => 31,
            Refusal::NoSuchBroadcast => 32,
            Refusal::BroadcastState(_) => 33,
            Refusal::BroadcastChanged => 34,
            Refusal::OtherRecipients { .. } => 35,
            Refusal::MailOff => 36,
            Refusal::NoMailLink(_) => 37,
            Refusal::InsufficientBalance { .. } => 17,
            Refusal::NobodyToCharge => 18,
            Refusal::ChargedOtherwise { .. } => 19,
            Refusal::ServiceOff => 20,
        }
    }

    /// The same for what can be wrong with a provider.
    fn number_outside(why: Outside) -> usize {
        match why {
            Outside::Off => 0,
            Outside::Away { .. } => 1,
            Outside::Nonsense => 2,
            Outside::CodeRefused => 3,
            Outside::Unproven => 4,
        }
    }

    /// The same for what can be wrong with a credential.
    fn number_of_token(bad: BadToken) -> usize {
        match bad {
            BadToken::Invalid => 0,
            BadToken::Expired => 1,
            BadToken::SessionEnded => 2,
            BadToken::LoginForged => 3,
            BadToken::LoginStale => 4,
            BadToken::LoginFuture => 5,
            BadToken::LoginUsed => 6,
            BadToken::RefreshReplayed => 7,
            BadToken::KeyUnknown => 8,
            BadToken::KeyRevoked => 9,
            BadToken::KeyExpired => 10,
            BadToken::NotService => 11,
            BadToken::WrongPassword => 12,
        }
    }

    #[test]
    fn every_refusal_is_explained() {
        let seen: BTreeSet<_> = refusals().iter().map(number).collect();
        assert_eq!(seen, (0..REFUSALS).collect());
        let seen: BTreeSet<_> = TOKENS.into_iter().map(number_of_token).collect();
        assert_eq!(seen, (0..TOKENS.len()).collect());
        let seen: BTreeSet<_> = OUTSIDE.into_iter().map(number_outside).collect();
        assert_eq!(seen, (0..OUTSIDE.len()).collect());
        let explained: BTreeSet<_> = every().iter().map(Problem::code).collect();
        for refusal in refusals() {
            assert!(explained.contains(Problem::from(refusal).code()));
        }
        assert_eq!(explained.len(), every().len(), "each code once");
    }
}

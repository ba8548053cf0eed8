//! A refusal in a person's words. No `_`: a new refusal must get a sentence.

use crate::domain::Refusal;
use crate::domain::error::NoSignIn;
use crate::messages::localizer::Speaker;
use crate::model::broadcasts::State;
use crate::model::text::texts::Value::{Count, Text};

/// What to say when the rules say no.
pub(crate) fn sentence(speaker: &Speaker, refusal: &Refusal) -> String {
    match refusal {
        Refusal::InsufficientPlan { plan, upgrade_at } => {
            speaker.html("bot-no-plan", &[("plan", Text(plan)), ("link", Text(upgrade_at))])
        }
        Refusal::Banned => speaker.say("bot-banned"),
        Refusal::NoSuchKey => speaker.say("bot-no-such-key"),
        Refusal::NoSuchPerson => speaker.say("bot-no-such-person"),
        Refusal::KeyNameTaken(name) => speaker.html("bot-name-taken", &[("name", Text(name))]),
        Refusal::TooManyKeys { limit } => speaker.html("bot-too-many-keys", &[("limit", Count(i64::from(*limit)))]),
        Refusal::AlreadyDone => speaker.say("bot-already-done"),
        Refusal::RateLimited(quota) | Refusal::TooManyUnknownKeys(quota) | Refusal::TooManySignIns(quota) => {
            wait(speaker, quota.seconds)
        }
        Refusal::TooManyTries { seconds } => wait(speaker, *seconds),
        Refusal::Busy => wait(speaker, 1),
        Refusal::NoSignIn(why) => speaker.say(no_sign_in(*why)),
        Refusal::Invalid(faults) if faults.iter().any(|fault| fault.field == "name") => speaker.say("bot-bad-name"),
        Refusal::Leaving => speaker.say("bot-leaving-other"),
        Refusal::LastWay => speaker.say("bot-way-last"),
        Refusal::NoSuchWay => speaker.say("bot-way-missing"),
        Refusal::OtherClosed => speaker.say("bot-way-closed"),
        Refusal::NoSuchBroadcast => speaker.say("bot-no-such-broadcast"),
        Refusal::BroadcastState(state) => broadcast_state(speaker, *state),
        Refusal::BroadcastChanged => speaker.say("bot-broadcast-changed"),
        Refusal::OtherRecipients { recipients, .. } => {
            speaker.html("bot-other-recipients", &[("recipients", Count(*recipients))])
        }
        Refusal::NotAuthenticated
        | Refusal::InvalidToken(_)
        | Refusal::Malformed(_)
        | Refusal::Invalid(_)
        | Refusal::NoSuchSession
        | Refusal::ForeignOrigin
        | Refusal::NotAdmin
        | Refusal::NotFromGitHub
        | Refusal::GitHubAway { .. }
        | Refusal::InsufficientBalance { .. }
        | Refusal::NobodyToCharge
        | Refusal::ChargedOtherwise { .. }
        | Refusal::ServiceOff
        | Refusal::SignInAgain
        | Refusal::NoSuchMerge
        | Refusal::MergeOver
        | Refusal::Outside(..)
        | Refusal::MailOff
        | Refusal::NoMailLink(_)
        | Refusal::NoSuchPlan => speaker.say("bot-not-possible"),
    }
}

fn wait(speaker: &Speaker, seconds: u32) -> String {
    speaker.html("bot-wait", &[("seconds", Count(i64::from(seconds)))])
}

const fn no_sign_in(why: NoSignIn) -> &'static str {
    match why {
        NoSignIn::Unknown => "bot-request-unknown",
        NoSignIn::Expired => "bot-request-expired",
        NoSignIn::Refused => "bot-request-refused",
        NoSignIn::Used => "bot-request-used",
    }
}

fn broadcast_state(speaker: &Speaker, state: State) -> String {
    let state = speaker.say(&format!("bot-broadcast-state-{}", state.as_str()));
    speaker.html("bot-broadcast-state", &[("state", Text(&state))])
}

//! Account activity: the events that a person can review, such as sign-ins, keys, identities and plans.
//!
//! An event holds facts, never text in a language, and never a secret.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::billing::plan::Plans;
use crate::model::text::texts::TextArg;
use crate::model::time::Moment;

pub use crate::model::accounts::activity_actor::ActivityActor;
pub use crate::model::accounts::purchase_change::PurchaseChange;
pub use crate::model::accounts::sign_in_method::SignInMethod;

/// Event of an account. Stored as JSON for half a year, so every form ever written must stay readable that long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ActivityEvent {
    /// A person signed in.
    SignedIn {
        /// Method of the sign-in.
        method: SignInMethod,
    },
    /// A sign-in failed.
    SignInFailed {
        /// Method of the attempt.
        method: SignInMethod,
        /// Reason code: `login_used`, `password`, `account_suspended`.
        reason: String,
    },
    /// Failed sign-ins beyond the daily number that is recorded one by one.
    MoreSignInsFailed {
        /// Number of failures.
        count: i64,
    },
    /// The person signed out.
    SignedOut,
    /// A session was ended from another one.
    SessionEnded {
        /// Browser or program of the ended session.
        device: String,
    },
    /// All other sessions were ended.
    OtherSessionsEnded {
        /// Number of sessions.
        count: i64,
    },
    /// A spent refresh token was reused, which ended its session.
    RefreshTokenReused,
    /// An API key was created.
    KeyCreated {
        /// Name of the key.
        name: String,
    },
    /// An API key was renamed.
    KeyRenamed {
        /// New name.
        name: String,
    },
    /// The expiry of an API key was changed.
    KeyExpiryChanged {
        /// Name of the key.
        name: String,
    },
    /// An API key got a new secret.
    KeyRotated {
        /// Name of the key.
        name: String,
    },
    /// An API key was revoked.
    KeyRevoked {
        /// Name of the key.
        name: String,
    },
    /// An API key was found in public, which revoked it.
    KeyLeaked {
        /// Name of the key.
        name: String,
    },
    /// An identity was linked.
    Linked {
        /// Provider: `telegram`, `email` or `google`.
        provider: String,
        /// Name at that provider.
        label: String,
    },
    /// An identity was unlinked.
    Unlinked {
        /// Provider: `telegram`, `email` or `google`.
        provider: String,
        /// Name at that provider.
        label: String,
    },
    /// Another account was merged into this one.
    Merged {
        /// Number of the other account.
        account: i64,
        /// Tokens transferred from it.
        tokens: i64,
    },
    /// Name or language changed.
    ProfileChanged,
    /// The password changed.
    PasswordChanged,
    /// A password that was never used was removed.
    PasswordRemoved,
    /// A password reset disabled an identity.
    IdentityDisabled {
        /// Provider: `telegram`, `email` or `google`.
        provider: String,
        /// Name at that provider.
        label: String,
    },
    /// The owner confirmed a disabled identity.
    IdentityConfirmed {
        /// Provider: `telegram`, `email` or `google`.
        provider: String,
        /// Name at that provider.
        label: String,
    },
    /// The email address changed.
    AddressChanged {
        /// New address.
        label: String,
    },
    /// An admin assigned a plan.
    PlanChanged {
        /// Id of the plan.
        plan: String,
        /// Last day of the plan, `2026-11-23`.
        until: Option<String>,
    },
    /// An admin granted tokens.
    TokensGranted {
        /// Number of tokens.
        tokens: i64,
    },
    /// An admin took tokens back.
    TokensTaken {
        /// Number of tokens.
        tokens: i64,
    },
    /// The account was banned.
    Banned,
    /// The ban was lifted.
    Unbanned,
    /// The person exported all data of the account.
    Exported,
    /// Deletion was scheduled.
    DeletionScheduled {
        /// Day of the deletion, `2026-11-30`.
        day: String,
    },
    /// The scheduled deletion was cancelled.
    DeletionCancelled,
    /// A purchase, subscription or trial changed.
    Purchase {
        /// Kind of the change.
        change: PurchaseChange,
        /// Title of the product.
        title: String,
        /// Its price in Stars.
        stars: i64,
    },
    /// The person signed in to an app.
    AppAuthorized {
        /// Name of the app.
        app: String,
    },
    /// The access of an app was ended.
    AppCutOff {
        /// Name of the app.
        app: String,
    },
    /// A spent refresh token of an app was reused, which ended its access.
    AppRefreshTokenReused {
        /// Name of the app.
        app: String,
    },
}

/// Row of the activity list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityEntry {
    /// Monotonic; used as the page cursor.
    pub id: i64,
    /// Time of the event.
    pub created_at: Moment,
    /// Event, or `None` if only a newer version can read it.
    pub event: Option<ActivityEvent>,
    /// Actor in the form of [`ActivityActor::as_str`].
    pub actor: String,
    /// Browser or program of the request.
    pub device: Option<String>,
    /// Network of the request: a /24 or a /48.
    pub network: Option<String>,
    /// Session in which it happened.
    pub session: Option<i64>,
}

impl ActivityEvent {
    /// Returns the stored JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers always serialize.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the stored JSON. Returns `None` for a kind that only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Returns kind and details for API clients.
    #[must_use]
    pub fn parts(&self) -> (String, Value) {
        let mut details = serde_json::to_value(self).unwrap_or_default();
        let kind = details.as_object_mut().and_then(|fields| fields.remove("kind"));
        (kind.and_then(|kind| kind.as_str().map(ToOwned::to_owned)).unwrap_or_default(), details)
    }

    /// Returns the stored day, `2026-12-29`, that the sentence names as `day` in words.
    #[must_use]
    pub fn day(&self) -> Option<&str> {
        match self {
            Self::PlanChanged { until, .. } => until.as_deref(),
            Self::DeletionScheduled { day } => Some(day),
            _ => None,
        }
    }

    /// Returns the Fluent id `activity-…` of the sentence, and its arguments. Plans have their titles there.
    #[must_use]
    pub fn sentence<'a>(&'a self, plans: &'a Plans) -> (String, Vec<(&'static str, TextArg<'a>)>) {
        let named = |id: &str| format!("activity-{id}");
        let counted = |id: &str, count| (named(id), vec![("count", TextArg::Count(count))]);
        let about = |id: &str, what: &'a str| (named(id), vec![("what", TextArg::Text(what))]);
        match self {
            Self::SignedIn { method } => (named(&format!("signed-in-{}", method.as_str())), vec![]),
            Self::SignInFailed { method, .. } => (named(&format!("failed-{}", method.as_str())), vec![]),
            Self::MoreSignInsFailed { count } => counted("more-sign-ins-failed", *count),
            Self::SignedOut => (named("signed-out"), vec![]),
            Self::SessionEnded { device } => about("session-ended", device),
            Self::OtherSessionsEnded { count } => counted("other-sessions-ended", *count),
            Self::RefreshTokenReused => (named("refresh-token-reused"), vec![]),
            Self::KeyCreated { name } => about("key-created", name),
            Self::KeyRenamed { name } => about("key-renamed", name),
            Self::KeyExpiryChanged { name } => about("key-expiry-changed", name),
            Self::KeyRotated { name } => about("key-rotated", name),
            Self::KeyRevoked { name } => about("key-revoked", name),
            Self::KeyLeaked { name } => about("key-leaked", name),
            Self::Linked { label, .. } => about("linked", label),
            Self::Unlinked { label, .. } => about("unlinked", label),
            Self::Merged { account, tokens } => {
                (named("merged"), vec![("account", TextArg::Count(*account)), ("tokens", TextArg::Count(*tokens))])
            }
            Self::ProfileChanged => (named("profile-changed"), vec![]),
            Self::PasswordChanged => (named("password-changed"), vec![]),
            Self::PasswordRemoved => (named("password-removed"), vec![]),
            Self::IdentityDisabled { label, .. } => about("identity-disabled", label),
            Self::IdentityConfirmed { label, .. } => about("identity-confirmed", label),
            Self::AddressChanged { label } => about("address-changed", label),
            Self::PlanChanged { plan, until } => {
                let id = if until.is_some() { "plan-changed-until" } else { "plan-changed" };
                (named(id), vec![("what", TextArg::Text(plans.title(plan)))])
            }
            Self::TokensGranted { tokens } => counted("tokens-granted", *tokens),
            Self::TokensTaken { tokens } => counted("tokens-taken", *tokens),
            Self::Banned => (named("banned"), vec![]),
            Self::Unbanned => (named("unbanned"), vec![]),
            Self::Exported => (named("exported"), vec![]),
            Self::DeletionScheduled { .. } => (named("deletion-scheduled"), vec![]),
            Self::DeletionCancelled => (named("deletion-cancelled"), vec![]),
            Self::Purchase { change, title, stars } => {
                (named(change.text_id()), vec![("what", TextArg::Text(title)), ("stars", TextArg::Count(*stars))])
            }
            Self::AppAuthorized { app } => about("app-authorized", app),
            Self::AppCutOff { app } => about("app-cut-off", app),
            Self::AppRefreshTokenReused { app } => about("app-refresh-token-reused", app),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::language::Language;
    use crate::model::text::texts::Texts;

    /// One event of each kind, as stored.
    const STORED_EVENTS: &[&str] = &[
        r#"{"kind":"signed_in","method":"widget"}"#,
        r#"{"kind":"signed_in","method":"mini_app"}"#,
        r#"{"kind":"signed_in","method":"bot"}"#,
        r#"{"kind":"signed_in","method":"link"}"#,
        r#"{"kind":"signed_in","method":"email"}"#,
        r#"{"kind":"signed_in","method":"google"}"#,
        r#"{"kind":"signed_in","method":"telegram_login"}"#,
        r#"{"kind":"sign_in_failed","method":"widget","reason":"login_used"}"#,
        r#"{"kind":"sign_in_failed","method":"mini_app","reason":"login_used"}"#,
        r#"{"kind":"sign_in_failed","method":"bot","reason":"refused"}"#,
        r#"{"kind":"sign_in_failed","method":"link","reason":"account_suspended"}"#,
        r#"{"kind":"sign_in_failed","method":"email","reason":"password"}"#,
        r#"{"kind":"sign_in_failed","method":"google","reason":"account_suspended"}"#,
        r#"{"kind":"sign_in_failed","method":"telegram_login","reason":"account_suspended"}"#,
        r#"{"kind":"more_sign_ins_failed","count":7}"#,
        r#"{"kind":"signed_out"}"#,
        r#"{"kind":"session_ended","device":"Firefox on Linux"}"#,
        r#"{"kind":"other_sessions_ended","count":2}"#,
        r#"{"kind":"refresh_token_reused"}"#,
        r#"{"kind":"key_created","name":"laptop"}"#,
        r#"{"kind":"key_renamed","name":"laptop"}"#,
        r#"{"kind":"key_expiry_changed","name":"laptop"}"#,
        r#"{"kind":"key_rotated","name":"laptop"}"#,
        r#"{"kind":"key_revoked","name":"laptop"}"#,
        r#"{"kind":"key_leaked","name":"laptop"}"#,
        r#"{"kind":"linked","provider":"telegram","label":"@ivan"}"#,
        r#"{"kind":"unlinked","provider":"telegram","label":"@ivan"}"#,
        r#"{"kind":"merged","account":7,"tokens":100}"#,
        r#"{"kind":"profile_changed"}"#,
        r#"{"kind":"password_changed"}"#,
        r#"{"kind":"address_changed","label":"ivan@example.org"}"#,
        r#"{"kind":"plan_changed","plan":"vip","until":null}"#,
        r#"{"kind":"plan_changed","plan":"vip","until":"2026-12-23"}"#,
        r#"{"kind":"tokens_granted","tokens":5000}"#,
        r#"{"kind":"tokens_taken","tokens":5000}"#,
        r#"{"kind":"banned"}"#,
        r#"{"kind":"unbanned"}"#,
        r#"{"kind":"exported"}"#,
        r#"{"kind":"deletion_scheduled","day":"2026-11-30"}"#,
        r#"{"kind":"deletion_cancelled"}"#,
        r#"{"kind":"purchase","change":"bought","title":"VIP","stars":500}"#,
        r#"{"kind":"purchase","change":"refunded","title":"VIP","stars":500}"#,
        r#"{"kind":"purchase","change":"renewal_cancelled","title":"VIP","stars":500}"#,
        r#"{"kind":"purchase","change":"renewal_resumed","title":"VIP","stars":500}"#,
        r#"{"kind":"purchase","change":"renewal_failed","title":"VIP","stars":500}"#,
        r#"{"kind":"purchase","change":"trial_started","title":"VIP","stars":0}"#,
        r#"{"kind":"app_authorized","app":"Grafana"}"#,
        r#"{"kind":"app_cut_off","app":"Grafana"}"#,
        r#"{"kind":"app_refresh_token_reused","app":"Grafana"}"#,
    ];

    #[test]
    fn what_was_written_is_read_and_has_words_in_every_language() {
        let texts = Texts::load().expect("the texts");
        let plans = Plans::parse(include_str!("../../../plans.toml")).expect("the plans");
        for written in STORED_EVENTS {
            let event = ActivityEvent::from_json(written).expect(written);
            assert_eq!(event.to_json(), *written);
            assert_eq!(event.parts().0, serde_json::from_str::<Value>(written).expect("JSON")["kind"]);
            let (id, mut values) = event.sentence(&plans);
            values.extend(event.day().map(|day| ("day", TextArg::Text(day))));
            for language in Language::ALL {
                let text = texts.text(language, &id, &values);
                assert!(text != id && !text.contains('{'), "{language:?} {text}");
            }
        }
        assert_eq!(ActivityEvent::from_json(r#"{"kind":"of_tomorrow"}"#), None);
    }

    #[test]
    fn parts_are_for_programs() {
        let (kind, details) = ActivityEvent::KeyCreated { name: "laptop".into() }.parts();
        assert_eq!((kind.as_str(), details), ("key_created", serde_json::json!({"name": "laptop"})));
    }
}

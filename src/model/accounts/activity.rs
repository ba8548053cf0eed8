//! What happens to an account, as its person reads it later: sign-ins, keys, ways in, plans.
//!
//! An event holds the facts and no words of any language, and never a secret.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::model::accounts::account::TelegramId;
use crate::model::session::{RequestSource, SessionId};
use crate::model::text::texts::TextArg;
use crate::model::time::Moment;

/// Which door somebody came in by, or tried to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// Telegram's login widget.
    Widget,
    /// A Mini App.
    MiniApp,
    /// The bot, by a number.
    Bot,
    /// A link from the chat.
    Link,
    /// An e-mail address.
    Email,
    /// Google.
    Google,
    /// "Log in with Telegram".
    TelegramLogin,
}

/// What happened. Stored as JSON for half a year: what was once written must be read that long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ActivityEvent {
    /// Somebody signed in.
    SignedIn {
        /// How.
        #[serde(rename = "method")]
        door: SignInMethod,
    },
    /// Somebody could not sign in.
    SignInFailed {
        /// How they tried.
        #[serde(rename = "method")]
        door: SignInMethod,
        /// Why not, as a code: `login_used`, `password`, `account_suspended`.
        #[serde(rename = "reason")]
        why: String,
    },
    /// Of the day's failures, those that were not written down one by one.
    #[serde(rename = "more_sign_ins_failed")]
    MoreFailed {
        /// How many.
        count: i64,
    },
    /// The person signed out.
    SignedOut,
    /// A session was ended from elsewhere.
    SessionEnded {
        /// Its browser or program.
        device: String,
    },
    /// All other sessions were ended.
    #[serde(rename = "other_sessions_ended")]
    OthersEnded {
        /// How many.
        count: i64,
    },
    /// A spent refresh token was used again, and its session ended.
    #[serde(rename = "refresh_token_reused")]
    SessionReplayed,
    /// A key was made.
    #[serde(rename = "key_created")]
    KeyMade {
        /// What it is called.
        name: String,
    },
    /// A key has another name.
    KeyRenamed {
        /// The new one.
        name: String,
    },
    /// A key has another secret.
    KeyRotated {
        /// What it is called.
        name: String,
    },
    /// A key was revoked.
    KeyRevoked {
        /// What it was called.
        name: String,
    },
    /// A key was found in public, and revoked.
    KeyLeaked {
        /// What it was called.
        name: String,
    },
    /// There is another way in.
    Linked {
        /// `telegram`, `email` or `google`.
        #[serde(rename = "provider")]
        way: String,
        /// How the person is known there.
        label: String,
    },
    /// There is one way in less.
    Unlinked {
        /// `telegram`, `email` or `google`.
        #[serde(rename = "provider")]
        way: String,
        /// How the person is known there.
        label: String,
    },
    /// Another account became part of this one.
    Merged {
        /// Its number.
        account: i64,
        /// The tokens that came with it.
        tokens: i64,
    },
    /// Name or language are others.
    ProfileChanged,
    /// There is another password.
    PasswordChanged,
    /// There is another e-mail address.
    AddressChanged {
        /// The new one.
        label: String,
    },
    /// An admin gave a plan.
    #[serde(rename = "plan_changed")]
    PlanGiven {
        /// Its id.
        plan: String,
        /// When it ends, `2026-11-23`.
        until: Option<String>,
    },
    /// An admin gave tokens.
    #[serde(rename = "tokens_granted")]
    TokensGiven {
        /// How many.
        tokens: i64,
    },
    /// The account was shut.
    Banned,
    /// It was opened again.
    Unbanned,
    /// Everything that is kept was handed out.
    Exported,
    /// The account is to be deleted.
    #[serde(rename = "deletion_scheduled")]
    DeletionAsked {
        /// On which day, `2026-11-30`.
        day: String,
    },
    /// It is not, after all.
    DeletionCancelled,
}

/// Who did it, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActivityActor {
    /// The person, in a session of theirs.
    Session(SessionId),
    /// Whoever has just begun that session there.
    Begun(SessionId, RequestSource),
    /// Somebody who is not signed in.
    Visitor(RequestSource),
    /// The person, in chat.
    Chat,
    /// An admin.
    Admin(TelegramId),
    /// The operator, at the command line.
    Operator,
    /// GitHub, which found a key.
    GitHub,
    /// Time.
    Clock,
}

impl ActivityActor {
    /// As it is stored. Which admin it was is in the admins' own trail.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Session(_) | Self::Begun(..) => "person",
            Self::Visitor(_) => "visitor",
            Self::Chat => "bot",
            Self::Admin(_) => "admin",
            Self::Operator => "operator",
            Self::GitHub => "github",
            Self::Clock => "system",
        }
    }
}

/// A line of what happened, as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityEntry {
    /// Its number; later ones have higher ones.
    pub id: i64,
    /// When it was.
    pub made_at: Moment,
    /// What it was; none if only a newer version knows.
    pub event: Option<ActivityEvent>,
    /// Who did it, as [`ActivityActor::as_str`] says.
    pub actor: String,
    /// The browser or program.
    pub device: Option<String>,
    /// The network: a /24 or a /48.
    pub network: Option<String>,
    /// The session it was done in.
    pub session: Option<i64>,
}

impl ActivityEvent {
    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        // It is made of texts and numbers alone, which cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what was stored; `None` for a kind that only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Its kind, and what belongs to it, for programs.
    #[must_use]
    pub fn parts(&self) -> (String, Json) {
        let mut all = serde_json::to_value(self).unwrap_or_default();
        let kind = all.as_object_mut().and_then(|all| all.remove("kind"));
        (kind.and_then(|kind| kind.as_str().map(ToOwned::to_owned)).unwrap_or_default(), all)
    }

    /// The text that says it, `activity-…`, and the values in it.
    #[must_use]
    pub fn sentence(&self) -> (String, Vec<(&'static str, TextArg<'_>)>) {
        let named = |id: &str| format!("activity-{id}");
        match self {
            Self::SignedIn { door } => (named(&format!("signed-in-{}", door.as_str())), vec![]),
            Self::SignInFailed { door, .. } => (named(&format!("failed-{}", door.as_str())), vec![]),
            Self::MoreFailed { count } => (named("more-sign-ins-failed"), vec![("count", TextArg::Count(*count))]),
            Self::SignedOut => (named("signed-out"), vec![]),
            Self::SessionEnded { device } => (named("session-ended"), vec![("what", TextArg::Text(device))]),
            Self::OthersEnded { count } => (named("other-sessions-ended"), vec![("count", TextArg::Count(*count))]),
            Self::SessionReplayed => (named("refresh-token-reused"), vec![]),
            Self::KeyMade { name } => (named("key-created"), vec![("what", TextArg::Text(name))]),
            Self::KeyRenamed { name } => (named("key-renamed"), vec![("what", TextArg::Text(name))]),
            Self::KeyRotated { name } => (named("key-rotated"), vec![("what", TextArg::Text(name))]),
            Self::KeyRevoked { name } => (named("key-revoked"), vec![("what", TextArg::Text(name))]),
            Self::KeyLeaked { name } => (named("key-leaked"), vec![("what", TextArg::Text(name))]),
            Self::Linked { label, .. } => (named("linked"), vec![("what", TextArg::Text(label))]),
            Self::Unlinked { label, .. } => (named("unlinked"), vec![("what", TextArg::Text(label))]),
            Self::Merged { account, tokens } => {
                (named("merged"), vec![("account", TextArg::Count(*account)), ("tokens", TextArg::Count(*tokens))])
            }
            Self::ProfileChanged => (named("profile-changed"), vec![]),
            Self::PasswordChanged => (named("password-changed"), vec![]),
            Self::AddressChanged { label } => (named("address-changed"), vec![("what", TextArg::Text(label))]),
            Self::PlanGiven { plan, until: None } => (named("plan-changed"), vec![("what", TextArg::Text(plan))]),
            Self::PlanGiven { plan, until: Some(day) } => {
                (named("plan-changed-until"), vec![("what", TextArg::Text(plan)), ("day", TextArg::Text(day))])
            }
            Self::TokensGiven { tokens } => (named("tokens-granted"), vec![("count", TextArg::Count(*tokens))]),
            Self::Banned => (named("banned"), vec![]),
            Self::Unbanned => (named("unbanned"), vec![]),
            Self::Exported => (named("exported"), vec![]),
            Self::DeletionAsked { day } => (named("deletion-scheduled"), vec![("day", TextArg::Text(day))]),
            Self::DeletionCancelled => (named("deletion-cancelled"), vec![]),
        }
    }
}

impl SignInMethod {
    /// In texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Widget => "widget",
            Self::MiniApp => "miniapp",
            Self::Bot => "bot",
            Self::Link => "link",
            Self::Email => "email",
            Self::Google => "google",
            Self::TelegramLogin => "telegram",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::language::Language;
    use crate::model::text::texts::Texts;

    /// One of each, as they are stored.
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
        r#"{"kind":"banned"}"#,
        r#"{"kind":"unbanned"}"#,
        r#"{"kind":"exported"}"#,
        r#"{"kind":"deletion_scheduled","day":"2026-11-30"}"#,
        r#"{"kind":"deletion_cancelled"}"#,
    ];

    #[test]
    fn what_was_written_is_read_and_has_words_in_every_language() {
        let texts = Texts::load().expect("the texts");
        for written in STORED_EVENTS {
            let event = ActivityEvent::from_json(written).expect(written);
            assert_eq!(event.to_json(), *written);
            assert_eq!(event.parts().0, serde_json::from_str::<Json>(written).expect("JSON")["kind"]);
            let (id, values) = event.sentence();
            for language in Language::ALL {
                let said = texts.text(language, &id, &values);
                assert!(said != id && !said.contains('{'), "{language:?} {said}");
            }
        }
        assert_eq!(ActivityEvent::from_json(r#"{"kind":"of_tomorrow"}"#), None);
    }

    #[test]
    fn parts_are_for_programs() {
        let (kind, details) = ActivityEvent::KeyMade { name: "laptop".into() }.parts();
        assert_eq!((kind.as_str(), details), ("key_created", serde_json::json!({"name": "laptop"})));
    }
}

//! Notices: messages the bot sends without being asked.
//!
//! A notice is stored with its cause and sent later. It holds facts, never text in a language, and never a secret.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::api_key::PlainKey;
use crate::model::notices::admin_action_notice::AdminActionNotice;
use crate::model::notices::broadcast_sums::BroadcastSums;

pub use crate::model::notices::app_notice::AppNotice;
pub use crate::model::notices::purchase_notice::PurchaseNotice;

/// Limit of the URL of a leak that is shown.
const MAX_ADDRESS_BYTES: usize = 500;

/// Id of a queued notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct NoticeId(pub i64);

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Notice to one person. Stored as JSON until sent, so every form ever written must stay readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// An API key was found in public, which revoked it.
    KeyLeaked {
        /// Name of the key.
        name: String,
        /// First and last characters of the key.
        masked: String,
        /// URL of the find, if it is known and contains no key.
        found_at: Option<String>,
    },
    /// A spent refresh token was reused, which ended its session.
    RefreshTokenReused {
        /// Browser or program that signed in.
        device: String,
        /// Network of its last refresh.
        network: String,
    },
    /// A person signed in.
    SignedIn {
        /// Id of the session.
        session: i64,
        /// Browser or program of the session.
        device: String,
        /// Network of the sign-in: a /24 or a /48.
        network: String,
    },
    /// A browser that the person approved in chat is signed in. Replaces the message that approved it.
    SignInApproved {
        /// Id of the session.
        session: i64,
        /// Browser or program of the session.
        device: String,
        /// Network of the sign-in: a /24 or a /48.
        network: String,
        /// Message to replace.
        message: i64,
    },
    /// An API key was created outside the chat.
    KeyCreated {
        /// Id of the key.
        key: i64,
        /// Name of the key.
        name: String,
        /// First and last characters of the key.
        masked: String,
    },
    /// An API key got a new secret outside the chat.
    KeyRotated {
        /// Id of the key.
        key: i64,
        /// Name of the key.
        name: String,
        /// First and last characters of the new secret.
        masked: String,
        /// Grace period of the previous secret, in seconds.
        grace: i64,
    },
    /// An API key was used from a new network.
    KeyFromNewNetwork {
        /// Id of the key.
        key: i64,
        /// Name of the key.
        name: String,
        /// First and last characters of the key.
        masked: String,
        /// Network of the use: a /24 or a /48.
        network: String,
    },
    /// An API key that works was posted in a group.
    KeyPosted {
        /// Id of the key.
        key: i64,
        /// Name of the key.
        name: String,
        /// First and last characters of the key.
        masked: String,
        /// True if the bot deleted the message.
        deleted: bool,
    },
    /// An API key expires soon.
    KeyExpires {
        /// Id of the key.
        key: i64,
        /// Name of the key.
        name: String,
        /// First and last characters of the key.
        masked: String,
        /// Days until then, rounded up.
        days: i64,
        /// Time of the expiry, in Unix seconds.
        expires_at: i64,
    },
    /// The rate limit refused many requests within a minute.
    RateLimited {
        /// Number of refused requests, at least.
        count: i64,
        /// Rate limit of the plan, in requests a minute.
        limit: i64,
    },
    /// The token balance is low.
    BalanceLow {
        /// Threshold crossed, in percent of the monthly tokens.
        percent: i64,
        /// Remaining tokens.
        left: i64,
        /// Monthly tokens of the plan.
        monthly: i64,
    },
    /// The plan ends soon.
    PlanEnds {
        /// Title of the plan.
        plan: String,
        /// Days until then, rounded up.
        days: i64,
        /// End of the plan, in Unix seconds.
        until: i64,
        /// Title of the plan that waits and follows; `None` for the base plan.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// The plan ended.
    PlanEnded {
        /// Title of the plan.
        plan: String,
        /// Title of the plan now in effect.
        base: String,
    },
    /// An identity was linked.
    Linked {
        /// Provider: `telegram`, `email` or `google`.
        provider: String,
        /// Name at that provider.
        label: String,
        /// Id of the undo, if the recipient may undo the change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undo: Option<i64>,
    },
    /// An identity was unlinked.
    Unlinked {
        /// Provider: `telegram`, `email` or `google`.
        provider: String,
        /// Name at that provider.
        label: String,
        /// Id of the undo, if the recipient may undo the change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undo: Option<i64>,
    },
    /// Another account was merged into this one.
    Merged {
        /// Number of the other account.
        account: i64,
        /// Id of the undo, if the recipient may undo the change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undo: Option<i64>,
    },
    /// The password was changed.
    PasswordChanged {
        /// Browser or program of the change.
        device: String,
        /// Network of the change: a /24 or a /48.
        network: String,
    },
    /// A broadcast started.
    BroadcastStarted {
        /// Id of the broadcast.
        broadcast: i64,
        /// Number of recipients that the admin confirmed.
        recipients: i64,
        /// Telegram id of the admin who started it; `None` for the operator.
        admin: Option<i64>,
    },
    /// A scheduled broadcast was due and is paused instead, because its author may no longer send
    /// broadcasts.
    BroadcastHeld {
        /// Id of the broadcast.
        broadcast: i64,
    },
    /// A broadcast is done.
    BroadcastDone {
        /// Id of the broadcast.
        broadcast: i64,
        /// Number of recipients by result.
        #[serde(flatten)]
        sums: BroadcastSums,
    },
    /// A broadcast sent nothing for long, or paused because of errors.
    BroadcastStalled {
        /// Id of the broadcast.
        broadcast: i64,
        /// Number of recipients.
        recipients: i64,
        /// Number of messages sent.
        sent: i64,
        /// Reason in English, if one is known.
        why: Option<String>,
    },
    /// Deletion was scheduled.
    DeletionScheduled {
        /// Day of the deletion, `2026-11-30`.
        day: String,
    },
    /// An admin did something to the account, or wrote to the person.
    AdminAction {
        /// What was done.
        notice: AdminActionNotice,
    },
    /// A receipt, a refund, or a renewal that failed.
    Purchase(PurchaseNotice),
    /// A sign-in to an app, a key that it made, or a refresh token that was reused.
    App(AppNotice),
    /// Deferred reply: an answer that Telegram did not accept in time. The only notice that holds text, never with a
    /// secret.
    Reply {
        /// Text in Telegram's HTML.
        html: String,
        /// Inline keyboard as Telegram's JSON.
        buttons: String,
        /// Topic of the question, as `message_thread_id`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<i32>,
    },
}

impl Notice {
    /// Returns the stored JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers always serialize. If one did not, the row would be reported as unreadable.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the stored JSON. Returns `None` for a kind that only a newer version knows.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// Returns the URL of a leak if it can be shown: http or https, not too long, without a key.
#[must_use]
pub fn address_to_show(address: &str) -> Option<String> {
    let web = url::Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let address = String::from(web);
    let fine = address.len() <= MAX_ADDRESS_BYTES && PlainKey::find_in(&address).next().is_none();
    fine.then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crypto::rng::SystemRng;

    #[test]
    fn every_stored_form_stays_readable() {
        let written = r#"{"kind":"key_leaked","name":"laptop","masked":"nb_ab12…wxyz","found_at":null}"#;
        let leaked = Notice::KeyLeaked { name: "laptop".into(), masked: "nb_ab12…wxyz".into(), found_at: None };
        assert_eq!((leaked.to_json().as_str(), Notice::from_json(written)), (written, Some(leaked.clone())));
        let written = r#"{"kind":"refresh_token_reused","device":"Firefox on Linux","network":"203.0.113.0/24"}"#;
        let reused = Notice::RefreshTokenReused { device: "Firefox on Linux".into(), network: "203.0.113.0/24".into() };
        assert_eq!((reused.to_json().as_str(), Notice::from_json(written)), (written, Some(reused.clone())));
        for written in [
            r#"{"kind":"signed_in","session":7,"device":"Firefox","network":"203.0.113.0/24"}"#,
            r#"{"kind":"sign_in_approved","session":7,"device":"Firefox","network":"203.0.113.0/24","message":12}"#,
            r#"{"kind":"key_created","key":1,"name":"laptop","masked":"nb_ab12…wxyz"}"#,
            r#"{"kind":"key_rotated","key":1,"name":"laptop","masked":"nb_ab12…wxyz","grace":3600}"#,
            r#"{"kind":"reply","html":"<b>Keys</b>","buttons":"{}"}"#,
            r#"{"kind":"key_from_new_network","key":1,"name":"laptop","masked":"nb_ab12…wxyz","network":"203.0.113.0/24"}"#,
            r#"{"kind":"key_posted","key":1,"name":"laptop","masked":"nb_ab12…wxyz","deleted":true}"#,
            r#"{"kind":"key_expires","key":1,"name":"laptop","masked":"nb_ab12…wxyz","days":7,"expires_at":1795435200}"#,
            r#"{"kind":"rate_limited","count":100,"limit":600}"#,
            r#"{"kind":"balance_low","percent":20,"left":300,"monthly":1500}"#,
            r#"{"kind":"plan_ends","plan":"VIP","days":7,"until":1795435200}"#,
            r#"{"kind":"plan_ends","plan":"VIP","days":7,"until":1795435200,"next":"Basic"}"#,
            r#"{"kind":"plan_ended","plan":"VIP","base":"Free"}"#,
            r#"{"kind":"linked","provider":"telegram","label":"@ivan"}"#,
            r#"{"kind":"unlinked","provider":"telegram","label":"@ivan"}"#,
            r#"{"kind":"merged","account":7}"#,
            r#"{"kind":"merged","account":7,"undo":3}"#,
            r#"{"kind":"linked","provider":"telegram","label":"@ivan","undo":3}"#,
            r#"{"kind":"unlinked","provider":"telegram","label":"@ivan","undo":3}"#,
            r#"{"kind":"password_changed","device":"Firefox","network":"203.0.113.0/24"}"#,
            r#"{"kind":"broadcast_started","broadcast":7,"recipients":100,"admin":900}"#,
            r#"{"kind":"broadcast_held","broadcast":7}"#,
            r#"{"kind":"broadcast_done","broadcast":7,"recipients":9,"sent":2,"unreachable":4,"blocked":2,"deactivated":1,"never_started":1,"failed":1,"uncertain":1,"opted_out":1}"#,
            r#"{"kind":"broadcast_stalled","broadcast":7,"recipients":9,"sent":2,"why":null}"#,
            r#"{"kind":"deletion_scheduled","day":"2026-11-30"}"#,
            r#"{"kind":"purchase","event":"plan_bought","title":"VIP","stars":500,"until":1798588800,"charge":"c1"}"#,
            r#"{"kind":"purchase","event":"plan_renewed","title":"VIP","stars":500,"until":1798588800,"charge":"c1"}"#,
            r#"{"kind":"purchase","event":"pack_bought","title":"1,000 tokens","stars":400,"tokens":1000,"balance":1100,"charge":"c1"}"#,
            r#"{"kind":"purchase","event":"refunded","title":"VIP","stars":500,"taken":0}"#,
            r#"{"kind":"purchase","event":"renewal_failed","title":"VIP","until":1798588800}"#,
            r#"{"kind":"app","event":"signed_in","grant":3,"app":"Grafana","host":"grafana.example.com","device":"Firefox","network":"203.0.113.0/24"}"#,
            r#"{"kind":"app","event":"key_created","key":1,"name":"laptop","masked":"nb_ab12…wxyz","app":"Grafana"}"#,
            r#"{"kind":"app","event":"key_rotated","key":1,"name":"laptop","masked":"nb_ab12…wxyz","grace":0,"app":"Grafana"}"#,
            r#"{"kind":"app","event":"refresh_token_reused","client":"c_1","app":"Grafana","host":"grafana.example.com"}"#,
        ] {
            assert_eq!(Notice::from_json(written).map(|notice| notice.to_json()).as_deref(), Some(written));
        }
        assert_eq!(Notice::from_json(r#"{"kind":"of_tomorrow"}"#), None);
    }

    #[test]
    fn an_address_is_shown_when_it_is_one_and_shows_no_key() {
        let fine = "https://github.com/octocat/Hello-World/blob/12345600b9cbe38a219f39a9941c9319b600c002/foo/bar.txt";
        assert_eq!(address_to_show(fine).as_deref(), Some(fine));
        let key = PlainKey::new(&SystemRng);
        let with_key = format!("https://github.com/octocat/{}", key.reveal());
        let long = format!("https://github.com/{}", "x".repeat(500));
        for address in ["", "javascript:alert(1)", "foo/bar.txt", &with_key, &long] {
            assert_eq!(address_to_show(address), None, "{address}");
        }
    }
}

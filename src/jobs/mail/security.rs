//! Content of emails about the security of an account.

use crate::domain::mail_queue::MailSource;
use crate::jobs::mail::content::{MailContent, MailLocalizer};
use crate::model::notices::notice::Notice;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::time::Moment;

/// Event of an email, and what the recipient may do.
pub(super) struct SecurityText<'a> {
    pub(super) notice: &'a Notice,
    /// Token of the link that undoes the event.
    pub(super) undo: Option<&'a OneTimeToken>,
    pub(super) public_url: &'a str,
}

/// Renders the content. The link of an undo leads to a page that asks before it acts.
pub(super) fn content(
    localizer: &MailLocalizer<'_>,
    name: &str,
    source: &MailSource,
    text: &SecurityText<'_>,
) -> MailContent {
    let SecurityText { notice, undo, public_url } = text;
    if let Notice::KeyExpires { name: key, expires_at, .. } = notice {
        let expiring = ExpiringKey { name: key, at: Moment(*expires_at) };
        return key_expires(localizer, name, public_url, expiring);
    }
    let (kind, what) = event(localizer, notice);
    let button = match undo {
        Some(token) => (localizer.text("mail-undo-button"), format!("{public_url}/web/undo?token={}", token.reveal())),
        None => (localizer.text("mail-security-button"), format!("{public_url}/web/profile/security")),
    };
    let next = if undo.is_some() { "mail-undo-after" } else { "mail-security-after" };
    MailContent {
        language: localizer.language.code(),
        subject: localizer.text(&format!("mail-{kind}-subject")),
        greeting: localizer.with("mail-greeting-name", name),
        before: vec![localizer.with(&format!("mail-{kind}-before"), &what)],
        button: Some(button),
        after: vec![localizer.text(next)],
        source: localizer.source(source),
        footer: localizer.with("mail-footer", public_url),
    }
}

#[derive(Clone, Copy)]
struct ExpiringKey<'a> {
    name: &'a str,
    at: Moment,
}

/// Content about a key that expires. Nobody asked for it, so it names no source.
fn key_expires(localizer: &MailLocalizer<'_>, person: &str, public_url: &str, key: ExpiringKey<'_>) -> MailContent {
    let keys_page = format!("{public_url}/web/profile/api-keys");
    MailContent {
        language: localizer.language.code(),
        subject: localizer.text("mail-key-expires-subject"),
        greeting: localizer.with("mail-greeting-name", person),
        before: vec![
            localizer.with("mail-key-expires-before", key.name),
            localizer.with("mail-key-expires-when", &localizer.day_and_time(key.at)),
        ],
        button: Some((localizer.text("mail-key-expires-button"), keys_page)),
        after: vec![localizer.text("mail-key-expires-after")],
        source: localizer.text("mail-key-expires-source"),
        footer: localizer.with("mail-footer", public_url),
    }
}

/// Kind of the event in text ids, and its subject.
fn event(localizer: &MailLocalizer<'_>, notice: &Notice) -> (&'static str, String) {
    match notice {
        Notice::Linked { label, .. } => ("added", label.clone()),
        Notice::Unlinked { label, .. } => ("removed", label.clone()),
        Notice::Merged { account, .. } => ("merged", format!("#{account}")),
        Notice::DeletionScheduled { day } => ("leaving", localizer.stored_day(day)),
        _ => ("signed-in", String::new()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use crate::model::notices::notice::Notice;

    /// One notice of each kind that is mailed.
    pub(in crate::jobs::mail) fn notices() -> Vec<Notice> {
        let (provider, label) = ("email".to_owned(), "ivan@example.com".to_owned());
        vec![
            Notice::Linked { provider: provider.clone(), label: label.clone(), undo: Some(1) },
            Notice::Unlinked { provider, label, undo: None },
            Notice::Merged { account: 7, undo: Some(1) },
            Notice::DeletionScheduled { day: "2026-11-30".to_owned() },
            Notice::KeyExpires { key: 7, name: "laptop".to_owned(), masked: String::new(), days: 7, expires_at: 0 },
            Notice::SignedIn { session: 7, device: "Firefox".to_owned(), network: "203.0.113.0/24".to_owned() },
        ]
    }
}

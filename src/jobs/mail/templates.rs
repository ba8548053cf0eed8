//! Emails: a subject, plain text and HTML with the same content. The templates are in `templates/mail/`.

use askama::Template;

use crate::domain::mail_queue::{DueMail, MailMessage};
use crate::jobs::mail::content::{MailContent, MailLocalizer};
use crate::jobs::mail::security;
use crate::jobs::mail::security::SecurityText;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::text::texts::Texts;

#[derive(Template)]
#[template(path = "mail/message.html")]
struct MailHtml<'a> {
    content: &'a MailContent,
}

#[derive(Template)]
#[template(path = "mail/message.txt")]
struct MailText<'a> {
    content: &'a MailContent,
}

/// Rendered email.
pub(in crate::jobs) struct RenderedMail {
    /// Subject line.
    pub(in crate::jobs) subject: String,
    /// Plain text.
    pub(in crate::jobs) text: String,
    /// HTML with the same content.
    pub(in crate::jobs) html: String,
}

/// Renders subject, plain text and HTML.
pub(in crate::jobs) fn render(texts: &Texts, due: &DueMail, public_url: &str) -> askama::Result<RenderedMail> {
    let content = content(&MailLocalizer { texts, language: due.language }, &due.message, public_url);
    let (text, html) = (MailText { content: &content }.render()?, MailHtml { content: &content }.render()?);
    Ok(RenderedMail { subject: content.subject, text, html })
}

fn content(localizer: &MailLocalizer<'_>, message: &MailMessage, public_url: &str) -> MailContent {
    if let MailMessage::Security { name, source, notice, undo } = message {
        let what = SecurityText { notice, undo: undo.as_ref(), public_url };
        return security::content(localizer, name, source, &what);
    }
    let kind = kind(message);
    let text = |part: &str| localizer.text(&format!("mail-{kind}-{part}"));
    let link = |path: &str, token: &OneTimeToken| format!("{public_url}{path}?token={}", token.reveal());
    let (name, source, address) = match message {
        MailMessage::Confirm { source, token, .. } => (None, source, link("/web/email/verify", token)),
        MailMessage::Link { source, token, .. } => (None, source, link("/web/email/link", token)),
        MailMessage::Reset { name, source, token } => (Some(name), source, link("/web/password/reset", token)),
        MailMessage::HaveAccount { name, source } => (name.as_ref(), source, format!("{public_url}/web")),
        MailMessage::Changed { name, source, .. } | MailMessage::Security { name, source, .. } => {
            (Some(name), source, format!("{public_url}/web/password/forgot"))
        }
    };
    let mut before = vec![text("before")];
    if let MailMessage::Changed { times: times @ 2.., .. } = message {
        before.push(localizer.count("mail-changed-many", *times));
    }
    MailContent {
        language: localizer.language.code(),
        subject: text("subject"),
        greeting: name
            .map_or_else(|| localizer.text("mail-greeting"), |name| localizer.with("mail-greeting-name", name)),
        before,
        button: Some((text("button"), address)),
        after: vec![text("after")],
        source: localizer.source(source),
        footer: localizer.with("mail-footer", public_url),
    }
}

const fn kind(message: &MailMessage) -> &'static str {
    match message {
        MailMessage::Confirm { .. } => "confirm",
        MailMessage::HaveAccount { name: Some(_), .. } => "account",
        MailMessage::HaveAccount { name: None, .. } => "google",
        MailMessage::Reset { .. } => "reset",
        MailMessage::Link { .. } => "link",
        MailMessage::Changed { .. } | MailMessage::Security { .. } => "changed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mail_queue::MailSource;
    use crate::model::crypto::rng::SystemRng;
    use crate::model::text::dates::UtcOffset;
    use crate::model::text::language::Language;
    use crate::model::time::Moment;

    fn messages() -> Vec<MailMessage> {
        let source = MailSource {
            device: "Firefox, Linux".into(),
            network: "203.0.113.0/24".into(),
            requested_at: Moment(1_795_435_200),
        };
        let name = "Ivan <b>".to_owned();
        let token = OneTimeToken::new(&SystemRng);
        [
            MailMessage::Confirm { name: name.clone(), source: source.clone(), token },
            MailMessage::HaveAccount { name: Some(name.clone()), source: source.clone() },
            MailMessage::HaveAccount { name: None, source: source.clone() },
            MailMessage::Reset { name: name.clone(), source: source.clone(), token },
            MailMessage::Link { name: name.clone(), source: source.clone(), token },
            MailMessage::Changed { name: name.clone(), source: source.clone(), times: 1 },
            MailMessage::Changed { name: name.clone(), source: source.clone(), times: 3 },
        ]
        .into_iter()
        .chain(security::tests::notices().into_iter().map(|notice| MailMessage::Security {
            name: name.clone(),
            source: source.clone(),
            undo: notice.undo().map(|_| token),
            notice,
        }))
        .collect()
    }

    #[test]
    fn every_mail_is_whole_in_every_language() {
        let texts = Texts::load().expect("the texts");
        for language in Language::ALL {
            for message in messages() {
                let content = content(&MailLocalizer { texts: &texts, language }, &message, "https://auth.example");
                let text = MailText { content: &content }.render().expect("a text");
                let html = MailHtml { content: &content }.render().expect("a page");
                for whole in [&content.subject, &text, &html] {
                    assert!(!whole.contains("mail-") && !whole.contains("{$") && !whole.contains("{ $"), "{whole}");
                }
                assert!(text.contains("https://auth.example/web") && html.contains("href=\"https://auth.example/web"));
                let day = texts.day(language, Moment(1_795_435_200), UtcOffset::default());
                let source = format!("Firefox, Linux · 203.0.113.x, {day}, 12:00 UTC");
                let is_asked_for = !text.contains("/web/profile/api-keys");
                assert!(text.contains(&source) == is_asked_for && !html.contains("<b>"), "{html}");
                if let MailMessage::Changed { times, .. } = message {
                    assert_eq!(content.before.iter().any(|line| line.contains('3')), times == 3, "{text}");
                }
                let by_stranger = matches!(message, MailMessage::Confirm { .. } | MailMessage::Link { .. });
                assert!(!by_stranger || !text.contains("Ivan"), "{text}");
            }
        }
    }
}

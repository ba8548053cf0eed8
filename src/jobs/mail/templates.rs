//! Content of emails: a subject, plain text and HTML with the same content. The templates are in `templates/mail/`.

use askama::Template;

use crate::domain::mail_queue::{DueMail, MailMessage, MailSource};
use crate::jobs::mail::security;
use crate::jobs::mail::security::SecurityText;
use crate::model::network::network_for_people;
use crate::model::sign_in::one_time_token::OneTimeToken;
use crate::model::text::dates::UtcOffset;
use crate::model::text::language::Language;
use crate::model::text::texts::{TextArg, Texts};
use crate::model::time::Moment;

/// Content of an email, in reading order.
pub(super) struct MailContent {
    pub(super) language: &'static str,
    pub(super) subject: String,
    /// Addresses the person by name only if the account is theirs; a stranger may have chosen the name of a new one.
    pub(super) greeting: String,
    pub(super) before: Vec<String>,
    pub(super) button: Option<(String, String)>,
    pub(super) after: Vec<String>,
    /// Device and network the email was requested from.
    pub(super) source: String,
    /// Reason the person receives this email.
    pub(super) footer: String,
}

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

pub(super) struct MailLocalizer<'a> {
    texts: &'a Texts,
    pub(super) language: Language,
}

impl MailLocalizer<'_> {
    pub(super) fn text(&self, id: &str) -> String {
        self.texts.text(self.language, id, &[])
    }

    /// Time in UTC: an email is read anywhere.
    pub(super) fn day_and_time(&self, at: Moment) -> String {
        self.texts.day_and_time(self.language, at, UtcOffset::default())
    }

    pub(super) fn stored_day(&self, day: &str) -> String {
        self.texts.stored_day(self.language, day)
    }

    fn count(&self, id: &str, count: i64) -> String {
        self.texts.text(self.language, id, &[("count", TextArg::Count(count))])
    }

    pub(super) fn source(&self, source: &MailSource) -> String {
        let (place, at) = (place(source), source.requested_at);
        let when = self.day_and_time(at);
        let values = [("what", TextArg::Text(&place)), ("when", TextArg::Text(&when))];
        self.texts.text(self.language, "mail-request-source", &values)
    }

    pub(super) fn with(&self, id: &str, what: &str) -> String {
        self.texts.text(self.language, id, &[("what", TextArg::Text(what))])
    }
}

fn content(words: &MailLocalizer<'_>, message: &MailMessage, public_url: &str) -> MailContent {
    if let MailMessage::Security { name, source, notice, undo } = message {
        let what = SecurityText { notice, undo: undo.as_ref(), public_url };
        return security::content(words, name, source, &what);
    }
    let kind = kind(message);
    let text = |part: &str| words.text(&format!("mail-{kind}-{part}"));
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
        before.push(words.count("mail-changed-many", *times));
    }
    MailContent {
        language: words.language.code(),
        subject: text("subject"),
        greeting: name.map_or_else(|| words.text("mail-greeting"), |name| words.with("mail-greeting-name", name)),
        before,
        button: Some((text("button"), address)),
        after: vec![text("after")],
        source: words.source(source),
        footer: words.with("mail-footer", public_url),
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

/// Names the device only if it cannot contain an address: browsers choose their own `User-Agent`, and our emails must
/// not carry links chosen by a stranger.
fn place(MailSource { device, network, .. }: &MailSource) -> String {
    let is_plain = !device.is_empty() && device.chars().all(|c| c.is_ascii_alphanumeric() || " ,".contains(c));
    let network = network_for_people(network);
    if network.is_empty() {
        return if is_plain { device.clone() } else { "–".to_owned() };
    }
    if is_plain { format!("{device} · {network}") } else { network }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crypto::rng::SystemRng;

    fn letters() -> Vec<MailMessage> {
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
            for message in letters() {
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

    #[test]
    fn nothing_that_could_be_an_address_goes_out() {
        let place = |device: &str| {
            place(&MailSource { device: device.into(), network: "203.0.113.0/24".into(), requested_at: Moment(0) })
        };
        assert_eq!(place("Firefox, Linux"), "Firefox, Linux · 203.0.113.x");
        for device in ["curl/8.5.0", "https://evil.example", "evil.example", "a@b"] {
            assert_eq!(place(device), "203.0.113.x");
        }
    }
}

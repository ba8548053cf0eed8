//! Content of an email, before it is rendered, and the texts it is made of.

use crate::domain::mail_queue::MailSource;
use crate::model::network::network_for_people;
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

/// Texts of emails in one language.
pub(super) struct MailLocalizer<'a> {
    pub(super) texts: &'a Texts,
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

    pub(super) fn count(&self, id: &str, count: i64) -> String {
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

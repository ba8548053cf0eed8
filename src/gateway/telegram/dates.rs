//! Dates in messages: `<tg-time>`, which Telegram shows by the reader's own clock (Bot API 9.5,
//! <https://core.telegram.org/bots/api#date-time-entity-formatting>). The text within is for older servers and apps.

use crate::gateway::telegram::{OutgoingMessage, Result, TelegramError};

/// Name of the tag.
const TAG: &str = "tg-time";

/// Returns the message with its dates as plain text if the server refused it because of them.
pub(super) fn without_dates<T>(message: &OutgoingMessage, outcome: &Result<T>) -> Option<OutgoingMessage> {
    let is_about_dates = matches!(outcome, Err(TelegramError::Refused(text)) if text.contains(TAG));
    is_about_dates.then(|| OutgoingMessage { html: plain_dates(&message.html), ..message.clone() })
}

/// Returns the text with dates as plain text.
fn plain_dates(html: &str) -> String {
    let mut parts = html.split("<tg-time ");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('>').map_or(part, |(_, date)| date));
    }
    plain.replace("</tg-time>", "")
}

#[cfg(test)]
mod tests {
    use super::plain_dates;

    #[test]
    fn the_text_of_a_date_stays() {
        let html = "<b>VIP</b> until <tg-time unix=\"1798502400\" format=\"D\">29 Dec 2026</tg-time>, \
                    then <tg-time unix=\"1\" format=\"D\">1 Jan 1970</tg-time>.";
        assert_eq!(plain_dates(html), "<b>VIP</b> until 29 Dec 2026, then 1 Jan 1970.");
        assert_eq!(plain_dates("a &lt; b"), "a &lt; b");
    }
}

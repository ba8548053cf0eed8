//! Support contact: whom people are sent to with questions.

use std::fmt;

use url::Url;

/// Shortest and longest Telegram username.
const USERNAME_CHARS: std::ops::RangeInclusive<usize> = 4..=32;
/// Longest address.
const MAX_ADDRESS_BYTES: usize = 254;

/// Contact of the operator, shown to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SupportContact {
    /// Telegram username, without `@`.
    Telegram(String),
    /// Email address.
    Email(String),
    /// Web page.
    Page(Url),
}

impl SupportContact {
    /// Reads `@name`, an email address or an https address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(name) = text.strip_prefix('@') {
            let is_name = USERNAME_CHARS.contains(&name.len())
                && name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            return is_name.then(|| Self::Telegram(name.to_owned()));
        }
        if text.starts_with("https://") {
            return Url::parse(text).ok().filter(|url| url.host().is_some()).map(Self::Page);
        }
        let (name, host) = text.split_once('@')?;
        let is_plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && b != b'@');
        let is_address = is_plain(name) && is_plain(host) && host.contains('.') && text.len() <= MAX_ADDRESS_BYTES;
        let is_safe = !text.contains(['<', '>', '"', '\'', '?', '&', '/', ':']);
        (is_address && is_safe).then(|| Self::Email(text.to_owned()))
    }

    /// Returns the address of a link to the contact. Telegram takes no `mailto:` in buttons.
    #[must_use]
    pub fn link(&self) -> String {
        match self {
            Self::Telegram(name) => format!("https://t.me/{name}"),
            Self::Email(address) => format!("mailto:{address}"),
            Self::Page(url) => url.to_string(),
        }
    }
}

/// The contact as people read it.
impl fmt::Display for SupportContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Telegram(name) => write!(f, "@{name}"),
            Self::Email(address) => f.write_str(address),
            Self::Page(url) => url.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SupportContact;

    #[test]
    fn a_contact_is_a_name_or_an_address() {
        let link = |text: &str| SupportContact::parse(text).map(|contact| (contact.to_string(), contact.link()));
        let pair = |text: &str, link: &str| Some((text.to_owned(), link.to_owned()));
        assert_eq!(link("@neural_help"), pair("@neural_help", "https://t.me/neural_help"));
        assert_eq!(link("help@example.org"), pair("help@example.org", "mailto:help@example.org"));
        assert_eq!(link("https://example.org/help"), pair("https://example.org/help", "https://example.org/help"));
        for wrong in ["", "@", "@a b", "@1234567", "name", "http://example.org", "a@b", "a@b.c?x", "a b@c.d", "<a@b.c>"]
        {
            assert_eq!(link(wrong), None, "{wrong}");
        }
    }
}

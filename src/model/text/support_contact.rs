//! Contact of the operator, to whom people turn with questions and about payments.

use url::Url;

use crate::model::sign_in::email_address::Email;

/// Limits of a Telegram username, in characters.
const USERNAME_CHARS: std::ops::RangeInclusive<usize> = 4..=32;

/// Contact that people are sent to: a Telegram name, an email address or a web page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SupportContact {
    /// Telegram username without the `@`.
    Telegram(String),
    /// Email address.
    Email(String),
    /// Web page.
    Web(Url),
}

impl SupportContact {
    /// Parses `@name`, `help@example.com` or `https://example.com/help`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected = || "expected @name, an email address or an https:// URL, got something else".to_owned();
        if let Some(name) = text.strip_prefix('@') {
            let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let is_name = is_plain && USERNAME_CHARS.contains(&name.len());
            return if is_name { Ok(Self::Telegram(name.to_owned())) } else { Err(expected()) };
        }
        if let Ok(url) = Url::parse(text)
            && matches!(url.scheme(), "http" | "https")
        {
            return Ok(Self::Web(url));
        }
        Email::parse(text).map(|email| Self::Email(email.as_str().to_owned())).map_err(|_| expected())
    }

    /// Returns the link that reaches the contact: a chat, a web page, or a mail program.
    #[must_use]
    pub fn link(&self) -> String {
        match self {
            Self::Telegram(name) => format!("https://t.me/{name}"),
            Self::Email(address) => format!("mailto:{address}"),
            Self::Web(url) => url.to_string(),
        }
    }

    /// Returns the link for a button in chat. Telegram accepts no `mailto:` there, so an email address has none.
    #[must_use]
    pub fn button_link(&self) -> Option<String> {
        (!matches!(self, Self::Email(_))).then(|| self.link())
    }
}

/// Writes the contact as people read it: `@name`, the address, or the URL.
impl std::fmt::Display for SupportContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Telegram(name) => write!(f, "@{name}"),
            Self::Email(address) => f.write_str(address),
            Self::Web(url) => f.write_str(url.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SupportContact;

    #[test]
    fn a_contact_is_a_name_an_address_or_a_page() {
        let read = |text: &str| SupportContact::parse(text).map(|contact| (contact.to_string(), contact.link()));
        let pair = |shown: &str, link: &str| Ok((shown.to_owned(), link.to_owned()));
        assert_eq!(read("@neuralbox_help"), pair("@neuralbox_help", "https://t.me/neuralbox_help"));
        assert_eq!(read("help@example.com"), pair("help@example.com", "mailto:help@example.com"));
        assert_eq!(read("https://example.com/help"), pair("https://example.com/help", "https://example.com/help"));
        for bad in ["", "@", "@a b", "@abc", "help", "javascript:alert(1)", "a@", "ftp://example.com", "tel:+123"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        let button = |text: &str| SupportContact::parse(text).expect("a contact").button_link();
        assert_eq!(button("help@example.com"), None, "Telegram refuses mailto: in a button");
        assert!(button("@neuralbox_help").is_some());
    }
}

//! Link buttons of broadcasts: parsing and validation.

use std::fmt;

use url::Url;

use crate::model::broadcasts::content::LinkButton;
use crate::model::text::invisible::is_invisible;

/// Limit of a label.
const MAX_LABEL_CHARS: usize = 64;
/// Limit of a URL.
const MAX_URL_CHARS: usize = 2048;

/// Reason a button is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonError {
    /// The line is not a label, a dash and a URL.
    Shape,
    /// The label is empty, too long or has several lines.
    Text,
    /// The URL is too long.
    LongAddress,
    /// The URL is missing or malformed.
    Address,
    /// The host has no dot, such as localhost. Telegram refuses it, and for most people it opens nothing.
    Host,
    /// Buttons do not open this scheme.
    Scheme,
}

/// English text for API clients and the command line. It completes the sentence "button …".
impl fmt::Display for ButtonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape => f.write_str("must be a text, a dash with spaces around it, and an address"),
            Self::Text => write!(f, "must have a text of 1 to {MAX_LABEL_CHARS} characters"),
            Self::LongAddress => write!(f, "must have an address of at most {MAX_URL_CHARS} bytes"),
            Self::Address => f.write_str("must have an address such as https://example.org"),
            Self::Host => f.write_str("must have an address whose host has a dot in it"),
            Self::Scheme => f.write_str("must have an address that begins with https://, http:// or tg://"),
        }
    }
}

impl LinkButton {
    /// Reads `Text - https://…`.
    pub fn parse(line: &str) -> Result<Self, ButtonError> {
        let separator = [" - ", " – ", " — "].into_iter().filter_map(|mark| Some((line.rfind(mark)?, mark))).max();
        let (at, mark) = separator.ok_or(ButtonError::Shape)?;
        let (text, url) = (line.get(..at).unwrap_or_default(), line.get(at + mark.len()..).unwrap_or_default());
        let button = Self { text: text.trim().to_owned(), url: url.trim().to_owned() };
        button.check().map(|()| button)
    }

    /// Checks the limits of Telegram.
    pub fn check(&self) -> Result<(), ButtonError> {
        let length = self.text.chars().filter(|c| !is_invisible(*c) && !c.is_whitespace()).count();
        if length == 0 || self.text.chars().count() > MAX_LABEL_CHARS || self.text.contains('\n') {
            return Err(ButtonError::Text);
        }
        if self.url.len() > MAX_URL_CHARS {
            return Err(ButtonError::LongAddress);
        }
        let url = Url::parse(&self.url).map_err(|_| ButtonError::Address)?;
        let dotted = url.host_str().is_some_and(|host| host.contains('.') && !host.ends_with('.'));
        match url.scheme() {
            "http" | "https" if dotted => Ok(()),
            "http" | "https" => Err(ButtonError::Host),
            "tg" => Ok(()),
            _ => Err(ButtonError::Scheme),
        }
    }
}

/// Writes the form that [`LinkButton::parse`] reads: `Text - https://…`.
impl fmt::Display for LinkButton {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} - {}", self.text, self.url)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_read() {
        let read = |line| LinkButton::parse(line).map(|button| (button.text, button.url));
        let pair = |text: &str, url: &str| Ok((text.to_owned(), url.to_owned()));
        assert_eq!(read("Read - https://a.example/x?y=1"), pair("Read", "https://a.example/x?y=1"));
        assert_eq!(read(" Before - after — tg://resolve?domain=x "), pair("Before - after", "tg://resolve?domain=x"));
    }

    #[test]
    fn what_telegram_would_refuse_is_explained() {
        for (line, flaw) in [
            ("Read https://a.example", ButtonError::Shape),
            (" - https://a.example", ButtonError::Text),
            ("\u{200b} - https://a.example", ButtonError::Text),
            ("Read - a.example", ButtonError::Address),
            ("Read - javascript:alert(1)", ButtonError::Scheme),
            ("Read - data:text/html,x", ButtonError::Scheme),
            ("Read - http://localhost/", ButtonError::Host),
        ] {
            assert_eq!(LinkButton::parse(line), Err(flaw), "{line}");
        }
        assert_eq!(LinkButton::parse(&format!("{} - https://a.example", "x".repeat(65))), Err(ButtonError::Text));
        let long = format!("Read - https://a.example/{}", "x".repeat(2048));
        assert_eq!(LinkButton::parse(&long), Err(ButtonError::LongAddress));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(text in "[a-z]([a-z -]{0,20}[a-z])?", path in "[a-z/?=&-]{0,20}") {
            let button = LinkButton { text, url: format!("https://a.example/{path}") };
            prop_assert_eq!(LinkButton::parse(&button.to_string()), Ok(button));
        }
    }
}

//! Email addresses, parsed once at the boundary.

use std::fmt;

/// Limit of an address (RFC 5321, 4.5.3.1.3: a path of 256 bytes without its angle brackets).
const MAX_ADDRESS_BYTES: usize = 254;
/// Limit of the local part (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

/// Email address of the form `dot-atom@domain.name`.
///
/// - The domain is in lower case and ASCII (IDNA 2008, as in browsers).
/// - The local part is stored as typed and compared in lower case, as practically every mail server does.
/// - Quoted local parts, address literals (`[127.0.0.1]`) and local parts beyond ASCII (RFC 6531) are rejected. They
///   are rare, few servers deliver to them, and without them no address can break a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    address: String,
    at: usize,
}

impl Email {
    /// Trims and parses an address. The error completes the sentence "email …".
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or("must be an address like ivan@example.com")?;
        if !is_dot_atom(local) {
            return Err("must have ASCII letters, digits and .!#$%&'*+/=?^_`{|}~- before the @");
        }
        let domain = ascii(domain).ok_or("must end in a domain name like example.com")?;
        if local.len() > MAX_LOCAL_BYTES || local.len() + 1 + domain.len() > MAX_ADDRESS_BYTES {
            return Err("must have at most 254 characters, 64 of them before the @");
        }
        Ok(Self { address: format!("{local}@{domain}"), at: local.len() })
    }

    /// Returns the address to send to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// Returns the address in lower case, which identifies it regardless of spelling.
    #[must_use]
    pub fn subject(&self) -> String {
        self.address.to_ascii_lowercase()
    }

    /// Returns the part before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        self.address.get(..self.at).unwrap_or_default()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

/// True for a dot-atom (RFC 5322, 3.2.3).
fn is_dot_atom(local: &str) -> bool {
    let atom = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
    };
    local.split('.').all(atom)
}

/// Returns the domain in ASCII. It must have at least two labels, and the last must not be a number.
fn ascii(domain: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    let last = ascii.rsplit_once('.').map(|(_, last)| last)?;
    let fine = !last.is_empty() && !last.bytes().all(|byte| byte.is_ascii_digit());
    fine.then_some(ascii)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        Email::parse(text).map_or_else(ToOwned::to_owned, |email| email.to_string())
    }

    #[test]
    fn addresses_as_people_write_them() {
        assert_eq!(read("  Ivan.Petrov+tag@Example.COM \n"), "Ivan.Petrov+tag@example.com");
        assert_eq!(read("ivan@почта.рф"), "ivan@xn--80a1acny.xn--p1ai");
        assert_eq!(read("ivan@ＥＸＡＭＰＬＥ.com"), "ivan@example.com");
        assert_eq!(read("o'neil@a-b.co.uk"), "o'neil@a-b.co.uk");
        let email = Email::parse("Ivan@Example.com").expect("an address");
        assert_eq!((email.local(), email.subject().as_str()), ("Ivan", "ivan@example.com"));
        assert!(Email::parse(&format!("{}@example.com", "x".repeat(64))).is_ok());
    }

    #[test]
    fn what_is_no_address() {
        let long = format!("{}@example.com", "x".repeat(65));
        let longer = format!("x@{}.com", vec!["y".repeat(60); 5].join("."));
        let bad = [
            "",
            "@",
            "ivan",
            "ivan@",
            "@example.com",
            "ivan@localhost",
            "ivan@127.0.0.1",
            "ivan@[127.0.0.1]",
            "ivan@example.com.",
            "i van@example.com",
            "\"i van\"@example.com",
            ".ivan@example.com",
            "ivan.@example.com",
            "i..van@example.com",
            "ivan@exa mple.com",
            "ivan@-example.com",
            "ivan@exam_ple.com",
            "иван@example.com",
            "ivan@example.com,olga@example.com",
            "ivan@example.com\r\nBcc: olga@example.com",
            "ivan\r\nBcc:@example.com",
            "ivan\0@example.com",
            "<ivan@example.com>",
            "Ivan <ivan@example.com>",
            "a@b@c.com",
            "ivan@example..com",
            "ivan@xn--a.com",
            &long,
            &longer,
        ];
        for text in bad {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        /// Every accepted address is safe in a header and an SMTP command, and parses to itself.
        #[test]
        fn what_is_taken_is_plain(text in "[ -~\\r\\n\u{430}-\u{44f}]{0,12}@[ -~\\r\\n\u{430}-\u{44f}]{0,14}\\.[a-z\u{430}-\u{44f}]{1,4}") {
            if let Ok(email) = Email::parse(&text) {
                let plain = email.as_str().bytes().all(|byte| byte.is_ascii_graphic() && !b"<>,;:\"\\()[]".contains(&byte));
                prop_assert!(plain, "{email}");
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }
    }
}

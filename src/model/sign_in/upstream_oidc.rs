//! People whom another service vouches for, by OpenID Connect: which services those are, what comes back from them, and whom
//! they name.

use crate::model::crypto::secret::Secret;

/// A service that vouches for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamProvider {
    /// Google.
    Google,
    /// "Log in with Telegram", the successor of the login widget: it names the same Telegram users.
    Telegram,
}

impl UpstreamProvider {
    /// As codes, metrics and logs name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Telegram => "telegram_login",
        }
    }

    /// The path of ours that it sends browsers back to.
    #[must_use]
    pub const fn callback(self) -> &'static str {
        match self {
            Self::Google => "/auth/google/callback",
            Self::Telegram => "/auth/telegram-login/callback",
        }
    }

    /// As people know it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Telegram => "Telegram",
        }
    }
}

/// How a provider knows us.
#[derive(Clone, Debug)]
pub struct UpstreamClient {
    /// Our public name there.
    pub client_id: String,
    /// Proves that it is we who redeem a code.
    pub client_secret: Secret,
    /// Who signs: letter by letter as the provider calls itself.
    pub issuer: String,
    /// Where the provider may send people with a code, letter by letter.
    pub redirect_uris: Vec<String>,
}

/// Where a browser is sent to, and what ties the answer to it.
#[derive(Clone, Copy, Debug)]
pub struct UpstreamRedirect<'a> {
    /// Comes back with the code.
    pub state: &'a str,
    /// Comes back inside the identity token; left out where the provider does not repeat it.
    pub nonce: Option<&'a str>,
    /// The SHA-256 of the code verifier (RFC 7636), in base64url.
    pub challenge: &'a str,
    /// Where the provider sends the browser with the code.
    pub redirect_uri: &'a str,
}

/// What came back from a provider, to be redeemed for a person.
#[derive(Clone, Debug)]
pub struct UpstreamCode {
    /// Good once, for minutes.
    pub code: Secret,
    /// Where it was sent to.
    pub redirect_uri: String,
    /// What the code's challenge was made from (RFC 7636), if there was one.
    pub code_verifier: Option<Secret>,
    /// What the identity token must repeat, if anything was asked for.
    pub nonce: Option<String>,
}

/// Who someone is at Google, as Google says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoogleProfile {
    /// Google's `sub`: the only thing that identifies them. Addresses change hands.
    pub subject: String,
    /// Their address in lower case, if Google has verified that it is theirs.
    pub email: Option<String>,
    /// What they are called; never empty.
    pub name: String,
}

impl GoogleProfile {
    /// The longest name we keep, in characters.
    const MAX_NAME_CHARS: usize = 128;
    /// The longest `sub` there is (OpenID Connect Core, 2), in bytes.
    const MAX_SUBJECT_BYTES: usize = 255;
    /// The longest address that mail can be sent to, in bytes.
    const MAX_EMAIL_BYTES: usize = 254;

    /// Takes what Google said; `None` if the `sub` cannot be one. An address that Google did not verify is forgotten, and so is
    /// one that could be read as something else.
    #[must_use]
    pub fn new(subject: &str, verified_email: Option<&str>, name: Option<&str>) -> Option<Self> {
        let fine =
            (1..=Self::MAX_SUBJECT_BYTES).contains(&subject.len()) && subject.bytes().all(|b| b.is_ascii_graphic());
        if !fine {
            return None;
        }
        let email = verified_email.map(|email| email.trim().to_ascii_lowercase()).filter(|email| is_address(email));
        let name = name.unwrap_or_default().replace(char::is_control, "");
        let mut name: String = name.trim().chars().take(Self::MAX_NAME_CHARS).collect();
        if name.is_empty() {
            let local = email.as_deref().and_then(|email| email.split('@').next());
            local.unwrap_or("Google user").clone_into(&mut name);
        }
        Some(Self { subject: subject.to_owned(), email, name })
    }
}

/// One `@`, something before it and something after it, nothing that is not printable ASCII.
fn is_address(email: &str) -> bool {
    let short = email.len() <= GoogleProfile::MAX_EMAIL_BYTES && email.bytes().all(|byte| byte.is_ascii_graphic());
    let mut parts = email.split('@');
    let named = |part: Option<&str>| part.is_some_and(|part| !part.is_empty());
    short && named(parts.next()) && named(parts.next()) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_google_says_is_taken_as_far_as_it_is_sound() {
        let full = GoogleProfile::new("1234", Some(" Ivan@Example.COM "), Some(" Ivan\0 Petrov ")).expect("a profile");
        assert_eq!((full.email.as_deref(), full.name.as_str()), (Some("ivan@example.com"), "Ivan Petrov"));
        let bare = GoogleProfile::new("1234", None, None).expect("a profile");
        assert_eq!((bare.email, bare.name.as_str()), (None, "Google user"));
        assert_eq!(GoogleProfile::new("1234", Some("ivan@example.com"), Some(" ")).expect("a profile").name, "ivan");
        for email in
            ["", "@", "ivan@", "@example.com", "a@b@c", "iván@example.com", "a b@example.com", &"a".repeat(300)]
        {
            assert_eq!(GoogleProfile::new("1", Some(email), None).expect("a profile").email, None, "{email:?}");
        }
        for subject in ["", " ", "a b", "é", "a\0", &"1".repeat(256)] {
            assert_eq!(GoogleProfile::new(subject, None, None), None, "{subject:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_never_empty_long_or_of_control_characters(name in any::<Option<String>>(), email in any::<Option<String>>()) {
            let profile = GoogleProfile::new("1", email.as_deref(), name.as_deref()).expect("a profile");
            let length = profile.name.chars().count();
            prop_assert!((1..=254).contains(&length));
            prop_assert!(!profile.name.chars().any(char::is_control));
        }
    }
}

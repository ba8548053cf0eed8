//! Upstream OpenID Connect providers: registrations, codes and profiles.

use crate::model::crypto::secret::Secret;
use crate::model::text::display_name;

/// Upstream provider at which we are a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamProvider {
    /// Google.
    Google,
    /// "Log in with Telegram", the successor of the login widget, with the same Telegram users.
    Telegram,
}

impl UpstreamProvider {
    /// Returns the name in codes, metrics and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Telegram => "telegram_login",
        }
    }

    /// Returns our path that the provider redirects browsers to.
    #[must_use]
    pub const fn callback(self) -> &'static str {
        match self {
            Self::Google => "/auth/google/callback",
            Self::Telegram => "/auth/telegram-login/callback",
        }
    }

    /// Returns the name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Telegram => "Telegram",
        }
    }
}

/// Registration of our client at a provider.
#[derive(Clone, Debug)]
pub struct UpstreamClient {
    /// Public id of our client.
    pub client_id: String,
    /// Authenticates our client when it redeems a code.
    pub client_secret: Secret,
    /// Issuer exactly as the provider writes it: OpenID Connect Core (3.1.3.7) requires an exact match.
    pub issuer: String,
    /// Registered redirect URIs. Providers compare them byte by byte.
    pub redirect_uris: Vec<String>,
}

/// Redirect of a browser to a provider, with the values that tie the response to it.
#[derive(Clone, Copy, Debug)]
pub struct UpstreamRedirect<'a> {
    /// Returned with the code; ties it to the browser.
    pub state: &'a str,
    /// Returned inside the ID token; `None` where the provider does not repeat it.
    pub nonce: Option<&'a str>,
    /// SHA-256 of the code verifier in base64url (RFC 7636).
    pub challenge: &'a str,
    /// URI to which the provider returns the browser.
    pub redirect_uri: &'a str,
}

/// Authorization code that a browser returned with.
#[derive(Clone, Debug)]
pub struct UpstreamCode {
    /// Valid once, for minutes.
    pub code: Secret,
    /// Redirect URI of the request; the provider compares it.
    pub redirect_uri: String,
    /// Code verifier of the request's challenge (RFC 7636), if there was one.
    pub code_verifier: Option<Secret>,
    /// Nonce that the ID token must repeat, if the request had one.
    pub nonce: Option<String>,
}

/// Google account as Google describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoogleProfile {
    /// Google's `sub`: the only stable identifier. Addresses change owners.
    pub subject: String,
    /// Address in lower case, only if Google verified it.
    pub email: Option<String>,
    /// True if Google is the authority for the address: nobody else can have it.
    pub is_authoritative: bool,
    /// Full name; never empty.
    pub name: String,
}

/// Claims of Google about a person, as its ID token holds them.
#[derive(Clone, Copy, Debug)]
pub struct GoogleClaims<'a> {
    /// `sub`.
    pub subject: &'a str,
    /// `email`, if Google says that it is verified.
    pub verified_email: Option<&'a str>,
    /// `hd`: the domain of a Google Workspace account.
    pub hosted_domain: Option<&'a str>,
    /// `name`.
    pub name: Option<&'a str>,
}

impl GoogleProfile {
    /// Limit of a name.
    const MAX_NAME_CHARS: usize = 128;
    /// Limit of a `sub` (OpenID Connect Core, 2).
    const MAX_SUBJECT_BYTES: usize = 255;
    /// Limit of an address that mail can be sent to.
    const MAX_EMAIL_BYTES: usize = 254;

    /// Validates Google's claims. Returns `None` for an impossible `sub`. Drops an address that is unverified or
    /// ambiguous.
    #[must_use]
    pub fn new(GoogleClaims { subject, verified_email, hosted_domain, name }: GoogleClaims<'_>) -> Option<Self> {
        let fine =
            (1..=Self::MAX_SUBJECT_BYTES).contains(&subject.len()) && subject.bytes().all(|b| b.is_ascii_graphic());
        if !fine {
            return None;
        }
        let email = verified_email.map(|email| email.trim().to_ascii_lowercase()).filter(|email| is_address(email));
        let name = name.and_then(|name| display_name::cleaned(name, Self::MAX_NAME_CHARS)).unwrap_or_else(|| {
            let local = email.as_deref().and_then(|email| email.split('@').next());
            local.unwrap_or("Google user").to_owned()
        });
        let is_authoritative = email.as_deref().is_some_and(|email| is_googles(email, hosted_domain));
        Some(Self { subject: subject.to_owned(), email, is_authoritative, name })
    }
}

/// True if Google assigns this address: one of Gmail, or of the Workspace domain in `hd`. For any other Google only once
/// sent a mail there, and the address may have another owner today
/// (<https://developers.google.com/identity/gsi/web/guides/verify-google-id-token>).
fn is_googles(email: &str, hosted_domain: Option<&str>) -> bool {
    let Some((_, domain)) = email.rsplit_once('@') else { return false };
    let is_hosted = hosted_domain.is_some_and(|hosted| hosted.trim().eq_ignore_ascii_case(domain));
    is_hosted || ["gmail.com", "googlemail.com"].contains(&domain)
}

/// True for one `@` between two non-empty parts of printable ASCII.
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

    fn profile(subject: &str, verified_email: Option<&str>, name: Option<&str>) -> Option<GoogleProfile> {
        GoogleProfile::new(GoogleClaims { subject, verified_email, hosted_domain: None, name })
    }

    #[test]
    fn google_is_the_authority_for_its_own_addresses_only() {
        let is_authoritative = |email: &str, hosted_domain: Option<&str>| {
            let claims = GoogleClaims { subject: "1", verified_email: Some(email), hosted_domain, name: None };
            GoogleProfile::new(claims).expect("a profile").is_authoritative
        };
        for (email, hosted) in [
            ("ivan@gmail.com", None),
            ("Ivan@GMAIL.com", None),
            ("ivan@googlemail.com", None),
            ("ivan@corp.example", Some("corp.example")),
            ("ivan@Corp.Example", Some("CORP.example")),
        ] {
            assert!(is_authoritative(email, hosted), "{email} {hosted:?}");
        }
        for (email, hosted) in [
            ("ivan@corp.example", None),
            ("ivan@corp.example", Some("")),
            ("ivan@corp.example", Some("example")),
            ("ivan@corp.example", Some("mail.corp.example")),
            ("ivan@mail.corp.example", Some("corp.example")),
            ("ivan@corp.example", Some("gmail.com")),
            ("ivan@gmail.com.example", None),
            ("ivan@notgmail.com", None),
        ] {
            assert!(!is_authoritative(email, hosted), "{email} {hosted:?}");
        }
        assert!(!profile("1", None, None).expect("a profile").is_authoritative);
    }

    #[test]
    fn what_google_says_is_taken_as_far_as_it_is_sound() {
        let full = profile("1234", Some(" Ivan@Example.COM "), Some(" Ivan\0 Petrov ")).expect("a profile");
        assert_eq!((full.email.as_deref(), full.name.as_str()), (Some("ivan@example.com"), "Ivan Petrov"));
        let bare = profile("1234", None, None).expect("a profile");
        assert_eq!((bare.email, bare.name.as_str()), (None, "Google user"));
        assert_eq!(profile("1234", Some("ivan@example.com"), Some(" ")).expect("a profile").name, "ivan");
        for email in
            ["", "@", "ivan@", "@example.com", "a@b@c", "iván@example.com", "a b@example.com", &"a".repeat(300)]
        {
            assert_eq!(profile("1", Some(email), None).expect("a profile").email, None, "{email:?}");
        }
        for subject in ["", " ", "a b", "é", "a\0", &"1".repeat(256)] {
            assert_eq!(profile(subject, None, None), None, "{subject:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_never_empty_long_or_of_control_characters(name in any::<Option<String>>(), email in any::<Option<String>>()) {
            let profile = profile("1", email.as_deref(), name.as_deref()).expect("a profile");
            let length = profile.name.chars().count();
            prop_assert!((1..=254).contains(&length));
            prop_assert!(!profile.name.chars().any(char::is_control));
        }
    }
}

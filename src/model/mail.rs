//! Mails that people are sent: what each is about. It never holds a secret: what stands in its link is made as it is sent.

use std::fmt;

/// The number of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct MailId(pub i64);

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How long the link of a confirmation is good from the moment it is sent, in seconds.
pub const VERIFY_LIFETIME_SECS: i64 = 86_400;
/// The same for a new password.
pub const RESET_LIFETIME_SECS: i64 = 3600;

/// What a mail is about, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// Somebody registered with the address: it is to be confirmed, or its owner told that they have an account.
    Register,
    /// Somebody forgot the address's password: they may choose another, if there is an account.
    Forgot,
    /// A signed-in person says that the address is theirs: it is to be confirmed.
    Link,
    /// The password was changed: its owner is told.
    Changed,
}

impl MailKind {
    const ALL: [Self; 4] = [Self::Register, Self::Forgot, Self::Link, Self::Changed];

    /// As it is stored, and as metrics name it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "verify_registration",
            Self::Forgot => "reset_password",
            Self::Link => "link_address",
            Self::Changed => "password_changed",
        }
    }

    /// Reads what was stored; `None` for a kind that only a newer version knows.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|errand| errand.as_str() == text)
    }
}

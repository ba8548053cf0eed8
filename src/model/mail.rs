//! Kinds of mail. A queued mail holds no secret: the token in its link is created when the mail is sent.

use std::fmt;

/// Id of a queued mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct MailId(pub i64);

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Lifetime of a verification link, from the moment the mail is sent: 24 hours.
pub const VERIFY_LIFETIME_SECS: i64 = 86_400;
/// Lifetime of a password-reset link, from the moment the mail is sent: one hour.
pub const RESET_LIFETIME_SECS: i64 = 3600;

/// Kind of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// Registration: verifies the address, or tells its owner that an account already exists.
    Register,
    /// Password reset: offers a new password, if the address has an account.
    Forgot,
    /// Verifies an address that a signed-in person wants to link.
    Link,
    /// Informs the owner that the password changed.
    Changed,
    /// Informs the owner of another event that concerns the security of the account.
    Security,
}

/// Shortest interval between two mails that report events of one kind to an address, in seconds.
pub const REPORT_INTERVAL_SECS: i64 = 3600;

impl MailKind {
    const ALL: [Self; 5] = [Self::Register, Self::Forgot, Self::Link, Self::Changed, Self::Security];

    /// Returns the stored form, which is also the metric label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "verify_registration",
            Self::Forgot => "reset_password",
            Self::Link => "link_address",
            Self::Changed => "password_changed",
            Self::Security => "security_notice",
        }
    }

    /// True if the mail reports an event and nobody asked for it. Such mails are paced: one of a kind to an address within
    /// [`REPORT_INTERVAL_SECS`], and later events share the next one.
    #[must_use]
    pub const fn is_report(self) -> bool {
        matches!(self, Self::Changed)
    }

    /// Reads the stored form. Returns `None` for a kind that only a newer version knows.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

//! Errors of operations: refusals and faults.
//!
//! A [`Refusal`] is addressed to the caller. It is closed, and every caller matches it without `_`: a new one does not
//! compile until it has a status and a sentence. A [`Fault`] is our own failure: it is logged and not shown to the
//! caller.

mod admin_action_error;
mod authorization_error;
mod broadcast_error;
mod purchase_error;
mod refusal;

use std::fmt;
use std::panic::Location;

use crate::model::sign_in::login_widget::PayloadError;
use crate::store;

pub use self::admin_action_error::AdminActionError;
pub use self::authorization_error::AuthorizationError;
pub use self::broadcast_error::BroadcastError;
pub use self::purchase_error::PurchaseError;
pub use self::refusal::{
    CredentialError, EmailTokenError, IdentityError, PlanUpgrade, Refusal, SignInRequestError, UpstreamFailure,
};

/// Result of an operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Refused by the rules, or failed on our side.
#[derive(Debug)]
pub enum Error {
    /// The rules do not allow it. Nothing was changed.
    Refused(Refusal),
    /// Something on our side broke.
    Failed(Fault),
}

/// Failure on our side: its cause and the place in the code that noticed it.
pub struct Fault {
    source: Box<dyn std::error::Error + Send + Sync>,
    noticed: &'static Location<'static>,
    passing: bool,
    read_only: bool,
}

impl Fault {
    /// Wraps a failure and records the caller's place in the code.
    #[track_caller]
    pub fn new(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: what.into(), noticed: Location::caller(), passing: false, read_only: false }
    }

    /// True if the failure is likely to pass: the database is unavailable, and the same request may succeed later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        self.passing
    }

    /// True if the database answers and takes no writes.
    #[must_use]
    pub const fn is_read_only(&self) -> bool {
        self.read_only
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (noticed at {}:{})", self.source, self.noticed.file(), self.noticed.line())
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<CredentialError> for Error {
    fn from(bad: CredentialError) -> Self {
        Self::Refused(Refusal::InvalidCredential(bad))
    }
}

impl From<IdentityError> for Error {
    fn from(why: IdentityError) -> Self {
        Self::Refused(Refusal::Identity(why))
    }
}

impl From<AdminActionError> for Error {
    fn from(why: AdminActionError) -> Self {
        Self::Refused(Refusal::AdminAction(why))
    }
}

impl From<BroadcastError> for Error {
    fn from(why: BroadcastError) -> Self {
        Self::Refused(Refusal::Broadcast(why))
    }
}

impl From<SignInRequestError> for Error {
    fn from(why: SignInRequestError) -> Self {
        Self::Refused(Refusal::SignInRequest(why))
    }
}

impl From<EmailTokenError> for Error {
    fn from(why: EmailTokenError) -> Self {
        Self::Refused(Refusal::EmailToken(why))
    }
}

impl From<PurchaseError> for Error {
    fn from(why: PurchaseError) -> Self {
        Self::Refused(Refusal::Purchase(why))
    }
}

impl From<AuthorizationError> for Error {
    fn from(why: AuthorizationError) -> Self {
        Self::Refused(Refusal::Authorization(why))
    }
}

impl From<PayloadError> for Error {
    fn from(flaw: PayloadError) -> Self {
        Self::Refused(match flaw {
            PayloadError::Malformed(how) => Refusal::Malformed(how),
            PayloadError::Fields(faults) => Refusal::Invalid(faults),
        })
    }
}

impl From<store::StoreError> for Error {
    #[track_caller]
    fn from(error: store::StoreError) -> Self {
        let read_only = error.trouble() == store::DatabaseTrouble::ReadOnly;
        match error {
            store::StoreError::Busy => Self::Refused(Refusal::Busy),
            store::StoreError::Database(fault) => {
                let passing = store::is_away(&fault);
                Self::Failed(Fault { source: Box::new(fault), noticed: Location::caller(), passing, read_only })
            }
        }
    }
}

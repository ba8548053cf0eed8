//! Why a verb did not do what it was asked.
//!
//! A [`Refusal`] is for whoever asked: closed, and matched without `_` by every face, so that a new one breaks their build
//! until it has a status and a sentence. A [`Fault`] is ours: it goes to the log, and nothing of it to the caller.

use std::fmt;
use std::panic::Location;

use crate::domain::rate_limits::RateLimitStatus;
use crate::model::broadcasts;
use crate::model::broadcasts::BroadcastState;
use crate::model::sign_in::login_widget::{FieldError, PayloadError};
use crate::model::sign_in::upstream_oidc::UpstreamProvider;
use crate::store;

/// What a verb answers.
pub type Result<T> = std::result::Result<T, Error>;

/// Refused, or failed.
#[derive(Debug)]
pub enum Error {
    /// The rules say no. Nothing was changed.
    Refused(Refusal),
    /// Something of ours broke.
    Failed(Fault),
}

/// Why the rules say no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No credential was shown.
    NotAuthenticated,
    /// A credential was shown that is no good.
    InvalidCredential(CredentialError),
    /// The plan has no API access.
    InsufficientPlan {
        /// The title of the plan the person has.
        plan: String,
        /// Where they can get a better one.
        upgrade_at: String,
    },
    /// The account has used up its requests for now.
    RateLimited(RateLimitStatus),
    /// Too many keys that do not exist were tried from one network.
    TooManyUnknownKeys(RateLimitStatus),
    /// The account may not be used.
    Banned,
    /// The request cannot be read.
    Malformed(String),
    /// The request can be read, but fields of it are wrong.
    Invalid(Vec<FieldError>),
    /// There is no such key among the caller's live ones.
    KeyNotFound,
    /// There is no such session among the caller's open ones.
    SessionNotFound,
    /// The account has a live key of that name.
    KeyNameTaken(String),
    /// The account has as many live keys as its plan allows.
    TooManyKeys {
        /// How many that is.
        limit: u32,
    },
    /// The same request was answered before, and what it made is gone since.
    AlreadyDone,
    /// The request comes from a website that is not allowed to make it.
    ForeignOrigin,
    /// The caller is not an admin.
    NotAdmin,
    /// There is no such person.
    PersonNotFound,
    /// There is no such plan.
    PlanNotFound,
    /// There is no such broadcast.
    BroadcastNotFound,
    /// The broadcast is in a state in which that cannot be done.
    BroadcastState(BroadcastState),
    /// Somebody else changed the draft in the meantime.
    BroadcastChanged,
    /// The broadcast reaches another number of people than was confirmed, or nobody.
    RecipientCountChanged {
        /// How many were confirmed.
        confirmed: i64,
        /// How many there are.
        recipients: i64,
    },
    /// A report of leaked keys that GitHub did not sign.
    UntrustedLeakReport,
    /// Whether GitHub signed a report cannot be known: its public keys cannot be had.
    GitHubUnavailable {
        /// After how many seconds it makes sense to try again.
        seconds: u32,
    },
    /// The balance does not reach for what is charged.
    InsufficientBalance {
        /// Tokens left.
        balance: i64,
        /// Tokens asked for.
        price: i64,
    },
    /// There is no key or person with the number that is to be charged.
    PayerNotFound,
    /// The same request was charged before, to another account or at another price.
    ChargeConflict {
        /// The request.
        request_id: String,
    },
    /// No service credential is set, so nobody can show one.
    ServiceCallsDisabled,
    /// A one-time sign-in that signs nobody in, or not any more.
    SignInRequest(SignInRequestError),
    /// Too many browsers asked to be signed in from one network.
    TooManySignIns(RateLimitStatus),
    /// The account is to be deleted; its person may still keep it.
    DeletionScheduled,
    /// The way that was proven leads into an account that is shut, or is to be deleted.
    OtherAccountClosed,
    /// There is no such way into the caller's account.
    IdentityNotFound,
    /// Nobody could sign in to the account any more.
    LastIdentity,
    /// For this the caller must have signed in a moment ago.
    ReauthenticationRequired,
    /// There is no such offer to merge.
    MergeOfferNotFound,
    /// The offer was taken or turned down, its time is over, or something has changed since.
    MergeOfferExpired,
    /// A provider does not name the person.
    Upstream(UpstreamProvider, UpstreamFailure),
    /// E-mail accounts are off: no mail can be sent.
    EmailDisabled,
    /// A link of a mail that is good for nothing, or not any more.
    EmailToken(EmailTokenError),
    /// Too many passwords were tried, or too many mails asked for.
    TooManyAttempts {
        /// After how many seconds there is another try.
        seconds: u32,
    },
    /// More work waits than can be done soon.
    Busy,
}

/// Why a provider of identities does not name anyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamFailure {
    /// It is not set up.
    Disabled,
    /// It does not answer.
    Unavailable {
        /// After how many seconds it makes sense to try again.
        seconds: u32,
    },
    /// It answers what makes no sense.
    InvalidResponse,
    /// It does not know the code, or not any more.
    CodeRefused,
    /// What it answered proves nothing: not its signature, not for us, not now, or with another nonce.
    InvalidIdToken,
}

/// Why a link of a mail is good for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailTokenError {
    /// There is none like it.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was used before, or another one was in its place.
    Used,
}

/// Why a one-time sign-in (a link from the chat, or a browser that asked the bot) signs nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRequestError {
    /// There is none like it.
    Unknown,
    /// Its two minutes are over.
    Expired,
    /// The person said no, or tapped another number.
    Refused,
    /// It was used before.
    Used,
}

/// What is wrong with a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialError {
    /// Not one of ours, or tampered with.
    Invalid,
    /// Its time is over.
    Expired,
    /// The session it belongs to was ended.
    SessionEnded,
    /// A sign-in that Telegram did not sign.
    LoginForged,
    /// A sign-in that Telegram signed too long ago.
    LoginStale,
    /// A sign-in from the future.
    LoginFuture,
    /// A sign-in that was used before.
    LoginUsed,
    /// A refresh token that was spent before: its session is ended now.
    RefreshReplayed,
    /// A key that nobody has.
    KeyUnknown,
    /// A key that was revoked.
    KeyRevoked,
    /// A key whose time is over.
    KeyExpired,
    /// Not the service credential.
    NotService,
    /// Not the password of that address; or there is no such address, or it is not confirmed.
    WrongPassword,
}

/// Something of ours that broke: what, and where it was noticed.
pub struct Fault {
    source: Box<dyn std::error::Error + Send + Sync>,
    noticed: &'static Location<'static>,
    passing: bool,
}

impl Fault {
    /// Something broke that has no error of its own.
    #[track_caller]
    pub fn new(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: what.into(), noticed: Location::caller(), passing: false }
    }

    /// Whether it is likely to pass: the database is away, and the same request may succeed later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        self.passing
    }
}

/// For the log.
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

impl From<PayloadError> for Error {
    fn from(flaw: PayloadError) -> Self {
        Self::Refused(match flaw {
            PayloadError::Malformed(how) => Refusal::Malformed(how),
            PayloadError::Fields(faults) => Refusal::Invalid(faults),
        })
    }
}

impl From<broadcasts::validation::DraftError> for Refusal {
    fn from(flaw: broadcasts::validation::DraftError) -> Self {
        Self::Invalid(vec![flaw.into()])
    }
}

impl From<store::StoreError> for Error {
    #[track_caller]
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::Busy => Self::Refused(Refusal::Busy),
            store::StoreError::Database(fault) => {
                let passing = store::is_away(&fault);
                Self::Failed(Fault { source: Box::new(fault), noticed: Location::caller(), passing })
            }
        }
    }
}

impl Refusal {
    /// One field is wrong.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }
}

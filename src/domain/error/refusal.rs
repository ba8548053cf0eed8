//! Refusals: the closed list of reasons why the rules do not allow an operation.

use crate::domain::error::{AdminActionError, AuthorizationError, BroadcastError, PurchaseError};
use crate::model::admin_action::role::AdminRole;
use crate::model::broadcasts;
use crate::model::oauth::oauth_error::OAuthError;
use crate::model::rate_limit::RateLimitStatus;
use crate::model::sign_in::login_widget::FieldError;
use crate::model::sign_in::upstream_oidc::UpstreamProvider;

/// Reason why the rules do not allow an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No credential was sent.
    NotAuthenticated,
    /// The credential is not valid.
    InvalidCredential(CredentialError),
    /// The plan does not include API access.
    InsufficientPlan {
        /// Title of the account's present plan.
        plan: String,
        /// Titles of the plans with API access, in the order of the plans file.
        plans: Vec<String>,
        /// Way to a plan with API access.
        upgrade: PlanUpgrade,
    },
    /// The account has used up its requests for now.
    RateLimited(RateLimitStatus),
    /// One network tried too many keys that do not exist.
    TooManyUnknownKeys(RateLimitStatus),
    /// The account is suspended.
    Banned {
        /// Contact to write to; `None` if the operator has published none.
        contact: Option<String>,
    },
    /// The request cannot be parsed.
    Malformed(String),
    /// The request parses, but some of its fields are invalid.
    Invalid(Vec<FieldError>),
    /// The caller has no live key with this id.
    KeyNotFound,
    /// The caller has no open session with this id.
    SessionNotFound,
    /// A live key of the account already has this name.
    KeyNameTaken(String),
    /// The account has as many live keys as its plan allows.
    TooManyKeys {
        /// Live keys that the plan allows.
        limit: u32,
        /// Way to a plan with more keys; `None` if no plan has more.
        upgrade: Option<PlanUpgrade>,
    },
    /// The request was answered before, and its result no longer exists.
    AlreadyDone,
    /// The request comes from a website that is not allowed to make it.
    ForeignOrigin,
    /// The caller is not an admin.
    NotAdmin,
    /// The caller is an admin whose role does not allow the operation.
    RoleNotAllowed(AdminRole),
    /// The action of an admin is not performed, or not undone.
    AdminAction(AdminActionError),
    /// No such person exists.
    PersonNotFound,
    /// No such plan exists.
    PlanNotFound,
    /// The broadcast does not allow the operation.
    Broadcast(BroadcastError),
    /// GitHub did not sign the report of leaked keys.
    UntrustedLeakReport,
    /// The signature of a leak report could not be checked: GitHub's public keys are unavailable.
    GitHubUnavailable {
        /// Seconds until a retry makes sense.
        seconds: u32,
    },
    /// The balance is lower than the charge.
    InsufficientBalance {
        /// Tokens left.
        balance: i64,
        /// Tokens of the charge.
        price: i64,
    },
    /// The key or account to be charged does not exist.
    PayerNotFound,
    /// The request was charged before, to another account or at another price.
    ChargeConflict {
        /// Id of the charged request.
        request_id: String,
    },
    /// Something cannot be bought, cancelled or given back.
    Purchase(PurchaseError),
    /// No service token is configured.
    ServiceCallsDisabled,
    /// The sign-in link or bot sign-in is not valid, or no longer.
    SignInRequest(SignInRequestError),
    /// One network asked for too many bot sign-ins.
    TooManySignIns(RateLimitStatus),
    /// The account is scheduled for deletion; its owner can still cancel that.
    DeletionScheduled,
    /// The rules of sign-in methods do not allow it.
    Identity(IdentityError),
    /// The operation needs a recent sign-in.
    ReauthenticationRequired,
    /// An admin must sign in with their Telegram account for this.
    TelegramSignInRequired,
    /// The caller has no such merge offer.
    MergeOfferNotFound,
    /// The merge offer was accepted, declined or has expired, or an account has changed since.
    MergeOfferExpired,
    /// The upstream provider did not identify the person.
    Upstream(UpstreamProvider, UpstreamFailure),
    /// Email accounts are off because no mail can be sent.
    EmailDisabled,
    /// The link of a mail is not valid, or no longer.
    EmailToken(EmailTokenError),
    /// Too many passwords were tried, or too many mails requested.
    TooManyAttempts {
        /// Seconds until the next attempt is allowed.
        seconds: u32,
    },
    /// Too many credentials from the network were refused. The answer is late, so that a flood is slow.
    TooManyRefusals {
        /// Seconds until the next credential is judged.
        seconds: u32,
    },
    /// A client of the OAuth provider receives an error of the protocol.
    OAuth(OAuthError),
    /// A page of the OAuth provider cannot continue, or an access token does not suffice.
    Authorization(AuthorizationError),
    /// No such client of the OAuth provider exists.
    ClientNotFound,
    /// No such app has access to the account.
    AppNotFound,
    /// Too much work is queued.
    Busy,
}

/// Way to a larger plan. Without a price nothing can be bought, and the texts name the person to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanUpgrade {
    /// Plans are sold on this page.
    Sold {
        /// URL of the page.
        page: String,
    },
    /// Plans are assigned by the operator.
    Assigned {
        /// URL of the page that compares the plans.
        page: String,
        /// Contact to ask; `None` if the operator has published none.
        contact: Option<String>,
    },
}

/// Reason why an upstream provider did not identify anyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamFailure {
    /// The provider is not configured.
    Disabled,
    /// The provider does not answer.
    Unavailable {
        /// Seconds until a retry makes sense.
        seconds: u32,
    },
    /// The provider's answer cannot be understood.
    InvalidResponse,
    /// The provider does not know the code, or no longer.
    CodeRefused,
    /// The ID token proves nothing: its signature, audience, time or nonce is wrong.
    InvalidIdToken,
}

/// Reason why the link of a mail is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailTokenError {
    /// No such link exists.
    Unknown,
    /// The lifetime of the link is over.
    Expired,
    /// The link was used before, or a newer one has replaced it.
    Used,
}

/// Reason why a sign-in method cannot be used, added, removed or restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityError {
    /// The caller's account has no such identity.
    NotFound,
    /// The last identity of an account cannot be unlinked: nobody could sign in any more.
    Last,
    /// The identity of the caller was added less than seven days ago and cannot change an older one.
    TooNew,
    /// A password reset disabled the identity, until the owner confirms it.
    Disabled,
    /// A password was reset by this address, so that for a week only a sign-in by email may remove it.
    Protected,
    /// An account has the address of this Google account, and Google is not the authority for it: the person proves the
    /// address first.
    AddressUnproven,
    /// The proven identity belongs to an account that is suspended or scheduled for deletion.
    OtherAccountClosed,
    /// The change of sign-in methods was undone before, or can no longer be undone.
    UndoExpired,
    /// The identity to restore is in use by another account.
    InUse,
}

/// Reason why a sign-in link or a bot sign-in signs nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRequestError {
    /// No such link or request exists.
    Unknown,
    /// Its two minutes are over.
    Expired,
    /// The person declined it or tapped another number.
    Refused,
    /// It was used before.
    Used,
}

/// Reason why a credential is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialError {
    /// Not issued by us, or tampered with.
    Invalid,
    /// The lifetime of the credential is over.
    Expired,
    /// The session of the credential has ended.
    SessionEnded,
    /// Telegram did not sign the payload.
    LoginForged,
    /// Telegram signed the payload too long ago.
    LoginStale,
    /// The payload is dated in the future.
    LoginFuture,
    /// The proof was used before.
    LoginUsed,
    /// The refresh token was spent before; its session is now ended.
    RefreshReplayed,
    /// No such API key exists.
    KeyUnknown,
    /// The API key was revoked.
    KeyRevoked,
    /// The API key has expired.
    KeyExpired,
    /// Not the service token.
    NotService,
    /// Wrong password, unknown address, or address not yet verified. The caller cannot tell which.
    WrongPassword,
}

impl From<broadcasts::validation::DraftError> for Refusal {
    fn from(flaw: broadcasts::validation::DraftError) -> Self {
        Self::Invalid(vec![flaw.into()])
    }
}

impl Refusal {
    /// Reports one invalid field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }
}

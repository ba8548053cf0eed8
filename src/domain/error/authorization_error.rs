//! Reasons why a page of the OAuth provider cannot continue, or an access token does not suffice.

use crate::model::oauth::scope::Scope;

/// Reason why a page of the OAuth provider cannot continue, or an access token does not suffice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationError {
    /// No such client exists, or it is disabled.
    ClientUnknown,
    /// The client has not registered this address. Nothing vouches for it.
    RedirectUriNotRegistered {
        /// The address, to be shown as text.
        redirect_uri: String,
    },
    /// The request is unknown, answered or expired.
    RequestExpired,
    /// The request was begun in another browser.
    OtherBrowser,
    /// The consent page is out of date.
    ConsentStale,
    /// No device waits with this code.
    DeviceCodeUnknown,
    /// The number was not that of the device, which denied it.
    DeviceNumberWrong,
    /// Too many codes of devices were tried.
    DeviceTooManyTries {
        /// Seconds until the next attempt is allowed.
        seconds: u32,
    },
    /// The access token does not include the scope that the call needs.
    InsufficientScope {
        /// The scope.
        scope: Scope,
    },
}

impl AuthorizationError {
    /// Returns the published code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ClientUnknown => "client_unknown",
            Self::RedirectUriNotRegistered { .. } => "redirect_uri_not_registered",
            Self::RequestExpired => "authorize_request_expired",
            Self::OtherBrowser => "authorize_other_browser",
            Self::ConsentStale => "consent_stale",
            Self::DeviceCodeUnknown => "device_code_unknown",
            Self::DeviceNumberWrong => "device_number_wrong",
            Self::DeviceTooManyTries { .. } => "device_too_many_tries",
            Self::InsufficientScope { .. } => "insufficient_scope",
        }
    }
}

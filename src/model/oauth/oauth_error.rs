//! Errors of the protocol: the closed list of codes that clients understand.

/// Error that a client receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OAuthError {
    /// Code that programs read.
    pub code: OAuthErrorCode,
    /// Sentence for the developer of the client.
    pub description: &'static str,
}

impl OAuthError {
    /// Combines a code with a sentence.
    #[must_use]
    pub const fn new(code: OAuthErrorCode, description: &'static str) -> Self {
        Self { code, description }
    }
}

/// Code of an error: RFC 6749 (4.1.2.1, 5.2), RFC 8628 (3.5), RFC 8707 (2), OpenID Connect Core (3.1.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OAuthErrorCode {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest,
    /// The client is unknown, or its secret is wrong.
    InvalidClient,
    /// The code or refresh token is not valid.
    InvalidGrant,
    /// The client may not use this grant type.
    UnauthorizedClient,
    /// The grant type does not exist.
    UnsupportedGrantType,
    /// The response type is not `code`.
    UnsupportedResponseType,
    /// A scope does not exist, or exceeds what was granted.
    InvalidScope,
    /// The client may not ask for tokens for this resource.
    InvalidTarget,
    /// The person or the rules said no.
    AccessDenied,
    /// Without a page nobody can sign in.
    LoginRequired,
    /// Without a page nobody can consent.
    ConsentRequired,
    /// Request objects are not supported.
    RequestNotSupported,
    /// Request objects by reference are not supported.
    RequestUriNotSupported,
    /// Registration by request is not supported.
    RegistrationNotSupported,
    /// The person has not decided about the device.
    AuthorizationPending,
    /// The device polls too fast.
    SlowDown,
    /// The device code has expired.
    ExpiredToken,
    /// Something on our side broke.
    TemporarilyUnavailable,
}

impl OAuthErrorCode {
    /// Returns the code as clients read it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

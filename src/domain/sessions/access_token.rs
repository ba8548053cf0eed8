//! Access tokens: JSON Web Tokens as RFC 9068 lays them out, signed with HS256 and no other algorithm (RFC 8725, 3.1).

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::domain::error::{CredentialError, Error, Fault, Result};
use crate::model::accounts::account::AccountId;
use crate::model::session::SessionId;
use crate::model::time::Moment;

/// How long an access token is good, in seconds.
pub const ACCESS_TOKEN_SECS: i64 = 900;
/// The `typ` that tells it from every other kind of JWT.
const JWT_TYPE: &str = "at+jwt";

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// Who made it: our public URL.
    pub iss: String,
    /// Who it is for: our public URL too.
    pub aud: String,
    /// The account's number, as text.
    pub sub: String,
    /// The session's number, as text.
    pub sid: String,
    /// The id of the plan when it was made.
    pub plan: String,
    /// When it was made, in Unix seconds.
    pub iat: i64,
    /// When it stops being good, in Unix seconds.
    pub exp: i64,
    /// From when on it is good, in Unix seconds. Ours do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Makes each one different.
    pub jti: String,
}

impl AccessTokenClaims {
    /// The session it was made for.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        self.sid.parse().ok().map(SessionId)
    }

    /// The account it was made for.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.sub.parse().ok().map(AccountId)
    }
}

/// Makes access tokens and reads them.
pub struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    issuer: String,
}

impl AccessTokens {
    /// Signs with `secret`, used as it is.
    #[must_use]
    pub fn new(secret: &[u8], issuer: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library would ask the system's clock; `read` asks ours.
        validation.validate_exp = false;
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            issuer: issuer.to_owned(),
        }
    }

    /// Makes a token for a session.
    pub fn make(
        &self,
        session: SessionId,
        account: AccountId,
        plan: &str,
        (now, jti): (Moment, String),
    ) -> Result<String> {
        let claims = AccessTokenClaims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: account.to_string(),
            sid: session.to_string(),
            plan: plan.to_owned(),
            iat: now.0,
            exp: now.plus(ACCESS_TOKEN_SECS).0,
            nbf: None,
            jti,
        };
        let header = Header { typ: Some(JWT_TYPE.to_owned()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &claims, &self.encoding).map_err(|fault| Error::Failed(Fault::new(fault)))
    }

    /// Reads a token that is ours and good at `now`.
    pub fn read(&self, token: &str, now: Moment) -> Result<AccessTokenClaims> {
        let read = jsonwebtoken::decode::<AccessTokenClaims>(token, &self.decoding, &self.validation);
        let token = read.map_err(|_| CredentialError::Invalid)?;
        if token.header.typ.as_deref() != Some(JWT_TYPE)
            || token.claims.iat > now.plus(60).0
            || token.claims.nbf.is_some_and(|nbf| nbf > now.plus(60).0)
        {
            return Err(CredentialError::Invalid.into());
        }
        if token.claims.exp <= now.0 {
            return Err(CredentialError::Expired.into());
        }
        Ok(token.claims)
    }
}

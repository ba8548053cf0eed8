//! Access tokens: JSON Web Tokens by RFC 9068, signed with HS256 and no other algorithm (RFC 8725, 3.1).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::domain::error::{CredentialError, Error, Fault, Result};
use crate::domain::sessions::jwt_crypto;
use crate::model::accounts::account::AccountId;
use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;
use crate::model::session::SessionId;
use crate::model::time::Moment;

/// Lifetime of an access token, in seconds.
pub const ACCESS_TOKEN_SECS: i64 = 900;
/// Header `typ` that distinguishes access tokens from other kinds of JWT.
const JWT_TYPE: &str = "at+jwt";

/// Claims of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// Issuer: our public URL.
    pub iss: String,
    /// Audience: our public URL as well.
    pub aud: String,
    /// Account id as text.
    pub sub: String,
    /// Session id as text.
    pub sid: String,
    /// Id of the plan at the time of issue.
    pub plan: String,
    /// Time of issue, in Unix seconds.
    pub iat: i64,
    /// Expiry, in Unix seconds.
    pub exp: i64,
    /// Start of validity, in Unix seconds. Ours omit it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Id that makes each token unique. Also carries the refresh generation: [`token_id`].
    pub jti: String,
}

impl AccessTokenClaims {
    /// Returns the session the token was issued for.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        self.sid.parse().ok().map(SessionId)
    }

    /// Returns the account the token was issued for.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.sub.parse().ok().map(AccountId)
    }
}

impl AccessTokenClaims {
    /// True if the token was issued with the refresh token of that generation. An id of another form counts as one, to
    /// be on the safe side.
    #[must_use]
    pub fn is_of_generation(&self, generation: i64) -> bool {
        let id = URL_SAFE_NO_PAD.decode(&self.jti).ok().and_then(|id| <[u8; 16]>::try_from(id).ok());
        id.is_none_or(|id| u128::from_be_bytes(id) == id_of(u128::from_be_bytes(id) >> 32, generation))
    }
}

/// Returns the id of a new access token: 96 random bits, and the refresh generation it is issued with.
pub(in crate::domain) fn token_id(generation: i64, rng: &dyn Rng) -> String {
    let random = u128::from_be_bytes(rng::bytes::<16>(rng)) >> 32;
    URL_SAFE_NO_PAD.encode(id_of(random, generation).to_be_bytes())
}

/// Joins both parts. The low 32 bits of the generation are masked with random ones, so that ids show no counter.
fn id_of(random: u128, generation: i64) -> u128 {
    let generation = u128::from(generation.unsigned_abs()) & 0xffff_ffff;
    (random << 32) | ((random ^ generation) & 0xffff_ffff)
}

/// Issues and verifies access tokens.
pub struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    /// Key before the latest change of the secret.
    previous: Option<DecodingKey>,
    validation: Validation,
    issuer: String,
}

/// Contents of a token to be issued.
#[derive(Debug)]
pub struct NewAccessToken<'a> {
    /// Session that the token belongs to.
    pub session: SessionId,
    /// Account of the session.
    pub account: AccountId,
    /// Plan of the account.
    pub plan: &'a str,
    /// Time of issue.
    pub now: Moment,
    /// Unique id of the token, its `jti`.
    pub id: String,
}

impl AccessTokens {
    /// Uses `secret` unchanged as the HMAC key.
    #[must_use]
    pub fn new(secret: &[u8], issuer: &str) -> Self {
        jwt_crypto::install();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library would use the system clock; `read` uses ours.
        validation.validate_exp = false;
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            previous: None,
            validation,
            issuer: issuer.to_owned(),
        }
    }

    /// Also accepts tokens that were signed with the previous secret.
    #[must_use]
    pub fn with_previous(self, secret: &[u8]) -> Self {
        Self { previous: Some(DecodingKey::from_secret(secret)), ..self }
    }

    /// Issues a token for a session.
    pub fn issue(&self, token: NewAccessToken<'_>) -> Result<String> {
        let NewAccessToken { session, account, plan, now, id } = token;
        let claims = AccessTokenClaims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: account.to_string(),
            sid: session.to_string(),
            plan: plan.to_owned(),
            iat: now.0,
            exp: now.plus(ACCESS_TOKEN_SECS).0,
            nbf: None,
            jti: id,
        };
        let header = Header { typ: Some(JWT_TYPE.to_owned()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &claims, &self.encoding).map_err(|fault| Error::Failed(Fault::new(fault)))
    }

    /// Verifies a token that we issued and that is valid at `now`.
    pub fn read(&self, token: &str, now: Moment) -> Result<AccessTokenClaims> {
        // Two keys are tried instead of naming one in the header (`kid`), which is a published contract.
        let decode = |key: &DecodingKey| jsonwebtoken::decode::<AccessTokenClaims>(token, key, &self.validation).ok();
        let decoded = decode(&self.decoding).or_else(|| decode(self.previous.as_ref()?));
        let token = decoded.ok_or(CredentialError::Invalid)?;
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

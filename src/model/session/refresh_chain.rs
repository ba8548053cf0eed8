//! Refresh tokens and the chain that derives each from the one before it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::model::crypto::rng;
use crate::model::crypto::rng::Rng;
use crate::model::session::SessionId;

/// Maximum number of steps under each of two server secrets.
const MAX_STEPS_UNDER_PREVIOUS: i64 = 16;

/// Secret of a refresh token: 128 random bits, and the tag by which [`RefreshChain`] recognises them.
#[derive(Clone, Copy)]
pub struct RefreshSecret(pub(super) [u8; 32]);

impl RefreshSecret {
    /// Generates a secret without a tag. It works, but counts as unrecognised.
    pub fn new(rng: &dyn Rng) -> Self {
        Self(rng::bytes(rng))
    }

    /// Returns the SHA-256, which is stored.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

impl fmt::Debug for RefreshSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refresh secret")
    }
}

/// Refresh token: session, generation and secret. Prints as `refresh token`.
#[derive(Clone, Copy)]
pub struct RefreshToken {
    /// Session, which is also the row to read: the digest needs no index.
    pub session: SessionId,
    /// Number of tokens before it in the chain.
    pub generation: i64,
    /// Proves that the holder received this token.
    pub secret: RefreshSecret,
}

impl RefreshToken {
    /// Reads the value of the cookie: `17.3.` and 43 base64url characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let number = |part: Option<&str>| part?.parse::<i64>().ok().filter(|number| *number >= 0);
        let session = SessionId(number(parts.next())?);
        let generation = number(parts.next())?;
        let secret = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?.try_into().ok()?;
        Some(Self { session, generation, secret: RefreshSecret(secret) })
    }

    /// Returns the value of the cookie.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{}.{}.{}", self.session, self.generation, URL_SAFE_NO_PAD.encode(self.secret.0))
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refresh token")
    }
}

/// Key that derives each refresh token from the one before it.
#[derive(Clone)]
pub struct RefreshChain {
    key: Hmac<Sha256>,
    /// Key before the latest change of the server secret.
    previous: Option<Hmac<Sha256>>,
}

impl RefreshChain {
    /// Derives the key from the server secret, separate from every other use of it.
    #[must_use]
    pub fn new(server_secret: &[u8]) -> Option<Self> {
        Some(Self { key: Self::key(server_secret)?, previous: None })
    }

    /// Also follows tokens that were derived under the previous server secret.
    #[must_use]
    pub fn with_previous(self, server_secret: &[u8]) -> Option<Self> {
        Some(Self { previous: Some(Self::key(server_secret)?), ..self })
    }

    fn key(server_secret: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(server_secret).ok()?;
        mac.update(b"neuralbox-auth refresh token succession v1");
        Hmac::new_from_slice(&mac.finalize().into_bytes()).ok()
    }

    /// Generates the first secret of a chain.
    pub fn first(&self, rng: &dyn Rng) -> RefreshSecret {
        Self::tagged(&self.key, rng::bytes(rng))
    }

    /// Returns the token that follows `token`.
    #[must_use]
    pub fn next(&self, token: &RefreshToken) -> RefreshToken {
        Self::next_under(&self.key, token)
    }

    fn next_under(key: &Hmac<Sha256>, token: &RefreshToken) -> RefreshToken {
        let mut mac = key.clone();
        mac.update(&token.session.0.to_be_bytes());
        mac.update(&token.secret.0);
        let secret = Self::tagged(key, half(&mac.finalize().into_bytes()));
        RefreshToken { generation: token.generation.saturating_add(1), secret, ..*token }
    }

    /// Returns the token `steps` after `token` whose digest is `digest`. The secret may have changed on the way: the
    /// first steps are then under the previous one. Only a few are followed, because there are as many ways to go.
    pub(in crate::model) fn descendant(&self, token: &RefreshToken, steps: i64, digest: &[u8]) -> Option<RefreshToken> {
        let last = |token: RefreshToken, steps: i64| (0..steps).fold(token, |token, _| self.next(&token));
        let is_current = |token: &RefreshToken| bool::from(token.secret.digest().ct_eq(digest));
        let current = last(*token, steps);
        if is_current(&current) {
            return Some(current);
        }
        let previous = self.previous.as_ref()?;
        let mut token = *token;
        (1..=steps.min(MAX_STEPS_UNDER_PREVIOUS)).find_map(|step| {
            token = Self::next_under(previous, &token);
            let current = last(token, (steps - step).min(MAX_STEPS_UNDER_PREVIOUS));
            is_current(&current).then_some(current)
        })
    }

    /// True if this server made the secret, which costs no read. False for invented secrets, and for those from before the
    /// previous secret of the server.
    #[must_use]
    pub fn recognises(&self, token: &RefreshToken) -> bool {
        let is_made_under = |key| Self::tagged(key, half(&token.secret.0)).0.ct_eq(&token.secret.0).into();
        is_made_under(&self.key) || self.previous.as_ref().is_some_and(is_made_under)
    }

    fn tagged(key: &Hmac<Sha256>, random: [u8; 16]) -> RefreshSecret {
        // The input is shorter than that of `next`, so the two uses of the key never meet.
        let mut mac = key.clone();
        mac.update(b"tag");
        mac.update(&random);
        let tag: [u8; 16] = half(&mac.finalize().into_bytes());
        let mut secret = [0; 32];
        secret.iter_mut().zip(random.into_iter().chain(tag)).for_each(|(to, byte)| *to = byte);
        RefreshSecret(secret)
    }
}

/// Returns the first 16 bytes.
fn half(bytes: &[u8]) -> [u8; 16] {
    bytes.first_chunk().copied().unwrap_or_default()
}

//! Refresh tokens of clients: a chain of single-use tokens per grant, as that of a session, under a key of its own.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::model::crypto::rng::Rng;
use crate::model::oauth::grant::GrantId;
use crate::model::session::{
    ABSOLUTE_LIFETIME_SECS, IDLE_LIFETIME_SECS, RefreshChain, RefreshSecret, RefreshToken, SessionId,
};
use crate::model::time::Moment;

/// Time for which the token just before the current one still leads to the current one, in seconds. Tabs and retries
/// present it (RFC 9700, 4.14.2).
const GRACE_SECS: i64 = 10;
/// Distance from a token to the current one beyond which it is unknown. Bounds the cost of an invented token.
const MAX_CHAIN_DISTANCE: i64 = 1000;
/// Beginning of a token, by which people and programs recognize its kind.
const PREFIX: &str = "nrt_";

/// Refresh token of a client. Prints as `refresh token`.
#[derive(Clone, Copy)]
pub struct GrantRefreshToken(RefreshToken);

impl GrantRefreshToken {
    /// Combines the parts of a token.
    #[must_use]
    pub const fn new(grant: GrantId, generation: i64, secret: RefreshSecret) -> Self {
        Self(RefreshToken { session: SessionId(grant.0), generation, secret })
    }

    /// Reads `nrt_17.3.` and 43 base64url characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.strip_prefix(PREFIX).and_then(RefreshToken::parse).map(Self)
    }

    /// Returns the text. Never log it.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", self.0.reveal())
    }

    /// Returns the grant of the token.
    #[must_use]
    pub const fn grant(&self) -> GrantId {
        GrantId(self.0.session.0)
    }

    /// Returns the number of tokens before it in its chain.
    #[must_use]
    pub const fn generation(&self) -> i64 {
        self.0.generation
    }

    /// Returns the SHA-256, which is stored.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        self.0.secret.digest()
    }
}

impl fmt::Debug for GrantRefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refresh token")
    }
}

/// Key that derives each refresh token of a client from the one before it. A token of a session is none of its tokens.
#[derive(Clone)]
pub struct GrantRefreshChain(RefreshChain);

impl GrantRefreshChain {
    /// Derives the key from the server secret.
    #[must_use]
    pub fn new(server_secret: &[u8]) -> Option<Self> {
        RefreshChain::new(&own_secret(server_secret)?).map(Self)
    }

    /// Also follows tokens that were derived under the previous server secret.
    #[must_use]
    pub fn with_previous(self, server_secret: &[u8]) -> Option<Self> {
        self.0.with_previous(&own_secret(server_secret)?).map(Self)
    }

    /// Generates the first secret of a chain.
    pub fn first(&self, rng: &dyn Rng) -> RefreshSecret {
        self.0.first(rng)
    }

    /// True if this server made the token, which costs no read.
    #[must_use]
    pub fn recognises(&self, token: &GrantRefreshToken) -> bool {
        self.0.recognises(&token.0)
    }
}

fn own_secret(server_secret: &[u8]) -> Option<Vec<u8>> {
    let mac = Hmac::<Sha256>::new_from_slice(server_secret).ok()?;
    Some(mac.chain_update(b"neuralbox-auth oauth refresh v1").finalize().into_bytes().to_vec())
}

/// Refresh chain of a grant as stored.
#[derive(Clone, Debug)]
pub struct ChainState {
    /// The grant.
    pub grant: GrantId,
    /// Number of rotations.
    pub generation: i64,
    /// SHA-256 of the current token.
    pub digest: Vec<u8>,
    /// Time of the authorization; the absolute limit counts from it.
    pub created_at: Moment,
    /// Time of the latest rotation; the idle limit counts from it.
    pub rotated_at: Moment,
}

/// Verdict on a presented refresh token.
#[derive(Clone, Debug)]
pub enum GrantRefreshVerdict {
    /// The current token. It is spent in exchange for `next`.
    Current {
        /// Token that follows.
        next: GrantRefreshToken,
    },
    /// The token just before the current one, within its grace period. Its holder receives the current one.
    Behind {
        /// Current token.
        current: GrantRefreshToken,
    },
    /// An older token, used again: somebody has a copy. The grant must end.
    Replayed,
    /// Not a token of this grant.
    Unknown,
    /// The token has expired.
    Over,
}

impl ChainState {
    /// Judges a presented token.
    #[must_use]
    pub fn judge(&self, token: &GrantRefreshToken, chain: &GrantRefreshChain, now: Moment) -> GrantRefreshVerdict {
        let behind = self.generation.saturating_sub(token.generation());
        if token.grant() != self.grant || !(0..=MAX_CHAIN_DISTANCE).contains(&behind) {
            return GrantRefreshVerdict::Unknown;
        }
        let Some(current) = chain.0.descendant(&token.0, behind, &self.digest) else {
            return GrantRefreshVerdict::Unknown;
        };
        if !self.is_alive(now) {
            return GrantRefreshVerdict::Over;
        }
        match behind {
            0 => GrantRefreshVerdict::Current { next: GrantRefreshToken(chain.0.next(&token.0)) },
            1 if now.since(self.rotated_at) <= GRACE_SECS => {
                GrantRefreshVerdict::Behind { current: GrantRefreshToken(current) }
            }
            _ => GrantRefreshVerdict::Replayed,
        }
    }

    /// True if the current token has not expired.
    #[must_use]
    pub fn is_alive(&self, now: Moment) -> bool {
        now < self.expires_at()
    }

    /// Returns the time at which the current token expires.
    #[must_use]
    pub fn expires_at(&self) -> Moment {
        self.created_at.plus(ABSOLUTE_LIFETIME_SECS).min(self.rotated_at.plus(IDLE_LIFETIME_SECS))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::crypto::rng::SystemRng;

    fn chain() -> GrantRefreshChain {
        GrantRefreshChain::new(b"a server secret of thirty-two by").expect("any length will do")
    }

    fn begun(now: i64) -> (ChainState, GrantRefreshToken) {
        let token = GrantRefreshToken::new(GrantId(7), 0, chain().first(&SystemRng));
        let state = ChainState {
            grant: GrantId(7),
            generation: 0,
            digest: token.digest(),
            created_at: Moment(now),
            rotated_at: Moment(now),
        };
        (state, token)
    }

    /// Does what the store does with the current token.
    fn rotate(state: &mut ChainState, token: &GrantRefreshToken, now: i64) -> GrantRefreshToken {
        let GrantRefreshVerdict::Current { next } = state.judge(token, &chain(), Moment(now)) else {
            unreachable!("the token is current")
        };
        state.generation = next.generation();
        state.digest = next.digest();
        state.rotated_at = Moment(now);
        next
    }

    #[test]
    fn a_token_is_read_as_it_was_written_and_is_no_session_token() {
        let (_, token) = begun(0);
        let text = token.reveal();
        assert_eq!(GrantRefreshToken::parse(&text).map(|read| read.reveal()), Some(text.clone()));
        assert!(RefreshToken::parse(&text).is_none() && chain().recognises(&token));
        assert_eq!(format!("{token:?}"), "refresh token");
        let plain = &text[PREFIX.len()..];
        assert!(GrantRefreshToken::parse(plain).is_none());
        let of_session = RefreshToken::parse(plain).expect("the same form");
        let sessions = RefreshChain::new(b"a server secret of thirty-two by").expect("any length will do");
        assert!(!sessions.recognises(&of_session), "its key is another one");
    }

    #[test]
    fn the_token_before_has_ten_seconds_and_an_older_one_none() {
        let (mut state, first) = begun(0);
        let second = rotate(&mut state, &first, 100);
        let judged = |state: &ChainState, token: &GrantRefreshToken, now| state.judge(token, &chain(), Moment(now));
        assert!(
            matches!(judged(&state, &first, 110), GrantRefreshVerdict::Behind { current } if current.reveal() == second.reveal())
        );
        assert!(matches!(judged(&state, &first, 111), GrantRefreshVerdict::Replayed));
        rotate(&mut state, &second, 105);
        assert!(matches!(judged(&state, &second, 106), GrantRefreshVerdict::Behind { .. }));
        assert!(matches!(judged(&state, &first, 106), GrantRefreshVerdict::Replayed), "two steps behind");
    }

    #[test]
    fn it_expires_when_idle_and_after_ninety_days() {
        let (mut state, mut token) = begun(0);
        assert!(matches!(state.judge(&token, &chain(), Moment(IDLE_LIFETIME_SECS)), GrantRefreshVerdict::Over));
        for week in 1..13 {
            token = rotate(&mut state, &token, week * 7 * 86_400);
        }
        let judged = |at| state.judge(&token, &chain(), Moment(at));
        assert!(matches!(judged(ABSOLUTE_LIFETIME_SECS - 1), GrantRefreshVerdict::Current { .. }));
        assert!(matches!(judged(ABSOLUTE_LIFETIME_SECS), GrantRefreshVerdict::Over));
    }

    proptest! {
        /// However a chain is used, exactly its newest token is current, and an invented one ends nothing.
        #[test]
        fn one_token_is_current(steps in prop::collection::vec(1_i64..100_000, 1..20)) {
            let (mut state, first) = begun(0);
            let mut tokens = vec![first];
            let mut now = 0;
            for step in steps {
                now += step;
                let newest = tokens.last().copied().unwrap_or(first);
                tokens.push(rotate(&mut state, &newest, now));
            }
            for (position, token) in tokens.iter().rev().enumerate() {
                let verdict = state.judge(token, &chain(), Moment(now + 11));
                match position {
                    0 => prop_assert!(matches!(verdict, GrantRefreshVerdict::Current { .. }), "the current token"),
                    _ => prop_assert!(matches!(verdict, GrantRefreshVerdict::Replayed)),
                }
            }
            let invented = GrantRefreshToken::new(GrantId(7), state.generation, RefreshSecret::new(&SystemRng));
            prop_assert!(matches!(state.judge(&invented, &chain(), Moment(now)), GrantRefreshVerdict::Unknown));
        }
    }
}

//! Sessions and their refresh tokens.
//!
//! A session is a chain of refresh tokens. Each is used once and replaced by the next (RFC 9700, 4.14.2).
//!
//! - The next token is the HMAC-SHA256 of the one before it, under a key that only the server has.
//! - Half of a secret is random, the other half its tag under that key: an invented secret is recognised without a read.
//! - So the server can lead the holder of an older token to the current one, although the database stores only its
//!   SHA-256.
//!
//! Decision record: `docs/decisions/0004-refresh-token-rotation.md`.

mod refresh_chain;

use std::fmt;

use serde::Serialize;
use sqlx::FromRow;

use crate::model::accounts::account::AccountId;
use crate::model::time::Moment;

pub use refresh_chain::{RefreshChain, RefreshSecret, RefreshToken};

/// Idle limit of a session since its last refresh: 30 days.
pub const IDLE_LIFETIME_SECS: i64 = 30 * 86_400;
/// Absolute limit of a session since its sign-in: 90 days.
pub const ABSOLUTE_LIFETIME_SECS: i64 = 90 * 86_400;
/// Grace period for reuse: within it, a spent token is a lost race between tabs, not a theft.
pub const RACE_WINDOW_SECS: i64 = 10;
/// Limit of rotations remembered for the race rule. No browser rotates more often within [`RACE_WINDOW_SECS`].
const MAX_REMEMBERED_ROTATIONS: usize = 100;
/// Limit of the distance from a token to the current one. Older tokens are rejected as unknown. Bounds the cost of an
/// invented token to about 0.2 ms.
const MAX_CHAIN_DISTANCE: i64 = 1000;

/// Id of a session, and `sid` of its access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct SessionId(pub i64);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Serializes as text, as in the `sid` claim.
impl Serialize for SessionId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// Source of a request, coarse enough to show and store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestSource {
    /// Browser or program, in a few words.
    pub device: String,
    /// Network: a /24 or a /48.
    pub network: String,
}

/// Session as stored.
#[derive(Clone, Debug, FromRow)]
pub struct Session {
    /// Id, also the `sid` of its access tokens.
    #[sqlx(rename = "session_id")]
    pub id: SessionId,
    /// Account that signed in.
    pub account_id: AccountId,
    /// Browser or program, in a few words.
    pub device: String,
    /// Network of the last refresh: a /24 or a /48.
    pub network: String,
    /// Time of the sign-in; the absolute limit counts from it.
    #[sqlx(rename = "begun_at")]
    pub created_at: Moment,
    /// Time of the last refresh; the idle limit counts from it.
    pub last_seen_at: Moment,
    /// Time of the sign-out or revocation.
    pub ended_at: Option<Moment>,
    /// Number of rotations so far.
    pub refresh_generation: i64,
    /// SHA-256 of the current refresh token.
    pub refresh_digest: Vec<u8>,
    /// Times of the latest rotations, oldest first, in Unix seconds separated by spaces.
    pub rotations: String,
    /// Provider of the identity that signed in.
    pub identity_kind: String,
    /// Id of that identity at the provider.
    pub identity_subject: String,
    /// Highest generation known to be used: its refresh token opened a page, or an access token issued with it was
    /// presented. -1 if none is.
    pub used_generation: i64,
}

/// Verdict on a presented refresh token.
#[derive(Clone, Debug)]
pub enum RefreshVerdict {
    /// Current token. It is spent in exchange for `next`, if `rotations` can be stored.
    Current {
        /// Token that follows.
        next: RefreshToken,
        /// Rotations of the session, including this one.
        rotations: String,
    },
    /// Spent token that lost a race, or whose response was lost before anybody used the next one. Its holder receives the
    /// current token again.
    Behind {
        /// Current token.
        current: RefreshToken,
    },
    /// Spent token used again: someone has a copy. The session must end.
    Replayed,
    /// Not a token of this session.
    Unknown,
    /// The session has ended or expired.
    Over,
}

impl Session {
    /// True if the session is active at `now`.
    #[must_use]
    pub fn is_open(&self, now: Moment) -> bool {
        self.ended_at.is_none()
            && now < self.created_at.plus(ABSOLUTE_LIFETIME_SECS)
            && now < self.last_seen_at.plus(IDLE_LIFETIME_SECS)
    }

    /// Judges a presented token by the race rule (`docs/decisions/0004-refresh-token-rotation.md`).
    #[must_use]
    pub fn judge(&self, token: &RefreshToken, refresh_chain: &RefreshChain, now: Moment) -> RefreshVerdict {
        let behind = self.refresh_generation.saturating_sub(token.generation);
        if token.session != self.id || !(0..=MAX_CHAIN_DISTANCE).contains(&behind) {
            return RefreshVerdict::Unknown;
        }
        let Some(current) = refresh_chain.descendant(token, behind, &self.refresh_digest) else {
            return RefreshVerdict::Unknown;
        };
        if !self.is_open(now) {
            return RefreshVerdict::Over;
        }
        match behind {
            0 => RefreshVerdict::Current { next: refresh_chain.next(token), rotations: self.rotations_with(now) },
            _ if self.first_used(behind).is_some_and(|at| now.since(at) <= RACE_WINDOW_SECS) => {
                RefreshVerdict::Behind { current }
            }
            1 if self.used_generation < self.refresh_generation => RefreshVerdict::Behind { current },
            _ => RefreshVerdict::Replayed,
        }
    }

    /// Returns the first use of the token that lies `behind` rotations back, if it is still remembered.
    fn first_used(&self, behind: i64) -> Option<Moment> {
        let back = usize::try_from(behind).ok()?.checked_sub(1)?;
        self.rotations.rsplit(' ').nth(back)?.parse().ok().map(Moment)
    }

    fn rotations_with(&self, now: Moment) -> String {
        let recent = |rotation: &&str| rotation.parse().is_ok_and(|at| now.since(Moment(at)) <= RACE_WINDOW_SECS);
        let mut rotations: Vec<&str> = self.rotations.split(' ').filter(recent).collect();
        let now = now.0.to_string();
        rotations.push(&now);
        let surplus = rotations.len().saturating_sub(MAX_REMEMBERED_ROTATIONS);
        rotations.split_off(surplus).join(" ")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::crypto::rng::SystemRng;

    fn refresh_chain() -> RefreshChain {
        RefreshChain::new(b"a server secret of thirty-two by").expect("any length will do")
    }

    fn session(at: i64) -> (Session, RefreshToken) {
        let secret = RefreshSecret::new(&SystemRng);
        let token = RefreshToken { session: SessionId(7), generation: 0, secret };
        let session = Session {
            id: SessionId(7),
            account_id: AccountId(1),
            device: String::new(),
            network: String::new(),
            created_at: Moment(at),
            last_seen_at: Moment(at),
            ended_at: None,
            refresh_generation: 0,
            refresh_digest: secret.digest(),
            rotations: String::new(),
            identity_kind: "telegram".to_owned(),
            identity_subject: "1".to_owned(),
            used_generation: -1,
        };
        (session, token)
    }

    /// Does what the store does with `RefreshVerdict::Current`.
    fn rotate(session: &mut Session, token: &RefreshToken, now: i64) -> RefreshToken {
        let RefreshVerdict::Current { next, rotations } = session.judge(token, &refresh_chain(), Moment(now)) else {
            unreachable!("the token is good")
        };
        session.refresh_digest = next.secret.digest();
        session.refresh_generation = next.generation;
        session.rotations = rotations;
        session.last_seen_at = Moment(now);
        next
    }

    #[test]
    fn a_token_survives_its_cookie() {
        let (_, token) = session(0);
        let read = RefreshToken::parse(&token.reveal()).expect("what we wrote");
        assert_eq!(read.reveal(), token.reveal());
        for bad in ["", "7", "7.0", "7.0.x", "-7.0.AAAA", "7.0.0.0", "a.b.c"] {
            assert!(RefreshToken::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_secret_of_ours_is_recognized_and_no_other() {
        let chain = refresh_chain();
        let (_, invented) = session(0);
        let first = RefreshToken { secret: chain.first(&SystemRng), ..invented };
        assert!(chain.recognises(&first) && chain.recognises(&chain.next(&first)));
        assert!(chain.recognises(&chain.next(&invented)), "the chain of an older secret");
        assert!(!chain.recognises(&invented));
        for byte in 0..32 {
            let mut other = first;
            other.secret.0[byte] ^= 1;
            assert!(!chain.recognises(&other), "{byte}");
        }
    }

    #[test]
    fn one_step_behind_is_a_replay_once_the_next_was_used() {
        let (mut session, first) = session(0);
        rotate(&mut session, &first, 5);
        session.used_generation = 1;
        assert!(matches!(session.judge(&first, &refresh_chain(), Moment(15)), RefreshVerdict::Behind { .. }));
        assert!(matches!(session.judge(&first, &refresh_chain(), Moment(16)), RefreshVerdict::Replayed));
    }

    #[test]
    fn one_step_behind_is_led_to_the_unused_token_however_late() {
        let (mut session, first) = session(0);
        let second = rotate(&mut session, &first, 5);
        session.used_generation = 0;
        let RefreshVerdict::Behind { current } = session.judge(&first, &refresh_chain(), Moment(86_400)) else {
            unreachable!("one step behind")
        };
        assert_eq!(current.reveal(), second.reveal());
    }

    #[test]
    fn an_older_one_is_a_lost_race_for_ten_seconds_and_then_a_replay() {
        let (mut session, first) = session(0);
        let second = rotate(&mut session, &first, 100);
        let third = rotate(&mut session, &second, 103);
        assert!(
            matches!(session.judge(&first, &refresh_chain(), Moment(110)), RefreshVerdict::Behind { current } if current.reveal() == third.reveal())
        );
        assert!(matches!(session.judge(&first, &refresh_chain(), Moment(111)), RefreshVerdict::Replayed));
    }

    #[test]
    fn a_made_up_token_is_unknown_and_ends_nothing() {
        let (mut session, first) = session(0);
        rotate(&mut session, &first, 1);
        let (_, other) = self::session(0);
        assert!(matches!(session.judge(&other, &refresh_chain(), Moment(2)), RefreshVerdict::Unknown));
        let ahead = RefreshToken { generation: 9, ..first };
        assert!(matches!(session.judge(&ahead, &refresh_chain(), Moment(2)), RefreshVerdict::Unknown));
    }

    #[test]
    fn idle_and_absolute_limits() {
        let (mut session, mut token) = session(0);
        assert!(matches!(session.judge(&token, &refresh_chain(), Moment(IDLE_LIFETIME_SECS)), RefreshVerdict::Over));
        for week in 1..13 {
            token = rotate(&mut session, &token, week * 7 * 86_400);
        }
        assert!(matches!(
            session.judge(&token, &refresh_chain(), Moment(ABSOLUTE_LIFETIME_SECS)),
            RefreshVerdict::Over
        ));
    }

    #[test]
    fn a_token_spent_before_a_change_of_the_secret_leads_to_the_current_one() {
        let (old, new) = (refresh_chain(), RefreshChain::new(b"another server secret").expect("any length will do"));
        let both = new.clone().with_previous(b"a server secret of thirty-two by").expect("any length will do");
        let (mut session, first) = session(0);
        let second = rotate(&mut session, &first, 10);
        let third = new.next(&second);
        session.refresh_generation = third.generation;
        session.refresh_digest = third.secret.digest();
        session.rotations.push_str(" 15");
        for spent in [&first, &second] {
            let verdict = session.judge(spent, &both, Moment(18));
            assert!(matches!(verdict, RefreshVerdict::Behind { current } if current.reveal() == third.reveal()));
            assert!(matches!(session.judge(spent, &old, Moment(18)), RefreshVerdict::Unknown));
        }
        assert!(matches!(session.judge(&third, &both, Moment(18)), RefreshVerdict::Current { .. }));
        assert!(matches!(session.judge(&first, &both, Moment(1000)), RefreshVerdict::Replayed));
        assert!(matches!(session.judge(&first, &new, Moment(18)), RefreshVerdict::Unknown));
    }

    proptest! {
        /// For any sequence of rotations, exactly two kinds of spent token are accepted: those first used in the last ten
        /// seconds, and the latest while its successor is unused.
        #[test]
        fn the_race_rule(gaps in proptest::collection::vec(0_i64..15, 1..40), late in 0_i64..25, is_used: bool) {
            let (mut session, first) = session(0);
            let (mut now, mut tokens, mut used) = (0, vec![first], vec![]);
            for gap in gaps {
                now += gap;
                let token = *tokens.last().expect("never empty");
                used.push(now);
                tokens.push(rotate(&mut session, &token, now));
            }
            now += late;
            session.used_generation = session.refresh_generation - i64::from(!is_used);
            let good = tokens.last().expect("never empty").reveal();
            for (index, token) in tokens.iter().enumerate().take(used.len()) {
                let fair = (!is_used && index + 1 == used.len()) || now - used[index] <= RACE_WINDOW_SECS;
                match session.judge(token, &refresh_chain(), Moment(now)) {
                    RefreshVerdict::Behind { current } => prop_assert!(fair && current.reveal() == good),
                    RefreshVerdict::Replayed => prop_assert!(!fair),
                    other => prop_assert!(false, "{other:?}"),
                }
            }
        }
    }
}

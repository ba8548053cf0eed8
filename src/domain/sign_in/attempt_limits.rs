//! How often passwords may be tried and mails asked for, so that nobody guesses, and nobody is kept out by somebody who does.
//!
//! Counted by what asks and by what is asked about (`docs/decisions/0014-email-accounts.md`), in this process alone. A try is taken
//! before the work and given back when it was the right password, so that of many at once no more are let through than there are.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::domain::error::{Refusal, Result};
use crate::domain::rate_limits::{GcraState, RateLimit};
use crate::model::network::Network;
use crate::telemetry;

/// What is counted at a time, at most: about 30 MB. Beyond it what is whole again is forgotten, and then new ones are not counted.
const MAX_TRACKED: usize = 500_000;

/// So many tries in so many minutes.
#[derive(Clone, Copy, Debug)]
struct LimitRule {
    name: &'static str,
    tries: u32,
    minutes: u32,
}

/// Wrong passwords from one network, whatever the address.
const PASSWORD_PER_NETWORK: LimitRule = LimitRule { name: "network", tries: 30, minutes: 1 };
/// The same from one that the internet does not know: a proxy that does not say for whom it asks, most likely.
const PASSWORD_PER_PRIVATE_NETWORK: LimitRule = LimitRule { name: "inside", tries: 600, minutes: 1 };
/// Wrong passwords for one address from one network.
const PASSWORD_PER_ADDRESS_AND_NETWORK: LimitRule = LimitRule { name: "near", tries: 10, minutes: 10 };
/// Wrong passwords for one address from everywhere.
const PASSWORD_PER_ADDRESS: LimitRule = LimitRule { name: "address", tries: 100, minutes: 60 };
/// Wrong passwords for one address in a browser that has known the right one.
const PASSWORD_PER_DEVICE: LimitRule = LimitRule { name: "device", tries: 10, minutes: 10 };
/// Wrong old passwords of somebody signed in.
const PASSWORD_CHANGE_PER_ACCOUNT: LimitRule = LimitRule { name: "account", tries: 10, minutes: 10 };
/// Mails asked for from one network.
const MAIL_PER_NETWORK: LimitRule = LimitRule { name: "mails", tries: 20, minutes: 10 };
/// The same from one that the internet does not know.
const MAIL_PER_PRIVATE_NETWORK: LimitRule = LimitRule { name: "mails inside", tries: 600, minutes: 10 };
/// Mails to one address, asked for from one network.
const MAIL_PER_ADDRESS_AND_NETWORK: LimitRule = LimitRule { name: "mails near", tries: 5, minutes: 60 };
/// Mails to one address, asked for from everywhere.
const MAIL_PER_ADDRESS: LimitRule = LimitRule { name: "mails address", tries: 20, minutes: 60 };

type AttemptKey = [u8; 16];

/// What has been tried.
#[derive(Debug, Default)]
pub(in crate::domain) struct AttemptLimits(Mutex<HashMap<AttemptKey, (LimitRule, GcraState)>>);

/// Tries that were taken.
#[derive(Debug)]
pub(in crate::domain) struct AttemptPermit(Vec<(AttemptKey, LimitRule)>);

impl AttemptLimits {
    /// One try of a password for an address, from a network or in a browser that is known.
    pub(in crate::domain) fn password(
        &self,
        address: &str,
        network: Network,
        device: Option<[u8; 16]>,
        millis: i64,
    ) -> Result<AttemptPermit> {
        let network_text = network.to_string();
        if let Some(device) = device {
            return self.take(&[(PASSWORD_PER_DEVICE, address, &hex::encode(device))], millis);
        }
        let pace = if network.is_private() { PASSWORD_PER_PRIVATE_NETWORK } else { PASSWORD_PER_NETWORK };
        self.take(
            &[
                (pace, "", &network_text),
                (PASSWORD_PER_ADDRESS_AND_NETWORK, address, &network_text),
                (PASSWORD_PER_ADDRESS, address, ""),
            ],
            millis,
        )
    }

    /// One try of the old password by somebody signed in.
    pub(in crate::domain) fn current_password(&self, account: i64, millis: i64) -> Result<AttemptPermit> {
        self.take(&[(PASSWORD_CHANGE_PER_ACCOUNT, &account.to_string(), "")], millis)
    }

    /// One mail to an address.
    pub(in crate::domain) fn mail(&self, address: &str, network: Network, millis: i64) -> Result<()> {
        let network_text = network.to_string();
        let pace = if network.is_private() { MAIL_PER_PRIVATE_NETWORK } else { MAIL_PER_NETWORK };
        let all = [
            (pace, "", network_text.as_str()),
            (MAIL_PER_ADDRESS_AND_NETWORK, address, &network_text),
            (MAIL_PER_ADDRESS, address, ""),
        ];
        self.take(&all, millis).map(drop)
    }

    /// Takes a try of each, or of none.
    fn take(&self, all: &[(LimitRule, &str, &str)], millis: i64) -> Result<AttemptPermit> {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::with_capacity(all.len());
        for &(pace, of, from) in all {
            let key = key(pace.name, of, from);
            if !make_room(&mut tries, &key, millis) {
                continue;
            }
            let (_, meter) = tries.entry(key).or_insert_with(|| (pace, GcraState::default()));
            if let Err(quota) = meter.take(pace.rate(), pace.slowed(millis)) {
                give_back(&tries, &taken);
                telemetry::password("limited");
                return Err(Refusal::TooManyAttempts { seconds: quota.seconds.saturating_mul(pace.minutes) }.into());
            }
            taken.push((key, pace));
        }
        Ok(AttemptPermit(taken))
    }

    /// It was the right password after all.
    pub(in crate::domain) fn give_back(&self, taken: &AttemptPermit) {
        give_back(&self.0.lock().unwrap_or_else(PoisonError::into_inner), &taken.0);
    }

    /// Forgets what is too old to matter.
    pub(in crate::domain) fn sweep(&self, millis: i64) {
        forget_idle(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), millis);
    }
}

impl LimitRule {
    const fn rate(self) -> RateLimit<'static> {
        RateLimit { policy: self.name, a_minute: self.tries }
    }

    /// A meter counts by the minute: for so many minutes its time goes so many times slower.
    fn slowed(self, millis: i64) -> i64 {
        millis / i64::from(self.minutes)
    }
}

fn give_back(tries: &HashMap<AttemptKey, (LimitRule, GcraState)>, taken: &[(AttemptKey, LimitRule)]) {
    for (key, pace) in taken {
        if let Some((_, meter)) = tries.get(key) {
            meter.give_back(pace.rate());
        }
    }
}

/// Whether one more can be counted.
fn make_room(tries: &mut HashMap<AttemptKey, (LimitRule, GcraState)>, key: &AttemptKey, millis: i64) -> bool {
    if tries.len() < MAX_TRACKED || tries.contains_key(key) {
        return true;
    }
    forget_idle(tries, millis);
    tries.len() < MAX_TRACKED
}

fn forget_idle(tries: &mut HashMap<AttemptKey, (LimitRule, GcraState)>, millis: i64) {
    tries.retain(|_, (pace, meter)| !meter.is_whole(pace.slowed(millis)));
}

/// Sixteen bytes whatever the address: what is counted has a bounded size, and no address stays in memory.
fn key(name: &str, of: &str, from: &str) -> AttemptKey {
    let digest = Sha256::digest([name, of, from].join("\0").as_bytes());
    digest.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Error;

    const HERE: Network = Network::V4([203, 0, 113]);
    const THERE: Network = Network::V4([198, 51, 100]);

    fn left(tries: &AttemptLimits, network: Network, device: Option<[u8; 16]>, millis: i64) -> usize {
        (0..1000).take_while(|_| tries.password("ivan@example.com", network, device, millis).is_ok()).count()
    }

    #[test]
    fn guessing_is_slow_and_keeps_nobody_else_out() {
        let tries = AttemptLimits::default();
        assert_eq!(left(&tries, HERE, None, 0), 10);
        let Err(Error::Refused(Refusal::TooManyAttempts { seconds })) =
            tries.password("ivan@example.com", HERE, None, 0)
        else {
            panic!("let in")
        };
        assert_eq!(seconds, 60);
        assert_eq!(left(&tries, HERE, None, 59_000), 0);
        assert_eq!(left(&tries, HERE, None, 60_000), 1);
        assert!(tries.password("olga@example.com", HERE, None, 60_000).is_ok(), "another address");
        assert_eq!(left(&tries, THERE, None, 60_000), 10, "another network");
        assert_eq!(left(&tries, HERE, Some([7; 16]), 60_000), 10, "a browser that is known");
    }

    #[test]
    fn many_networks_together_are_slow_too() {
        let tries = AttemptLimits::default();
        let all: usize = (0..=255).map(|n| left(&tries, Network::V4([203, 1, n]), None, 0)).sum();
        assert_eq!(all, 100);
        assert_eq!(left(&tries, THERE, Some([7; 16]), 0), 10, "its owner gets in all the same");
        assert_eq!(left(&tries, THERE, None, 3_600_000), 10);
    }

    #[test]
    fn the_right_password_costs_nothing_and_what_is_whole_is_forgotten() {
        let tries = AttemptLimits::default();
        for _ in 0..1000 {
            let taken = tries.password("ivan@example.com", HERE, None, 0).expect("a try");
            tries.give_back(&taken);
        }
        assert_eq!(left(&tries, HERE, None, 0), 10);
        tries.sweep(3_600_000);
        assert!(tries.0.lock().expect("the map").is_empty());
    }

    #[test]
    fn mails_to_one_address_are_few() {
        let tries = AttemptLimits::default();
        let sent = |network| (0..100).take_while(|_| tries.mail("ivan@example.com", network, 0).is_ok()).count();
        assert_eq!((sent(HERE), sent(THERE)), (5, 5));
        let everywhere: usize = (0..20).map(|n| sent(Network::V4([203, 2, n]))).sum();
        assert_eq!(everywhere, 10);
    }
}

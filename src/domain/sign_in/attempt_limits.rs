//! Attempt limits for passwords and mail requests. They stop guessing, and a guesser cannot lock out the owner.
//!
//! Attempts are counted by source and by target (`docs/decisions/0014-email-accounts.md`), in this process and, with Redis,
//! by all instances (`shared_attempts`). An attempt is taken before the work and returned if the password was right; right
//! ones have a limit of their own, which wrong ones give back. Concurrent attempts therefore never exceed a limit.

use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::domain::error::Result;
use crate::domain::rate_limits::event_counters::EventCounters;
use crate::domain::rate_limits::event_limit::EventLimit;
use crate::model::network::Network;
use crate::telemetry;

/// Largest number of counters, about 30 MB. Beyond it idle counters are dropped; if none is idle, new ones are not
/// counted.
const MAX_TRACKED: usize = 500_000;

/// Wrong passwords from one network, for any address.
const PASSWORD_PER_NETWORK: EventLimit = EventLimit { name: "network", events: 30, minutes: 1 };
/// Wrong passwords from one private network: most likely a proxy that does not pass on addresses.
const PASSWORD_PER_PRIVATE_NETWORK: EventLimit = EventLimit { name: "inside", events: 600, minutes: 1 };
/// Wrong passwords for one address from one network.
const PASSWORD_PER_ADDRESS_AND_NETWORK: EventLimit = EventLimit { name: "near", events: 10, minutes: 10 };
/// Wrong passwords for one address from all networks.
const PASSWORD_PER_ADDRESS: EventLimit = EventLimit { name: "address", events: 100, minutes: 60 };
/// Wrong passwords for one address in a browser that knew the right one before.
const PASSWORD_PER_DEVICE: EventLimit = EventLimit { name: "device", events: 10, minutes: 10 };
/// Wrong old passwords of one signed-in account.
const OLD_PASSWORD_PER_ACCOUNT: EventLimit = EventLimit { name: "account", events: 10, minutes: 10 };
/// Right passwords of one account: each hash takes a core for a while, and each sign-in makes a session.
const RIGHT_PASSWORD_PER_ACCOUNT: EventLimit = EventLimit { name: "right", events: 30, minutes: 10 };
/// Password changes of one account.
const PASSWORD_CHANGES_PER_ACCOUNT: EventLimit = EventLimit { name: "changes", events: 10, minutes: 60 };
/// Mails that one account asks to be sent to addresses it wants to link.
const MAIL_PER_ACCOUNT: EventLimit = EventLimit { name: "mails account", events: 10, minutes: 60 };
/// Mail requests from one network.
const MAIL_PER_NETWORK: EventLimit = EventLimit { name: "mails", events: 20, minutes: 10 };
/// Mail requests from one private network.
const MAIL_PER_PRIVATE_NETWORK: EventLimit = EventLimit { name: "mails inside", events: 600, minutes: 10 };
/// Mail requests for one address from one network.
const MAIL_PER_ADDRESS_AND_NETWORK: EventLimit = EventLimit { name: "mails near", events: 5, minutes: 60 };
/// Mail requests for one address from all networks.
const MAIL_PER_ADDRESS: EventLimit = EventLimit { name: "mails address", events: 20, minutes: 60 };

type AttemptKey = [u8; 16];

/// Counters of attempts, by digest of rule, target and source.
#[derive(Debug)]
pub(in crate::domain) struct AttemptLimits(Mutex<EventCounters<AttemptKey>>);

impl Default for AttemptLimits {
    fn default() -> Self {
        Self(Mutex::new(EventCounters::with_capacity(MAX_TRACKED)))
    }
}

/// Attempt to be counted. An empty address or source counts all of them together.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    rule: EventLimit,
    address: &'a str,
    source: &'a str,
}

/// Attempts that were taken, to be returned if they turn out not to count.
#[derive(Debug)]
pub(in crate::domain) struct AttemptPermit(Vec<(AttemptKey, EventLimit)>);

impl AttemptPermit {
    /// Returns the limits the attempts were taken from, each with the digest of its target and source.
    pub(in crate::domain) fn limits(&self) -> impl Iterator<Item = (String, EventLimit)> {
        self.0.iter().map(|(key, limit)| (hex::encode(key), *limit))
    }
}

impl AttemptLimits {
    /// Takes one password attempt for an address, counted by known browser if there is one, otherwise by network.
    pub(in crate::domain) fn password(
        &self,
        address: &str,
        network: Network,
        device: Option<[u8; 16]>,
        millis: i64,
    ) -> Result<AttemptPermit> {
        if let Some(device) = device {
            let source = hex::encode(device);
            return self.take(&[Attempt { rule: PASSWORD_PER_DEVICE, address, source: &source }], millis);
        }
        let rule = if network.is_private() { PASSWORD_PER_PRIVATE_NETWORK } else { PASSWORD_PER_NETWORK };
        let source = network.to_string();
        let attempts = [
            Attempt { rule, address: "", source: &source },
            Attempt { rule: PASSWORD_PER_ADDRESS_AND_NETWORK, address, source: &source },
            Attempt { rule: PASSWORD_PER_ADDRESS, address, source: "" },
        ];
        self.take(&attempts, millis)
    }

    /// Takes one attempt of a signed-in person at their old password.
    pub(in crate::domain) fn current_password(&self, account: i64, millis: i64) -> Result<AttemptPermit> {
        self.of_account(OLD_PASSWORD_PER_ACCOUNT, account, millis)
    }

    /// Takes one sign-in with a right password. Returned if the password turns out to be wrong.
    pub(in crate::domain) fn right_password(&self, account: i64, millis: i64) -> Result<AttemptPermit> {
        self.of_account(RIGHT_PASSWORD_PER_ACCOUNT, account, millis)
    }

    /// Takes one password change. Returned if the password was not changed.
    pub(in crate::domain) fn password_change(&self, account: i64, millis: i64) -> Result<AttemptPermit> {
        self.of_account(PASSWORD_CHANGES_PER_ACCOUNT, account, millis)
    }

    /// Takes one mail that a signed-in person has sent to an address.
    pub(in crate::domain) fn mail_of_account(&self, account: i64, millis: i64) -> Result<AttemptPermit> {
        self.of_account(MAIL_PER_ACCOUNT, account, millis)
    }

    fn of_account(&self, rule: EventLimit, account: i64, millis: i64) -> Result<AttemptPermit> {
        self.take(&[Attempt { rule, address: &account.to_string(), source: "" }], millis)
    }

    /// Takes one mail request for an address.
    pub(in crate::domain) fn mail(&self, address: &str, network: Network, millis: i64) -> Result<AttemptPermit> {
        let source = network.to_string();
        let rule = if network.is_private() { MAIL_PER_PRIVATE_NETWORK } else { MAIL_PER_NETWORK };
        let attempts = [
            Attempt { rule, address: "", source: &source },
            Attempt { rule: MAIL_PER_ADDRESS_AND_NETWORK, address, source: &source },
            Attempt { rule: MAIL_PER_ADDRESS, address, source: "" },
        ];
        self.take(&attempts, millis)
    }

    /// Takes one attempt from every rule, or from none.
    fn take(&self, attempts: &[Attempt<'_>], millis: i64) -> Result<AttemptPermit> {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::with_capacity(attempts.len());
        for attempt in attempts {
            let (key, limit) = (attempt.key(), attempt.rule);
            let Some(counter) = counters.of(key, limit, millis) else { continue };
            if let Err(refused) = limit.take(counter, millis) {
                release(&counters, &taken);
                telemetry::metrics::password_operations_total("limited");
                return Err(refused);
            }
            taken.push((key, limit));
        }
        Ok(AttemptPermit(taken))
    }

    /// Returns the attempts because they do not count.
    pub(in crate::domain) fn release(&self, permit: &AttemptPermit) {
        release(&self.0.lock().unwrap_or_else(PoisonError::into_inner), &permit.0);
    }

    /// Drops idle counters.
    pub(in crate::domain) fn sweep(&self, millis: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sweep(millis);
    }
}

fn release(counters: &EventCounters<AttemptKey>, taken: &[(AttemptKey, EventLimit)]) {
    for (key, limit) in taken {
        if let Some(counter) = counters.get(key) {
            limit.release(counter);
        }
    }
}

impl Attempt<'_> {
    /// Returns 16 bytes of a digest: counters have a bounded size, and no address stays in memory.
    fn key(self) -> AttemptKey {
        let digest = Sha256::digest([self.rule.name, self.address, self.source].join("\0").as_bytes());
        digest.first_chunk().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Error, Refusal};

    const HERE: Network = Network::V4([203, 0, 113]);
    const THERE: Network = Network::V4([198, 51, 100]);

    fn left(counters: &AttemptLimits, network: Network, device: Option<[u8; 16]>, millis: i64) -> usize {
        (0..1000).take_while(|_| counters.password("ivan@example.com", network, device, millis).is_ok()).count()
    }

    #[test]
    fn guessing_is_slow_and_keeps_nobody_else_out() {
        let counters = AttemptLimits::default();
        assert_eq!(left(&counters, HERE, None, 0), 10);
        let Err(Error::Refused(Refusal::TooManyAttempts { seconds })) =
            counters.password("ivan@example.com", HERE, None, 0)
        else {
            panic!("let in")
        };
        assert_eq!(seconds, 60);
        assert_eq!(left(&counters, HERE, None, 59_000), 0);
        assert_eq!(left(&counters, HERE, None, 60_000), 1);
        assert!(counters.password("olga@example.com", HERE, None, 60_000).is_ok(), "another address");
        assert_eq!(left(&counters, THERE, None, 60_000), 10, "another network");
        assert_eq!(left(&counters, HERE, Some([7; 16]), 60_000), 10, "a browser that is known");
    }

    #[test]
    fn many_networks_together_are_slow_too() {
        let counters = AttemptLimits::default();
        let all: usize = (0..=255).map(|n| left(&counters, Network::V4([203, 1, n]), None, 0)).sum();
        assert_eq!(all, 100);
        assert_eq!(left(&counters, THERE, Some([7; 16]), 0), 10, "its owner gets in all the same");
        assert_eq!(left(&counters, THERE, None, 3_600_000), 10);
    }

    #[test]
    fn the_right_password_costs_nothing_and_what_is_whole_is_forgotten() {
        let counters = AttemptLimits::default();
        for _ in 0..1000 {
            let permit = counters.password("ivan@example.com", HERE, None, 0).expect("a try");
            counters.release(&permit);
        }
        assert_eq!(left(&counters, HERE, None, 0), 10);
        counters.sweep(3_600_000);
        assert_eq!(counters.0.lock().expect("the map").len(), 0);
    }

    #[test]
    fn right_passwords_changes_and_mails_of_an_account_have_a_pace() {
        let counters = AttemptLimits::default();
        let taken = |take: &dyn Fn() -> Result<AttemptPermit>| (0..100).take_while(|_| take().is_ok()).count();
        assert_eq!(taken(&|| counters.right_password(1, 0)), 30);
        assert_eq!(taken(&|| counters.right_password(2, 0)), 30, "another account");
        assert_eq!(taken(&|| counters.right_password(1, 20_000)), 1, "one every 20 s");
        assert_eq!(taken(&|| counters.password_change(1, 0)), 10);
        assert_eq!(taken(&|| counters.mail_of_account(1, 0)), 10);
        assert_eq!(left(&counters, HERE, None, 0), 10, "wrong ones are counted apart");
    }

    #[test]
    fn mails_to_one_address_are_few() {
        let counters = AttemptLimits::default();
        let sent = |network| (0..100).take_while(|_| counters.mail("ivan@example.com", network, 0).is_ok()).count();
        assert_eq!((sent(HERE), sent(THERE)), (5, 5));
        let everywhere: usize = (0..20).map(|n| sent(Network::V4([203, 2, n]))).sum();
        assert_eq!(everywhere, 10);
    }
}

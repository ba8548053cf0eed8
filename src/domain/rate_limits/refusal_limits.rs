//! Limits of refused credentials per network: expired or invented refresh cookies, spent or forged sign-in payloads.
//!
//! Only refusals count, so people who share a network with a flood still sign in. A refused caller over the limit is
//! answered 429 instead of 401, and late.

use std::sync::{Mutex, PoisonError};

use crate::domain::Domain;
use crate::domain::error::{CredentialError, Error, Refusal, Result, SignInRequestError};
use crate::domain::rate_limits::event_counters::EventCounters;
use crate::domain::rate_limits::event_limit::{EventLimit, SharedCount};
use crate::model::network::Network;
use crate::model::rate_limit::GcraState;

/// Refusals of one network in a minute. An office behind one address has hundreds of tabs, each of which is refused once.
const PER_NETWORK: EventLimit = EventLimit { name: "refusals", events: 120, minutes: 1 };
/// Refusals of one private network in a minute: most likely a proxy that does not pass on addresses.
const PER_PRIVATE_NETWORK: EventLimit = EventLimit { name: "refusals-inside", events: 600, minutes: 1 };
/// Largest number of networks counted, about 3 MB. Further ones share one counter.
const MAX_NETWORKS: usize = 50_000;

/// Refusals of each network.
#[derive(Debug, Default)]
pub(in crate::domain) struct RefusalLimits(Mutex<RefusalCounters>);

#[derive(Debug)]
struct RefusalCounters {
    by_network: EventCounters<Network>,
    /// Counter of the networks that have none of their own.
    others: GcraState,
}

impl Default for RefusalCounters {
    fn default() -> Self {
        Self { by_network: EventCounters::with_capacity(MAX_NETWORKS), others: GcraState::default() }
    }
}

impl RefusalLimits {
    /// Counts a refusal. Fails if the network has used up its refusals.
    pub(in crate::domain) fn take(&self, network: Network, millis: i64) -> Result<()> {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        limit(network).take(counters.of(network, millis), millis).map_err(over_limit)
    }

    /// Fails if the network has used up its refusals. Counts nothing.
    pub(in crate::domain) fn check(&self, network: Network, millis: i64) -> Result<()> {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        limit(network).check(counters.of(network, millis), millis).map_err(over_limit)
    }

    /// Follows the count of all instances.
    fn follow(&self, network: Network, whole_at: i64, millis: i64) {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counters.of(network, millis).follow(whole_at);
    }

    /// Drops idle networks.
    pub(in crate::domain) fn sweep(&self, millis: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).by_network.sweep(millis);
    }
}

impl RefusalCounters {
    fn of(&mut self, network: Network, millis: i64) -> &GcraState {
        self.by_network.of(network, limit(network), millis).unwrap_or(&self.others)
    }
}

const fn limit(network: Network) -> EventLimit {
    if network.is_private() { PER_PRIVATE_NETWORK } else { PER_NETWORK }
}

/// Error of a network that has used up its refusals.
fn over_limit(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::TooManyAttempts { seconds }) => Refusal::TooManyRefusals { seconds }.into(),
        other => other,
    }
}

impl Domain {
    /// Counts the outcome of a sign-in or refresh. A refused credential over the limit of its network becomes
    /// [`Refusal::TooManyRefusals`].
    pub(in crate::domain) async fn count_refusal<T: Send>(&self, outcome: Result<T>, network: &str) -> Result<T> {
        let is_refused = matches!(
            outcome,
            Err(Error::Refused(Refusal::InvalidCredential(_) | Refusal::SignInRequest(SignInRequestError::Unknown)))
        );
        if is_refused {
            let network = Network::parse(network);
            let millis = self.inner.env.clock.millis();
            self.inner.refusal_limits.take(network, millis)?;
            let shared = self.take_shared(limit(network), &network.to_string(), millis).await;
            if let Some(SharedCount { whole_at, outcome }) = shared {
                self.inner.refusal_limits.follow(network, whole_at, millis);
                outcome.map_err(over_limit)?;
            }
        }
        outcome
    }

    /// Refuses a credential that cannot be parsed, and counts the refusal.
    pub async fn refuse_malformed_credential(&self, network: &str) -> Error {
        let refused: Result<()> = Err(CredentialError::Invalid.into());
        self.count_refusal(refused, network).await.err().unwrap_or_else(|| CredentialError::Invalid.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(limits: &RefusalLimits, network: Network, millis: i64) -> usize {
        (0..2000).take_while(|_| limits.take(network, millis).is_ok()).count()
    }

    #[test]
    fn each_network_has_its_own_refusals() {
        let (limits, here, there) = (RefusalLimits::default(), Network::V4([203, 0, 113]), Network::V4([127, 0, 0]));
        assert_eq!((refused(&limits, here, 0), refused(&limits, there, 0)), (120, 600));
        let Err(Error::Refused(refusal)) = limits.check(here, 0) else { panic!("let in") };
        assert_eq!(refusal, Refusal::TooManyRefusals { seconds: 1 });
        assert!(limits.take(here, 0).is_err() && limits.check(here, 60_000).is_ok());
    }

    #[test]
    fn the_number_of_networks_is_bounded() {
        let limits = RefusalLimits::default();
        let network = |n: usize| {
            let [.., a, b, c, d] = n.to_be_bytes();
            Network::V6([0x20, 1, a, b, c, d])
        };
        (0..MAX_NETWORKS).for_each(|n| drop(limits.take(network(n), 0)));
        assert_eq!((0..500).filter(|n| limits.take(network(MAX_NETWORKS + n), 0).is_ok()).count(), 120);
        assert_eq!(limits.0.lock().expect("the map").by_network.len(), MAX_NETWORKS);
        assert!(limits.take(network(usize::MAX), 60_000).is_ok(), "idle networks make room");
        assert_eq!(limits.0.lock().expect("the map").by_network.len(), 1);
    }
}

//! Seats: the connections that the server holds, and who may have how many of them.
//!
//! One network cannot take the seats of all others, and nobody can take those of trusted proxies, which ask for key
//! verifications. A connection without a seat is closed immediately.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::network::Network;
use crate::telemetry;
use crate::web::extract::trusted_proxies::TrustedProxies;

/// Limit of concurrent connections.
const MAX_CONNECTIONS: usize = 10_000;
/// Files that databases, outgoing calls and listeners need besides.
const OTHER_FILES: usize = 240;
/// Open files with which the server holds as many connections as it ever does.
pub const OPEN_FILES_WANTED: usize = MAX_CONNECTIONS + OTHER_FILES;
/// Part of the seats that is reserved for trusted proxies, and largest part for one network.
const PART: usize = 10;

/// Number of seats of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SeatLimits {
    all: usize,
    /// Part of `all` for trusted proxies only.
    reserved: usize,
    per_network: usize,
}

impl SeatLimits {
    /// Limits of a process that may open `open_files` files.
    fn new(open_files: usize) -> Self {
        let all = max_connections(open_files);
        Self { all, reserved: all.div_ceil(PART), per_network: all.div_ceil(PART) }
    }
}

/// Number of connections that a process may hold which may open `open_files` files.
#[must_use]
pub fn max_connections(open_files: usize) -> usize {
    open_files.saturating_sub(OTHER_FILES).clamp(PART, MAX_CONNECTIONS)
}

/// Client that takes seats. A process on this machine counts by its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum SeatOwner {
    Local(IpAddr),
    Network(Network),
}

impl SeatOwner {
    fn of(peer: IpAddr) -> Self {
        let peer = peer.to_canonical();
        if peer.is_loopback() { Self::Local(peer) } else { Self::Network(peer.into()) }
    }
}

/// Seats of the server.
#[derive(Debug)]
pub(super) struct ConnectionSeats {
    limits: SeatLimits,
    trusted: Arc<TrustedProxies>,
    taken: Mutex<TakenSeats>,
}

#[derive(Debug, Default)]
struct TakenSeats {
    trusted: usize,
    others: usize,
    of_owner: HashMap<SeatOwner, usize>,
    has_warned: bool,
}

/// Seat of one connection, free again when dropped.
#[derive(Debug)]
pub(super) struct ConnectionSeat {
    seats: Arc<ConnectionSeats>,
    /// `None` for a trusted proxy.
    owner: Option<SeatOwner>,
}

impl ConnectionSeats {
    /// Seats of a process that may open `open_files` files.
    pub(super) fn new(open_files: usize, trusted: Arc<TrustedProxies>) -> Arc<Self> {
        Arc::new(Self { limits: SeatLimits::new(open_files), trusted, taken: Mutex::default() })
    }

    /// Takes a seat for a connection from `peer`, if there is one for it.
    pub(super) fn take(self: &Arc<Self>, peer: IpAddr) -> Option<ConnectionSeat> {
        let owner = if self.trusted.contains(peer) { None } else { Some(SeatOwner::of(peer)) };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = match owner {
            None => (taken.trusted + taken.others >= self.limits.all).then_some("full"),
            Some(owner) => taken.refusal(owner, self.limits),
        };
        if let Some(reason) = refused {
            telemetry::metrics::http_connections_refused_total(reason);
            if !std::mem::replace(&mut taken.has_warned, true) {
                tracing::warn!(%peer, reason, "connection: refused, too many are open; later ones are only counted");
            }
            return None;
        }
        match owner {
            None => taken.trusted += 1,
            Some(owner) => {
                taken.others += 1;
                *taken.of_owner.entry(owner).or_default() += 1;
            }
        }
        Some(ConnectionSeat { seats: Arc::clone(self), owner })
    }
}

impl TakenSeats {
    /// Reason to refuse another seat to `owner`.
    fn refusal(&self, owner: SeatOwner, limits: SeatLimits) -> Option<&'static str> {
        if self.of_owner.get(&owner).is_some_and(|taken| *taken >= limits.per_network) {
            Some("network")
        } else {
            let is_full = self.others >= limits.all - limits.reserved || self.others + self.trusted >= limits.all;
            is_full.then_some("full")
        }
    }
}

impl Drop for ConnectionSeat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(owner) = self.owner else {
            taken.trusted = taken.trusted.saturating_sub(1);
            return;
        };
        taken.others = taken.others.saturating_sub(1);
        if let Some(count) = taken.of_owner.get_mut(&owner) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.of_owner.remove(&owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hundred seats: ten are reserved, and a network may have ten.
    fn hundred() -> Arc<ConnectionSeats> {
        ConnectionSeats::new(OTHER_FILES + 100, TrustedProxies::new(vec!["192.0.2.0/24".parse().unwrap()]))
    }

    fn take(seats: &Arc<ConnectionSeats>, peer: &str) -> Option<ConnectionSeat> {
        seats.take(peer.parse().unwrap())
    }

    /// Takes all seats that the peers can have.
    fn fill(seats: &Arc<ConnectionSeats>, peers: impl IntoIterator<Item = String>) -> Vec<ConnectionSeat> {
        peers.into_iter().flat_map(|peer| std::iter::from_fn(move || take(seats, &peer))).collect()
    }

    #[test]
    fn one_network_has_a_tenth() {
        let seats = hundred();
        for (one, neighbour, other) in [
            ("203.0.113.1", "203.0.113.200", "203.0.114.1"),
            ("2001:db8:1::1", "2001:db8:1:ffff::1", "2001:db8:2::1"),
            ("::ffff:198.51.100.1", "198.51.100.2", "198.51.101.1"),
            ("127.0.0.2", "127.0.0.2", "127.0.0.1"),
        ] {
            let held = fill(&seats, [one.to_owned()]);
            assert_eq!(held.len(), 10, "{one}");
            assert!(take(&seats, neighbour).is_none() && take(&seats, other).is_some(), "{one}");
            drop(held);
            assert!(take(&seats, neighbour).is_some(), "free again");
        }
        assert!(seats.taken.lock().unwrap().of_owner.is_empty(), "nothing remains");
    }

    #[test]
    fn trusted_proxies_have_seats_of_their_own_and_no_limit_of_a_network() {
        let seats = hundred();
        let held = fill(&seats, (0..200).map(|network| format!("203.0.{network}.1")));
        assert_eq!(held.len(), 90);
        let proxy = fill(&seats, ["192.0.2.7".to_owned()]);
        assert_eq!(proxy.len(), 10, "the reserve");
        assert!(take(&seats, "198.51.100.1").is_none());
        drop(held);
        let more = fill(&seats, ["192.0.2.7".to_owned()]);
        assert_eq!(more.len(), 90, "all seats");
        assert!(take(&seats, "198.51.100.1").is_none());
        drop((proxy, more));
        assert!(take(&seats, "198.51.100.1").is_some());
    }

    #[test]
    fn seats_fit_the_open_files() {
        for (open_files, expected) in [(0, 10), (1024, 784), (10_240, 10_000), (1_048_576, 10_000)] {
            assert_eq!(max_connections(open_files), expected, "{open_files}");
        }
    }
}

//! Connection seats limit how many connections each client may hold.
//!
//! One network cannot take all seats, and nobody can take those of trusted proxies, which request key verifications. If
//! a network or the server is at its limit, the oldest connection that waits for a request gives way to a new one, so
//! that a flood keeps nobody out. A connection without a seat is closed immediately.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::AbortHandle;

use crate::model::network::Network;
use crate::telemetry;
use crate::web::extract::trusted_proxies::TrustedProxies;
use crate::web::server::idle_timeout::ConnectionActivity;

/// Limit of concurrent connections.
const MAX_CONNECTIONS: usize = 10_000;
/// Open files that databases, outgoing calls and listeners need in addition.
const OTHER_FILES: usize = 240;
/// Number of open files that allows [`MAX_CONNECTIONS`].
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
    /// Limit of an address of this machine. A proxy that is not listed as trusted carries the connections of all
    /// clients.
    per_local_address: usize,
}

impl SeatLimits {
    /// Limits of a process that may open `open_files` files.
    fn new(open_files: usize) -> Self {
        let all = max_connections(open_files);
        let part = all.div_ceil(PART);
        Self { all, reserved: part, per_network: part, per_local_address: all - part }
    }

    const fn of(self, owner: SeatOwner) -> usize {
        match owner {
            SeatOwner::Local(_) => self.per_local_address,
            SeatOwner::Network(_) => self.per_network,
        }
    }
}

/// Number of connections that a process may hold which may open `open_files` files.
#[must_use]
pub fn max_connections(open_files: usize) -> usize {
    open_files.saturating_sub(OTHER_FILES).clamp(PART, MAX_CONNECTIONS)
}

/// Client that takes seats. A process on this machine counts by its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum SeatOwner {
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
    /// Connections of each owner, oldest first. `None` until the connection is served.
    of_owner: HashMap<SeatOwner, BTreeMap<SeatNumber, Option<ServedConnection>>>,
    last_number: SeatNumber,
    has_warned: bool,
}

/// Number of a seat, in the order in which seats are taken.
type SeatNumber = u64;

/// Connection that can be closed for a younger one.
#[derive(Debug)]
pub(super) struct ServedConnection {
    /// Activity of the connection.
    pub(super) activity: Arc<ConnectionActivity>,
    /// Task that serves it.
    pub(super) task: AbortHandle,
}

/// Seat of one connection, free again when dropped.
#[derive(Debug)]
pub(super) struct ConnectionSeat {
    seats: Arc<ConnectionSeats>,
    holder: SeatHolder,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum SeatHolder {
    /// A trusted proxy. Its connections are never closed for others.
    TrustedProxy,
    /// Another client.
    Client(SeatOwner, SeatNumber),
}

impl ConnectionSeats {
    /// Seats of a process that may open `open_files` files.
    pub(super) fn new(open_files: usize, trusted: Arc<TrustedProxies>) -> Arc<Self> {
        Arc::new(Self { limits: SeatLimits::new(open_files), trusted, taken: Mutex::default() })
    }

    /// Takes a seat for a connection from `peer`, if there is one for it.
    pub(super) fn take(self: &Arc<Self>, peer: IpAddr) -> Option<ConnectionSeat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let seated = if self.trusted.contains(peer) {
            taken.seat_trusted_proxy(self.limits)
        } else {
            taken.seat_client(peer, self.limits)
        };
        match seated {
            Ok(holder) => Some(ConnectionSeat { seats: Arc::clone(self), holder }),
            Err(reason) => {
                telemetry::metrics::http_connections_refused_total(reason);
                taken.warn_once(peer, reason);
                None
            }
        }
    }

    /// Allows to close the connection of this seat for a younger one of its network, while it waits for a request.
    pub(super) fn serves(&self, holder: SeatHolder, connection: ServedConnection) {
        let SeatHolder::Client(owner, number) = holder else { return };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // The connection may have ended already.
        if let Some(seat) = taken.of_owner.get_mut(&owner).and_then(|seats| seats.get_mut(&number)) {
            *seat = Some(connection);
        }
    }
}

impl TakenSeats {
    fn seat_trusted_proxy(&mut self, limits: SeatLimits) -> Result<SeatHolder, &'static str> {
        if self.trusted + self.others >= limits.all {
            return Err("full");
        }
        self.trusted += 1;
        Ok(SeatHolder::TrustedProxy)
    }

    /// Seats a client, or returns the reason for refusing it.
    fn seat_client(&mut self, peer: IpAddr, limits: SeatLimits) -> Result<SeatHolder, &'static str> {
        let owner = SeatOwner::of(peer);
        let has_all = self.of_owner.get(&owner).is_some_and(|seats| seats.len() >= limits.of(owner));
        let is_full = self.others >= limits.all - limits.reserved || self.others + self.trusted >= limits.all;
        if has_all || is_full {
            let loser = if has_all { Some(owner) } else { self.largest_owner() };
            if !loser.is_some_and(|loser| self.close_oldest_waiting(loser)) {
                return Err(if has_all { "network" } else { "full" });
            }
            telemetry::metrics::http_connections_refused_total("replaced");
            self.warn_once(peer, "replaced");
        }
        self.others += 1;
        self.last_number += 1;
        self.of_owner.entry(owner).or_default().insert(self.last_number, None);
        Ok(SeatHolder::Client(owner, self.last_number))
    }

    /// Owner of the most seats.
    fn largest_owner(&self) -> Option<SeatOwner> {
        self.of_owner.iter().max_by_key(|(_, seats)| seats.len()).map(|(owner, _)| *owner)
    }

    /// Closes the oldest connection of `owner` that waits for a request. False if there is none.
    fn close_oldest_waiting(&mut self, owner: SeatOwner) -> bool {
        let Some(seats) = self.of_owner.get(&owner) else { return false };
        let is_waiting = |served: &ServedConnection| served.activity.is_waiting();
        let Some((number, served)) = seats
            .iter()
            .find_map(|(number, served)| Some((*number, served.as_ref().filter(|served| is_waiting(served))?)))
        else {
            return false;
        };
        served.task.abort();
        self.free(owner, number);
        true
    }

    fn warn_once(&mut self, peer: IpAddr, reason: &str) {
        if !std::mem::replace(&mut self.has_warned, true) {
            tracing::warn!(%peer, reason, "connection: too many are open; later ones are only counted");
        }
    }

    /// Frees a seat, unless its connection was closed for another one.
    fn free(&mut self, owner: SeatOwner, number: SeatNumber) {
        let Some(seats) = self.of_owner.get_mut(&owner) else { return };
        if seats.remove(&number).is_some() {
            self.others = self.others.saturating_sub(1);
        }
        if seats.is_empty() {
            self.of_owner.remove(&owner);
        }
    }
}

impl ConnectionSeat {
    /// Holder of this seat.
    pub(super) const fn holder(&self) -> SeatHolder {
        self.holder
    }
}

impl Drop for ConnectionSeat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        match self.holder {
            SeatHolder::TrustedProxy => taken.trusted = taken.trusted.saturating_sub(1),
            SeatHolder::Client(owner, number) => taken.free(owner, number),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinHandle;

    use super::*;
    use crate::web::server::idle_timeout::AnnouncedBody;

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

    /// Serves a connection forever.
    fn serve(seats: &ConnectionSeats, seat: &ConnectionSeat) -> (Arc<ConnectionActivity>, JoinHandle<()>) {
        let (activity, task) = (ConnectionActivity::new(), tokio::spawn(std::future::pending::<()>()));
        let served = ServedConnection { activity: Arc::clone(&activity), task: task.abort_handle() };
        seats.serves(seat.holder(), served);
        (activity, task)
    }

    #[test]
    fn one_network_has_a_tenth() {
        let seats = hundred();
        for (one, neighbour, other) in [
            ("203.0.113.1", "203.0.113.200", "203.0.114.1"),
            ("2001:db8:1::1", "2001:db8:1:ffff::1", "2001:db8:2::1"),
            ("::ffff:198.51.100.1", "198.51.100.2", "198.51.101.1"),
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
    fn an_address_of_this_machine_has_all_seats_but_the_reserve() {
        let seats = hundred();
        let held = fill(&seats, ["127.0.0.2".to_owned()]);
        assert_eq!(held.len(), 90);
        assert!(take(&seats, "127.0.0.2").is_none() && take(&seats, "192.0.2.7").is_some());
    }

    #[tokio::test]
    async fn in_a_full_server_the_largest_client_gives_way() {
        let seats = hundred();
        let held = fill(&seats, (0..10).map(|network| format!("203.0.{network}.1")));
        assert_eq!(held.len(), 90, "nine networks hold ten each");
        let serving: Vec<_> = held.iter().map(|seat| serve(&seats, seat).1).collect();
        let _newcomer = take(&seats, "198.51.100.1").expect("a seat of a large client");
        let (ended, _, others) = futures::future::select_all(serving).await;
        assert!(ended.unwrap_err().is_cancelled() && others.iter().all(|task| !task.is_finished()));
    }

    #[tokio::test]
    async fn a_network_at_its_limit_loses_its_oldest_connection_that_waits() {
        let seats = hundred();
        let held = fill(&seats, ["203.0.113.1".to_owned()]);
        let [(first, first_task), (_, second_task), (_, third_task)] =
            [&held[0], &held[1], &held[2]].map(|seat| serve(&seats, seat));
        first.begin(AnnouncedBody::Absent);
        let younger = take(&seats, "203.0.113.2").expect("the seat of the second");
        assert!(second_task.await.unwrap_err().is_cancelled());
        assert!(!first_task.is_finished() && !third_task.is_finished(), "a request is in flight, and the younger one");
        let _youngest = take(&seats, "203.0.113.3").expect("the seat of the third");
        assert!(take(&seats, "203.0.113.4").is_none(), "no other connection waits");
        first.end();
        let _last = take(&seats, "203.0.113.4").expect("the seat of the first");
        assert!(first_task.await.unwrap_err().is_cancelled());
        drop(held);
        assert_eq!(seats.taken.lock().unwrap().others, 3, "seats of closed connections are not freed twice");
        drop(younger);
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

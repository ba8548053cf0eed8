//! Queue of the hashing slots, shared by client networks.
//!
//! - A free slot goes to the waiting network that runs the fewest hashes, then to the one served least recently. So a
//!   network without a slot goes before every other one, however many requests a flood has queued.
//! - A full queue makes room for a network with fewer waiting requests: the newest request of the network with the most is
//!   refused instead.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::model::network::Network;

/// Slots and the requests that wait for one.
pub(in crate::domain) struct HashingQueue {
    state: Mutex<HashingState>,
    max_waiting: usize,
}

struct HashingState {
    free: usize,
    waiting: usize,
    /// Counts events, so that requests and turns have an order.
    ticks: u64,
    networks: HashMap<Network, NetworkShare>,
}

/// Requests of one network.
#[derive(Default)]
struct NetworkShare {
    running: usize,
    /// Tick of the network's latest turn; 0 before the first one.
    served_at: u64,
    waiting: VecDeque<Waiter>,
}

struct Waiter {
    tick: u64,
    turn: oneshot::Sender<()>,
}

/// All places in the queue are taken by networks that wait no longer than this one.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::domain) struct QueueFull;

/// A slot; released on drop.
pub(in crate::domain) struct HashingSlot {
    queue: Arc<HashingQueue>,
    network: Network,
}

/// Place in the queue; left on drop.
struct QueuePlace {
    queue: Arc<HashingQueue>,
    network: Network,
    tick: u64,
    turn: oneshot::Receiver<()>,
    is_settled: bool,
}

impl HashingQueue {
    /// Creates a queue of `slots` slots, at which `max_waiting` requests may wait.
    pub(in crate::domain) fn new(slots: usize, max_waiting: usize) -> Arc<Self> {
        let state = HashingState { free: slots, waiting: 0, ticks: 0, networks: HashMap::new() };
        Arc::new(Self { state: Mutex::new(state), max_waiting })
    }

    /// Waits for a slot.
    pub(in crate::domain) async fn slot(self: &Arc<Self>, network: Network) -> Result<HashingSlot, QueueFull> {
        let mut place = {
            let mut state = self.state();
            // A free slot has no waiting requests.
            if state.start(network) {
                return Ok(HashingSlot { queue: Arc::clone(self), network });
            }
            let (tick, turn) = state.wait(network, self.max_waiting)?;
            QueuePlace { queue: Arc::clone(self), network, tick, turn, is_settled: false }
        };
        let granted = (&mut place.turn).await;
        place.is_settled = true;
        // The sender is dropped when another network takes the place.
        granted.map_err(|_| QueueFull)?;
        Ok(HashingSlot { queue: Arc::clone(self), network })
    }

    fn state(&self) -> MutexGuard<'_, HashingState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HashingState {
    const fn tick(&mut self) -> u64 {
        self.ticks += 1;
        self.ticks
    }

    /// Takes a free slot.
    fn start(&mut self, network: Network) -> bool {
        if self.free == 0 {
            return false;
        }
        self.free -= 1;
        let served_at = self.tick();
        let share = self.networks.entry(network).or_default();
        share.running += 1;
        share.served_at = served_at;
        true
    }

    /// Takes a place in the queue, from another network if it is full.
    fn wait(&mut self, network: Network, max_waiting: usize) -> Result<(u64, oneshot::Receiver<()>), QueueFull> {
        if self.waiting >= max_waiting {
            self.make_room(network)?;
        }
        let tick = self.tick();
        let (turn, receiver) = oneshot::channel();
        self.networks.entry(network).or_default().waiting.push_back(Waiter { tick, turn });
        self.waiting += 1;
        Ok((tick, receiver))
    }

    /// Drops the newest request of the network that has the most, if it has more than `network` would have.
    fn make_room(&mut self, network: Network) -> Result<(), QueueFull> {
        let own = self.networks.get(&network).map_or(0, |share| share.waiting.len());
        let most = self.networks.values_mut().max_by_key(|share| share.waiting.len()).ok_or(QueueFull)?;
        if most.waiting.len() <= own + 1 {
            return Err(QueueFull);
        }
        most.waiting.pop_back();
        self.waiting -= 1;
        Ok(())
    }

    /// Releases a slot of `network`, and gives it to the next request.
    fn release(&mut self, network: Network) {
        if let Some(share) = self.networks.get_mut(&network) {
            share.running = share.running.saturating_sub(1);
        }
        self.free += 1;
        while self.free > 0
            && let Some((next, turn)) = self.next()
        {
            // A receiver that is gone has left the queue already, or is about to: its place passes on.
            if turn.send(()).is_ok() {
                self.start(next);
            }
        }
        self.forget_idle(network);
    }

    /// Takes the request whose turn it is out of the queue.
    fn next(&mut self) -> Option<(Network, oneshot::Sender<()>)> {
        let waiting = self.networks.iter().filter_map(|(network, share)| {
            let first = share.waiting.front()?;
            Some(((share.running, share.served_at, first.tick), *network))
        });
        let (_, network) = waiting.min_by_key(|(order, _)| *order)?;
        let waiter = self.networks.get_mut(&network)?.waiting.pop_front()?;
        self.waiting -= 1;
        Some((network, waiter.turn))
    }

    /// Removes a request that gave up waiting; false if it is no longer in the queue.
    fn leave(&mut self, network: Network, tick: u64) -> bool {
        let Some(share) = self.networks.get_mut(&network) else { return false };
        let before = share.waiting.len();
        share.waiting.retain(|waiter| waiter.tick != tick);
        let has_left = share.waiting.len() < before;
        if has_left {
            self.waiting -= 1;
        }
        self.forget_idle(network);
        has_left
    }

    fn forget_idle(&mut self, network: Network) {
        let is_idle = |share: &NetworkShare| share.running == 0 && share.waiting.is_empty();
        if self.networks.get(&network).is_some_and(is_idle) {
            self.networks.remove(&network);
        }
    }
}

impl Drop for HashingSlot {
    fn drop(&mut self) {
        self.queue.state().release(self.network);
    }
}

impl Drop for QueuePlace {
    fn drop(&mut self) {
        if self.is_settled {
            return;
        }
        let mut state = self.queue.state();
        // A turn that was granted but never taken is passed on.
        if !state.leave(self.network, self.tick) && self.turn.try_recv().is_ok() {
            state.release(self.network);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    const FLOOD: Network = Network::V4([203, 0, 113]);
    const OTHER: Network = Network::V4([198, 51, 100]);
    const THIRD: Network = Network::V4([192, 0, 2]);

    type Waiting = Pin<Box<dyn Future<Output = Result<HashingSlot, QueueFull>>>>;

    fn ask(queue: &Arc<HashingQueue>, network: Network) -> (Waiting, Option<Result<HashingSlot, QueueFull>>) {
        let queue = Arc::clone(queue);
        let mut waiting: Waiting = Box::pin(async move { queue.slot(network).await });
        let outcome = poll(&mut waiting);
        (waiting, outcome)
    }

    fn poll(waiting: &mut Waiting) -> Option<Result<HashingSlot, QueueFull>> {
        match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => Some(outcome),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_full_queue_of_one_side_gives_way_to_another() {
        let queue = HashingQueue::new(1, 4);
        let slot = ask(&queue, FLOOD).1.unwrap().unwrap();
        let mut flood: Vec<_> = (0..4).map(|_| ask(&queue, FLOOD).0).collect();
        assert!(matches!(ask(&queue, FLOOD).1, Some(Err(QueueFull))), "the flood's own next one is refused");
        let (mut other, outcome) = ask(&queue, OTHER);
        assert!(outcome.is_none(), "another network gets a place");
        assert!(matches!(poll(&mut flood[3]), Some(Err(QueueFull))), "the newest of the flood has lost it");
        drop(slot);
        let slot = poll(&mut other).expect("its turn comes before the whole flood").unwrap();
        assert!(flood[..3].iter_mut().all(|waiting| poll(waiting).is_none()));
        drop(slot);
        assert!(poll(&mut flood[0]).is_some_and(|outcome| outcome.is_ok()), "then the flood in its order");
    }

    #[test]
    fn turns_go_round() {
        let queue = HashingQueue::new(1, 100);
        let mut slot = ask(&queue, FLOOD).1.unwrap().unwrap();
        let mut waiting: Vec<_> = [FLOOD, FLOOD, FLOOD, OTHER, OTHER, THIRD]
            .into_iter()
            .map(|network| (network, ask(&queue, network).0))
            .collect();
        let mut order = Vec::new();
        while !waiting.is_empty() {
            drop(slot);
            let (place, next) = waiting
                .iter_mut()
                .enumerate()
                .find_map(|(place, (_, waiting))| poll(waiting).map(|outcome| (place, outcome.unwrap())))
                .expect("somebody's turn");
            order.push(waiting.remove(place).0);
            slot = next;
        }
        assert_eq!(order, [OTHER, THIRD, FLOOD, OTHER, FLOOD, FLOOD]);
        drop(slot);
        let state = queue.state();
        assert_eq!((state.free, state.waiting, state.networks.len()), (1, 0, 0));
    }

    #[test]
    fn a_request_that_stops_waiting_frees_its_place_and_slot() {
        let queue = HashingQueue::new(1, 2);
        let slot = ask(&queue, FLOOD).1.unwrap().unwrap();
        let (first, second) = (ask(&queue, OTHER).0, ask(&queue, THIRD).0);
        drop(first);
        assert_eq!(queue.state().waiting, 1);
        drop(slot);
        drop(second);
        let state = queue.state();
        assert_eq!((state.free, state.waiting, state.networks.len()), (1, 0, 0), "a turn not taken is passed on");
    }
}

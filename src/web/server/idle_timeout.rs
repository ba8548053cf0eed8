//! Timeouts of connections: for a request whose head does not arrive, and for idle time.
//!
//! A timer for each request would cost more than a key verification. Reads and writes therefore only count, and a timer is
//! set when a read leaves a head unfinished, which a read of a whole head never does. Bodies have their own timeouts, where
//! they are read.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, sleep_until};

/// Longest time without progress while the head of a request is unfinished (RFC 9110, 15.5.9). A new connection counts as
/// an unfinished head.
const HEAD_PROGRESS_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time in which a head must arrive, however it trickles in.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Interval between two samples of an idle connection.
const CHECK_INTERVAL: Duration = Duration::from_secs(25);
/// Idle samples in a row after which a connection is closed: 75 to 100 s. This bounds reading part of a response, and the
/// pause between requests. Gateways keep idle connections for a minute (nginx) and should close them first.
const MAX_IDLE_CHECKS: u32 = 3;
/// Last four bytes of a head: the end of a line and an empty line.
const END_OF_HEAD: u32 = u32::from_be_bytes(*b"\r\n\r\n");

/// Body of a request, as its head announces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnnouncedBody {
    /// The request has no body.
    Absent,
    /// A body follows the head.
    Present,
}

/// Activity of a connection. Only its own task writes here, so plain loads and stores suffice; others may read a value that
/// has just changed.
#[derive(Debug)]
pub(crate) struct ConnectionActivity {
    in_flight: AtomicBool,
    /// True while the head of the next request is unfinished.
    is_head_open: AtomicBool,
    /// True if bytes of a next head arrived together with the request in flight.
    is_pipelined: AtomicBool,
    /// Last four bytes received.
    last_bytes: AtomicU32,
    received: AtomicU64,
    written: AtomicU64,
}

impl ConnectionActivity {
    /// Activity of a new connection, on which a first head is awaited.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            in_flight: AtomicBool::new(false),
            is_head_open: AtomicBool::new(true),
            is_pipelined: AtomicBool::new(false),
            last_bytes: AtomicU32::new(0),
            received: AtomicU64::new(0),
            written: AtomicU64::new(0),
        })
    }

    /// True while no request is in flight: the peer may begin one, or has not finished its head.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.in_flight.load(Ordering::Relaxed)
    }

    /// Marks the start of a request: its head is complete. HTTP/1 serves one request per connection concurrently.
    pub(crate) fn begin(&self, body: AnnouncedBody) {
        self.in_flight.store(true, Ordering::Relaxed);
        self.is_head_open.store(false, Ordering::Relaxed);
        // Without a body, what follows the end of the head is the beginning of another one.
        let is_at_end = self.last_bytes.load(Ordering::Relaxed) == END_OF_HEAD;
        self.is_pipelined.store(body == AnnouncedBody::Absent && !is_at_end, Ordering::Relaxed);
    }

    /// Marks the end of the request: its response is ready.
    pub(crate) fn end(&self) {
        self.in_flight.store(false, Ordering::Relaxed);
        self.is_head_open.store(self.is_pipelined.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Records bytes from the peer.
    fn read(&self, bytes: &[u8]) {
        let tail = bytes.get(bytes.len().saturating_sub(4)..).unwrap_or(bytes);
        let last = tail.iter().fold(self.last_bytes.load(Ordering::Relaxed), |last, byte| last << 8 | u32::from(*byte));
        self.last_bytes.store(last, Ordering::Relaxed);
        self.received.store(self.received.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        if !self.in_flight.load(Ordering::Relaxed) {
            self.is_head_open.store(true, Ordering::Relaxed);
        }
    }

    /// Records that the peer accepted part of a response.
    fn wrote(&self) {
        self.written.store(self.written.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    /// Returns once the connection should be closed: a head does not arrive, or the connection was idle for too long.
    /// Idle means that no request is in flight, and nothing is written.
    pub(crate) async fn expires(&self) {
        let mut wait = Wait::new(self);
        let mut timer = pin!(sleep_until(wait.deadline()));
        poll_fn(|context| {
            loop {
                if wait.has_changed(self) {
                    wait = wait.next(self);
                    timer.as_mut().reset(wait.deadline());
                }
                ready!(timer.as_mut().poll(context));
                match wait.after_check(self) {
                    Some(next) => wait = next,
                    None => return Poll::Ready(()),
                }
                timer.as_mut().reset(wait.deadline());
            }
        })
        .await;
    }
}

/// State of the wait for a connection to expire.
#[derive(Clone, Copy, Debug)]
enum Wait {
    /// A head is unfinished.
    Head {
        /// Time of its beginning.
        since: Instant,
        /// Time at which bytes arrived last.
        progress: Instant,
        received: u64,
    },
    /// Between requests, or a request is in flight.
    Idle {
        /// Time of the last sample.
        checked: Instant,
        idle_checks: u32,
        written: u64,
    },
}

impl Wait {
    fn new(activity: &ConnectionActivity) -> Self {
        let now = Instant::now();
        if activity.is_head_open.load(Ordering::Relaxed) {
            Self::Head { since: now, progress: now, received: activity.received.load(Ordering::Relaxed) }
        } else {
            Self::Idle { checked: now, idle_checks: 0, written: activity.written.load(Ordering::Relaxed) }
        }
    }

    fn deadline(&self) -> Instant {
        match self {
            Self::Head { since, progress, .. } => (*progress + HEAD_PROGRESS_TIMEOUT).min(*since + HEAD_TIMEOUT),
            Self::Idle { checked, .. } => *checked + CHECK_INTERVAL,
        }
    }

    /// True if a head begins or ends, or more of it arrives. Called at each wake of the connection.
    fn has_changed(&self, activity: &ConnectionActivity) -> bool {
        let is_head_open = activity.is_head_open.load(Ordering::Relaxed);
        match self {
            Self::Head { received, .. } => !is_head_open || *received != activity.received.load(Ordering::Relaxed),
            Self::Idle { .. } => is_head_open,
        }
    }

    fn next(self, activity: &ConnectionActivity) -> Self {
        match (self, Self::new(activity)) {
            (Self::Head { since, .. }, Self::Head { progress, received, .. }) => {
                Self::Head { since, progress, received }
            }
            (_, next) => next,
        }
    }

    /// Wait after its deadline; `None` if the connection has expired.
    fn after_check(self, activity: &ConnectionActivity) -> Option<Self> {
        let Self::Idle { idle_checks, written, .. } = self else { return None };
        let now_written = activity.written.load(Ordering::Relaxed);
        let is_idle = written == now_written && !activity.in_flight.load(Ordering::Relaxed);
        let idle_checks = if is_idle { idle_checks + 1 } else { 0 };
        let next = Self::Idle { checked: Instant::now(), idle_checks, written: now_written };
        (idle_checks < MAX_IDLE_CHECKS).then_some(next)
    }
}

/// Stream that records its reads and writes as activity.
#[derive(Debug)]
pub(crate) struct TrackedIo<S> {
    stream: S,
    activity: Arc<ConnectionActivity>,
}

impl<S> TrackedIo<S> {
    /// Wraps `stream` and records its reads and writes in `activity`.
    pub(crate) const fn new(stream: S, activity: Arc<ConnectionActivity>) -> Self {
        Self { stream, activity }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TrackedIo<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = to.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, to))?;
        if let Some(bytes) = to.filled().get(before..).filter(|bytes| !bytes.is_empty()) {
            self.activity.read(bytes);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TrackedIo<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.activity.wrote();
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::timeout;

    use super::*;

    /// Activity of a connection on which a request was answered.
    fn answered() -> Arc<ConnectionActivity> {
        let activity = ConnectionActivity::new();
        activity.read(b"GET / HTTP/1.1\r\n\r\n");
        activity.begin(AnnouncedBody::Absent);
        activity.end();
        activity
    }

    /// True if the connection is closed within `checks` samples.
    async fn is_closed(activity: &ConnectionActivity, checks: u32) -> bool {
        timeout(CHECK_INTERVAL * checks + Duration::from_secs(1), activity.expires()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_is_closed() {
        let activity = answered();
        assert!(!is_closed(&activity, MAX_IDLE_CHECKS - 1).await && is_closed(&activity, MAX_IDLE_CHECKS).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_in_flight_is_waited_for() {
        let activity = answered();
        activity.begin(AnnouncedBody::Absent);
        assert!(!is_closed(&activity, 100).await, "handlers have timeouts of their own");
        activity.end();
        assert!(is_closed(&activity, MAX_IDLE_CHECKS).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_is_waited_for_and_one_that_does_not_is_closed() {
        let (ours, mut theirs) = duplex(64);
        let activity = answered();
        let mut tracked = TrackedIo::new(ours, Arc::clone(&activity));
        tokio::spawn(async move { while tracked.write_all(&[7; 64]).await.is_ok() {} });
        let stopped = tokio::spawn(async move { activity.expires().await });
        for _ in 0..3 * MAX_IDLE_CHECKS {
            theirs.read_exact(&mut [0; 64]).await.unwrap();
            assert!(timeout(CHECK_INTERVAL, std::future::pending::<()>()).await.is_err());
        }
        assert!(!stopped.is_finished());
        assert!(timeout(CHECK_INTERVAL * (MAX_IDLE_CHECKS + 1), stopped).await.is_ok());
    }

    #[test]
    fn only_an_unfinished_head_is_open() {
        let is_open = |reads: &[&[u8]], body: AnnouncedBody| {
            let activity = ConnectionActivity::new();
            for bytes in reads {
                activity.read(bytes);
            }
            activity.begin(body);
            activity.end();
            activity.is_head_open.load(Ordering::Relaxed)
        };
        let (absent, present) = (AnnouncedBody::Absent, AnnouncedBody::Present);
        assert!(!is_open(&[b"GET / HTTP/1.1\r\n\r\n"], absent));
        assert!(!is_open(&[b"GET / HTTP/1.1\r", b"\n\r", b"\n"], absent), "the end of the head in three parts");
        assert!(is_open(&[b"GET / HTTP/1.1\r\n\r\nGET /"], absent), "another head has begun");
        assert!(!is_open(&[b"POST / HTTP/1.1\r\n\r\n{}"], present));
    }
}

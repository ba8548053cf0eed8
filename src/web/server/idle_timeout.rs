//! Idle timeout of connections.
//!
//! Activity is sampled every [`CHECK_INTERVAL`], because a timer for each request would cost more than a key
//! verification.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, interval_at};

/// Interval between two samples of a connection.
const CHECK_INTERVAL: Duration = Duration::from_secs(25);
/// Idle samples in a row after which a connection is closed: 75 to 100 s. This bounds sending a request head, reading
/// part of a response, and the pause between requests. Gateways keep idle connections for a minute (nginx) and should
/// close them first.
const MAX_IDLE_CHECKS: u32 = 3;

/// Activity of a connection. Only its own task writes here, so plain loads and stores suffice.
#[derive(Debug, Default)]
pub(crate) struct ConnectionActivity {
    in_flight: AtomicBool,
    written: AtomicU64,
}

impl ConnectionActivity {
    /// Marks the start of a request. HTTP/1 serves one request per connection concurrently.
    pub(crate) fn begin(&self) {
        self.in_flight.store(true, Ordering::Relaxed);
    }

    /// Marks the end of the request: its response is ready.
    pub(crate) fn end(&self) {
        self.in_flight.store(false, Ordering::Relaxed);
    }

    /// Records that the peer accepted part of a response.
    fn wrote(&self) {
        self.written.store(self.written.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    /// Returns once the connection was idle for too long: no request in flight, and nothing written.
    pub(crate) async fn stops(&self) {
        let mut checks = interval_at(Instant::now() + CHECK_INTERVAL, CHECK_INTERVAL);
        let (mut previous, mut idle_checks) = (0, 0);
        while idle_checks < MAX_IDLE_CHECKS {
            checks.tick().await;
            let written = self.written.load(Ordering::Relaxed);
            let is_idle = written == previous && !self.in_flight.load(Ordering::Relaxed);
            idle_checks = if is_idle { idle_checks + 1 } else { 0 };
            previous = written;
        }
    }
}

/// Stream that records its writes as activity.
#[derive(Debug)]
pub(crate) struct TrackedIo<S> {
    stream: S,
    activity: Arc<ConnectionActivity>,
}

impl<S> TrackedIo<S> {
    /// Wraps `stream` and records its writes in `activity`.
    pub(crate) const fn new(stream: S, activity: Arc<ConnectionActivity>) -> Self {
        Self { stream, activity }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TrackedIo<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, to)
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

    /// True if the connection is closed within `checks` samples.
    async fn is_closed(activity: &ConnectionActivity, checks: u32) -> bool {
        timeout(CHECK_INTERVAL * checks + Duration::from_secs(1), activity.stops()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_on_which_nothing_happens_is_given_up() {
        let activity = ConnectionActivity::default();
        assert!(!is_closed(&activity, MAX_IDLE_CHECKS - 1).await && is_closed(&activity, MAX_IDLE_CHECKS).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_in_flight_is_waited_for() {
        let activity = ConnectionActivity::default();
        activity.begin();
        assert!(!is_closed(&activity, 100).await, "handlers have timeouts of their own");
        activity.end();
        assert!(is_closed(&activity, MAX_IDLE_CHECKS).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_is_waited_for_and_one_that_does_not_is_given_up() {
        let (ours, mut theirs) = duplex(64);
        let activity = Arc::new(ConnectionActivity::default());
        let mut tracked = TrackedIo::new(ours, Arc::clone(&activity));
        tokio::spawn(async move { while tracked.write_all(&[7; 64]).await.is_ok() {} });
        let stopped = tokio::spawn(async move { activity.stops().await });
        for _ in 0..3 * MAX_IDLE_CHECKS {
            theirs.read_exact(&mut [0; 64]).await.unwrap();
            assert!(timeout(CHECK_INTERVAL, std::future::pending::<()>()).await.is_err());
        }
        assert!(!stopped.is_finished());
        assert!(timeout(CHECK_INTERVAL * (MAX_IDLE_CHECKS + 1), stopped).await.is_ok());
    }
}

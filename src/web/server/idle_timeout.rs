//! Whether anything happens on a connection.
//!
//! It is looked at now and then: a timer for each request would cost more than the check of a key.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, interval_at};

/// How often a connection is looked at.
const CHECK_INTERVAL: Duration = Duration::from_secs(25);
/// After so many looks at which nothing has happened a connection is given up: 75 to 100 s. It may take no longer to send the head
/// of a request, to read some of an answer, or to ask again. Gateways keep theirs idle for a minute (nginx), and should be the
/// ones to close them.
const MAX_IDLE_CHECKS: u32 = 3;

/// What happened on a connection. Only the task that serves it writes here, so nothing has to be added up in one step.
#[derive(Debug, Default)]
pub(crate) struct ConnectionActivity {
    in_hand: AtomicBool,
    written: AtomicU64,
}

impl ConnectionActivity {
    /// A request came. In HTTP/1 the next one has to wait for its answer.
    pub(crate) fn begin(&self) {
        self.in_hand.store(true, Ordering::Relaxed);
    }

    /// There is an answer to it.
    pub(crate) fn end(&self) {
        self.in_hand.store(false, Ordering::Relaxed);
    }

    /// The peer took some of an answer.
    fn wrote(&self) {
        self.written.store(self.written.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }

    /// Returns once nothing has happened for too long: no request is in hand, and the peer takes nothing.
    pub(crate) async fn stops(&self) {
        let mut looks = interval_at(Instant::now() + CHECK_INTERVAL, CHECK_INTERVAL);
        let (mut seen, mut still) = (0, 0);
        while still < MAX_IDLE_CHECKS {
            looks.tick().await;
            let written = self.written.load(Ordering::Relaxed);
            let is_still = written == seen && !self.in_hand.load(Ordering::Relaxed);
            still = if is_still { still + 1 } else { 0 };
            seen = written;
        }
    }
}

/// A connection whose pulse is felt.
#[derive(Debug)]
pub(crate) struct TrackedIo<S> {
    stream: S,
    pulse: Arc<ConnectionActivity>,
}

impl<S> TrackedIo<S> {
    /// Feels it from here on.
    pub(crate) const fn new(stream: S, pulse: Arc<ConnectionActivity>) -> Self {
        Self { stream, pulse }
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
        self.pulse.wrote();
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

    /// Whether it is given up within so many looks.
    async fn is_given_up(pulse: &ConnectionActivity, looks: u32) -> bool {
        timeout(CHECK_INTERVAL * looks + Duration::from_secs(1), pulse.stops()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_on_which_nothing_happens_is_given_up() {
        let pulse = ConnectionActivity::default();
        assert!(!is_given_up(&pulse, MAX_IDLE_CHECKS - 1).await && is_given_up(&pulse, MAX_IDLE_CHECKS).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_in_hand_is_waited_for() {
        let pulse = ConnectionActivity::default();
        pulse.begin();
        assert!(!is_given_up(&pulse, 100).await, "whoever answers it has a patience of their own");
        pulse.end();
        assert!(is_given_up(&pulse, MAX_IDLE_CHECKS).await);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_reads_on_is_waited_for_and_whoever_does_not_is_given_up() {
        let (ours, mut theirs) = duplex(64);
        let pulse = Arc::new(ConnectionActivity::default());
        let mut felt = TrackedIo::new(ours, Arc::clone(&pulse));
        tokio::spawn(async move { while felt.write_all(&[7; 64]).await.is_ok() {} });
        let stopped = tokio::spawn(async move { pulse.stops().await });
        for _ in 0..3 * MAX_IDLE_CHECKS {
            theirs.read_exact(&mut [0; 64]).await.unwrap();
            assert!(timeout(CHECK_INTERVAL, std::future::pending::<()>()).await.is_err());
        }
        assert!(!stopped.is_finished());
        assert!(timeout(CHECK_INTERVAL * (MAX_IDLE_CHECKS + 1), stopped).await.is_ok());
    }
}

//! HTTP server. Accepts connections, bounds their number, their unfinished heads and their idle time, and dispatches every
//! request.
//!
//! Key verification is served before the router: the router, its layers and their allocations cost more than the check
//! itself.

pub(in crate::web) mod connection_seats;
pub(in crate::web) mod held_back;
pub(in crate::web) mod idle_timeout;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::Response;
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::Service;

use crate::web::server::connection_seats::{ConnectionSeats, ServedConnection};
use crate::web::server::held_back::{HeldBack, HeldBackResponses};
use crate::web::server::idle_timeout::{AnnouncedBody, ConnectionActivity, TrackedIo};
use crate::web::verify::{VerifyEndpoint, verify};

/// Limits the buffer of a connection, and with it the head of a request, in bytes.
const MAX_BUFFER_BYTES: usize = 64 * 1024;
/// Pause after a failed accept, for instance when the process is out of file descriptors.
const ACCEPT_RETRY_PAUSE: Duration = Duration::from_millis(100);

/// Listener, and the number of files that this process may open.
#[derive(Debug)]
pub struct ServerSocket {
    /// Bound listener.
    pub listener: TcpListener,
    /// Limit of open files; bounds the number of connections.
    pub open_files: usize,
}

/// Serves the requests of one connection.
struct ConnectionHandler {
    routes: Router,
    verify_endpoint: Arc<VerifyEndpoint>,
    held_back: HeldBackResponses,
}

/// Serves until `stop`, then finishes the requests in flight.
pub async fn serve(
    socket: ServerSocket,
    routes: Router,
    verify_endpoint: Arc<VerifyEndpoint>,
    stop: CancellationToken,
) -> io::Result<()> {
    let ServerSocket { listener, open_files } = socket;
    let seats = ConnectionSeats::new(open_files, verify_endpoint.trusted_proxies());
    let handler =
        Arc::new(ConnectionHandler { routes, verify_endpoint, held_back: HeldBackResponses::new(open_files) });
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                // A peer without a seat is closed here: waiting in the backlog, it would hold up the peers behind it.
                let Some(seat) = seats.take(peer.ip()) else { continue };
                let (holder, activity) = (seat.holder(), ConnectionActivity::new());
                let accepted =
                    AcceptedConnection { stream, activity: Arc::clone(&activity), watcher: graceful.watcher() };
                let connection = serve_connection(accepted, peer, Arc::clone(&handler));
                let task = tokio::spawn(async move {
                    connection.await;
                    drop(seat);
                });
                seats.serves(holder, ServedConnection { activity, task: task.abort_handle() });
            }
            Err(fault) if is_connection_error(&fault) => {}
            Err(fault) => {
                tracing::warn!(error = %fault, "connection: accept failed, retrying");
                let _ = tokio::time::timeout(ACCEPT_RETRY_PAUSE, stop.cancelled()).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
    Ok(())
}

/// True for errors of one peer, which say nothing about the next connection.
fn is_connection_error(fault: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(fault.kind(), ConnectionRefused | ConnectionAborted | ConnectionReset)
}

/// Connection to be served.
struct AcceptedConnection<S> {
    stream: S,
    activity: Arc<ConnectionActivity>,
    watcher: Watcher,
}

async fn serve_connection(
    connection: AcceptedConnection<TcpStream>,
    peer: SocketAddr,
    handler: Arc<ConnectionHandler>,
) {
    // Responses are small and must not wait for more data (Nagle's algorithm).
    let _ = connection.stream.set_nodelay(true);
    let (handler, activity) = (&*handler, &*Arc::clone(&connection.activity));
    serve_stream(connection, async |request| {
        let response = handler.respond(request, peer).await;
        if HeldBack::marks(&response) {
            handler.held_back.wait(activity).await;
        }
        response
    })
    .await;
}

/// Serves one connection until either side closes it, or it expires.
async fn serve_stream<S, F, B>(connection: AcceptedConnection<S>, respond: impl Fn(Request<Incoming>) -> F)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
    F: Future<Output = Response<B>>,
    B: hyper::body::Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let AcceptedConnection { stream, activity, watcher } = connection;
    let tracked = TrackedIo::new(stream, Arc::clone(&activity));
    let service = service_fn(|request: Request<Incoming>| {
        let (respond, activity) = (&respond, &activity);
        async move {
            let has_body = !hyper::body::Body::is_end_stream(request.body());
            activity.begin(if has_body { AnnouncedBody::Present } else { AnnouncedBody::Absent });
            let response = respond(request).await;
            activity.end();
            Ok::<_, Infallible>(response)
        }
    });
    let mut builder = http1::Builder::new();
    let connection =
        builder.writev(false).max_buf_size(MAX_BUFFER_BYTES).serve_connection(TokioIo::new(tracked), service);
    let (connection, idle) = (pin!(watcher.watch(connection)), pin!(activity.expires()));
    tokio::select! {
        biased;
        ended = connection => if let Err(fault) = ended {
            tracing::debug!(error = %fault, "connection: broken");
        },
        () = idle => tracing::debug!("connection: unfinished, idle or unread for too long, closing"),
    }
}

/// Response of either path. Key verification has its whole body in memory.
pub(crate) type VerifyResponse = Response<Either<Full<Bytes>, Body>>;

impl ConnectionHandler {
    async fn respond(&self, request: Request<Incoming>, peer: SocketAddr) -> VerifyResponse {
        if VerifyEndpoint::matches(request.uri().path()) {
            return verify(&self.verify_endpoint, request.headers(), peer.ip()).await;
        }
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let response: Result<Response<Body>, Infallible> = self.routes.clone().call(request).await;
        response.unwrap_or_else(|never| match never {}).map(Either::Right)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::{Instant, timeout};

    use super::*;

    /// Opens a connection, sends `begun`, and returns the connection.
    async fn open(graceful: &GracefulShutdown, begun: &[u8]) -> DuplexStream {
        let (mut theirs, ours) = duplex(1024);
        let accepted =
            AcceptedConnection { stream: ours, activity: ConnectionActivity::new(), watcher: graceful.watcher() };
        tokio::spawn(async move { serve_stream(accepted, async |_| Response::new(Body::empty())).await });
        theirs.write_all(begun).await.unwrap();
        theirs
    }

    async fn pass(seconds: u64) {
        let _ = timeout(Duration::from_secs(seconds), std::future::pending::<()>()).await;
    }

    /// Time until the server closes the connection.
    async fn closed_after(connection: &mut DuplexStream) -> Duration {
        let since = Instant::now();
        connection.read_to_end(&mut Vec::new()).await.unwrap();
        since.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn an_unfinished_head_times_out_after_ten_seconds() {
        let graceful = GracefulShutdown::new();
        let whole = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
        for begun in ["", "G", "GET / HTTP/1.1\r\nHost: a\r\n", &format!("{whole}GET"), &format!("{whole}{whole}G")] {
            let seconds = closed_after(&mut open(&graceful, begun.as_bytes()).await).await.as_secs();
            assert_eq!(seconds, 10, "{begun:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_trickles_in_times_out_after_thirty_seconds() {
        let graceful = GracefulShutdown::new();
        let mut connection = open(&graceful, b"GET / HTTP/1.1\r\n").await;
        let since = Instant::now();
        while connection.write_all(b"a").await.is_ok() {
            pass(9).await;
        }
        assert_eq!(since.elapsed().as_secs(), 36, "closed at 30 s, noticed by the next byte");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_has_finished_a_request_may_be_idle_for_a_minute() {
        let graceful = GracefulShutdown::new();
        for request in ["GET / HTTP/1.1\r\nhost: a\r\n\r\n", "GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}"]
        {
            let mut connection = open(&graceful, request.as_bytes()).await;
            for _ in 0..3 {
                pass(60).await;
                connection.write_all(request.as_bytes()).await.unwrap();
            }
            assert!((75..=100).contains(&closed_after(&mut connection).await.as_secs()), "{request}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn seats_full_of_unfinished_requests_are_free_after_ten_seconds() {
        let trusted = crate::web::TrustedProxies::new(vec!["10.0.0.1/32".parse().unwrap()]);
        let seats = ConnectionSeats::new(340, trusted);
        let graceful = GracefulShutdown::new();
        let mut refused = 0;
        for number in 0..1000_u16 {
            let [high, low] = number.to_be_bytes();
            let Some(seat) = seats.take([203, high, low, 1].into()) else {
                refused += 1;
                continue;
            };
            let mut connection = open(&graceful, b"GET / HTTP/1.1\r\nHost: a\r\n").await;
            tokio::spawn(async move {
                closed_after(&mut connection).await;
                drop(seat);
            });
        }
        assert_eq!(refused, 910, "a hundred seats, of which ten are reserved");
        assert!(seats.take([198, 51, 100, 1].into()).is_none());
        let _seat = seats.take([10, 0, 0, 1].into()).expect("the gateway has seats of its own");
        let mut gateway = open(&graceful, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        let mut answer = String::new();
        gateway.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        pass(11).await;
        assert!(seats.take([198, 51, 100, 1].into()).is_some());
    }
}

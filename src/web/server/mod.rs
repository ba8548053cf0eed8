//! The door: takes connections, and leads every request to whoever answers it.
//!
//! The gateway's question is answered right here, before the router, its layers and their allocations: they cost more than
//! the answer does.

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
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::Service;

use crate::web::server::idle_timeout::{ConnectionActivity, TrackedIo};
use crate::web::verify::{VerifyEndpoint, verify};

/// Connections at a time; more wait to be taken. The files that a process may open are needed for other things too.
const MAX_CONNECTIONS: usize = 10_000;
/// How long to wait after a connection could not be taken, for instance because too many files are open.
const ACCEPT_RETRY_PAUSE: Duration = Duration::from_millis(100);

/// Behind the door.
struct ConnectionHandler {
    routes: Router,
    gate: Arc<VerifyEndpoint>,
}

/// Serves until `stop`, and then until the requests in hand are answered.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    gate: Arc<VerifyEndpoint>,
    stop: CancellationToken,
) -> io::Result<()> {
    let inside = Arc::new(ConnectionHandler { routes, gate });
    let graceful = GracefulShutdown::new();
    let seats = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let take = async {
            let seat = Arc::clone(&seats).acquire_owned().await;
            (listener.accept().await, seat)
        };
        let (taken, seat) = tokio::select! {
            taken = take => taken,
            () = stop.cancelled() => break,
        };
        match taken {
            Ok((stream, peer)) => {
                let talk = serve_connection(stream, peer, Arc::clone(&inside), graceful.watcher());
                tokio::spawn(async move {
                    talk.await;
                    drop(seat);
                });
            }
            Err(fault) if is_connection_error(&fault) => {}
            Err(fault) => {
                tracing::warn!(%fault, "a connection could not be taken");
                let _ = tokio::time::timeout(ACCEPT_RETRY_PAUSE, stop.cancelled()).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
    Ok(())
}

/// The peer went away again; the next one may be fine.
fn is_connection_error(fault: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(fault.kind(), ConnectionRefused | ConnectionAborted | ConnectionReset)
}

async fn serve_connection(stream: TcpStream, peer: SocketAddr, inside: Arc<ConnectionHandler>, watcher: Watcher) {
    // An answer is written at once, however small.
    let _ = stream.set_nodelay(true);
    let pulse = Arc::new(ConnectionActivity::default());
    let felt = TrackedIo::new(stream, Arc::clone(&pulse));
    let service = service_fn(|request| {
        let (inside, pulse) = (&inside, &pulse);
        async move {
            pulse.begin();
            let answer = inside.answer(request, peer).await;
            pulse.end();
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new().writev(false).serve_connection(TokioIo::new(felt), service);
    let (connection, idle) = (pin!(watcher.watch(connection)), pin!(pulse.stops()));
    tokio::select! {
        biased;
        ended = connection => if let Err(fault) = ended {
            tracing::debug!(%fault, "a connection broke");
        },
        () = idle => tracing::debug!("a connection was idle, or not read from, for too long"),
    }
}

/// What goes out: the gate's is in one piece.
pub(crate) type VerifyResponse = Response<Either<Full<Bytes>, Body>>;

impl ConnectionHandler {
    async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> VerifyResponse {
        if VerifyEndpoint::matches(request.uri().path()) {
            return verify(&self.gate, request.headers(), peer.ip()).await;
        }
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer: Result<Response<Body>, Infallible> = self.routes.clone().call(request).await;
        answer.unwrap_or_else(|never| match never {}).map(Either::Right)
    }
}

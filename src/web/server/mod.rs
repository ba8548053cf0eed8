//! HTTP server. Accepts connections, bounds their number and idle time, and dispatches every request.
//!
//! Key verification is served before the router: the router, its layers and their allocations cost more than the check
//! itself.

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

/// Limits concurrent connections; more wait in the backlog. Leaves file descriptors for databases and outgoing calls.
const MAX_CONNECTIONS: usize = 10_000;
/// Pause after a failed accept, for instance when the process is out of file descriptors.
const ACCEPT_RETRY_PAUSE: Duration = Duration::from_millis(100);

/// Serves the requests of one connection.
struct ConnectionHandler {
    routes: Router,
    verify_endpoint: Arc<VerifyEndpoint>,
}

/// Serves until `stop`, then finishes the requests in flight.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    verify_endpoint: Arc<VerifyEndpoint>,
    stop: CancellationToken,
) -> io::Result<()> {
    let handler = Arc::new(ConnectionHandler { routes, verify_endpoint });
    let graceful = GracefulShutdown::new();
    let connection_permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let accept = async {
            let permit = Arc::clone(&connection_permits).acquire_owned().await;
            (listener.accept().await, permit)
        };
        let (accepted, permit) = tokio::select! {
            accepted = accept => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = serve_connection(stream, peer, Arc::clone(&handler), graceful.watcher());
                tokio::spawn(async move {
                    connection.await;
                    drop(permit);
                });
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

async fn serve_connection(stream: TcpStream, peer: SocketAddr, handler: Arc<ConnectionHandler>, watcher: Watcher) {
    // Responses are small and must not wait for more data (Nagle's algorithm).
    let _ = stream.set_nodelay(true);
    let activity = Arc::new(ConnectionActivity::default());
    let tracked = TrackedIo::new(stream, Arc::clone(&activity));
    let service = service_fn(|request| {
        let (handler, activity) = (&handler, &activity);
        async move {
            activity.begin();
            let response = handler.respond(request, peer).await;
            activity.end();
            Ok::<_, Infallible>(response)
        }
    });
    let connection = http1::Builder::new().writev(false).serve_connection(TokioIo::new(tracked), service);
    let (connection, idle) = (pin!(watcher.watch(connection)), pin!(activity.stops()));
    tokio::select! {
        biased;
        ended = connection => if let Err(fault) = ended {
            tracing::debug!(error = %fault, "connection: broken");
        },
        () = idle => tracing::debug!("connection: idle or unread for too long, closing"),
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

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

use crate::web::server::idle_timeout::{Felt, Pulse};
use crate::web::verify::{Gate, verify};

/// Connections at a time; more wait to be taken. The files that a process may open are needed for other things too.
const MOST: usize = 10_000;
/// How long to wait after a connection could not be taken, for instance because too many files are open.
const PAUSE: Duration = Duration::from_millis(100);

/// Behind the door.
struct Inside {
    routes: Router,
    gate: Arc<Gate>,
}

/// Serves until `stop`, and then until the requests in hand are answered.
pub async fn serve(listener: TcpListener, routes: Router, gate: Arc<Gate>, stop: CancellationToken) -> io::Result<()> {
    let inside = Arc::new(Inside { routes, gate });
    let graceful = GracefulShutdown::new();
    let seats = Arc::new(Semaphore::new(MOST));
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
                let talk = talk(stream, peer, Arc::clone(&inside), graceful.watcher());
                tokio::spawn(async move {
                    talk.await;
                    drop(seat);
                });
            }
            Err(fault) if is_of_one_connection(&fault) => {}
            Err(fault) => {
                tracing::warn!(%fault, "a connection could not be taken");
                let _ = tokio::time::timeout(PAUSE, stop.cancelled()).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
    Ok(())
}

/// The peer went away again; the next one may be fine.
fn is_of_one_connection(fault: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(fault.kind(), ConnectionRefused | ConnectionAborted | ConnectionReset)
}

async fn talk(stream: TcpStream, peer: SocketAddr, inside: Arc<Inside>, watcher: Watcher) {
    // An answer is written at once, however small.
    let _ = stream.set_nodelay(true);
    let pulse = Arc::new(Pulse::default());
    let felt = Felt::new(stream, Arc::clone(&pulse));
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
pub(crate) type Answer = Response<Either<Full<Bytes>, Body>>;

impl Inside {
    async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Answer {
        if Gate::is_asked(request.uri().path()) {
            return verify(&self.gate, request.headers(), peer.ip()).await;
        }
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer: Result<Response<Body>, Infallible> = self.routes.clone().call(request).await;
        answer.unwrap_or_else(|never| match never {}).map(Either::Right)
    }
}

//! A proxy in front of Postgres that can cut or stall the connection on which an instance listens for changes.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// State of the listening connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Forwards bytes.
    Open,
    /// Stalls silently.
    Held,
    /// Closed, as is every new one.
    Cut,
}

/// A running proxy. Only the listening connection is ever affected.
pub struct PostgresProxy {
    fate: Arc<watch::Sender<Fate>>,
    /// Value of `DATABASE_URL` that leads through the proxy.
    pub url: String,
}

impl PostgresProxy {
    /// Starts a proxy in front of the server in `database_url`.
    pub async fn to(database_url: &str) -> Self {
        let mut url = url::Url::parse(database_url).unwrap();
        let server = (url.host_str().unwrap().to_owned(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let fate = Arc::new(watch::Sender::new(Fate::Open));
        let told = Arc::clone(&fate);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(near, far, told.subscribe()));
            }
        });
        Self { fate, url: url.to_string() }
    }

    /// Sets the state until the next call.
    pub fn set(&self, fate: Fate) {
        self.fate.send_replace(fate);
    }
}

async fn carry(near: TcpStream, far: TcpStream, fate: watch::Receiver<Fate>) {
    let ((near_reads, near_writes), (far_reads, far_writes)) = (near.into_split(), far.into_split());
    let (is_listening, listens) = watch::channel(false);
    let up = send(near_reads, far_writes, Some(is_listening), (listens.clone(), fate.clone()));
    let down = send(far_reads, near_writes, None, (listens.clone(), fate.clone()));
    let cut = async {
        let (mut listens, mut fate) = (listens, fate);
        // Only a connection that has sent LISTEN is cut.
        if listens.wait_for(|listens| *listens).await.is_err()
            || fate.wait_for(|fate| *fate == Fate::Cut).await.is_err()
        {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
        () = cut => {}
    }
}

async fn send(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    is_listening: Option<watch::Sender<bool>>,
    (listens, mut fate): (watch::Receiver<bool>, watch::Receiver<Fate>),
) {
    let mut bytes = vec![0; 65_536];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        let heard = bytes[..read].windows(6).any(|word| word == b"LISTEN");
        if let Some(is_listening) = is_listening.as_ref().filter(|_| heard) {
            is_listening.send_replace(true);
        }
        let listens = *listens.borrow();
        if listens && fate.wait_for(|fate| *fate != Fate::Held).await.is_err() {
            return;
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

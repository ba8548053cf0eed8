//! The connection between the gateway and the service. Records requests, and forwards them or gives canned answers.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A listening wire; closes on drop.
pub struct Wire {
    pub address: SocketAddr,
    heard: Heard,
    cut: watch::Sender<bool>,
    _open: DropGuard,
}

/// Bytes sent to the service, by connection.
type Heard = Arc<Mutex<Vec<Vec<u8>>>>;

impl Wire {
    /// Forwards to the service.
    pub async fn to(service: SocketAddr) -> Self {
        Self::with(move |caller, heard, number| async move {
            let (mut from, mut back) = caller.into_split();
            let (mut answers, mut on) = TcpStream::connect(service).await?.into_split();
            let asking = async {
                let mut piece = vec![0; 16 * 1024];
                loop {
                    let length = from.read(&mut piece).await?;
                    if length == 0 {
                        return Ok(());
                    }
                    write_down(&heard, number, &piece[..length]);
                    on.write_all(&piece[..length]).await?;
                }
            };
            tokio::select! {
                asked = asking => asked,
                answered = tokio::io::copy(&mut answers, &mut back) => answered.map(drop),
            }
        })
        .await
    }

    /// Answers every request with `answer` and closes the connection.
    pub async fn to_one_who_says(answer: &'static str) -> Self {
        Self::with(move |mut caller, heard, number| async move {
            let mut piece = vec![0; 16 * 1024];
            let length = caller.read(&mut piece).await?;
            write_down(&heard, number, &piece[..length]);
            caller.write_all(answer.as_bytes()).await?;
            caller.shutdown().await
        })
        .await
    }

    /// Accepts requests and never answers.
    pub async fn to_one_who_is_silent() -> Self {
        Self::with(|mut caller, heard, number| async move {
            let mut piece = vec![0; 16 * 1024];
            loop {
                let length = caller.read(&mut piece).await?;
                if length == 0 {
                    return Ok(());
                }
                write_down(&heard, number, &piece[..length]);
            }
        })
        .await
    }

    async fn with<T: Future<Output = std::io::Result<()>> + Send>(
        talk: impl Fn(TcpStream, Heard, usize) -> T + Copy + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, heard, open) = (listener.local_addr().unwrap(), Heard::default(), CancellationToken::new());
        let (cut, is_cut) = watch::channel(false);
        let writing = Arc::clone(&heard);
        let accepting = async move {
            while let Ok((caller, _)) = listener.accept().await {
                let number = {
                    let mut heard = writing.lock().unwrap_or_else(PoisonError::into_inner);
                    heard.push(Vec::new());
                    heard.len() - 1
                };
                let (writing, mut cut) = (Arc::clone(&writing), is_cut.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        _ = cut.wait_for(|cut| *cut) => {}
                        _ = talk(caller, writing, number) => {}
                    }
                });
            }
        };
        let ended = open.clone();
        tokio::spawn(async move { ended.run_until_cancelled(accepting).await });
        Self { address, heard, cut, _open: open.drop_guard() }
    }

    /// Closes every connection, present and future.
    pub fn cut(&self) {
        self.cut.send_replace(true);
    }

    /// Accepts connections again.
    pub fn mend(&self) {
        self.cut.send_replace(false);
    }

    /// Number of connections opened.
    pub fn connections(&self) -> usize {
        self.heard.lock().unwrap().len()
    }

    /// Everything sent to the service.
    pub fn sent(&self) -> String {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect()
    }

    /// Number of requests sent to the service.
    pub fn questions(&self) -> usize {
        self.sent().matches("HTTP/1.1\r\n").count()
    }
}

fn write_down(heard: &Heard, number: usize, piece: &[u8]) {
    heard.lock().unwrap_or_else(PoisonError::into_inner)[number].extend_from_slice(piece);
}

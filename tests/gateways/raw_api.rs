//! An API that keeps the bytes it receives. It accepts every upgrade it is asked for, h2c as well as WebSocket.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Path at which the API refuses to upgrade.
pub const REFUSES: &str = "/refuses";

/// What the API received.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// Each request: head, body and trailers as they came.
    pub requests: Vec<String>,
    /// Everything sent after a switch of protocols.
    pub tunnelled: Vec<u8>,
}

/// A running API; stops on drop.
pub struct RawApi {
    pub address: SocketAddr,
    received: Arc<Mutex<Received>>,
    _served: DropGuard,
}

impl RawApi {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, end) = (listener.local_addr().unwrap(), CancellationToken::new());
        let received = Arc::new(Mutex::new(Received::default()));
        let recording = Arc::clone(&received);
        let accepting = async move {
            while let Ok((caller, _)) = listener.accept().await {
                // An error is a caller who hung up.
                tokio::spawn(serve(caller, Arc::clone(&recording)));
            }
        };
        let ended = end.clone();
        tokio::spawn(async move { ended.run_until_cancelled(accepting).await });
        Self { address, received, _served: end.drop_guard() }
    }

    /// Returns everything received so far.
    pub fn received(&self) -> Received {
        self.received.lock().unwrap().clone()
    }
}

/// Returns all values of a field in the head of a request, in lower case.
pub fn fields(request: &str, name: &str) -> Vec<String> {
    let head = request.split("\r\n\r\n").next().unwrap().to_lowercase();
    let named = head.lines().skip(1).filter_map(|line| line.split_once(':')).filter(|(field, _)| *field == name);
    named.map(|(_, value)| value.trim().to_owned()).collect()
}

async fn serve(caller: TcpStream, received: Arc<Mutex<Received>>) -> std::io::Result<()> {
    let mut caller = BufReader::new(caller);
    while let Some(request) = read(&mut caller).await? {
        received.lock().unwrap().requests.push(request.clone());
        let answer = match fields(&request, "upgrade").first() {
            Some(_) if request.contains(REFUSES) => {
                "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n".to_owned()
            }
            Some(to) => format!(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: {to}\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
            ),
            None => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_owned(),
        };
        caller.write_all(answer.as_bytes()).await?;
        if answer.starts_with("HTTP/1.1 101") {
            let mut piece = vec![0; 16 * 1024];
            loop {
                let length = caller.read(&mut piece).await?;
                if length == 0 {
                    break;
                }
                received.lock().unwrap().tunnelled.extend_from_slice(&piece[..length]);
                caller.write_all(&piece[..length]).await?;
            }
        }
    }
    Ok(())
}

/// Reads one request with its body and trailers; `None` at the end.
async fn read(caller: &mut BufReader<TcpStream>) -> std::io::Result<Option<String>> {
    let mut request = lines(caller).await?;
    if request.is_empty() {
        return Ok(None);
    }
    if fields(&request, "transfer-encoding").is_empty() {
        let length = fields(&request, "content-length").first().map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        caller.read_exact(&mut body).await?;
        request.push_str(&String::from_utf8_lossy(&body));
        return Ok(Some(request));
    }
    loop {
        let mut size = String::new();
        caller.read_line(&mut size).await?;
        request.push_str(&size);
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        if size == 0 {
            request.push_str(&lines(caller).await?);
            return Ok(Some(request));
        }
        let mut chunk = vec![0; size + 2];
        caller.read_exact(&mut chunk).await?;
        request.push_str(&String::from_utf8_lossy(&chunk));
    }
}

/// Reads lines up to and including an empty one, or to the end.
async fn lines(caller: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut read = String::new();
    loop {
        let mut line = Vec::new();
        caller.read_until(b'\n', &mut line).await?;
        read.push_str(&String::from_utf8_lossy(&line));
        if line.is_empty() || line == b"\r\n" {
            return Ok(read);
        }
    }
}

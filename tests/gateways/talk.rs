//! A caller who writes bytes, because an HTTP client would not send these requests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::program::{Gateway, Preflights, Running};
use crate::raw_api::RawApi;
use crate::scene::Scene;

/// Upper bound for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A gateway before a raw API, and a key.
pub struct Talk {
    pub api: RawApi,
    pub gate: Running,
    pub key: String,
}

impl Talk {
    /// Starts a second gateway in the scene, in front of a raw API.
    pub async fn start(scene: &Arc<Scene>, gateway: Gateway, preflights: Preflights) -> Self {
        let (_, key) = scene.with_key("elite").await;
        let api = RawApi::start().await;
        let gate = gateway.start_with(scene.wire.address, api.address, preflights).await;
        Self { api, gate, key }
    }

    /// Sends a request, then another one without a key on the same connection; returns all that was answered.
    /// `first` is a whole request, in which `KEY` is the field with the key.
    pub async fn say(&self, first: &str) -> String {
        let first = first.replace("KEY\r\n", &format!("Authorization: Bearer {}\r\n", self.key));
        let mut line = TcpStream::connect(self.gate.address).await.unwrap();
        line.write_all(first.as_bytes()).await.unwrap();
        let answer = head(&mut line).await;
        // The gateway may have closed the connection, which is right after some refusals.
        let then =
            "GET /smuggled HTTP/1.1\r\nHost: api.example\r\nX-NeuralBox-User-Id: 4242\r\nConnection: close\r\n\r\n";
        let _ = line.write_all(then.as_bytes()).await;
        if answer.starts_with("HTTP/1.1 101") {
            let mut echoed = vec![0; then.len()];
            timeout(PATIENCE, line.read_exact(&mut echoed)).await.expect("an open tunnel echoes").unwrap();
            return answer;
        }
        let mut rest = Vec::new();
        let _ =
            timeout(PATIENCE, line.read_to_end(&mut rest)).await.unwrap_or_else(|_| panic!("no end after {answer:?}"));
        answer + &String::from_utf8_lossy(&rest)
    }
}

/// Reads up to the empty line that ends the head, or to the end.
pub async fn head(line: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let reading = async {
        while !read.ends_with(b"\r\n\r\n") {
            let Ok(byte) = line.read_u8().await else { break };
            read.push(byte);
        }
    };
    timeout(PATIENCE, reading).await.expect("an answer");
    String::from_utf8(read).unwrap()
}

/// Sends bytes and returns all answers up to the end, or up to `enough`.
pub async fn exchange(gate: SocketAddr, sent: &[u8], enough: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut line = TcpStream::connect(gate).await.unwrap();
    line.write_all(sent).await.unwrap();
    let mut read = Vec::new();
    let reading = async { while !enough(&read) && line.read_buf(&mut read).await.is_ok_and(|length| length > 0) {} };
    timeout(PATIENCE, reading).await.expect("an answer");
    read
}

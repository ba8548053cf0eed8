//! Half-open connections: requests that never end, from one client, while others ask.

use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use crate::program::{Names, Telegram};

/// More connections than the service holds.
const SOCKETS: usize = 10_050;

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_half_open_connections_of_one_client_delay_nobody_else() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).expect("the limit of open files may be raised");
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let program = Names::usual(&telegram.url, "sqlite://data/a.db").serve(folder.path());
    let mut held = Vec::with_capacity(SOCKETS);
    for _ in 0..SOCKETS {
        held.push(half_open(&program.url).await);
    }
    for (path, expected) in [("/livez", 200), ("/api/v2/auth/verify", 401)] {
        let mut fastest = Duration::MAX;
        for _ in 0..5 {
            // A client of its own: no connection from before.
            let since = Instant::now();
            let answer = reqwest::Client::new().get(format!("{}{path}", program.url)).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), expected, "{path}");
            fastest = fastest.min(since.elapsed());
        }
        assert!(fastest < Duration::from_millis(100), "{path}: {fastest:?}");
    }
    program.line("connection: too many are open");
}

/// Begins a request from another address of this machine.
async fn half_open(url: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut stream = socket.connect(url.trim_start_matches("http://").parse().unwrap()).await.unwrap();
    // Beyond the limit of one client, each connection closes an older one.
    let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").await;
    stream
}

/// Without the proxy's address, all clients behind it look like one.
#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_is_not_listed_is_named_in_the_log_once() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let program = Names::usual(&telegram.url, "sqlite://data/a.db").serve(folder.path());
    for _ in 0..3 {
        let ask = program.get("/web").header("x-forwarded-for", "203.0.113.6");
        assert_eq!(ask.send().await.unwrap().status().as_u16(), 200);
    }
    assert!(program.line("x-forwarded-for: ignored").contains("NEURALBOX_TRUSTED_PROXIES"));
    program.signal("TERM");
    let rest = program.rest();
    assert!(!rest.iter().any(|line| line.contains("x-forwarded-for")), "{rest:?}");
}

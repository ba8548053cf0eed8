//! A Redis server for one test that can be killed, suspended and restarted.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A private Redis server.
pub struct Redis {
    folder: TempDir,
    port: u16,
    server: Option<Child>,
}

impl Redis {
    /// Starts a server on a free port.
    pub async fn start() -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut redis = Self { folder: tempfile::tempdir().unwrap(), port: free, server: None };
        redis.restart().await;
        redis
    }

    /// Value of `REDIS_URL`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Number of connections since the start, including the one that asks. Each instance opens a new one when it finds
    /// Redis again.
    pub fn connections(&self) -> u64 {
        let mut connection = redis::Client::open(self.url()).unwrap().get_connection().expect("a connection to Redis");
        let stats: redis::InfoDict = redis::cmd("INFO").arg("stats").query(&mut connection).expect("the statistics");
        stats.get("total_connections_received").expect("the number of connections")
    }

    /// Starts an empty server on the same port.
    pub async fn restart(&mut self) {
        let mut command = Command::new("redis-server");
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        command.arg("--dir").arg(self.folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        self.server =
            Some(command.spawn().expect("redis-server (Debian package redis-server; scripts/test installs it)"));
        let since = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            assert!(since.elapsed() < Duration::from_secs(20), "Redis does not answer");
        }
    }

    /// Kills the server immediately.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    /// Suspends the server; its connections stay open.
    pub fn hold(&self) {
        self.signal("-STOP");
    }

    /// Resumes the server.
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, which: &str) {
        let server = self.server.as_ref().expect("a running server").id().to_string();
        assert!(Command::new("kill").args([which, &server]).status().unwrap().success());
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

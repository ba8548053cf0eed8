//! A gateway as a child process, with the configuration that operators copy.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use neuralbox_auth::model::crypto::rng::{SystemRng, bytes};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

/// Ports in the configuration files.
const CALLERS: &str = ":8000";
const SERVICE: &str = ":8080";
const API: &str = ":3000";
/// Number of connection attempts, 10 ms apart, and of starts on different ports.
const LOOKS: usize = 1000;
const STARTS: usize = 5;

/// Gateways with a configuration in `deploy/gateways`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gateway {
    Nginx,
    Caddy,
    Haproxy,
}

/// A running gateway; killed on drop.
pub struct Running {
    child: Child,
    folder: TempDir,
    pub address: SocketAddr,
}

impl Gateway {
    /// Starts the gateway and waits until it accepts connections.
    pub async fn start(self, service: SocketAddr, api: SocketAddr) -> Running {
        for _ in 0..STARTS {
            let callers = free_address().await;
            let folder = tempfile::tempdir().unwrap();
            let mut command = self.command(folder.path(), &[(CALLERS, callers), (SERVICE, service), (API, api)]);
            let log = fs::File::create(folder.path().join("log")).unwrap();
            command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
            let child = command.spawn().unwrap_or_else(|error| {
                panic!("{self:?} cannot be started ({error}): install nginx, caddy and haproxy, or run scripts/test, which does")
            });
            let mut running = Running { child, folder, address: callers };
            match running.answers().await {
                Ok(()) => return running,
                // Another program took the port after it was found free.
                Err(said) if said.to_lowercase().contains("address already in use") => {}
                Err(said) => panic!("{self:?} did not start: {said}"),
            }
        }
        panic!("{self:?} found no free port in {STARTS} attempts");
    }

    /// Builds the command that runs the gateway in the foreground, with all its files in `folder`.
    fn command(self, folder: &Path, addresses: &[(&str, SocketAddr)]) -> Command {
        let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        match self {
            Self::Nginx => {
                recipe("nginx/neuralbox.conf", folder, addresses);
                let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                    .map(|what| format!("{what}_temp_path {};", at(what)));
                let around = format!(
                    "daemon off; master_process off; pid {}; error_log stderr;\nevents {{}}\n\
                     http {{ access_log off; {} include {}; }}\n",
                    at("pid"),
                    temporary.concat(),
                    at("neuralbox.conf")
                );
                fs::write(at("nginx.conf"), around).unwrap();
                let mut command = Command::new("nginx");
                command.env("PATH", PATH).args(["-e", "stderr", "-p", &at(""), "-c", &at("nginx.conf")]);
                command
            }
            Self::Caddy => {
                recipe("caddy/Caddyfile", folder, addresses);
                fs::write(at("main"), format!("{{\n\tadmin off\n}}\nimport {}\n", at("Caddyfile"))).unwrap();
                let mut command = Command::new("caddy");
                command.env_clear().env("PATH", PATH).env("HOME", folder);
                command.args(["run", "--adapter", "caddyfile", "--config", &at("main")]);
                command
            }
            Self::Haproxy => {
                recipe("haproxy/haproxy.cfg", folder, addresses);
                recipe("haproxy/neuralbox.lua", folder, addresses);
                let mut command = Command::new("haproxy");
                command.env("PATH", PATH).args(["-db", "-f", &at("haproxy.cfg")]);
                command
            }
        }
    }
}

/// Debian installs servers in `sbin`, outside the `PATH` of ordinary users.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Copies a file of `deploy/gateways` into `folder`, with the test's addresses and a socket name unique to the test.
fn recipe(file: &str, folder: &Path, addresses: &[(&str, SocketAddr)]) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/gateways").join(file);
    let mut text = fs::read_to_string(&source).unwrap();
    for (written, used) in addresses {
        text = text.replace(written, &format!(":{}", used.port()));
    }
    let own = folder.file_name().unwrap().to_str().unwrap();
    text = text.replace("/etc/haproxy/", &format!("{}/", folder.to_str().unwrap()));
    text = text.replace("abns@neuralbox-verify", &format!("abns@{own}"));
    fs::write(folder.join(source.file_name().unwrap()), text).unwrap();
}

impl Running {
    /// Returns the base URL, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the gateway accepts connections. Fails with its log if it ends first.
    async fn answers(&mut self) -> Result<(), String> {
        let mut looks = tokio::time::interval(Duration::from_millis(10));
        for _ in 0..LOOKS {
            looks.tick().await;
            if self.child.try_wait().unwrap().is_some() {
                return Err(self.log());
            }
            if TcpStream::connect(self.address).await.is_ok() {
                return Ok(());
            }
        }
        Err(format!("it takes no connections: {}", self.log()))
    }

    /// Returns the output so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("── log of the gateway\n{}", self.log());
        }
    }
}

/// Returns an address without a listener, below the ephemeral range so that the system assigns it to nobody else.
pub async fn free_address() -> SocketAddr {
    loop {
        let port = 10_000 + u16::from_le_bytes(bytes(&SystemRng)) % 20_000;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        if TcpListener::bind(address).await.is_ok() {
            return address;
        }
    }
}

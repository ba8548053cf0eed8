//! A gateway as a child process, with the configuration that operators copy.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use neuralbox_auth::model::crypto::rng::{SystemRng, bytes};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

/// Ports in the configuration files.
const CALLERS: &str = "8000";
const SERVICE: &str = "8080";
const API: &str = "3000";
/// Number of connection attempts, 10 ms apart, and of starts on different ports.
const LOOKS: usize = 1000;
const STARTS: usize = 5;

/// Gateways with a configuration in `deploy/gateways`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gateway {
    Nginx,
    Caddy,
    Haproxy,
    Traefik,
    Envoy,
}

/// State of the commented block of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preflights {
    Rejected,
    Unchecked,
}

/// A running gateway; killed on drop.
pub struct Running {
    child: Child,
    folder: TempDir,
    pub address: SocketAddr,
}

/// What a configuration is run with.
struct Place<'a> {
    folder: &'a Path,
    /// Ports in the configuration files, and the test's.
    ports: [(&'static str, u16); 3],
    preflights: Preflights,
}

impl Gateway {
    /// Starts the gateway and waits until it accepts connections.
    pub async fn start(self, service: SocketAddr, api: SocketAddr) -> Running {
        self.start_with(service, api, Preflights::Rejected).await
    }

    /// Starts the gateway with or without its block for preflights.
    pub async fn start_with(self, service: SocketAddr, api: SocketAddr, preflights: Preflights) -> Running {
        for _ in 0..STARTS {
            let callers = free_address().await;
            let folder = tempfile::tempdir().unwrap();
            let ports = [(CALLERS, callers.port()), (SERVICE, service.port()), (API, api.port())];
            let command = self.command(&Place { folder: folder.path(), ports, preflights });
            let mut running = Running::spawn(command, folder, callers);
            match running.answers().await {
                Ok(()) => {
                    if self == Self::Traefik {
                        running.await_routes().await;
                    }
                    return running;
                }
                // Another program took the port after it was found free.
                Err(said) if said.to_lowercase().contains("address already in use") => {}
                Err(said) => panic!("{self:?} did not start: {said}"),
            }
        }
        panic!("{self:?} found no free port in {STARTS} attempts");
    }

    /// Builds the command that runs the gateway in the foreground, with all its files in `folder`.
    fn command(self, place: &Place<'_>) -> Command {
        match self {
            Self::Nginx => {
                place.recipe("nginx/neuralbox.conf");
                nginx(place.folder, &format!("include {};", place.at("neuralbox.conf")))
            }
            Self::Caddy => {
                place.recipe("caddy/Caddyfile");
                caddy(place.folder, &format!("{{\n\tadmin off\n}}\nimport {}\n", place.at("Caddyfile")))
            }
            Self::Haproxy => {
                place.recipe("haproxy/haproxy.cfg");
                place.recipe("haproxy/neuralbox.lua");
                let mut command = Command::new("haproxy");
                command.env("PATH", PATH).args(["-db", "-f", &place.at("haproxy.cfg")]);
                command
            }
            Self::Traefik => {
                place.recipe("traefik/traefik.yml");
                fs::create_dir(place.folder.join("dynamic")).unwrap();
                fs::write(place.folder.join("dynamic/loaded.yml"), LOADED).unwrap();
                fs::rename(place.recipe("traefik/neuralbox.yml"), place.folder.join("dynamic/neuralbox.yml")).unwrap();
                let mut command = Command::new(from_pypi("traefik"));
                command.env_clear().env("HOME", place.folder).arg(format!("--configfile={}", place.at("traefik.yml")));
                command
            }
            Self::Envoy => {
                place.recipe("envoy/envoy.yaml");
                let mut command = Command::new(from_pypi("envoy"));
                command.args(["--disable-hot-restart", "--concurrency", "1", "-c", &place.at("envoy.yaml")]);
                command
            }
        }
    }
}

/// Path that Traefik answers with 418 without asking anyone, once it has loaded its routes, and the route.
const LOADED_PATH: &str = "/loaded-by-the-test";
const LOADED: &str =
    "http: { routers: { loaded: { rule: 'Path(`/loaded-by-the-test`)', priority: 1000, service: noop@internal } } }";

/// Debian installs servers in `sbin`, outside the `PATH` of ordinary users.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// nginx in the foreground, with `inside` in its http block and all files in `folder`.
pub fn nginx(folder: &Path, inside: &str) -> Command {
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|what| format!("{what}_temp_path {};", at(what))).concat();
    let main = format!("daemon off; master_process off; pid {}; error_log stderr;", at("pid"));
    let around = format!("{main}\nevents {{}}\nhttp {{ access_log off; {temporary} {inside} }}\n");
    fs::write(folder.join("nginx.conf"), around).unwrap();
    let mut command = Command::new("nginx");
    command.env("PATH", PATH).args(["-e", "stderr", "-p", &at(""), "-c", &at("nginx.conf")]);
    command
}

/// Caddy with a configuration, and `folder` for everything it stores.
pub fn caddy(folder: &Path, configuration: &str) -> Command {
    let main = folder.join("main");
    fs::write(&main, configuration).unwrap();
    let mut command = Command::new("caddy");
    command.env_clear().env("PATH", PATH).env("HOME", folder);
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(main);
    command
}

/// Path of a gateway that scripts/requirements.txt installs. Panics without: no gateway is skipped.
#[expect(clippy::disallowed_methods, reason = "the environment names the Python installation")]
fn from_pypi(program: &str) -> PathBuf {
    let folder = std::env::var("TEST_PYTHON_FOLDER").expect(
        "TEST_PYTHON_FOLDER must name a Python environment with scripts/requirements.txt; scripts/test makes one",
    );
    Path::new(&folder).join("bin").join(program)
}

impl Place<'_> {
    /// Path of a file in the folder.
    fn at(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// Copies a file of `deploy/gateways` into the folder, with the test's addresses and a socket name unique to the
    /// test. Returns its path.
    fn recipe(&self, file: &str) -> PathBuf {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/gateways").join(file);
        let mut text = fs::read_to_string(&source).unwrap();
        if self.preflights == Preflights::Unchecked {
            text = uncommented(&text);
        }
        for (written, used) in self.ports {
            for before in [":", "port_value: "] {
                text = text.replace(&format!("{before}{written}"), &format!("{before}{used}"));
            }
        }
        let own = self.folder.file_name().unwrap().to_str().unwrap();
        text = text.replace("/etc/haproxy/", &self.at(""));
        text = text.replace("/etc/traefik/dynamic", &self.at("dynamic"));
        text = text.replace("abns@neuralbox-verify", &format!("abns@{own}"));
        let copy = self.folder.join(source.file_name().unwrap());
        fs::write(&copy, text).unwrap();
        copy
    }
}

/// Deletes the `#` before each line of the block for preflights. Ordinary comments have a space after it.
fn uncommented(text: &str) -> String {
    let line = |line: &str| match line.trim_start().strip_prefix('#') {
        Some(code) if !code.is_empty() && !code.starts_with(' ') => line.replacen('#', "", 1),
        _ => line.to_owned(),
    };
    text.lines().map(|text| line(text) + "\n").collect()
}

impl Running {
    /// Starts `command`, whose files are in `folder`, and logs into that folder.
    pub fn spawn(mut command: Command, folder: TempDir, address: SocketAddr) -> Self {
        let log = fs::File::create(folder.path().join("log")).unwrap();
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let child = command.spawn().unwrap_or_else(|error| {
            panic!("{command:?} cannot be started ({error}): run scripts/test, which installs every gateway")
        });
        Self { child, folder, address }
    }
    /// Returns the base URL, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the gateway accepts connections. Fails with its log if it ends first.
    pub async fn answers(&mut self) -> Result<(), String> {
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

    /// Waits until Traefik, which listens before it has routes, has loaded them.
    async fn await_routes(&self) {
        let mut looks = tokio::time::interval(Duration::from_millis(10));
        for _ in 0..LOOKS {
            looks.tick().await;
            let looked = reqwest::get(format!("{}{LOADED_PATH}", self.url())).await;
            if looked.is_ok_and(|answer| answer.status() == 418) {
                return;
            }
        }
        panic!("no routes: {}", self.log());
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

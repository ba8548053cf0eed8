//! Private servers of one test: Postgres with TLS and a Unix socket, `PgBouncer`, Redis with TLS and a Unix socket.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rcgen::CertifiedKey;
use sqlx::Connection;
use tempfile::TempDir;

/// A running server; killed on drop.
pub struct Server {
    folder: TempDir,
    pub port: u16,
    child: Child,
}

/// Way in which `PgBouncer` hands out its server connections.
#[derive(Clone, Copy, Debug)]
pub enum PoolMode {
    Session,
    Transaction,
    Statement,
}

impl Server {
    /// Starts Postgres for `localhost`, with the databases of `initdb`.
    pub async fn postgres() -> Self {
        let folder = public_folder();
        certify(folder.path());
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        give_away(folder.path());
        let made = unprivileged(&postgres_program("initdb"))
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = free_port();
        let mut command = unprivileged(&postgres_program("postgres"));
        command.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"]).arg(folder.path());
        for setting in ["fsync=off", "ssl=on", "max_connections=60"] {
            command.args(["-c", setting]);
        }
        for (name, file) in [("ssl_cert_file", "certificate.pem"), ("ssl_key_file", "key.pem")] {
            command.args(["-c", &format!("{name}={}", folder.path().join(file).display())]);
        }
        let server = Self::of(command, folder, port).await;
        // It listens before it is ready.
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let since = Instant::now();
        while let Err(error) = sqlx::PgConnection::connect(&url).await {
            assert!(since.elapsed() < Duration::from_secs(30), "Postgres does not start: {error}");
        }
        server
    }

    /// Starts `PgBouncer` in front of the database of a URL.
    pub async fn pgbouncer(database_url: &str, mode: PoolMode) -> Self {
        let (folder, port) = (public_folder(), free_port());
        let url = url::Url::parse(database_url).unwrap();
        let password = url.password().map(|password| format!(" password={password}")).unwrap_or_default();
        let settings = format!(
            "[databases]\n* = host={} port={} user={}{password}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\ndefault_pool_size = 60\npool_mode = {}\n",
            url.host_str().unwrap(),
            url.port().unwrap_or(5432),
            url.username(),
            format!("{mode:?}").to_lowercase(),
        );
        fs::write(folder.path().join("pgbouncer.ini"), settings).unwrap();
        give_away(folder.path());
        let mut command = unprivileged(Path::new("pgbouncer"));
        command.arg(folder.path().join("pgbouncer.ini"));
        Self::of(command, folder, port).await
    }

    /// Starts Redis for `localhost`, on a TLS port and a Unix socket alone.
    pub async fn redis() -> Self {
        let (folder, port) = (public_folder(), free_port());
        certify(folder.path());
        let file = |name: &str| folder.path().join(name);
        let mut command = Command::new("redis-server");
        command.args(["--port", "0", "--bind", "127.0.0.1", "--save", "", "--tls-auth-clients", "no"]);
        command.args(["--tls-port", &port.to_string(), "--dir"]).arg(folder.path());
        for (option, name) in [
            ("--tls-cert-file", "certificate.pem"),
            ("--tls-key-file", "key.pem"),
            ("--tls-ca-cert-file", "certificate.pem"),
            ("--unixsocket", "redis.sock"),
        ] {
            command.arg(option).arg(file(name));
        }
        Self::of(command, folder, port).await
    }

    async fn of(mut command: Command, folder: TempDir, port: u16) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}; scripts/test installs it"));
        let mut server = Self { folder, port, child };
        let since = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert_eq!(server.child.try_wait().unwrap(), None, "{command:?} has ended");
            assert!(since.elapsed() < Duration::from_secs(30), "{command:?} does not answer");
        }
        server
    }

    /// Certificate of `localhost`, signed by itself.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    /// Folder with the Unix socket.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGQUIT ends Postgres at once, together with its own processes.
        let _ = Command::new("kill").args(["-s", "QUIT", &self.child.id().to_string()]).status();
        let since = Instant::now();
        while self.child.try_wait().is_ok_and(|ended| ended.is_none()) && since.elapsed() < Duration::from_secs(5) {
            std::thread::yield_now();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes a folder that another user may enter.
fn public_folder() -> TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Writes a certificate of `localhost` and its key.
fn certify(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.join("certificate.pem"), cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    fs::set_permissions(folder.join("key.pem"), fs::Permissions::from_mode(0o600)).unwrap();
}

/// True if the test runs as root, as which Postgres and `PgBouncer` refuse to run.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").unwrap().uid() == 0
}

fn give_away(folder: &Path) {
    if is_root() {
        assert!(Command::new("chown").args(["-R", "postgres"]).arg(folder).status().unwrap().success());
    }
}

fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

/// Returns a program of Postgres, which Debian keeps outside the path.
fn postgres_program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let programs = versions.map(|version| version.unwrap().path().join("bin").join(name));
    programs.filter(|program| program.exists()).max().unwrap_or_else(|| PathBuf::from(name))
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

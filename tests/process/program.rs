//! The program as a child process, next to a sandbox inside the test process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};
use telegram_sandbox::{Person, Sandbox, SandboxSettings};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

pub const TOKEN: &str = "1000000001:a-token-of-the-test-bot";
/// Time limit for a log line and for the end of the output.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running Telegram sandbox; stops on drop.
pub struct Telegram {
    pub sandbox: Sandbox,
    pub url: String,
    _served: DropGuard,
}

impl Telegram {
    pub async fn start() -> Self {
        let sandbox = Sandbox::new(SandboxSettings::new(TOKEN, now).with_bot("NeuralBox", "neuralbox_bot"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let end = CancellationToken::new();
        tokio::spawn(sandbox.clone().serve(listener, end.clone().cancelled_owned()));
        Self { sandbox, url, _served: end.drop_guard() }
    }
}

/// Environment variables of the program. Nothing is inherited from the test.
#[derive(Clone, Default)]
pub struct Names(Vec<(String, String)>);

impl Names {
    /// Settings that `serve` needs, with free ports and JSON logs.
    pub fn usual(telegram_url: &str, database_url: &str) -> Self {
        Self::default()
            .with("TELEGRAM_BOT_TOKEN", TOKEN)
            .with("TELEGRAM_API_URL", telegram_url)
            .with("DATABASE_URL", database_url)
            .with("NEURALBOX_LISTEN", "127.0.0.1:0")
            .with("NEURALBOX_METRICS_LISTEN", "127.0.0.1:0")
            .with("NEURALBOX_LOG", "json")
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_neuralbox-auth"));
        command.env_clear().envs(self.0.iter().cloned()).current_dir(folder).args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs a command until it exits.
    pub fn run(&self, folder: &Path, arguments: &[&str]) -> Ran {
        let Output { status, stdout, stderr } = self.command(folder, arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    /// Starts the service and waits until it serves.
    pub fn serve(&self, folder: &Path) -> Program {
        self.begin(folder).serving()
    }

    /// Starts the service with SIGXFSZ ignored: exceeding a file size limit is then a write error, as on a full disk.
    pub fn serve_beside_limits(&self, folder: &Path) -> Program {
        let program = env!("CARGO_BIN_EXE_neuralbox-auth");
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" serve", program]);
        command.env_clear().envs(self.0.iter().cloned()).current_dir(folder).stdin(Stdio::null());
        Program::of(command).serving()
    }

    /// Starts the demo on free ports, with more arguments.
    pub fn demo(&self, folder: &Path, more: &[&str]) -> Program {
        let ports = ["demo", "--port", "0", "--telegram-port", "0"];
        Program::of(self.command(folder, &[&ports[..], more].concat()))
    }

    /// Starts the service without waiting.
    pub fn begin(&self, folder: &Path) -> Program {
        Program::of(self.command(folder, &["serve"]))
    }
}

/// Exit code and output of a command.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A running service; killed on drop.
pub struct Program {
    child: Child,
    lines: Mutex<Receiver<String>>,
    /// Lines that were waited for, and those before them.
    heard: Mutex<Vec<String>>,
    pub url: String,
    http: reqwest::Client,
}

impl Program {
    /// Runs a command whose output ends with the program.
    pub fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (say, lines) = channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        for reader in [Box::new(out) as Box<dyn std::io::Read + Send>, Box::new(err)] {
            let say = say.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(reader).lines().map_while(Result::ok) {
                    let _ = say.send(line);
                }
            });
        }
        Self {
            child,
            lines: Mutex::new(lines),
            heard: Mutex::default(),
            url: String::new(),
            http: reqwest::Client::new(),
        }
    }

    /// Starts the demo on free ports, with more arguments.
    pub fn demo(folder: &Path, more: &[&str]) -> Self {
        Names::default().demo(folder, more)
    }

    /// Starts the pretend Telegram on free ports, with more arguments.
    pub fn sandbox(folder: &Path, more: &[&str]) -> Self {
        let ports = ["sandbox", "--port", "0", "--mail-port", "0"];
        Self::of(Names::default().command(folder, &[&ports[..], more].concat()))
    }

    /// Waits for the log line with the address, and stores the address.
    pub fn serving(mut self) -> Self {
        let line = self.line("\"serving\"");
        let address = line.split("Some(").nth(1).and_then(|rest| rest.split(')').next());
        self.url = format!("http://{}", address.unwrap_or_else(|| panic!("no address in {line}")));
        self
    }

    /// Waits for the next output line that contains `part`.
    pub fn line(&self, part: &str) -> String {
        let mut heard = self.heard.lock().unwrap();
        let before = heard.len();
        loop {
            match self.lines.lock().unwrap().recv_timeout(PATIENCE) {
                Ok(line) => {
                    heard.push(line.clone());
                    if line.contains(part) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("no line with {part:?} in\n{}", heard[before..].join("\n"))
                }
            }
        }
    }

    /// Everything that was said from the start until the exit.
    pub fn whole(self) -> Vec<String> {
        let mut whole = std::mem::take(&mut *self.heard.lock().unwrap());
        whole.extend(self.rest());
        whole
    }

    /// Output until the exit.
    pub fn rest(self) -> Vec<String> {
        let lines = self.lines.lock().unwrap();
        std::iter::from_fn(|| lines.recv_timeout(PATIENCE).ok()).collect()
    }

    /// Process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, given by name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the exit. Drains the output first, which ends with the process.
    pub fn ended(mut self) -> ExitStatus {
        while self.lines.lock().unwrap().recv_timeout(PATIENCE).is_ok() {}
        self.child.wait().unwrap()
    }

    /// Kills the process immediately (SIGKILL).
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a request; `None` if the program does not answer.
    pub async fn ask(&self, request: reqwest::RequestBuilder) -> Option<(u16, Value, Option<String>)> {
        answer(request).await
    }

    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.http.get(format!("{}{path}", self.url))
    }

    pub fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.http.post(format!("{}{path}", self.url))
    }

    pub fn delete(&self, path: &str) -> reqwest::RequestBuilder {
        self.http.delete(format!("{}{path}", self.url))
    }

    /// Signs a person in; returns the access token and the refresh cookie.
    pub async fn sign_in(&self, telegram: &Telegram, person: &Person) -> (String, String) {
        let login = Value::Object(telegram.sandbox.widget_login(person, now()));
        let (status, body, cookie) = self.ask(self.post("/api/v2/auth/telegram").json(&login)).await.unwrap();
        assert_eq!(status, 200, "{body}");
        (body["access_token"].as_str().unwrap().to_owned(), cookie.unwrap())
    }

    /// Issues an API key.
    pub async fn key(&self, access: &str, name: &str) -> String {
        let ask = self.post("/api/v2/keys").bearer_auth(access).json(&json!({ "name": name }));
        let (status, body, _) = self.ask(ask).await.unwrap();
        assert_eq!(status, 201, "{body}");
        body["key"].as_str().unwrap().to_owned()
    }

    /// Returns the status of a key verification.
    pub async fn verify(&self, key: &str) -> u16 {
        self.ask(self.get("/api/v2/auth/verify").bearer_auth(key)).await.unwrap().0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Status, body and refresh cookie of a response; `None` without a response.
pub async fn answer(request: reqwest::RequestBuilder) -> Option<(u16, Value, Option<String>)> {
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    let cookie = response.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok());
    let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(ToOwned::to_owned);
    let text = response.text().await.ok()?;
    Some((status, serde_json::from_str(&text).unwrap_or(Value::String(text)), cookie))
}

/// Builds a person with that Telegram id.
pub fn person(id: i64) -> Person {
    Person { username: Some(format!("person_{id}")), ..Person::new(id, "Ivan") }
}

/// Writes a plans file with practically unlimited keys; returns its path.
pub fn generous_plans(folder: &Path) -> String {
    let file = folder.join("plans.toml");
    let plans = "[[plan]]\nid = \"all\"\ntitle = \"All\"\napi_access = true\nrequests_per_minute = 1000000\n\
                 keys = 1000000\nmonthly_tokens = 1\nstars = 0\n";
    std::fs::write(&file, plans).unwrap();
    file.to_str().unwrap().to_owned()
}

/// Unix time in seconds.
#[expect(clippy::disallowed_methods, reason = "the program under test is another process and uses the system clock")]
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

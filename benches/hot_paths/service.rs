//! The service as it is released: the binary, its settings, and a pretend Telegram.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use telegram_sandbox::{Sandbox, SandboxSettings};
use tokio::net::TcpListener;

use crate::Fault;
use crate::hot_paths::load::Target;
use crate::hot_paths::machine::{Core, free_port, pinned};

/// Invented token of the bot.
const TOKEN: &str = "1000000001:the-token-of-a-bot-that-is-not";
/// Signs access tokens of the bench.
const JWT_SECRET: &str = "a secret of the bench that guards nothing at all";
/// Plan whose limit is never reached: one request a microsecond.
pub(crate) const HUGE: &str = "huge";
/// Plan whose limit is reached immediately.
pub(crate) const TINY: &str = "tiny";
/// Longest wait until the service is ready.
const PATIENCE: Duration = Duration::from_mins(2);

/// A pretend Telegram, served by this process. Nobody writes to the bot.
pub(crate) struct Telegram {
    /// Signs logins.
    pub(crate) sandbox: Sandbox,
    url: String,
}

impl Telegram {
    /// Serves Telegram on the other core until this process ends.
    pub(crate) async fn start() -> Result<Self, Fault> {
        let sandbox = Sandbox::new(SandboxSettings::new(TOKEN, now).with_bot("NeuralBox", "neuralbox_bot"));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(sandbox.clone().serve(listener, std::future::pending()));
        Ok(Self { sandbox, url })
    }
}

/// The service in a process of its own, on the measured core. Killed when it is dropped.
pub(crate) struct Service {
    child: Child,
    url: String,
    /// Time from start until ready.
    pub(crate) start: Duration,
}

impl Service {
    /// Migrates a database.
    pub(crate) fn migrate(folder: &Path, telegram: &Telegram, database: &str) -> Result<(), Fault> {
        let mut command = pinned(Core::Rest, env!("CARGO_BIN_EXE_neuralbox-auth"));
        let ended = command.arg("migrate").env_clear().envs(names(folder, telegram, database)?).output()?;
        if ended.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&ended.stderr).into()) }
    }

    /// Starts the service and waits until it is ready.
    pub(crate) async fn start(folder: &Path, telegram: &Telegram, database: &str) -> Result<Self, Fault> {
        let port = free_port()?;
        let log = folder.join("service.log");
        let mut command = pinned(Core::Measured, env!("CARGO_BIN_EXE_neuralbox-auth"));
        command.arg("serve").env_clear().envs(names(folder, telegram, database)?);
        command.env("NEURALBOX_LISTEN", format!("127.0.0.1:{port}")).stdin(Stdio::null());
        let began = Instant::now();
        let file = fs::File::create(&log)?;
        let child = command.current_dir(folder).stdout(file.try_clone()?).stderr(file).spawn()?;
        let mut service = Self { child, url: format!("http://127.0.0.1:{port}"), start: Duration::ZERO };
        if let Err(fault) = await_ready(&format!("{}/readyz", service.url)).await {
            return Err(format!("{fault}: {}", fs::read_to_string(log)?).into());
        }
        service.start = began.elapsed();
        Ok(service)
    }

    /// Path of the service as a target.
    pub(crate) fn target(&self, path: &str) -> Target {
        Target { process: self.child.id(), url: format!("{}{path}", self.url) }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Settings, without those of the environment.
fn names(folder: &Path, telegram: &Telegram, database: &str) -> Result<Vec<(&'static str, String)>, Fault> {
    let plan = |id, limit| {
        format!(
            "[[plan]]\nid = \"{id}\"\ntitle = \"{id}\"\napi_access = true\nrequests_per_minute = {limit}\nkeys = 1000\n\
             monthly_tokens = 100\nstars = 0\n"
        )
    };
    let plans = folder.join("plans.toml");
    fs::write(&plans, format!("{}{}", plan(HUGE, 60_000_000), plan(TINY, 1)))?;
    Ok(vec![
        ("TELEGRAM_BOT_TOKEN", TOKEN.to_owned()),
        ("TELEGRAM_API_URL", telegram.url.clone()),
        ("TELEGRAM_LOGIN_MAX_AGE", "86400".to_owned()),
        ("DATABASE_URL", database.to_owned()),
        ("NEURALBOX_METRICS_LISTEN", "127.0.0.1:0".to_owned()),
        ("NEURALBOX_JWT_SECRET", JWT_SECRET.to_owned()),
        ("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ("NEURALBOX_PLANS_FILE", plans.display().to_string()),
        ("RUST_LOG", "warn".to_owned()),
    ])
}

/// Waits until a URL answers 200.
pub(crate) async fn await_ready(url: &str) -> Result<(), Fault> {
    let (http, began) = (http()?, Instant::now());
    while began.elapsed() < PATIENCE {
        match http.get(url).send().await {
            Ok(answer) if answer.status() == 200 => return Ok(()),
            _ => pause().await,
        }
    }
    Err(format!("{url} is not ready after {} s", PATIENCE.as_secs()).into())
}

/// Status of the response to a request with a key.
pub(crate) async fn status_for(target: &Target, key: &str) -> Result<u16, Fault> {
    Ok(http()?.get(&target.url).bearer_auth(key).send().await?.status().as_u16())
}

/// Client without a proxy.
pub(crate) fn http() -> Result<reqwest::Client, Fault> {
    Ok(reqwest::Client::builder().no_proxy().build()?)
}

/// Interval of readiness checks.
#[expect(clippy::disallowed_methods, reason = "a process does not tell when it is ready")]
pub(crate) async fn pause() {
    tokio::time::sleep(Duration::from_millis(5)).await;
}

/// Unix seconds.
#[expect(clippy::disallowed_methods, reason = "the bench's logins are signed at its own time")]
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Fails unless a call was answered as expected.
pub(crate) fn expect(what: &str, status: u16, expected: u16) -> Result<(), Fault> {
    if status == expected { Ok(()) } else { Err(format!("{what} was answered {status} and not {expected}").into()) }
}

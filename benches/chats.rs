//! Response times of the bot for one person while another one floods it, has a slow connection, or gets only errors from Telegram.
//!
//! `cargo bench --bench chats` starts the service as a process, serves a pretend Telegram with the rules of the real
//! Bot API server for repeated calls, and prints how long a person's
//! `/profile` takes from the message to the answer: alone, and beside each of these.

use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use telegram_sandbox::{Fault as Bad, FaultKind, Person, Sandbox, SandboxSettings};
use tokio::net::TcpListener;

/// Description of a failure.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Invented token of the bot.
const TOKEN: &str = "1000000001:the-token-of-a-bot-that-is-not";
/// Messages in one burst of the flooding chat, and the interval of the bursts: far more than the bot can answer.
const FLOOD: usize = 100;
const FLOOD_EVERY: Duration = Duration::from_millis(100);
/// Durations of each answer to the slow chats.
const SLOW: Duration = Duration::from_secs(2);
const VERY_SLOW: Duration = Duration::from_secs(8);
/// Goal for the 99th percentile of a person's wait beside very slow chats.
const GOAL: Duration = Duration::from_millis(100);

/// Measures the wait of one person while another is a burden.
#[derive(Parser)]
struct Arguments {
    /// Requests of the person per row
    #[arg(long, default_value_t = 500)]
    asks: usize,
    /// Passed by Cargo to benchmarks
    #[arg(long, hide = true)]
    bench: bool,
}

/// Load beside the person.
#[derive(Clone, Copy)]
enum Beside {
    Nobody,
    Flood,
    Slow,
    VerySlow,
    Errors,
}

impl Beside {
    const ALL: [(Self, &str); 5] = [
        (Self::Nobody, "alone"),
        (Self::Flood, "beside a chat that sends 1,000 messages a second"),
        (Self::Slow, "beside 20 chats whose answers take 2 s each"),
        (Self::VerySlow, "beside 20 chats whose answers take 8 s each (goal: p99 below 100 ms)"),
        (Self::Errors, "beside 20 chats for which Telegram answers 502"),
    ];

    /// Person who causes the load.
    fn people(self) -> std::ops::Range<i64> {
        match self {
            Self::Nobody => 100..100,
            Self::Flood => 200..201,
            Self::Slow => 300..320,
            Self::VerySlow => 500..520,
            Self::Errors => 400..420,
        }
    }

    /// Causes the load until stopped.
    async fn burden(self, sandbox: Sandbox) {
        let people: Vec<_> = self.people().map(|id| Person::new(id, "Burden")).collect();
        let kind = match self {
            Self::Slow => Some(FaultKind::Slow(SLOW)),
            Self::VerySlow => Some(FaultKind::Slow(VERY_SLOW)),
            Self::Errors => Some(FaultKind::ServerError),
            Self::Nobody | Self::Flood => None,
        };
        if let Some(kind) = kind {
            let faults = people.iter().map(|person| Bad {
                method: None,
                chat: Some(person.id),
                times: u32::MAX,
                kind: kind.clone(),
            });
            faults.for_each(|fault| sandbox.inject_fault(fault));
        }
        let each = if matches!(self, Self::Flood) { FLOOD } else { 1 };
        while !people.is_empty() {
            for person in &people {
                (0..each).for_each(|_| _ = sandbox.say(person, "/profile"));
            }
            pause(FLOOD_EVERY).await;
        }
    }
}

/// Way in which updates reach the service.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UpdateChannel {
    Polling,
    Webhook,
}

impl UpdateChannel {
    const fn name(self) -> &'static str {
        match self {
            Self::Polling => "polled",
            Self::Webhook => "pushed",
        }
    }
}

/// The service in a process of its own. Killed when it is dropped.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match measure(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(arguments: &Arguments) -> Result<(), Fault> {
    println!("{:<8} {:<68} {:>9} {:>9} {:>9}", "updates", "a person's answer", "p50", "p99", "longest");
    for channel in [UpdateChannel::Polling, UpdateChannel::Webhook] {
        for (beside, name) in Beside::ALL {
            let waits = waits(beside, channel, arguments.asks).await?;
            let at = |part: usize| {
                waits.get(waits.len().saturating_sub(1) * part / 100).copied().unwrap_or_default().as_secs_f64()
                    * 1000.0
            };
            let how = channel.name();
            println!("{how:<8} {name:<68} {:>6.1} ms {:>6.1} ms {:>6.1} ms", at(50), at(99), at(100));
            if matches!(beside, Beside::VerySlow) && at(99) > GOAL.as_secs_f64() * 1000.0 {
                return Err(format!("a person waited longer than {GOAL:?}").into());
            }
        }
    }
    Ok(())
}

/// Waits of the person, shortest first.
async fn waits(beside: Beside, channel: UpdateChannel, asks: usize) -> Result<Vec<Duration>, Fault> {
    let folder = tempfile::tempdir()?;
    let sandbox = Sandbox::new(SandboxSettings::new(TOKEN, now).with_bot("NeuralBox", "neuralbox_bot"));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let served = tokio::spawn(sandbox.clone().serve(listener, std::future::pending()));
    let _service = start(folder.path(), &url, channel)?;
    let olga = Person::new(1, "Olga");
    ask(&sandbox, &olga).await?;
    let burden = tokio::spawn(beside.burden(sandbox.clone()));
    let mut waits = Vec::with_capacity(asks);
    for _ in 0..asks {
        let asked = Instant::now();
        ask(&sandbox, &olga).await?;
        waits.push(asked.elapsed());
        // A person reads before the next request.
        pause(Duration::from_millis(10)).await;
    }
    burden.abort();
    served.abort();
    waits.sort_unstable();
    Ok(waits)
}

/// Sends `/profile` and waits for the answer.
async fn ask(sandbox: &Sandbox, person: &Person) -> Result<(), Fault> {
    let asked = sandbox.say(person, "/profile");
    let answer = sandbox.wait_for(|sandbox| sandbox.last(person.id).filter(|last| last.from_bot && last.id > asked));
    answer.await.map(drop).map_err(Into::into)
}

fn start(folder: &Path, telegram: &str, channel: UpdateChannel) -> Result<Service, Fault> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut names = vec![
        ("TELEGRAM_BOT_TOKEN", TOKEN.to_owned()),
        ("TELEGRAM_API_URL", telegram.to_owned()),
        ("DATABASE_URL", format!("sqlite://{}", folder.join("bench.db").display())),
        ("NEURALBOX_LISTEN", format!("127.0.0.1:{port}")),
        ("NEURALBOX_METRICS_LISTEN", "127.0.0.1:0".to_owned()),
        ("RUST_LOG", "error".to_owned()),
    ];
    if channel == UpdateChannel::Webhook {
        names.push(("TELEGRAM_WEBHOOK_URL", format!("http://127.0.0.1:{port}/telegram")));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_neuralbox-auth"));
    let command = command.arg("serve").env_clear().envs(names).current_dir(folder);
    Ok(Service(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?))
}

#[expect(clippy::disallowed_methods, reason = "people write when they do, and nobody waits for that")]
async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}

/// Unix seconds.
#[expect(clippy::disallowed_methods, reason = "the service is another process, and goes by the system's clock")]
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

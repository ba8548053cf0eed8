//! Benchmark of passwords: the duration of refused sign-ins with known and unknown addresses, and the memory of a flood.
//!
//! `cargo bench --bench passwords`. Two kinds alternate, a wrong password and an unknown address. The output is the duration of each,
//! and the share of pairs in which the first kind takes longer: one half if the kinds are indistinguishable.

use std::cmp::Ordering;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering as Atomic};
use std::time::{Duration, Instant};

use futures::future::join_all;
use neuralbox_auth::domain::error::CredentialError;
use neuralbox_auth::domain::mail_queue::MailMessage;
use neuralbox_auth::domain::sign_in::email_accounts::{
    AddressConfirmation, NewRegistration, PasswordAttempt, PendingRegistration,
};
use neuralbox_auth::domain::sign_in::email_tokens::MailRequester;
use neuralbox_auth::domain::{ClockAndRng, Domain, DomainSettings, Error, Refusal};
use neuralbox_auth::model::billing::plan::Plans;
use neuralbox_auth::model::crypto::rng::SystemRng;
use neuralbox_auth::model::crypto::secret::Secret;
use neuralbox_auth::model::network::Network;
use neuralbox_auth::model::session::RequestSource;
use neuralbox_auth::model::text::language::Language;
use neuralbox_auth::model::time::Clock;
use neuralbox_auth::store::Store;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sign-ins of each kind.
const PAIRS: usize = 400;
/// Concurrent sign-ins.
const FLOOD: usize = 2000;
const KNOWN: &str = "ivan@example.com";

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Advances by ten minutes at every call, so that no limit is reached.
struct FastClock(AtomicI64);

impl Clock for FastClock {
    fn millis(&self) -> i64 {
        self.0.fetch_add(600_000, Atomic::Relaxed)
    }
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = runtime.map_err(Fault::from).and_then(|runtime| runtime.block_on(measure()));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("passwords: {fault}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let domain = open(&format!("sqlite://{}", folder.path().join("bench.db").display())).await?;
    create_account(&domain).await?;
    let (mut wrong, mut unknown) = (Vec::with_capacity(PAIRS), Vec::with_capacity(PAIRS));
    for number in 0..PAIRS {
        // Each kind goes first equally often.
        let stranger = format!("nobody{number}@example.com");
        if number % 2 == 0 {
            wrong.push(refused(&domain, KNOWN, number).await?);
            unknown.push(refused(&domain, &stranger, number).await?);
        } else {
            unknown.push(refused(&domain, &stranger, number).await?);
            wrong.push(refused(&domain, KNOWN, number).await?);
        }
    }
    println!("{PAIRS} refused sign-ins of each kind, one after another, in milliseconds:");
    println!("                    p10     p50     p90     p99");
    println!("wrong password  {}", row(&mut wrong));
    println!("unknown address {}", row(&mut unknown));
    let (share, sigmas) = rank_test(&unknown, &wrong);
    println!(
        "an unknown address takes longer than a wrong password in {:.1} % of all pairs ({sigmas:+.1} sigma)",
        share * 100.0
    );
    flood(&domain).await
}

async fn open(url: &str) -> Result<Domain, Fault> {
    let env = ClockAndRng { clock: Arc::new(FastClock(AtomicI64::new(1_795_435_200_000))), rng: Arc::new(SystemRng) };
    let settings = DomainSettings {
        public_url: "http://localhost:8080".to_owned(),
        api_url: None,
        jwt_secret: Secret::new("x".repeat(32)),
        bot_token: Secret::new("1:x".to_owned()),
        login_max_age: 300,
        miniapp_max_age: 86_400,
        plans: Plans::parse(Plans::SHIPPED)?,
        cache_keys: 1000,
        admins: neuralbox_auth::model::admin_action::role::AdminList::default(),
        github_keys_url: "http://localhost/".parse()?,
        service_token: None,
        mails: true,
        support: None,
        terms_url: None,
        broadcast_rate: 1,
        google: None,
        miniapp_bots: Vec::new(),
        telegram_login: None,
        oauth: None,
    };
    Domain::new(Store::open(url).await?, env, settings, None).map_err(|error| fault(&error))
}

/// Registers and confirms the one account.
async fn create_account(domain: &Domain) -> Result<(), Fault> {
    let asker = MailRequester { source: source(), network: Network::Unknown, language: Language::English };
    let ask = NewRegistration { email: KNOWN, password: "correct horse battery staple", name: "Ivan" };
    let PendingRegistration { browser, .. } = domain.register(ask, asker).await.map_err(|error| fault(&error))?;
    let due = domain.lease_mails(1).await.map_err(|error| fault(&error))?;
    let Some(MailMessage::Confirm { token, .. }) = due.first().map(|due| &due.message) else {
        return Err("no mail".into());
    };
    let (token, browser) = (token.reveal(), browser.reveal());
    let confirmation = AddressConfirmation { token: &token, password: None, browser: &[&browser] };
    domain.confirm_address(confirmation, Network::Unknown).await.map_err(|error| fault(&error))?;
    Ok(())
}

/// Duration of a refusal; each comes from a network of its own.
async fn refused(domain: &Domain, email: &str, number: usize) -> Result<Duration, Fault> {
    let begun = Instant::now();
    match sign_in(domain, email, number).await {
        Err(Error::Refused(Refusal::InvalidCredential(CredentialError::WrongPassword))) => Ok(begun.elapsed()),
        other => Err(format!("not refused: {:?}", other.err()).into()),
    }
}

async fn sign_in(domain: &Domain, email: &str, number: usize) -> Result<(), Error> {
    let [.., a, b] = number.to_be_bytes();
    let attempt =
        PasswordAttempt { email, password: "a wrong password", devices: &[], network: Network::V4([a, b, 113]) };
    domain.sign_in_by_password(attempt, source()).await.map(drop)
}

async fn flood(domain: &Domain) -> Result<(), Fault> {
    let before = resident("VmRSS:")?;
    // Resets the recorded peak.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let begun = Instant::now();
    let outcomes = join_all((0..FLOOD).map(|number| {
        let domain = domain.clone();
        tokio::spawn(async move { sign_in(&domain, KNOWN, number).await })
    }));
    let (mut compared, mut busy) = (0, 0);
    for outcome in outcomes.await {
        match outcome? {
            Err(Error::Refused(Refusal::Busy)) => busy += 1,
            Err(Error::Refused(_)) => compared += 1,
            other => return Err(format!("not refused: {:?}", other.err()).into()),
        }
    }
    let peak = resident("VmHWM:")?;
    let cores = std::thread::available_parallelism()?;
    println!(
        "{FLOOD} concurrent sign-ins on {cores} cores, in {:.1} s: {compared} compared, {busy} refused as busy; memory {before} MiB before, \
         {peak} MiB at the peak ({} MiB would be {FLOOD} digests)",
        begun.elapsed().as_secs_f64(),
        FLOOD * 19
    );
    Ok(())
}

/// Value of a line of `/proc/self/status`, in MiB.
fn resident(name: &str) -> Result<u64, Fault> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("the kernel does not say")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
}

fn row(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len() * percent / 100).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    [10, 50, 90, 99].map(|percent| format!("{:8.2}", at(percent))).concat()
}

/// Rank-sum test (Mann and Whitney): share of all pairs in which the first takes longer, and its distance from one half in
/// standard deviations.
#[expect(clippy::cast_precision_loss, reason = "there are hundreds")]
fn rank_test(firsts: &[Duration], seconds: &[Duration]) -> (f64, f64) {
    let score = |first: &Duration| -> f64 {
        let compare = |second: &Duration| match first.cmp(second) {
            Ordering::Greater => 1.0,
            Ordering::Equal => 0.5,
            Ordering::Less => 0.0,
        };
        seconds.iter().map(compare).sum()
    };
    let (n, m) = (firsts.len() as f64, seconds.len() as f64);
    let wins: f64 = firsts.iter().map(score).sum();
    (wins / (n * m), (wins - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt())
}

fn source() -> RequestSource {
    RequestSource { device: "bench".to_owned(), network: "203.0.113.0/24".to_owned() }
}

fn fault(error: &Error) -> Fault {
    format!("{error:?}").into()
}

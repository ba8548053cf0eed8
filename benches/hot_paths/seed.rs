//! People, keys and sessions, written straight into a database that the service has migrated.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use neuralbox_auth::model::api_key::PlainKey;
use neuralbox_auth::model::crypto::rng::Rng;
use neuralbox_auth::model::session::{RefreshSecret, RefreshToken, SessionId};
use neuralbox_auth::model::time::Moment;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use telegram_sandbox::{Person, Sandbox};

use crate::Fault;
use crate::hot_paths::load::count;
use crate::hot_paths::service::{Telegram, now};

/// Tables and columns filled here. Other columns have defaults; ids count from 1.
const ACCOUNT: &str = "account (name, plan, token_balance, allowance_month, created_at)";
const IDENTITY: &str = "identity (kind, subject, account_id, label, created_at)";
const API_KEY: &str = "api_key (account_id, name, folded_name, digest, masked, created_at)";
const KNOWN_PLACE: &str = "known_source (account_id, device, network, first_at)";
const SESSION: &str = "session (account_id, device, network, created_at, last_seen_at, refresh_digest)";

/// Rows per statement.
const TOGETHER: usize = 2000;

/// Number of the first person with an account.
const KNOWN: usize = 1_000_000;
/// Number of the first person without one.
const UNKNOWN: usize = 2_000_000_000;

/// Connection that fills a database.
pub(crate) enum Seed {
    /// To SQLite.
    Sqlite(SqliteConnection),
    /// To Postgres.
    Postgres(PgConnection),
}

impl Seed {
    /// Opens the connection.
    pub(crate) async fn open(url: &str) -> Result<Self, Fault> {
        if !url.starts_with("sqlite:") {
            return Ok(Self::Postgres(PgConnection::connect(url).await?));
        }
        let mut seed = Self::Sqlite(SqliteConnection::connect(url).await?);
        seed.run("pragma synchronous = off; pragma cache_size = -400000".to_owned()).await?;
        Ok(seed)
    }

    /// Closes the connection: SQLite has everything in the main file, Postgres has fresh statistics.
    pub(crate) async fn close(mut self) -> Result<(), Fault> {
        match &self {
            Self::Sqlite(_) => self.run("pragma wal_checkpoint(truncate)".to_owned()).await?,
            Self::Postgres(_) => self.run("vacuum analyze".to_owned()).await?,
        }
        match self {
            Self::Sqlite(connection) => connection.close().await?,
            Self::Postgres(connection) => connection.close().await?,
        }
        Ok(())
    }

    /// Adds accounts on a plan for the people from number `from` on.
    pub(crate) async fn people(&mut self, plan: &str, from: usize, people: usize) -> Result<(), Fault> {
        let now = now();
        // This month's tokens are paid already; otherwise the service would be busy paying them.
        let month = Moment(now).month();
        let accounts = (from..from + people).map(|n| format!("'{}','{plan}',0,'{month}',{now}", known(n).full_name()));
        self.insert(ACCOUNT, accounts).await?;
        let identities = (from..from + people).map(|n| {
            let Person { id, username, .. } = known(n);
            format!("'telegram','{id}',{},'{}',{now}", n + 1, username.unwrap_or_default())
        });
        self.insert(IDENTITY, identities).await?;
        // The network of the load is a known one, so no warning is sent.
        let places = (from..from + people).map(|n| format!("{},'unknown program','127.0.0.0/24',{now}", n + 1));
        self.insert(KNOWN_PLACE, places).await
    }

    /// Adds keys for each of these accounts.
    pub(crate) async fn keys(&mut self, from: usize, people: usize, each: usize) -> Result<Vec<String>, Fault> {
        let (rng, now) = (Numbers::from(from), now());
        let keys: Vec<_> = (0..people * each).map(|_| PlainKey::new(&rng)).collect();
        let rows = keys.iter().enumerate().map(|(n, key)| {
            let digest = self.blob(&Sha256::digest(key.reveal().as_bytes()));
            format!("{},'key {n}','key {n}',{digest},'{}',{now}", from + n / each + 1, key.masked())
        });
        let rows: Vec<_> = rows.collect();
        self.insert(API_KEY, rows.into_iter()).await?;
        Ok(keys.iter().map(|key| key.reveal().to_owned()).collect())
    }

    /// Adds fresh sessions of people with an account, and returns their refresh tokens.
    pub(crate) async fn sessions(&mut self, people: usize, sessions: usize) -> Result<Vec<String>, Fault> {
        let (rng, now) = (Numbers::from(7), now());
        let secrets: Vec<_> = (0..sessions).map(|_| RefreshSecret::new(&rng)).collect();
        let rows = secrets.iter().enumerate().map(|(n, secret)| {
            let digest = self.blob(&secret.digest());
            format!("{},'Firefox on Linux','203.0.113.0/24',{now},{now},{digest}", n % people + 1)
        });
        let rows: Vec<_> = rows.collect();
        self.insert(SESSION, rows.into_iter()).await?;
        let ids = secrets.into_iter().zip(1..);
        Ok(ids.map(|(secret, id)| RefreshToken { session: SessionId(id), generation: 0, secret }.reveal()).collect())
    }

    fn blob(&self, bytes: &[u8]) -> String {
        match self {
            Self::Sqlite(_) => format!("x'{}'", hex::encode(bytes)),
            Self::Postgres(_) => format!("'\\x{}'", hex::encode(bytes)),
        }
    }

    async fn insert(&mut self, into: &str, mut rows: impl Iterator<Item = String>) -> Result<(), Fault> {
        self.run("begin".to_owned()).await?;
        while let Some(first) = rows.next() {
            let mut sql = format!("insert into {into} values ({first})");
            for row in rows.by_ref().take(TOGETHER - 1) {
                write!(sql, ",({row})")?;
            }
            self.run(sql).await?;
        }
        self.run("commit".to_owned()).await
    }

    async fn run(&mut self, sql: String) -> Result<(), Fault> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Sqlite(connection) => sql.execute(connection).await.map(|_| ())?,
            Self::Postgres(connection) => sql.execute(connection).await.map(|_| ())?,
        }
        Ok(())
    }
}

/// Keys with a valid checksum that nobody owns.
pub(crate) fn strange_keys(keys: usize) -> Vec<String> {
    let rng = Numbers::from(usize::MAX);
    (0..keys).map(|_| PlainKey::new(&rng).reveal().to_owned()).collect()
}

/// Person with an account.
pub(crate) fn known(n: usize) -> Person {
    person(KNOWN + n, "person")
}

fn person(id: usize, kind: &str) -> Person {
    let id = i64::try_from(id).unwrap_or(i64::MAX);
    Person { last_name: Some("Petrov".to_owned()), username: Some(format!("{kind}_{id}")), ..Person::new(id, "Ivan") }
}

/// People who sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// This number of people with accounts, repeatedly.
    Returning(usize),
    /// People without an account.
    New,
}

/// Signed payloads, all different.
pub(crate) struct Logins {
    sandbox: Sandbox,
    who: Who,
    now: i64,
    made: usize,
}

impl Logins {
    /// Creates an empty set.
    pub(crate) fn of(telegram: &Telegram, who: Who) -> Self {
        Self { sandbox: telegram.sandbox.clone(), who, now: now(), made: 0 }
    }

    /// Returns the next bodies.
    pub(crate) fn next(&mut self, logins: usize) -> Vec<String> {
        let next = self.made..self.made + logins;
        self.made = next.end;
        next.map(|n| {
            // A payload of the same person differs if it is signed at another second.
            let (person, round) = match self.who {
                Who::Returning(people) => (known(n % people), n / people),
                Who::New => (person(UNKNOWN + n, "new"), 0),
            };
            let signed_at = self.now - i64::try_from(round).unwrap_or(0);
            Value::Object(self.sandbox.widget_login(&person, signed_at)).to_string()
        })
        .collect()
    }
}

/// Writes lines to a file for the load.
pub(crate) fn lines_file(file: PathBuf, lines: &[String]) -> Result<(PathBuf, usize), Fault> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(&file)?);
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok((file, lines.len()))
}

/// Shuffles lines.
pub(crate) fn shuffle(lines: &mut [String]) {
    let rng = Numbers::from(3);
    for at in (1..lines.len()).rev() {
        let to = usize::try_from(rng.next()).unwrap_or(0) % (at + 1);
        lines.swap(at, to);
    }
}

/// Reproducible pseudorandom numbers (`SplitMix64`): fast, not for secrets.
pub(crate) struct Numbers(AtomicU64);

impl Numbers {
    /// Starts with a seed.
    pub(crate) fn from(seed: usize) -> Self {
        Self(AtomicU64::new(count(seed).to_bits()))
    }

    fn next(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl Rng for Numbers {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            for (byte, rng) in chunk.iter_mut().zip(self.next().to_le_bytes()) {
                *byte = rng;
            }
        }
    }
}

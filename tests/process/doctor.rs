//! The `doctor` command, before the service starts and while it runs.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use telegram_sandbox::ReceivedMail;
use tokio::net::TcpListener;

use crate::database::{Database, Place};
use crate::program::{Names, TOKEN, Telegram, person};

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_is_looked_at() {
    is_looked_at(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_is_looked_at() {
    is_looked_at(Database::Postgres).await;
}

async fn is_looked_at(database: Database) {
    let (folder, telegram, place) =
        (tempfile::tempdir().unwrap(), Telegram::start().await, database.make_empty().await);
    let names = Names::usual(&telegram.url, place.url()).with("NEURALBOX_JWT_SECRET", &"x".repeat(32));
    let new = line(&names, folder.path(), "database");
    match database {
        Database::Sqlite => assert_eq!(new, "ok SQLite: the file will be created at the first start"),
        Database::Postgres => {
            assert!(new.starts_with("ok Postgres 1") && new.contains("pending migrations: 2"), "{new}");
        }
    }
    let program = names.serve(folder.path());
    program.sign_in(&telegram, &person(1001)).await;
    let (code, findings) = examined(&names, folder.path());
    assert_eq!(code, 0, "{findings:?}");
    let running = said(&findings, "database");
    let (begin, end) = match database {
        Database::Sqlite => ("ok SQLite 3.", ", up to date"),
        // The test server answers fast enough not to be warned about.
        Database::Postgres => ("ok Postgres 1", ""),
    };
    assert!(running.starts_with(begin) && running.ends_with(end) && running.contains("up to date"), "{running}");
    assert_eq!(said(&findings, "telegram"), "ok @neuralbox_bot; long polling");

    run(
        &place,
        "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
                 values (9999, 'to come', current_timestamp, true, '', 0)",
    )
    .await;
    let (code, findings) = examined(&names, folder.path());
    assert_eq!(code, 1, "{findings:?}");
    assert!(
        findings.iter().any(|line| line == "FAIL database a newer version of this program has migrated it"),
        "{findings:?}"
    );
    drop(program);
    place.clear().await;
}

/// Every external service is unavailable, and no secret is printed.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_unavailable_is_named_and_no_secret_is() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let names = Names::usual("http://127.0.0.1:9", "postgres://ivan:a-password@127.0.0.1:9/neuralbox")
        .with("NEURALBOX_LISTEN", &taken.local_addr().unwrap().to_string())
        .with("REDIS_URL", "redis://:a-password@127.0.0.1:9/0")
        .with("SMTP_URL", "smtp://ivan:a-password@127.0.0.1:9")
        .with("MAIL_FROM", "office@example.com")
        .with("GOOGLE_CLIENT_ID", "an-id")
        .with("GOOGLE_CLIENT_SECRET", "a-password")
        .with("GOOGLE_ISSUER_URL", "http://127.0.0.1:9");
    let (code, findings) = examined(&names, folder.path());
    assert_eq!(code, 1);
    let states = ["public url", "listen", "metrics", "database", "telegram", "redis", "mail", "google", "log in"];
    let states = states.map(|what| said(&findings, what).split(' ').next().unwrap().to_owned());
    assert_eq!(states, ["ok", "warn", "ok", "FAIL", "FAIL", "FAIL", "FAIL", "FAIL", "off"], "{findings:?}");
    let all = findings.concat();
    assert!(!all.contains("a-password") && !all.contains(TOKEN), "{all}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "doctor creates no files");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_is_fine() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mails = listener.local_addr().unwrap();
    tokio::spawn(telegram.sandbox.clone().serve_mail(listener, std::future::pending()));
    let names = Names::usual(&telegram.url, "sqlite://neuralbox.db")
        .with("SMTP_URL", &format!("smtp://{mails}"))
        .with("MAIL_FROM", "office@example.com");
    assert_eq!(line(&names, folder.path(), "mail"), "ok signed in to the mail server; nothing was sent");
    assert_eq!(telegram.sandbox.mails(), Vec::<ReceivedMail>::new());

    let wrong = names.clone().with("TELEGRAM_BOT_TOKEN", "1000000001:another-token-of-the-test-bot");
    assert_eq!(line(&wrong, folder.path(), "telegram"), "FAIL Telegram refuses the bot token");
    let pushed = names.with("TELEGRAM_WEBHOOK_URL", "http://127.0.0.1:8080/telegram");
    let will_be = line(&pushed, folder.path(), "telegram");
    assert_eq!(will_be, "ok @neuralbox_bot; webhook, to be set at the next start");
}

/// The issuer, the keys and the clocks of the OAuth provider, while the service runs.
#[tokio::test(flavor = "multi_thread")]
async fn the_provider_is_seen_as_clients_see_it() {
    let (folder, telegram) = (tempfile::tempdir().unwrap(), Telegram::start().await);
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let names = Names::usual(&telegram.url, "sqlite://neuralbox.db").with("NEURALBOX_LISTEN", &free.to_string());
    let names = names.with("NEURALBOX_PUBLIC_URL", &format!("http://{free}"));
    let before = line(&names, folder.path(), "issuer");
    assert!(before.starts_with(&format!("warn http://{free} does not respond")), "{before}");

    let program = names.serve(folder.path());
    let (code, findings) = examined(&names, folder.path());
    assert_eq!(code, 0, "{findings:?}");
    assert!(said(&findings, "issuer").starts_with(&format!("ok discovery names http://{free};")), "{findings:?}");
    assert!(said(&findings, "keys").starts_with("ok ES256 current"), "{findings:?}");
    assert_eq!(said(&findings, "clocks"), "ok within 5 s");
    let foreign = names.clone().with("NEURALBOX_JWT_SECRET", &"y".repeat(32));
    assert!(line(&foreign, folder.path(), "keys").starts_with("FAIL NEURALBOX_JWT_SECRET does not open key "));
    let other = names.clone().with("NEURALBOX_PUBLIC_URL", &format!("http://localhost:{}", free.port()));
    let wrong = line(&other, folder.path(), "issuer");
    assert!(
        wrong.starts_with(&format!("FAIL discovery at http://localhost:{} names http://{free}:", free.port())),
        "{wrong}"
    );
    let off = names.clone().with("NEURALBOX_OAUTH", "off");
    assert_eq!(line(&off, folder.path(), "issuer"), "off NEURALBOX_OAUTH is off: nobody signs in to apps with us");
    drop(program);
}

#[test]
fn a_file_that_is_no_database_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("letter.db"), "Dear Ivan, ".repeat(1000)).unwrap();
    let names = Names::usual("http://127.0.0.1:9", "sqlite://letter.db");
    let wrong = line(&names, folder.path(), "database");
    assert!(wrong.starts_with("FAIL DATABASE_URL: ") && wrong.contains("not a database"), "{wrong}");
}

/// Runs `doctor`; returns the exit code and the lines with single spaces.
fn examined(names: &Names, folder: &Path) -> (i32, Vec<String>) {
    let ran = names.clone().with("RUST_LOG", "off").run(folder, &["doctor"]);
    assert_eq!(ran.err.is_empty(), ran.code == Some(0), "{ran:?}");
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    (ran.code.unwrap(), ran.out.lines().map(line).collect())
}

/// Returns the state and text of a finding.
fn said(findings: &[String], what: &str) -> String {
    let of = |line: &String| {
        let (state, rest) = line.split_once(' ')?;
        Some(format!("{state} {}", rest.strip_prefix(what)?.trim_start()))
    };
    findings.iter().find_map(of).unwrap_or_else(|| panic!("no finding of {what} in {findings:?}"))
}

fn line(names: &Names, folder: &Path, what: &str) -> String {
    said(&examined(names, folder).1, what)
}

async fn run(place: &Place, statement: &'static str) {
    let statement = AssertSqlSafe(statement);
    match place {
        Place::Sqlite { url, .. } => SqliteConnection::connect(url).await.unwrap().execute(statement).await.map(drop),
        Place::Postgres { url, .. } => PgConnection::connect(url).await.unwrap().execute(statement).await.map(drop),
    }
    .unwrap();
}

//! `kill -9` right after payments: each is delivered, once.

use std::sync::Arc;
use std::time::Duration;

use neuralbox_auth::config::Config;
use neuralbox_auth::domain::ClockAndRng;
use neuralbox_auth::model::accounts::account::TelegramId;
use neuralbox_auth::model::accounts::identity::TelegramProfile;
use neuralbox_auth::model::billing::product::ProductKey;
use neuralbox_auth::model::crypto::rng::SystemRng;
use neuralbox_auth::model::time::SystemClock;
use neuralbox_auth::serve::App;
use sqlx::{Connection, PgConnection, SqliteConnection};
use telegram_sandbox::PaymentOutcome;

use crate::database::Database;
use crate::program::{Names, TOKEN, Telegram, person};

/// People who buy one pack each.
const PEOPLE: i64 = 6;
/// Time limit. Updates in flight at a kill are free again after 15 seconds.
const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_delivers_what_was_paid() {
    delivers_what_was_paid(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_delivers_what_was_paid() {
    delivers_what_was_paid(Database::Postgres).await;
}

async fn delivers_what_was_paid(database: Database) {
    let (folder, telegram, place) = (tempfile::tempdir().unwrap(), Telegram::start().await, database.make().await);
    let links = links(&telegram.url, place.url()).await;
    let names = Names::usual(&telegram.url, place.url());
    let mut program = names.serve(folder.path());
    for (id, link) in (1..=PEOPLE).zip(&links) {
        let outcome = telegram.sandbox.pay(&person(id), link).await;
        assert!(matches!(outcome, PaymentOutcome::Paid { .. }), "{outcome:?}");
        // Before the bot has the message, while it stores or delivers it, or afterwards.
        program.kill();
        program = names.serve(folder.path());
    }
    let delivered =
        async { while sum(place.url(), "select count(*) from purchase where is_delivered").await < PEOPLE {} };
    tokio::time::timeout(PATIENCE, delivered).await.expect("every payment should be delivered");
    assert_eq!(sum(place.url(), "select count(*) from purchase").await, PEOPLE);
    assert_eq!(sum(place.url(), "select count(*) from ledger where reason = 'purchase'").await, PEOPLE);
    let tokens = sum(place.url(), "select cast(sum(token_balance) as bigint) from account").await;
    assert_eq!(tokens, PEOPLE * 1100, "1,000 tokens each, and the welcome");
    program.kill();
    place.clear().await;
}

/// Invoices of all people, made before the program starts.
async fn links(telegram_url: &str, database_url: &str) -> Vec<String> {
    let names = [
        ("TELEGRAM_BOT_TOKEN", TOKEN),
        ("TELEGRAM_API_URL", telegram_url),
        ("DATABASE_URL", database_url),
        ("NEURALBOX_JWT_SECRET", "a secret of the tests, of more than 32 bytes"),
    ];
    let names = names.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let env = ClockAndRng { clock: Arc::new(SystemClock), rng: Arc::new(SystemRng) };
    let config = Config::from_names(names.into_iter().collect()).expect("valid settings");
    let domain = App::build(config, env).await.expect("the service").domain();
    let mut links = Vec::new();
    for id in 1..=PEOPLE {
        let profile = TelegramProfile::new(TelegramId::new(id).unwrap(), Some("Ivan"), None, None);
        let caller = domain.find_or_create_account(&profile).await.expect("the account");
        let pack = ProductKey::Pack("small".to_owned());
        links.push(domain.order(&caller, &pack).await.expect("the invoice").link);
    }
    domain.close().await;
    links
}

async fn sum(url: &str, sql: &'static str) -> i64 {
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    }
}

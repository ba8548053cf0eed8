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
use telegram_sandbox::{PaymentOutcome, UpdateDelivery};

use crate::database::Database;
use crate::program::{Names, Program, TOKEN, Telegram, person};

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

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_follows_subscriptions() {
    follows_subscriptions(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_follows_subscriptions() {
    follows_subscriptions(Database::Postgres).await;
}

async fn delivers_what_was_paid(database: Database) {
    let (folder, telegram, place) = (tempfile::tempdir().unwrap(), Telegram::start().await, database.make().await);
    let packs = vec![ProductKey::Pack("small".to_owned()); usize::try_from(PEOPLE).unwrap()];
    let links = links(&telegram.url, place.url(), &packs).await;
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

/// Plans that are bought, renewed, cancelled in Telegram, charged back and reported twice, with a kill after each.
async fn follows_subscriptions(database: Database) {
    let (folder, telegram, place) = (tempfile::tempdir().unwrap(), Telegram::start().await, database.make().await);
    let plans = ["vip"; 4].map(|plan| ProductKey::Plan(plan.to_owned()));
    let links = links(&telegram.url, place.url(), &plans).await;
    let (names, sandbox) = (Names::usual(&telegram.url, place.url()), &telegram.sandbox);
    let mut program = names.serve(folder.path());
    let restarted = |program: Program| {
        program.kill();
        names.serve(folder.path())
    };
    let mut charges = Vec::new();
    for (id, link) in (1..).zip(&links) {
        sandbox.deliver_next_payment(if id == 4 { UpdateDelivery::Twice } else { UpdateDelivery::Once });
        let outcome = sandbox.pay(&person(id), link).await;
        let PaymentOutcome::Paid { charge_id } = outcome else { panic!("not paid: {outcome:?}") };
        charges.push(charge_id);
        program = restarted(program);
    }
    sandbox.renew_subscription(&charges[0]).expect("the renewal");
    program = restarted(program);
    sandbox.cancel_subscription(&charges[1]).expect("the cancellation");
    program = restarted(program);
    sandbox.charge_back(&charges[2]).expect("the chargeback");
    program = restarted(program);
    for (sql, count) in [
        ("select count(*) from purchase where is_delivered and state = 'paid'", 4),
        ("select count(*) from purchase where state = 'refunded'", 1),
        ("select count(*) from subscription where state = 'active'", 2),
        ("select count(*) from subscription where state = 'cancelled'", 1),
        ("select count(*) from account where plan = 'vip' and plan_stars = 500", 3),
        ("select count(*) from account where plan = 'free' and plan_stars = 0", 1),
        ("select count(*) from ledger where reason = 'allowance'", 4),
        // One renewal adds thirty days to its plan, and nothing to the others.
        ("select count(*) from account where plan_until > created_at + 59 * 86400", 1),
    ] {
        let reached = async { while sum(place.url(), sql).await != count {} };
        let reached = tokio::time::timeout(PATIENCE, reached).await;
        assert!(reached.is_ok(), "{sql}: {} instead of {count}", sum(place.url(), sql).await);
    }
    assert_eq!(sum(place.url(), "select count(*) from purchase").await, 5, "each payment once");
    program.kill();
    place.clear().await;
}

/// Invoices of people, one each, made before the program starts.
async fn links(telegram_url: &str, database_url: &str, products: &[ProductKey]) -> Vec<String> {
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
    for (id, product) in (1..).zip(products) {
        let profile = TelegramProfile::new(TelegramId::new(id).unwrap(), Some("Ivan"), None, None);
        let caller = domain.find_or_create_account(&profile).await.expect("the account");
        links.push(domain.order(&caller, product).await.expect("the invoice").link);
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

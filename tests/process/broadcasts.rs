//! Broadcasts under repeated `kill -9`. Nobody receives a message twice, and nobody is skipped.

use std::collections::HashSet;
use std::sync::Arc;

use neuralbox_auth::domain::admin::access::Admin;
use neuralbox_auth::domain::broadcasts::DraftChange;
use neuralbox_auth::domain::{ClockAndRng, Domain, DomainSettings};
use neuralbox_auth::model::billing::plan::Plans;
use neuralbox_auth::model::broadcasts::{Broadcast, BroadcastId, BroadcastState, LocalizedText};
use neuralbox_auth::model::crypto::rng::{SystemRng, below};
use neuralbox_auth::model::crypto::secret::Secret;
use neuralbox_auth::model::text::language::Language;
use neuralbox_auth::model::time::SystemClock;
use neuralbox_auth::store::Store;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

use crate::database::Database;
use crate::program::{Names, Program, TOKEN, Telegram};

/// Number of recipients.
const PEOPLE: i64 = 20_000;
/// Messages per second.
const RATE: i64 = 500;
/// Number of kills.
const KILLS: i64 = 20;
/// Upper bound for recipients leased by one instance at a kill: the messages of a fifth of a second.
const MAX_LEASED: i64 = RATE / 5;

#[tokio::test(flavor = "multi_thread")]
async fn one_instance_on_sqlite() {
    survives(Database::Sqlite, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_on_postgres() {
    survives(Database::Postgres, 2).await;
}

async fn survives(database: Database, instances: usize) {
    let (folder, telegram, place) = (tempfile::tempdir().unwrap(), Telegram::start().await, database.make().await);
    let secret = "a secret of the tests, of more than 32 bytes";
    let names = Names::usual(&telegram.url, place.url())
        .with("NEURALBOX_JWT_SECRET", secret)
        .with("NEURALBOX_BROADCAST_RATE", &RATE.to_string());
    let mut programs: Vec<Program> = (0..instances).map(|_| names.serve(folder.path())).collect();
    seed(place.url()).await;
    telegram.sandbox.allow_chats(1..=PEOPLE);
    let domain = domain(place.url(), secret).await;
    let id = start(&domain).await;
    for _ in 0..KILLS {
        let enough = telegram.sandbox.call_count("sendMessage") + 100 + 2 * u64::from(below(&SystemRng, 150));
        let all = u64::try_from(PEOPLE).unwrap();
        telegram
            .sandbox
            .wait_for(|sandbox| (sandbox.call_count("sendMessage") >= enough.min(all - 100)).then_some(()))
            .await
            .unwrap();
        let whose = usize::from(below(&SystemRng, 2)) % instances;
        programs.remove(whose).kill();
        programs.push(names.serve(folder.path()));
    }
    let ended = done(&domain, id).await;
    let told = |id: &i64| telegram.sandbox.chat(*id).len();
    assert!((1..=PEOPLE).all(|id| told(&id) <= 1), "nobody receives it twice");
    let doubtful: HashSet<i64> = failures(&domain, id).await;
    let forgotten: Vec<i64> = (1..=PEOPLE).filter(|id| told(id) == 0 && !doubtful.contains(id)).collect();
    assert!(forgotten.is_empty(), "nobody is skipped: {forgotten:?}");
    let counts = ended.counts;
    eprintln!("{instances} instance(s), {KILLS} kills: {counts:?}");
    assert_eq!((counts.recipients, counts.sent + counts.uncertain), (PEOPLE, PEOPLE));
    assert!(counts.uncertain <= KILLS * MAX_LEASED, "{counts:?}");
    domain.close().await;
    programs.into_iter().for_each(Program::kill);
    place.clear().await;
}

/// Opens the domain on the same database, to act as an admin.
async fn domain(url: &str, secret: &str) -> Domain {
    let store = Store::open(url).await.unwrap();
    let env = ClockAndRng { clock: Arc::new(SystemClock), rng: Arc::new(SystemRng) };
    let rules = DomainSettings {
        public_url: "http://localhost:8080".to_owned(),
        api_url: None,
        jwt_secret: Secret::new(secret.to_owned()),
        bot_token: Secret::new(TOKEN.to_owned()),
        login_max_age: 300,
        miniapp_max_age: 300,
        plans: Plans::parse(Plans::SHIPPED).unwrap(),
        cache_keys: 1,
        admins: neuralbox_auth::model::admin_action::role::AdminList::default(),
        github_keys_url: "http://127.0.0.1:1".parse().unwrap(),
        service_token: None,
        broadcast_rate: 1000,
        mails: false,
        support: None,
        terms_url: None,
        google: None,
        telegram_login: None,
        miniapp_bots: Vec::new(),
        oauth: None,
    };
    Domain::new(store, env, rules, None).unwrap()
}

/// Creates the recipients: accounts that have started the bot.
async fn seed(url: &str) {
    let numbers =
        format!("(with recursive c(n) as (select 1 union all select n + 1 from c where n < {PEOPLE}) select n from c)");
    let statements = [
        format!("insert into account (name, plan, created_at) select 'Ivan', 'free', 0 from {numbers} as s"),
        "insert into identity (kind, subject, account_id, created_at, last_seen_at)
         select 'telegram', cast(id as text), id, 0, 1 from account"
            .to_owned(),
    ];
    for statement in statements.map(AssertSqlSafe) {
        if url.starts_with("sqlite:") {
            SqliteConnection::connect(url).await.unwrap().execute(statement).await.unwrap();
        } else {
            PgConnection::connect(url).await.unwrap().execute(statement).await.unwrap();
        }
    }
}

async fn start(domain: &Domain) -> BroadcastId {
    let admin = Admin::operator();
    let id = domain.draft_broadcast(&admin, None).await.unwrap().id;
    let words = LocalizedText { html: "<b>News</b>".to_owned(), buttons: Vec::new() };
    domain.edit_broadcast(&admin, id, &[DraftChange::Text(Language::English, Some(words))], None).await.unwrap();
    domain.start_broadcast(&admin, id, PEOPLE, None).await.unwrap();
    id
}

async fn done(domain: &Domain, id: BroadcastId) -> Broadcast {
    let mut left = 1_000_000;
    loop {
        let now = domain.broadcast(&Admin::operator(), id).await.unwrap();
        if now.state == BroadcastState::Done {
            return now;
        }
        left -= 1;
        assert!(left > 0, "{now:#?}");
        tokio::task::yield_now().await;
    }
}

/// Returns the chats whose delivery is uncertain.
async fn failures(domain: &Domain, id: BroadcastId) -> HashSet<i64> {
    let (mut chats, mut after) = (HashSet::new(), 0);
    loop {
        let page = domain.broadcast_failures(&Admin::operator(), id, after, 500).await.unwrap();
        let Some(last) = page.last() else { return chats };
        after = last.position;
        assert!(page.iter().all(|failure| failure.state == "uncertain"), "{page:?}");
        chats.extend(page.iter().map(|failure| failure.chat_id));
    }
}

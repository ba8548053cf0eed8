//! The key cache. Verification needs no database, and changes reach other instances within a bounded time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use neuralbox_auth::model::api_key::PlainKey;
use neuralbox_auth::model::crypto::rng::SystemRng;
use serde_json::json;

use crate::on_both;
use crate::support::servers::postgres_proxy::{Fate, PostgresProxy};
use crate::support::{Answer, App, Browser, Database, Instance, ask, verify};

/// Longest time for which another instance may answer from stale data.
const BOUND: Duration = Duration::from_secs(1);

/// Creates a person with `count` keys; returns their browser and the keys.
async fn with_keys(app: &App, name: &str, count: usize) -> (Browser, Vec<String>) {
    let mut browser = app.signed_in(&app.person_on(name, "elite").await).await;
    let mut keys = Vec::new();
    for number in 0..count {
        let made = browser.post("keys", json!({"name": format!("key {number}")})).await.json();
        keys.push(made["key"].as_str().unwrap().to_owned());
    }
    (browser, keys)
}

/// Number of database lookups of keys in this process.
async fn look_ups(app: &App) -> u64 {
    let metrics = ask(reqwest::Client::new().get(format!("{}/metrics", app.metrics_url))).await.text;
    let line = metrics.lines().find_map(|line| line.strip_prefix("neuralbox_key_cache_misses_total "));
    line.map_or(0, |count| count.parse().unwrap())
}

/// Verifies a key until an answer needs no database lookup.
async fn until_from_memory(app: &App, instance: &Instance, key: &str) {
    let began = Instant::now();
    loop {
        let before = look_ups(app).await;
        verify_at(instance, key).await;
        if look_ups(app).await == before {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "every answer needs the database");
    }
}

async fn verify_at(instance: &Instance, key: &str) -> Answer {
    ask(reqwest::Client::new().get(format!("{}/api/v2/auth/verify", instance.url)).bearer_auth(key)).await
}

fn nobodys() -> String {
    PlainKey::new(&SystemRng).reveal().to_owned()
}

on_both! {
    async fn neither_a_hit_nor_a_miss_asks_the_database(app: App) {
        let (_, keys) = with_keys(&app, "Ivan", 2).await;
        until_from_memory(&app, &app.service, &keys[0]).await;
        until_from_memory(&app, &app.service, &nobodys()).await;
        // On a busy machine, a late heartbeat makes the cache ask the database, so a few rounds are allowed.
        for left in (0..5).rev() {
            let before = look_ups(&app).await;
            for _ in 0..50 {
                assert_eq!(verify(&app, &keys[1]).await.status, 200);
                assert_eq!(verify(&app, &nobodys()).await.problem(), "401 Invalid or expired token (key_unknown)");
            }
            let asked = look_ups(&app).await - before;
            if asked == 0 {
                return;
            }
            assert!(left > 0, "{asked} database lookups");
        }
    }

    async fn keys_beyond_the_cache_limit_still_work(app: App) with [("NEURALBOX_CACHE_KEYS", "4")]; {
        let (mut ivan, first) = with_keys(&app, "Ivan", 5).await;
        let (_, second) = with_keys(&app, "Olga", 5).await;
        for _ in 0..3 {
            for key in first.iter().chain(&second) {
                assert_eq!(verify(&app, key).await.status, 200);
            }
        }
        assert_eq!(ivan.delete("keys/1").await.status, 204);
        for _ in 0..5 {
            assert_eq!(verify(&app, &first[0]).await.problem(), "401 Invalid or expired token (key_revoked)");
            assert_eq!(verify(&app, &first[1]).await.status, 200);
        }
    }

    async fn made_up_keys_run_into_a_limit_of_their_network(app: App) with [("NEURALBOX_CACHE_KEYS", "1"), ("NEURALBOX_TRUSTED_PROXIES", "127.0.0.1")]; {
        let (_, keys) = with_keys(&app, "Ivan", 2).await;
        let from = async |address: &str, key: &str| {
            let request = app.browser().request(reqwest::Method::GET, "auth/verify").bearer_auth(key);
            ask(request.header("x-forwarded-for", address)).await
        };
        let same = nobodys();
        for _ in 0..700 {
            assert_eq!(from("203.0.113.9", &same).await.status, 401, "an unknown key is looked up only once");
        }
        for _ in 0..599 {
            assert_eq!(from("203.0.113.9", &nobodys()).await.status, 401);
        }
        let refused = from("203.0.113.77", &nobodys()).await;
        assert_eq!(refused.problem(), "429 Rate limit exceeded (rate_limit_exceeded)");
        assert_eq!((refused.header("retry-after"), refused.header("ratelimit")), ("1", r#""unknown-keys";r=0;t=1"#));
        assert_eq!(from("203.0.112.9", &nobodys()).await.status, 401, "another network has its own limit");
        app.clock.pass(1);
        assert_eq!(from("203.0.113.9", &keys[0]).await.status, 200);
    }

    /// A key missing from the cache would be rejected, such as the live key of an account that revoked many.
    async fn an_instance_that_starts_later_knows_every_key(app: App) {
        let (mut ivan, keys) = with_keys(&app, "Ivan", 1).await;
        let mut revoked = Vec::new();
        for _ in 0..60 {
            let made = ivan.post("keys", json!({"name": "short-lived"})).await.json();
            assert_eq!(ivan.delete(&format!("keys/{}", made["id"])).await.status, 204);
            revoked.push(made["key"].as_str().unwrap().to_owned());
        }
        let (_, others) = with_keys(&app, "Olga", 2).await;
        let later = app.another(&[("TELEGRAM_API_URL", "http://127.0.0.1:9")]).await;
        until_from_memory(&app, &later, &nobodys()).await;
        let before = look_ups(&app).await;
        for key in keys.iter().chain(&others) {
            assert_eq!(verify_at(&later, key).await.status, 200);
        }
        assert_eq!(verify_at(&later, &revoked[59]).await.problem(), "401 Invalid or expired token (key_revoked)");
        assert_eq!(verify_at(&later, &revoked[0]).await.problem(), "401 Invalid or expired token (key_unknown)");
        assert_eq!(look_ups(&app).await, before, "no answer needs the database");
        later.stop().await;
    }

    async fn what_changes_counts_at_once(app: App) {
        let (mut browser, keys) = with_keys(&app, "Ivan", 1).await;
        for number in 0..20 {
            let name = format!("name{number}");
            assert_eq!(browser.patch("keys/1", json!({"name": name})).await.status, 200);
            assert_eq!(verify(&app, &keys[0]).await.header("x-neuralbox-key-name"), name);
            let made = browser.post("keys", json!({"name": "new"})).await.json();
            assert_eq!(verify(&app, made["key"].as_str().unwrap()).await.status, 200, "a new key works at its issue");
            assert_eq!(browser.delete(&format!("keys/{}", made["id"])).await.status, 204);
            assert_eq!(verify(&app, made["key"].as_str().unwrap()).await.status, 401);
        }
    }
}

/// Runs a test with two instances on Postgres, the second of which listens for changes through a proxy.
async fn with_another<T: Future<Output = ()>>(test: impl FnOnce(Arc<App>, Arc<Instance>, Arc<PostgresProxy>) -> T) {
    let place = Database::Postgres.make().await;
    let app = Arc::new(App::start(place.url(), &[]).await);
    let line = Arc::new(PostgresProxy::to(place.url()).await);
    // This instance has no Telegram, because two bots must not poll with one token.
    let quiet = [("DATABASE_URL", line.url.as_str()), ("TELEGRAM_API_URL", "http://127.0.0.1:9")];
    let other = Arc::new(app.another(&quiet).await);
    test(Arc::clone(&app), Arc::clone(&other), line).await;
    other.stop().await;
    app.stop().await;
    place.clear().await;
}

/// Revokes a key while the other instance keeps verifying it. Returns the time between the answer to the revocation and
/// the last successful verification.
async fn last_yes_after_revoke(browser: &mut Browser, other: &Arc<Instance>, (id, key): (u64, &str)) -> Duration {
    let (revoked, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let hammer = {
        let (other, key, revoked, over) = (Arc::clone(other), key.to_owned(), Arc::clone(&revoked), Arc::clone(&over));
        tokio::spawn(async move {
            let mut last = None;
            let mut since = None;
            while !over.load(Ordering::SeqCst) {
                if since.is_none() && revoked.load(Ordering::SeqCst) {
                    since = Some(Instant::now());
                }
                let asked = Instant::now();
                let yes = verify_at(&other, &key).await.status == 200;
                if yes && since.is_some_and(|since| asked > since) {
                    last = Some(asked);
                }
            }
            last.zip(since).map_or(Duration::ZERO, |(last, since)| last - since)
        })
    };
    assert_eq!(browser.delete(&format!("keys/{id}")).await.status, 204);
    revoked.store(true, Ordering::SeqCst);
    // Verify for half as long again as stale answers are allowed.
    let until = Instant::now() + BOUND * 3 / 2;
    while Instant::now() < until {
        verify_at(other, &nobodys()).await;
    }
    over.store(true, Ordering::SeqCst);
    hammer.await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_instance_learns_of_a_revoke_on_postgres() {
    with_another(async |app, other, line| {
        let (mut browser, keys) = with_keys(&app, "Ivan", 4).await;
        until_from_memory(&app, &other, &keys[0]).await;
        assert!(last_yes_after_revoke(&mut browser, &other, (1, &keys[0])).await < BOUND);

        line.set(Fate::Cut);
        assert!(last_yes_after_revoke(&mut browser, &other, (2, &keys[1])).await < BOUND, "while it is cut");
        line.set(Fate::Open);
        until_from_memory(&app, &other, &keys[3]).await;

        line.set(Fate::Held);
        assert!(last_yes_after_revoke(&mut browser, &other, (3, &keys[2])).await < BOUND, "while it is stalled");
        line.set(Fate::Open);
        until_from_memory(&app, &other, &keys[3]).await;
        for (key, status) in keys.iter().zip([401, 401, 401, 200]) {
            assert_eq!(verify_at(&other, key).await.status, status);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_instance_learns_of_everything_a_key_depends_on_on_postgres() {
    with_another(async |app, other, _| {
        let ivan = app.person_on("Ivan", "vip").await;
        let mut browser = app.signed_in(&ivan).await;
        let made = browser.post("keys", json!({"name": "laptop"})).await.json();
        let key = made["key"].as_str().unwrap().to_owned();
        let soon = async |what: &str, is_so: &dyn Fn(&Answer) -> bool, key: &str| {
            let began = Instant::now();
            while !is_so(&verify_at(&other, key).await) {
                assert!(began.elapsed() < BOUND * 5, "{what} has not arrived yet");
            }
        };
        soon("a new key", &|answer| answer.status == 200, &key).await;
        browser.patch("keys/1", json!({"name": "desk"})).await;
        soon("a new name", &|answer| answer.header("x-neuralbox-key-name") == "desk", &key).await;
        app.put_on_plan(&ivan, "free").await;
        soon("a downgrade", &|answer| answer.status == 403, &key).await;
        app.put_on_plan(&ivan, "elite").await;
        soon("an upgrade", &|answer| answer.header("x-neuralbox-plan") == "elite", &key).await;
        let rotated = browser.post("keys/1/rotate", json!({"grace_seconds": 0})).await.json();
        soon("a rotation", &|answer| answer.status == 401, &key).await;
        soon("a new secret", &|answer| answer.status == 200, rotated["key"].as_str().unwrap()).await;
    })
    .await;
}
